"""Principals that a policy or a grant names.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError

if TYPE_CHECKING:
    from iamsim.model.world import World


def may_exist(world: World, principal: str) -> bool:
    """Whether a principal is there, as far as the world can tell: it knows the users and roles of its accounts.

    Service-linked roles stand in no world, and may always be there.
    """
    try:
        arn = parse_arn(principal)
    except LanguageError:
        return True
    account = world.account(arn.account)
    if account is None or arn.service != "iam" or arn.resource_type not in ("user", "role"):
        return True
    linked = arn.resource.startswith("role/aws-service-role/")
    return linked or principal in account.users or principal in account.roles
