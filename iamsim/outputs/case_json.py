"""A decided request as a conformance case: what `iamsim evaluate` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.model.policy_text import policy_document

if TYPE_CHECKING:
    from iamsim.engine.compile import Group
    from iamsim.engine.evaluation import Evaluation
    from iamsim.engine.request import Request

_EXPECTED = {
    "allowed": "ALLOWED",
    "explicitDeny": "EXPLICIT_DENY",
    "implicitDeny": "IMPLICIT_DENY",
    "unknown": "UNKNOWN",
}


def case_json(evaluation: Evaluation, case_id: str) -> dict[str, Any]:
    """The case of a decided request, its decision as what is expected.

    Raises:
        ValueError: the text of one of its policies is not known.
    """
    policies = evaluation.law.policies
    resource = _documents(policies.resource)
    return {
        "id": case_id,
        "request": _request(evaluation.request),
        "identity_policies": [
            {"name": p.policy.name, "policy": policy_document(p.policy)} for p in policies.identity.policies
        ],
        "permission_boundaries": None if policies.boundary is None else _documents(policies.boundary),
        "session_policies": None if policies.session is None else _documents(policies.session),
        "scps": [
            {"org": name, "policies": _documents(level)}
            for name, level in zip(policies.level_names, policies.scps, strict=True)
        ],
        "rcps": [{"org": f"level {i}", "policies": _documents(level)} for i, level in enumerate(policies.rcps)],
        "resource_policy": resource[0] if resource else None,
        "endpoint_policies": [document for group in policies.endpoints for document in _documents(group)],
        "kms_grants": [
            {
                "name": grant.grant.name,
                "grantee": grant.grant.grantee,
                "operations": list(grant.grant.operations),
                "constraints": dict(grant.grant.constraints),
            }
            for grant in policies.grants
        ],
        "expected": _EXPECTED[evaluation.decision.value],
    }


def _request(request: Request) -> dict[str, Any]:
    return {
        "principal": request.principal,
        "principal_account": request.principal_account,
        "action": request.action,
        "resource": request.resource,
        "resource_account": request.resource_account,
        "context": dict(request.context),
        "unknown": list(request.unknown),
    }


def _documents(group: Group) -> list[dict[str, Any]]:
    return [policy_document(policy.policy) for policy in group.policies]
