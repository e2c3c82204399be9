"""What each AWS service adds: its facts and its `ServiceRules`. A service that is not modelled has the default rules."""

from __future__ import annotations

from functools import lru_cache

from iamsim.engine.rules import ServiceRules
from iamsim.services import iam, kms, lambda_, secretsmanager, ssm, sts
from iamsim.services.organizations import RCP_SERVICES

_MODELLED = {
    "iam": iam.rules_for,
    "kms": kms.rules_for,
    "lambda": lambda_.rules_for,
    "secretsmanager": secretsmanager.rules_for,
    "ssm": ssm.rules_for,
    "sts": sts.rules_for,
}


@lru_cache(maxsize=512)
def rules_for(service: str, action: str) -> ServiceRules:
    """The rules for an action, both parts in lower case: `rules_for("kms", "decrypt")`."""
    modelled = _MODELLED.get(service)
    return modelled(action) if modelled else ServiceRules(rcp=service in RCP_SERVICES)
