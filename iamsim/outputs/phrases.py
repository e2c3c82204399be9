"""The words for what the engine says in enums."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision, Element, Reason
from iamsim.model.policy import PolicyType

if TYPE_CHECKING:
    from iamsim.analysis.nearness import SeenCheck, SeenGrant

VERDICTS = {
    Decision.ALLOWED: ("ALLOWED", "good"),
    Decision.EXPLICIT_DENY: ("DENIED", "bad"),
    Decision.IMPLICIT_DENY: ("DENIED", "bad"),
    Decision.UNKNOWN: ("UNKNOWN", "doubt"),
}

POLICIES = {
    PolicyType.IDENTITY: "identity policy",
    PolicyType.BOUNDARY: "permissions boundary",
    PolicyType.SESSION: "session policy",
    PolicyType.SCP: "SCP",
    PolicyType.RCP: "RCP",
    PolicyType.ENDPOINT: "VPC endpoint policy",
    PolicyType.SECRET_POLICY: "secret policy",
    PolicyType.KEY_POLICY: "key policy",
    PolicyType.TRUST_POLICY: "trust policy",
    PolicyType.FUNCTION_POLICY: "function policy",
    PolicyType.RESOURCE_POLICY: "resource policy",
    PolicyType.GRANT: "KMS grant",
    PolicyType.MANAGED_KEY: "AWS managed key",
    PolicyType.STATE: "state",
}

STEP_REASONS = {
    Reason.NO_SESSION_POLICY: "a federated-user session without a session policy has no permissions of its own",
    Reason.NOT_CROSS_ACCOUNT: "the service does not open this action to other accounts",
    Reason.UNSIGNED: "the service takes no unsigned requests",
    Reason.NO_PATH: "such a caller can be named in trust policies only",
    Reason.SESSION_LIMIT: "such a session can never call this action",
    Reason.ROOT_USER: "the root user needs no identity policy",
}

SUFFIX = 7

Values = Mapping[str, tuple[str, ...]] | None
"""The context of a request: values by the key in lower case; None where a policy's `${…}` are no variables."""


def statement_name(sid: str | None, index: int) -> str:
    """How a statement is called: by its Sid, else by its place in the document, counted from 0."""
    return f"statement `{shorten(sid, 40)}`" if sid else f"Statement[{index}]"


def grant_phrase(seen: SeenGrant) -> str:
    """Why a grant does not open the key to the caller."""
    grant = seen.grant
    name = f"grant {grant.name or 'without a name'}"
    if seen.grantee.matched is False:
        return f"{name} names `{grant.grantee}`, not the caller"
    what = f"{name} to `{grant.grantee}`"
    if seen.operation.matched is False:
        return f"{what} covers {', '.join(grant.operations)} only"
    wanted = "; ".join(f"{name} {_pairs(value)}" for name, value in grant.constraints.items())
    found = seen.constraints.actual
    has = _pairs(found) if found else "the request has none"
    return f"{what} wants {wanted}; the request has {has}" if found else f"{what} wants {wanted}; {has}"


def _pairs(value: object) -> str:
    if not isinstance(value, Mapping):
        return f"`{shorten(str(value))}`"
    texts = ((name, ", ".join(v) if isinstance(v, tuple) else str(v or "nothing")) for name, v in value.items())
    return ", ".join(f"{name} = `{shorten(text)}`" for name, text in texts)


def check_phrase(check: SeenCheck, values: Values) -> str:
    """What a check says of the request; `values` are the request's, for the variables that the check names."""
    reason, matched = check.finding.reason, check.finding.matched
    if reason in _BY_REASON:
        return _BY_REASON[reason](check)
    if check.element is Element.CONDITION:
        return f"{check.operator}: {_condition_phrase(check)}{_variables(check, values)}"
    if matched:
        return f"{check.element.value} matches"
    if reason is Reason.EXCLUDED:
        return f"{check.element.value} leaves out {actual(check)}{_variables(check, values)}"
    return _NO_MATCH.get(check.element, _no_match)(check) + _variables(check, values)


_BY_REASON: dict[Reason, Callable[[SeenCheck], str]] = {
    Reason.TEXT_UNKNOWN: lambda _: "its text is not known",
    Reason.ELEMENT_MISSING: lambda check: f"the statement has no {check.element.value}, so it never applies",
    Reason.KEY_UNKNOWN: lambda check: f"{_named(check)} hangs on {keys(check.finding.keys)}, which is not known",
    Reason.PART_UNKNOWN: lambda check: (
        f"{_named(check)} hangs on names that are not known: {', '.join(check.finding.keys)}"
    ),
    Reason.HAS_BOUNDARY: lambda _: "NotPrincipal with Deny reaches every caller that has a permissions boundary",
}
"""What is said of a check where the reason alone tells it."""


def keys(names: Iterable[str]) -> str:
    """Context keys, in backticks."""
    return ", ".join(f"`{name}`" for name in names)


def actual(check: SeenCheck) -> str:
    """What the request holds, shortened."""
    values = [f"`{shorten(value)}`" for value in check.actual[:3]]
    more = ["…"] if len(check.actual) > len(values) else []
    return ", ".join([*values, *more]) or "nothing"


def shorten(text: str, most: int = 120) -> str:
    """A text of at most so many characters, its middle left out where it is longer."""
    tail = (most - 1) // 2
    return text if len(text) <= most else f"{text[: most - 1 - tail]}…{text[len(text) - tail :]}"


def _named(check: SeenCheck) -> str:
    return check.operator if check.element is Element.CONDITION else check.element.value


def _no_match(check: SeenCheck) -> str:
    return f"{check.element.value} does not match {actual(check)}"


def _principal(check: SeenCheck) -> str:
    return f"Principal does not name {actual(check)}"


def _resource(check: SeenCheck) -> str:
    """A secret's ARN ends in a hyphen and six random characters; leaving them out is the commonest mistake."""
    wanted = check.actual[0] if check.actual else ""
    if ":secretsmanager:" in wanted and wanted[:-SUFFIX] in check.expected:
        return f"Resource lacks the six-character suffix of {actual(check)}: write `{wanted[:-SUFFIX]}-??????`"
    return _no_match(check)


_NO_MATCH = {Element.PRINCIPAL: _principal, Element.RESOURCE: _resource}


def _condition_phrase(check: SeenCheck) -> str:
    if check.finding.reason is Reason.KEY_ABSENT or not check.actual:
        return f"`{check.key}` is not in the request" + (", and so this matches" if check.finding.matched else "")
    return f"`{check.key}` is {actual(check)}"


_VARIABLE = re.compile(r"\$\{\s*([^\s,{}*?$]+)\s*(?:,\s*'([^']*)'\s*)?\}")


def _variables(check: SeenCheck, values: Values) -> str:
    """What the policy variables of a check stand for in this request."""
    found = {match[1]: match[2] for text in check.expected[:_SHOWN] for match in _VARIABLE.finditer(text)}
    if values is None:
        return '; `${…}` is literal text without `"Version": "2012-10-17"`' if found else ""
    return "".join(f"; `{name}` {_stands_for(values.get(name.lower()), default)}" for name, default in found.items())


_SHOWN = 5
"""Values of a check whose variables are told."""


def _stands_for(values: tuple[str, ...] | None, default: str | None) -> str:
    if values is not None and len(values) == 1:
        return f"is `{shorten(values[0])}`"
    why = "is not in the request" if values is None else "has several values"
    return why if default is None else f"{why}: `{shorten(default)}` stands for it"
