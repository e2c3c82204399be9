"""Action and NotAction: `service:Name`, with `*` and `?` in the name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iamsim.model.policy import PolicyType
from iamsim.model.validation.report import Flaw, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_WELL_FORMED = re.compile(r"\*|(?:\*|[A-Za-z0-9.-]+):[^:]+")
_SERVICE = re.compile(r"\*|[A-Za-z0-9.-]+")

_FORM = "write `service:Action`, such as `secretsmanager:GetSecretValue`, or `*`"


def action_flaw(text: str) -> Flaw | None:
    """What is wrong with the form of an action, if anything."""
    if _WELL_FORMED.fullmatch(text):
        return None
    service, *rest = text.split(":")
    if not rest or not service:
        return Flaw("action-without-service", f"{shown(text)} names no service", _FORM)
    if len(rest) > 1:
        at = len(service) + 1 + len(rest[0])
        return Flaw("action-with-colons", f"{shown(text)} has more than one colon", _FORM, (at, at + 1))
    if not _SERVICE.fullmatch(service):
        message = f"{shown(service)} cannot be the prefix of a service"
        help_ = "write a prefix of letters, digits, `.` and `-`; wildcards may stand after the colon only"
        return Flaw("action-service", message, help_, (0, len(service)))
    return Flaw("action-without-name", f"{shown(text)} names no action", f"write `{service}:*` for every action")


def well_formed(texts: Iterable[str]) -> bool:
    """Whether nothing is wrong with the form of any of these actions."""
    return all(map(_WELL_FORMED.fullmatch, texts))


def typed_action_judge(policy_type: PolicyType) -> Callable[[str], Flaw | None] | None:
    """What tells the flaws that a well-formed action has in a policy of that type; None where it has none."""
    return _BY_TYPE.get(policy_type)


def _rcp_flaw(text: str) -> Flaw | None:
    if text.partition(":")[0] != "*":
        return None
    help_ = "name a service: `secretsmanager:*`"
    return Flaw("rcp-action-wildcard", f"`{text}` names no service, as a resource control policy must", help_)


def _trust_flaw(text: str) -> Flaw | None:
    if text.partition(":")[0].lower() == "sts":
        return None
    help_ = "write `sts:AssumeRole`, `sts:AssumeRoleWithWebIdentity`, `sts:TagSession` or another of `sts`"
    return Flaw("trust-policy-action", f"{shown(text)} is no action on a role's trust policy", help_)


_BY_TYPE = {PolicyType.RCP: _rcp_flaw, PolicyType.TRUST_POLICY: _trust_flaw}
