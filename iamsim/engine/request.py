"""One request: who asks for which action on which resource, with which context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from iamsim.language.arn import Arn, parse_arn
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError, LanguageError

ContextValue = str | int | float | Decimal | bool | Sequence[str | int | float | Decimal | bool] | None


class CallerKind(StrEnum):
    """Who can call. A role ARN stands for a session of that role with no session policy."""

    ROOT = "root"
    USER = "user"
    ROLE = "role"
    SESSION = "session"
    FEDERATED_USER = "federatedUser"
    SERVICE = "service"
    PROVIDER = "provider"
    ANONYMOUS = "anonymous"


SESSIONS = frozenset({CallerKind.ROLE, CallerKind.SESSION, CallerKind.FEDERATED_USER})


class Caller(NamedTuple):
    """The caller as the law sees it: `arn` or service or provider name, account, and the name that sessions keep of it.

    `name` is the last segment of a user's, role's or federated user's name: a session ARN carries no path.
    """

    kind: CallerKind
    id: str
    account: str | None = None
    partition: str = "aws"
    name: str = ""
    service_linked: bool = False


@dataclass(frozen=True)
class Request:
    """What AWS authorizes. The context is taken as it is: no key is added.

    `principal` is an ARN, `{"Service": "lambda.amazonaws.com"}`, `{"Federated": provider}` or `"anonymous"`. Accounts are
    read from the ARNs when None; for resource `*` it is the caller's. A context value of None or an empty list says that
    the key is absent. `unknown` names context keys whose presence and value are not known; one that ends in `*` stands for
    every key that begins so and is not in the context.

    Raises:
        InputError: on first use, when the principal, the action or an account cannot be read.
    """

    principal: str | Mapping[str, str]
    action: str
    resource: str
    principal_account: str | None = None
    resource_account: str | None = None
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    unknown: Sequence[str] = ()

    @cached_property
    def caller(self) -> Caller:
        """The principal, read."""
        return _caller(self.principal, self.principal_account)

    @cached_property
    def service(self) -> str:
        """The action's service prefix, in lower case."""
        return self.action_name[0]

    @cached_property
    def action_name(self) -> tuple[str, str]:
        """The action in lower case, split: `("kms", "decrypt")`."""
        service, colon, name = self.action.lower().partition(":")
        if not (service and colon and name) or ":" in name:
            raise _unreadable(
                "request-action", f"`{self.action}` is no action", "write `service:Action`, such as `kms:Decrypt`"
            )
        return service, name

    @cached_property
    def owner(self) -> str | None:
        """The account of the resource."""
        if self.resource_account:
            return self.resource_account
        if self.resource == "*":
            return self.caller.account
        try:
            account = parse_arn(self.resource).account
        except LanguageError as error:
            raise _unreadable("request-resource", f"the resource {error.message}", error.help) from None
        if not account:
            help_ = "give `resource_account`: this ARN names no account"
            raise _unreadable("resource-account", f"the account of `{self.resource}` is not known", help_)
        return account

    @cached_property
    def values(self) -> dict[str, tuple[str, ...]]:
        """The context by lower-case key, every value as text; a key without any value is absent."""
        made: dict[str, tuple[str, ...]] = {}
        for key, value in self.context.items():
            texts = (value,) if isinstance(value, str) else _texts(value)
            if texts:
                made.setdefault(key.lower(), texts)
        return made

    @cached_property
    def colliding_keys(self) -> frozenset[str]:
        """Keys that stand in the context twice, in different case."""
        lowered = [key.lower() for key in self.context]
        if len(set(lowered)) == len(lowered):
            return frozenset()
        return frozenset(key for key, times in Counter(lowered).items() if times > 1)

    @cached_property
    def _unknown(self) -> tuple[frozenset[str], tuple[str, ...]]:
        lowered = [key.lower() for key in self.unknown]
        return frozenset(k for k in lowered if not k.endswith("*")), tuple(k[:-1] for k in lowered if k.endswith("*"))

    def is_unknown(self, key: str) -> bool:
        """Whether presence and value of a lower-case key are not known."""
        if not self.unknown:
            return False
        keys, beginnings = self._unknown
        return key in keys or (bool(beginnings) and key not in self._given and key.startswith(beginnings))

    @cached_property
    def _given(self) -> frozenset[str]:
        """The keys of the context in lower case, those that are known to be absent among them."""
        return frozenset(key.lower() for key in self.context)


def _texts(value: ContextValue) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if value is None:
        return ()
    if isinstance(value, Sequence):
        return tuple(text for item in value for text in _texts(item))
    return (value_text(value),)


def value_text(value: float | Decimal | bool) -> str:  # noqa: FBT001 - a JSON value
    """A JSON boolean or number as condition operators see it: `true`, `10`, `1.5`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _unreadable(code: str, message: str, help_: str) -> InputError:
    return InputError([Diagnostic(code, message, help=help_)])


_PRINCIPAL_HELP = 'write an ARN, {"Service": "name.amazonaws.com"}, {"Federated": provider} or "anonymous"'


def _caller(principal: str | Mapping[str, str], account: str | None) -> Caller:
    if isinstance(principal, str):
        if principal == "anonymous":
            return Caller(CallerKind.ANONYMOUS, principal)
        return caller_of(principal, account)
    kinds = {"Service": CallerKind.SERVICE, "Federated": CallerKind.PROVIDER}
    if len(principal) == 1:
        kind, name = next(iter(principal.items()))
        if kind in kinds and isinstance(name, str):
            return Caller(kinds[kind], name)
    raise _unreadable("request-principal", f"`{str(principal)[:200]}` is no caller", _PRINCIPAL_HELP)


@lru_cache(maxsize=512)
def caller_of(arn_text: str, account: str | None = None) -> Caller:
    """The caller that an ARN names.

    Raises:
        InputError: the text is no ARN of a user, role, assumed-role session, federated user or root.
    """
    try:
        arn = parse_arn(arn_text)
    except LanguageError as error:
        raise _unreadable("request-principal", error.message, _PRINCIPAL_HELP) from None
    kind = _KINDS.get((arn.service, arn.resource_type))
    complete = arn.resource == "root" if kind is CallerKind.ROOT else "/" in arn.resource
    if kind is None or not complete:
        help_ = "write the ARN of a user, role, assumed-role session, federated user or root"
        raise _unreadable("request-principal", f"`{arn_text}` is no caller", help_)
    segments = arn.resource.split("/")
    name = segments[1] if kind is CallerKind.SESSION else segments[-1]
    return Caller(kind, arn_text, account or arn.account, arn.partition, name, _is_service_linked(kind, arn, name))


_KINDS = {
    ("iam", "root"): CallerKind.ROOT,
    ("iam", "user"): CallerKind.USER,
    ("iam", "role"): CallerKind.ROLE,
    ("sts", "assumed-role"): CallerKind.SESSION,
    ("sts", "federated-user"): CallerKind.FEDERATED_USER,
}


def _is_service_linked(kind: CallerKind, arn: Arn, name: str) -> bool:
    """A role of path `/aws-service-role/`; a session ARN shows no path, only the name."""
    if kind is CallerKind.ROLE:
        return arn.resource.startswith("role/aws-service-role/") or name.startswith("AWSServiceRoleFor")
    return kind is CallerKind.SESSION and name.startswith("AWSServiceRoleFor")


__all__ = ["SESSIONS", "Caller", "CallerKind", "Request", "caller_of", "value_text"]
