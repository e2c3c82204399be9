"""AWS Security Token Service.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
"""

from __future__ import annotations

from iamsim.engine.request import CallerKind
from iamsim.engine.rules import ServiceRules
from iamsim.model.policy import PolicyType

ON_ROLE = frozenset(
    {"assumerole", "assumerolewithsaml", "assumerolewithwebidentity", "setcontext", "setsourceidentity", "tagsession"}
)
"""Actions on a role: its trust policy must allow."""

UNSIGNED = frozenset({"assumerolewithsaml", "assumerolewithwebidentity"})
"""Calls that carry a token of an identity provider in place of AWS credentials."""

WITHOUT_RESOURCE = frozenset(
    [
        "decodeauthorizationmessage",
        "getaccesskeyinfo",
        "getcalleridentity",
        "getdelegatedaccesstoken",
        "getservicebearertoken",
        "getsessiontoken",
        "getwebidentitytoken",
        "taggetwebidentitytoken",
    ]
)
"""Actions without a resource type: no RCP reaches them."""

CLOSED_TO_ROLES = frozenset({"getfederationtoken", "getsessiontoken"})


def rules_for(action: str) -> ServiceRules:
    """Trust policies for what concerns a role; GetCallerIdentity for everyone; what sessions cannot call."""
    sessions = {CallerKind.FEDERATED_USER}
    if action in CLOSED_TO_ROLES:
        sessions |= {CallerKind.ROLE, CallerKind.SESSION}
    return ServiceRules(
        policy_type=PolicyType.TRUST_POLICY if action in ON_ROLE else PolicyType.RESOURCE_POLICY,
        demands_policy=action in ON_ROLE,
        without_policy=("federated-user/",),
        unsigned_requests=action in UNSIGNED,
        always_allowed=action == "getcalleridentity",
        rcp=action not in WITHOUT_RESOURCE,
        closed_to=frozenset(sessions),
    )
