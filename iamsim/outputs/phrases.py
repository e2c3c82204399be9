"""The words for what the engine says in enums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision, Element, Reason
from iamsim.model.policy import PolicyType

if TYPE_CHECKING:
    from iamsim.analysis.explain import SeenGrant
    from iamsim.analysis.nearness import SeenCheck

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


def grant_phrase(seen: SeenGrant) -> str:
    """Why a grant to the caller does not open the key."""
    grant = seen.grant
    what = f"grant {grant.name or 'without a name'} to `{grant.grantee}`"
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


def check_phrase(check: SeenCheck) -> str:
    """What a failed or unknown check says of the request."""
    reason = check.finding.reason
    if check.element is Element.CONDITION:
        return _condition_phrase(check)
    if reason is Reason.ELEMENT_MISSING:
        return "the statement has no Resource, so it never applies"
    if reason is Reason.KEY_UNKNOWN:
        return f"depends on {keys(check.finding.keys)}, which is not known"
    if reason is Reason.VARIABLE_ABSENT:
        return "the policy variable has no value in this request, so this matches nothing"
    if reason is Reason.HAS_BOUNDARY:
        return "NotPrincipal with Deny reaches every caller that has a permissions boundary"
    if reason is Reason.EXCLUDED:
        return f"leaves out {actual(check)}"
    return _NO_MATCH.get(check.element, _no_match)(check)


def keys(names: tuple[str, ...]) -> str:
    """Context keys, in backticks."""
    return ", ".join(f"`{name}`" for name in names)


def actual(check: SeenCheck) -> str:
    """What the request holds, shortened."""
    values = [f"`{shorten(value)}`" for value in check.actual[:3]]
    more = ["…"] if len(check.actual) > len(values) else []
    return ", ".join([*values, *more]) or "nothing"


def shorten(text: str, most: int = 120) -> str:
    """A text, its middle left out where it is long."""
    half = (most - 1) // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"


def _no_match(check: SeenCheck) -> str:
    return f"does not match {actual(check)}"


def _principal(check: SeenCheck) -> str:
    return f"does not name {actual(check)}"


def _resource(check: SeenCheck) -> str:
    """A secret's ARN ends in a hyphen and six random characters; leaving them out is the commonest mistake."""
    wanted = check.actual[0] if check.actual else ""
    if ":secretsmanager:" in wanted and wanted[:-SUFFIX] in check.expected:
        return f"lacks the six-character suffix of {actual(check)}: write `{wanted[:-SUFFIX]}-??????`"
    return _no_match(check)


_NO_MATCH = {Element.PRINCIPAL: _principal, Element.RESOURCE: _resource}


def _condition_phrase(check: SeenCheck) -> str:
    reason = check.finding.reason
    if reason is Reason.KEY_ABSENT:
        return f"`{check.key}` is not in the request"
    if reason is Reason.KEY_UNKNOWN:
        return f"{keys(check.finding.keys)} is not known"
    return f"`{check.key}` is {actual(check)}"
