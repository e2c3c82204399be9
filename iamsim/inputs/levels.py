"""An organization made of nothing but the SCPs above a caller and the RCPs above a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.model.policy import Effect
from iamsim.model.world import Organization, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iamsim.model.policy import Policy


def organization_of_levels(
    caller: str, scps: Sequence[Policy], owner: str, rcps: Sequence[Policy]
) -> Organization | None:
    """The organization in which each policy is a level of its own, the first nearest to the root; None without any.

    FullAWSAccess stands beside an SCP only if that has no Allow statement. An account above which nothing was given is
    no member, unless it is the other one. The organization's id is not known and left empty.
    """
    if not scps and not rcps:
        return None
    above_caller = [Unit(p.name, scps=(p,), full_access=not _allows(p)) for p in scps]
    above_owner = [Unit(p.name, rcps=(p,)) for p in rcps]
    if caller == owner:
        return Organization("", "", Unit("root", units=(_chain([*above_caller, *above_owner], caller),)))
    sides = [(above_caller, caller), (above_owner, owner)]
    return Organization("", "", Unit("root", units=tuple(_chain(units, account) for units, account in sides if units)))


def _allows(policy: Policy) -> bool:
    return any(statement.effect is Effect.ALLOW for statement in policy.statements)


def _chain(units: Sequence[Unit], account: str) -> Unit:
    """Units each inside the one before, and the account at the end."""
    below = Unit(account, accounts=(account,))
    for unit in reversed(units):
        below = Unit(unit.name, unit.scps, unit.rcps, unit.full_access, units=(below,))
    return below
