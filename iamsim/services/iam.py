"""AWS Identity and Access Management.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html (what its sessions cannot call)
"""

from __future__ import annotations

from iamsim.engine.request import CallerKind
from iamsim.engine.rules import ServiceRules


def rules_for(_action: str) -> ServiceRules:
    """Its resources carry no policy that other accounts could be named in; no RCP reaches it."""
    return ServiceRules(
        cross_account=False, unsigned_requests=False, rcp=False, closed_to=frozenset({CallerKind.FEDERATED_USER})
    )
