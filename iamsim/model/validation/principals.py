"""Principal and NotPrincipal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from iamsim.model.policy import PolicyType
from iamsim.model.validation.report import Flaw, json_type, shown, suggestion, wrong_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.language.source import Pointer
    from iamsim.model.validation.report import Report

EVERYONE = "*"

UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{8,}")
"""What AWS writes instead of the ARN of a principal that is gone: `AROA…`, `AIDA…`, `AGPA…`."""

_ACCOUNT = re.compile(r"[0-9]{12}")
_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:iam::[0-9]{12}:(?:root|(?:user|role)/[^:*?]+)"
    r"|sts::[0-9]{12}:(?:assumed-role/[^:/*?]+/[^:/*?]+|federated-user/[^:*?]+|self)"
    r"|iam::cloudfront:user/CloudFront Origin Access Identity [A-Z0-9]+)"
)
_GROUP = re.compile(r"arn:aws[a-z-]*:iam::[^:]*:group/.*", re.DOTALL)
_SERVICE = re.compile(
    r"[a-z0-9][a-z0-9._-]*\.(?:amazonaws\.(?:com|eu)|amazonaws\.com\.cn|aws\.internal|amazon\.com|api\.aws)"
)
_PROVIDER = re.compile(
    r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:saml-provider|oidc-provider)/[^*?]+|[A-Za-z0-9.-]+\.[A-Za-z]+(?:/.+)?"
)

_PRINCIPAL_HELP = 'write `"*"` or an object such as `{"AWS": "arn:aws:iam::111122223333:role/app"}`'


def check_principal(value: Any, name: str, at: Pointer, policy_type: PolicyType, report: Report) -> None:
    """Judge the value of a Principal or NotPrincipal element."""
    if value == EVERYONE:
        return
    if not isinstance(value, dict):
        problem = shown(value) if isinstance(value, str) else json_type(value)
        report.add(Flaw("principal-format", f"`{name}` cannot be {problem}", _PRINCIPAL_HELP), (*at, name))
        return
    if not value:
        report.add(Flaw("empty-principal", f"`{name}` names nobody", _PRINCIPAL_HELP), (*at, name))
    for kind, members in value.items():
        if kind not in _KINDS:
            report.add(_unknown_kind(kind), (*at, name, kind), key=True)
        else:
            _check_members(kind, members, (*at, name, kind), policy_type, report)


def _unknown_kind(kind: str) -> Flaw:
    help_ = suggestion(kind, _KINDS, 0.5) or f"write one of `{'`, `'.join(_KINDS)}`"
    return Flaw("unknown-principal-type", f"{shown(kind)} is no type of principal", help_)


def _check_members(kind: str, members: Any, at: Pointer, policy_type: PolicyType, report: Report) -> None:
    if isinstance(members, list) and not members:
        report.add(Flaw("empty-principal", f"`{kind}` names nobody", _PRINCIPAL_HELP), at)
    for index, member in enumerate(members if isinstance(members, list) else (members,)):
        if not isinstance(member, str):
            expected = "a string" if isinstance(members, list) else "a string or a list of strings"
            report.add(wrong_type(f"a principal of `{kind}`", member, expected), (*at, index))
        else:
            flaw = None if report.lenient else _KINDS[kind](member, policy_type)
            if flaw:
                report.add(flaw, (*at, index))


def _aws_flaw(text: str, policy_type: PolicyType) -> Flaw | None:
    if _ARN.fullmatch(text) or text == EVERYONE or _ACCOUNT.fullmatch(text) or UNIQUE_ID.fullmatch(text):
        return None
    if _GROUP.fullmatch(text):
        help_ = "name its users, or the account with a condition"
        return Flaw("group-principal", "a group cannot be a principal", help_)
    if "*" in text or "?" in text:
        help_ = 'name each principal in full, or write `"*"` alone with a condition on `aws:PrincipalArn`'
        return _wildcard(text, help_)
    help_ = "write 12 digits, or the ARN of an account's root, a user, a role, a role session or a federated user"
    return Flaw("principal-arn", f"{shown(text)} is no principal of AWS", help_)


def _service_flaw(text: str, policy_type: PolicyType) -> Flaw | None:
    if _SERVICE.fullmatch(text):
        return None
    if "*" in text or "?" in text:
        return _wildcard(text, "name each service: `lambda.amazonaws.com`")
    return Flaw("service-principal-format", f"{shown(text)} is no service principal", "write `service.amazonaws.com`")


def _federated_flaw(text: str, policy_type: PolicyType) -> Flaw | None:
    if policy_type is not PolicyType.TRUST_POLICY:
        message = "a federated principal may stand in a role's trust policy only"
        return Flaw("federated-not-allowed", message, "name the role that it assumes, or the role's session")
    if _PROVIDER.fullmatch(text):
        return None
    if "*" in text or "?" in text:
        return _wildcard(text, "name each identity provider")
    help_ = "write the ARN of a SAML or OIDC provider, or a provider's domain such as `accounts.google.com`"
    return Flaw("federated-format", f"{shown(text)} is no identity provider", help_)


def _wildcard(text: str, help_: str) -> Flaw:
    at = min(text.find(wildcard) for wildcard in "*?" if wildcard in text)
    return Flaw("wildcard-in-principal", f"a wildcard cannot stand in the principal {shown(text)}", help_, (at, at + 1))


def _canonical_user_flaw(text: str, policy_type: PolicyType) -> Flaw | None:
    return None


_KINDS: dict[str, Callable[[str, PolicyType], Flaw | None]] = {
    "AWS": _aws_flaw,
    "Service": _service_flaw,
    "Federated": _federated_flaw,
    "CanonicalUser": _canonical_user_flaw,
}
