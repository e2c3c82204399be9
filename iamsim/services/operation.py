"""What an operation is, as data: what it takes, what it asks for and needs, in AWS's order, and what it changes.

An operation is declared in one place, as a value; `iamsim.simulator` plays it. What is declared here is pure: time and chance
are part of the `Subject`, and the world is never changed but followed by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.model.policy import PolicyType

if TYPE_CHECKING:
    import re
    from datetime import datetime

    from iamsim.engine.request import Caller, ContextValue
    from iamsim.model.world import Key, Role, Secret, World
    from iamsim.services.chance import Chance

DEFAULT_REGION = "us-east-1"
"""The Region of a call that does not say one, and names nothing that stands in one."""

Derived = Mapping[str, "ContextValue"]
"""Condition keys with their values; None says that a key is absent."""


class ServiceError(NamedTuple):
    """An error as the service returns it: code, message, HTTP status.

    `recorded` is whether AWS's wording is known; where it is not, the message is a description. `kind` says what refused,
    where no authorization did.
    """

    code: str
    message: str
    status: int = 400
    recorded: bool = True
    kind: PolicyType = PolicyType.STATE


class ManagedKey(NamedTuple):
    """The AWS managed key of a service, `aws/secretsmanager` or `aws/ssm`, of an account in a Region."""

    partition: str
    region: str
    account: str
    service: str = "secretsmanager"

    @property
    def arn(self) -> str:
        """What stands for its ARN, whose id AWS makes up."""
        return f"arn:{self.partition}:kms:{self.region}:{self.account}:key/{self.name}"

    @property
    def name(self) -> str:
        """`aws/secretsmanager`; its alias is `alias/` and this."""
        return f"aws/{self.service}"


Thing = "Secret | Key | ManagedKey | Role | str"
"""What an authorization is about: something of the world; the ARN of what the world does not hold; or `*`."""


class Occasion(NamedTuple):
    """One request that a demand leads to: on what, and the condition keys that the service adds to it."""

    thing: Secret | Key | ManagedKey | Role | str
    context: Derived

    @property
    def arn(self) -> str:
        """The ARN of the thing, or `*`."""
        return self.thing if isinstance(self.thing, str) else self.thing.arn


@dataclass(frozen=True)
class Demand:
    """An authorization that an operation entails, on each occasion that `on` yields: on none, it does not arise.

    `via` is the service that makes the request in the caller's name, `hides` the error that it then returns in place of the
    reason. `by` is the service that asks for itself, where it is not the caller who asks. `any_of`: of several occasions one
    that is allowed is enough. `optional`: a refusal does not fail the call; the effect finds it in `Subject.refused`.
    """

    action: str
    on: Callable[[Subject], Iterable[Occasion]]
    via: str | None = None
    hides: ServiceError | None = None
    by: str | None = None
    any_of: bool = False
    optional: bool = False


Rule = Callable[["Subject"], "ServiceError | None"]
"""What a call needs of the store: the error that AWS returns where it is not so."""


class Parameter(NamedTuple):
    """A parameter that an operation takes.

    `low` and `high` bound a text's length in characters, a list's in members, or a number. `pattern` matches the whole
    text. `hidden`: it holds secret material, and stands in no event.
    """

    name: str
    kind: type | tuple[type, ...] = str
    required: bool = False
    low: int | None = None
    high: int | None = None
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()
    hidden: bool = False


class Effect(NamedTuple):
    """What a call that succeeds leaves: the next world, and AWS's response."""

    world: World
    response: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Subject:
    """A call as its operation sees it: who calls, where, when, with which parameters, and what it is about.

    `arn` stands for what the call names, also if the world does not hold it. `account` and `region` are those that the call
    works in; a `region` that is empty is not said. `refused` are the optional demands that were refused, as action and ARN;
    `nested` what the calls came to that this one made. `secret`, `key` and `role` are None where the operation is not about
    one, or it is not there.
    """

    world: World
    caller: Caller
    parameters: Mapping[str, Any] = field(repr=False)
    time: datetime
    chance: Chance
    partition: str = "aws"
    account: str = ""
    region: str = ""
    arn: str = "*"
    secret: Secret | None = None
    key: Key | None = None
    role: Role | None = None
    user_id: str | None = None
    refused: frozenset[tuple[str, str]] = frozenset()
    nested: tuple[Nested, ...] = ()

    def with_(self, **fields: Any) -> Subject:
        """The subject with some fields as given."""
        return replace(self, **fields)

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or the default where it is not given."""
        value = self.parameters.get(name)
        return default if value is None else value

    @property
    def found(self) -> Secret:
        """The secret, behind the rule that it is there."""
        assert self.secret is not None  # noqa: S101 - a declaration without that rule is a bug
        return self.secret

    @property
    def found_key(self) -> Key:
        """The key, behind the rule that it is there."""
        assert self.key is not None  # noqa: S101 - a declaration without that rule is a bug
        return self.key


class Nested(NamedTuple):
    """What a call came to that another one made: its parameters, its response or its error."""

    parameters: Mapping[str, Any]
    response: Mapping[str, Any]
    error: ServiceError | None


def nothing(subject: Subject) -> Effect:
    """The effect of an operation that changes nothing and returns nothing."""
    return Effect(subject.world)


def about_nothing(subject: Subject) -> Subject:
    """An operation without a resource."""
    return subject


@dataclass(frozen=True)
class Operation:
    """An API operation of a service.

    `about` finds what the call is about: it fills `arn` and, if the world holds it, `secret`, `key` or `role`; an operation on
    something that the world cannot name raises nothing and leaves them None. `steps` are authorizations and rules, in AWS's
    order: the first that refuses ends the call. `calls` are further calls that it makes in the caller's name, as operation
    and parameters. `named_by` is the parameter whose text AWS echoes in a refusal, empty where it echoes none.
    """

    service: str
    name: str
    steps: tuple[Demand | Rule, ...]
    effect: Callable[[Subject], Effect] = nothing
    parameters: tuple[Parameter, ...] = ()
    about: Callable[[Subject], Subject] = about_nothing
    before: tuple[Rule, ...] = ()
    calls: Callable[[Subject], Iterable[tuple[str, Mapping[str, Any]]]] | None = None
    named_by: str = ""
    read_only: bool = False

    @property
    def hidden(self) -> frozenset[str]:
        """The parameters that hold secret material."""
        return frozenset(parameter.name for parameter in self.parameters if parameter.hidden)
