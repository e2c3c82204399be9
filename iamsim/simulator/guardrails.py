"""The policies of an organization that concern a caller or a resource.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from iamsim.model.policy import Policy, PolicyType

if TYPE_CHECKING:
    from iamsim.model.world import Unit, World

Levels = list[list[Policy]]


@cache
def full_aws_access() -> Policy:
    """The SCP that AWS attaches at every level until somebody takes it away."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return Policy.parse({"Version": "2012-10-17", "Statement": [everything]}, PolicyType.SCP, "FullAWSAccess")


def scps_of(world: World, account: str | None) -> Levels:
    """The SCPs on a caller, from the root of its organization down; none for the management account and outsiders."""
    return [[*([full_aws_access()] if unit.full_access else []), *unit.scps] for unit in _levels(world, account)]


def level_names(world: World, account: str | None) -> tuple[str, ...]:
    """What the levels of `scps_of` are called."""
    return tuple(unit.name for unit in _levels(world, account))


def rcps_of(world: World, account: str | None) -> Levels:
    """The RCPs on a resource, from the root down; none for the management account and outsiders."""
    return [list(unit.rcps) for unit in _levels(world, account)]


def _levels(world: World, account: str | None) -> tuple[Unit, ...]:
    organization = world.organization
    if organization is None or account is None or account == organization.management:
        return ()
    return organization.way_to(account) or ()
