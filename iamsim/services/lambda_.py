"""AWS Lambda. https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html."""

from __future__ import annotations

from iamsim.engine.rules import ServiceRules
from iamsim.model.policy import PolicyType


def rules_for(action: str) -> ServiceRules:
    """A function's policy is one way of two in its own account; only function URLs take unsigned requests; no RCP."""
    unsigned = action == "invokefunctionurl"
    return ServiceRules(policy_type=PolicyType.FUNCTION_POLICY, unsigned_requests=unsigned, rcp=False)
