"""AWS Systems Manager, as far as it is Parameter Store.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

from __future__ import annotations

from iamsim.engine.rules import ServiceRules
from iamsim.model.policy import PolicyType

CROSS_ACCOUNT = frozenset({"describeparameters", "getparameter", "getparameterhistory", "getparameters"})
"""What a parameter can be shared for, through AWS RAM; RAM writes its resource policy."""

SECURE = "SecureString"
STANDARD, ADVANCED = "Standard", "Advanced"

LONGEST = {STANDARD: 4096, ADVANCED: 8192}
"""The longest value of a parameter of each tier, in bytes of UTF-8."""


def rules_for(action: str) -> ServiceRules:
    """A shared parameter's policy is one way of two in its own account; no RCP reaches Systems Manager."""
    return ServiceRules(
        policy_type=PolicyType.RESOURCE_POLICY,
        cross_account=action in CROSS_ACCOUNT,
        unsigned_requests=False,
        rcp=False,
    )
