"""The sentences in which AWS refuses a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision
from iamsim.model.policy import PolicyType
from iamsim.services.operation import ServiceError

if TYPE_CHECKING:
    from iamsim.engine.evaluation import Evaluation

_NAMES = {
    PolicyType.RCP: ("a resource control policy", "resource control policy"),
    PolicyType.SCP: ("a service control policy", "service control policy"),
    PolicyType.ENDPOINT: ("a VPC endpoint policy", "VPC endpoint policy"),
    PolicyType.TRUST_POLICY: ("the role trust policy", "role trust policy"),
    PolicyType.IDENTITY: ("an identity-based policy", "identity-based policy"),
    PolicyType.BOUNDARY: ("a permissions boundary", "permissions boundary"),
    PolicyType.SESSION: ("a session policy", "session policy"),
}
_ON_RESOURCE = ("a resource-based policy", "resource-based policy")
_ORDER = (PolicyType.RCP, PolicyType.SCP, PolicyType.ENDPOINT)
_LAST = (PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION)


def access_denied(evaluation: Evaluation, resource: str) -> ServiceError:
    """The AccessDeniedException for a refused request; `resource` is echoed as the caller wrote it.

    AWS names one policy type, however many refuse.
    """
    request = evaluation.request
    kinds = sorted(evaluation.decided_by, key=_rank)
    head = f"User: {request.caller.id} is not authorized to perform: {request.action} on resource: {resource}"
    return ServiceError("AccessDeniedException", head + _tail(evaluation.decision, kinds, request.action))


def _tail(decision: Decision, kinds: list[PolicyType], action: str) -> str:
    if not kinds:
        return ""
    denying, silent = _NAMES.get(kinds[0], _ON_RESOURCE)
    if decision is Decision.EXPLICIT_DENY:
        return f" with an explicit deny in {denying}"
    return f" because no {silent} allows the {action} action"


def _rank(kind: PolicyType) -> int:
    if kind in _ORDER:
        return _ORDER.index(kind)
    return len(_ORDER) + 1 + _LAST.index(kind) if kind in _LAST else len(_ORDER)
