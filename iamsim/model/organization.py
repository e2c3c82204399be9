"""An organization and its tree of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamsim.model.policy import Policy


@dataclass(frozen=True)
class Unit:
    """The root of an organization, an organizational unit, or an account's own place at the end of the tree.

    `scps` and `rcps` are what is attached here; `full_access` is whether AWS's FullAWSAccess is still among the SCPs.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
    """

    name: str
    scps: tuple[Policy, ...] = ()
    rcps: tuple[Policy, ...] = ()
    full_access: bool = True
    accounts: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Organization:
    """An organization: its id (`o-…`), the 12 digits of its management account, and its tree.

    What is not known is empty. Every account has a unit of its own at the end of the tree, which has no id.
    """

    id: str
    management: str
    root: Unit

    def way_to(self, account: str) -> tuple[Unit, ...] | None:
        """The units from the root down to the account's own, or None for an account that does not stand in the tree.

        What is attached on the way binds every account but the management account.
        """
        return _way(self.root, account)


def _way(unit: Unit, account: str) -> tuple[Unit, ...] | None:
    if account in unit.accounts:
        return (unit,)
    for child in unit.units:
        below = _way(child, account)
        if below is not None:
            return (unit, *below)
    return None
