"""A call, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iamsim.engine.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from iamsim.engine.evaluation import Evaluation
    from iamsim.engine.request import ContextValue
    from iamsim.model.policy import PolicyType
    from iamsim.model.world import World
    from iamsim.services.operation import Demand, ServiceError

    Failure = ServiceError | Callable[[], ServiceError]
    """An error; of a refusal, what words it."""

REFUSED = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)

START = datetime(2026, 1, 1, tzinfo=UTC)
"""When a call is made that does not say when."""


@dataclass(frozen=True)
class Call:
    """A call of an API operation: `Call("GetSecretValue", caller="arn:…", parameters={"SecretId": "prod/db"})`.

    `context` gives or overrides context keys, None where a key is absent; `unknown` names keys that are not known, as in
    `Request`. `region` is the Region that is called; empty, it is that of what the call names. Time and chance are
    arguments too: without a `time` it is `START` and no context key tells it; without a `seed` what AWS draws at random has
    fixed values. `sdk` is whether an SDK or the CLI makes the call, which fills in `ClientRequestToken`. `as_if_allowed`: no
    refusal fails the call, to see what it comes to otherwise. `parameters` may hold a secret value, and stand in no repr.
    """

    operation: str
    caller: str | Mapping[str, str]
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    region: str = ""
    time: datetime | None = None
    seed: str | None = None
    sdk: bool = True
    as_if_allowed: bool = False


@dataclass(frozen=True)
class Authorization:
    """One authorization of a call. `asked` is False for one that AWS does not come to, since an earlier one is refused.

    `spared` is True for one whose refusal does not fail the call: another one is enough, or the call does without.
    `within` is the operation that makes the call which asks for it, where that is not the caller's own call.
    """

    demand: Demand
    evaluation: Evaluation
    asked: bool = True
    spared: bool = False
    within: str = ""

    @property
    def decision(self) -> Decision:
        """What it came to."""
        return self.evaluation.decision

    @property
    def refuses(self) -> bool:
        """Whether it fails the call."""
        return not self.spared and self.decision in REFUSED

    @property
    def leaves_open(self) -> bool:
        """Whether the call hangs on what is not known about it."""
        return not self.spared and self.decision is Decision.UNKNOWN


@dataclass(frozen=True)
class Outcome:
    """What came of a call. `failure` is what AWS returns in place of the `response`; `world` is the next one.

    A call that fails, or whose outcome is not known, leaves the world as it was. A response may hold a secret value, and
    stands in no repr. `about` is the ARN of what the call names. `kind` is what decided where no authorization did.
    Most outcomes are asked for no more than their decision: a refusal is worded, and events are made, when they are.
    """

    call: Call
    world: World
    authorizations: tuple[Authorization, ...]
    decision: Decision
    kind: PolicyType | None = None
    failure: Failure | None = field(default=None, repr=False)
    response: Mapping[str, Any] | None = field(default=None, repr=False)
    about: str = "*"
    record: Callable[[], Iterable[Mapping[str, Any]]] = field(default=tuple, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the call succeeds for certain."""
        return self.decision is Decision.ALLOWED and self.failure is None

    @cached_property
    def error(self) -> ServiceError | None:
        """What AWS returns in place of the response."""
        return self.failure() if callable(self.failure) else self.failure

    @cached_property
    def events(self) -> tuple[Mapping[str, Any], ...]:
        """CloudTrail's events, as far as the world tells them."""
        return tuple(self.record())

    @cached_property
    def decided_by(self) -> tuple[PolicyType, ...]:
        """What decided: the policy types of the first authorization that refuses, of those not known, or of all that allow."""
        if self.kind is not None:
            return (self.kind,)
        refused = [a.evaluation for a in self.authorizations if a.refuses][:1]
        unknown = [a.evaluation for a in self.authorizations if a.leaves_open]
        deciding = refused or unknown or [a.evaluation for a in self.authorizations if a.decision is Decision.ALLOWED]
        return tuple(dict.fromkeys(kind for evaluation in deciding for kind in evaluation.decided_by))


def concluded(call: Call, world: World, authorizations: tuple[Authorization, ...], failure: Failure | None) -> Outcome:
    """The outcome of a call by its authorizations and what AWS returns in place of a response, before it has any effect.

    One definite refusal refuses the call, whatever is unknown before it, and so does an error that no authorization gave;
    else an unknown leaves it open.
    """
    refused = [a.evaluation for a in authorizations if a.refuses]
    if refused:
        return Outcome(call, world, authorizations, refused[0].decision, failure=failure)
    if failure is not None:
        error = failure() if callable(failure) else failure
        return Outcome(call, world, authorizations, Decision.IMPLICIT_DENY, error.kind, error)
    unknown = any(authorization.leaves_open for authorization in authorizations)
    return Outcome(call, world, authorizations, Decision.UNKNOWN if unknown else Decision.ALLOWED)
