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

_WITH_ARN = frozenset({PolicyType.SCP, PolicyType.RCP, *_LAST})
"""The policies whose ARN AWS adds to an explicit deny (aws-facts C6)."""

_QUERY_SERVICES = frozenset({"iam", "sts"})
"""Services whose errors have other names: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html."""

_NOT_VISIBLE = (
    " on this resource because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)


def access_denied(evaluation: Evaluation, resource: str) -> ServiceError:
    """The refusal of a request, AccessDeniedException from most services.

    `resource` is echoed as the caller wrote it, if it is not empty.

    Secrets Manager echoes what was typed, a bare name too, and nothing where the action has no resource (aws-facts C6.1);
    KMS and Parameter Store tell the ARN, however the thing was named. AWS names one policy type, however many refuse.

    To the explicit denies of SCPs, RCPs, boundaries, session and identity policies AWS adds the policy's ARN. A `Policy`
    has no ARN of its own: it is added where the policy's name is one, and left out elsewhere.
    """
    request = evaluation.request
    kinds = sorted(evaluation.decided_by, key=_rank)
    head = f"User: {request.caller.id} is not authorized to perform: {request.action}"
    code, status = ("AccessDenied", 403) if request.service in _QUERY_SERVICES else ("AccessDeniedException", 400)
    return ServiceError(code, head + _rest(evaluation, kinds, resource), status)


def _rest(evaluation: Evaluation, kinds: list[PolicyType], resource: str) -> str:
    request = evaluation.request
    if _is_hidden(evaluation, kinds):
        return _NOT_VISIBLE
    by_arn = request.service == "ssm" or (request.service == "kms" and resource)
    if by_arn and request.resource != "*":
        resource = request.resource
    return (f" on resource: {resource}" if resource else "") + _tail(evaluation, kinds)


def _is_hidden(evaluation: Evaluation, kinds: list[PolicyType]) -> bool:
    """Whether KMS keeps to itself if there is such a key: across accounts, when it is the key's side that refuses.

    Seen in reports, not recorded (aws-facts C6.2).
    """
    request = evaluation.request
    if request.service != "kms" or request.owner == request.caller.account:
        return False
    return kinds[:1] == [PolicyType.KEY_POLICY] or kinds[:1] == [PolicyType.GRANT]


def _tail(evaluation: Evaluation, kinds: list[PolicyType]) -> str:
    if not kinds:
        return ""
    denying, silent = _NAMES.get(kinds[0], _ON_RESOURCE)
    if evaluation.decision is Decision.EXPLICIT_DENY:
        return f" with an explicit deny in {denying}{_arn(evaluation, kinds[0])}"
    return f" because no {silent} allows the {evaluation.request.action} action"


def _arn(evaluation: Evaluation, kind: PolicyType) -> str:
    names = (s.policy for s in evaluation.matched_statements if s.policy_type is kind)
    name = next(names, "") if kind in _WITH_ARN else ""
    return f": {name}" if name.startswith("arn:") else ""


def _rank(kind: PolicyType) -> int:
    if kind in _ORDER:
        return _ORDER.index(kind)
    return len(_ORDER) + 1 + _LAST.index(kind) if kind in _LAST else len(_ORDER)
