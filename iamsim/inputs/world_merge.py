"""One world of several: scenario files, templates."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.language.diagnostic import Diagnostic
from iamsim.language.unknown_text import readable
from iamsim.model.world import Account, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iamsim.analysis.report import Place
    from iamsim.inputs.problems import Problems

_KINDS = tuple(field.name for field in fields(Account) if field.name not in ("id", "alias"))


class Placed(NamedTuple):
    """A world, and where each thing of it was declared; what has no place is only named there."""

    world: World
    places: Mapping[str, Place]


def merged(worlds: Sequence[Placed], problems: Problems) -> Placed:
    """All worlds as one. An ARN that two of them declare is noted, and so are two different organizations."""
    if len(worlds) == 1:
        return worlds[0]
    accounts: dict[str, Account] = {}
    places: dict[str, Place] = {}
    databases: dict[str, Mapping[str, str]] = {}
    organization = None
    for world, declared in worlds:
        for id_, account in world.accounts.items():
            there = accounts.get(id_)
            accounts[id_] = _union(there, account, places, declared, problems) if there else account
        places |= {arn: place for arn, place in declared.items() if arn not in places}
        databases |= world.databases
        if None not in (organization, world.organization) and organization != world.organization:
            problems.extend([Diagnostic("two-organizations", "two scenarios have different organizations", help=_ONE)])
        organization = organization or world.organization
    return Placed(World(accounts, organization, databases), places)


_ONE = "check them one after the other"


def _union(
    first: Account, other: Account, before: Mapping[str, Place], declared: Mapping[str, Place], problems: Problems
) -> Account:
    made: dict[str, Any] = {}
    for kind in _KINDS:
        here, there = getattr(first, kind), getattr(other, kind)
        for arn in [arn for arn in here if arn in there and arn in before and arn in declared]:
            problems.extend([_twice(arn, declared[arn], before[arn])])
        made[kind] = {**here, **{arn: thing for arn, thing in there.items() if arn not in here or arn not in before}}
    alias = other.alias if first.alias == first.id else first.alias
    return replace(first, alias=alias, **made)


def _twice(arn: str, place: Place, before: Place) -> Diagnostic:
    labels = (place.label, replace(before.label, text="first here"))
    help_ = "give each its own name, or check the files one after the other"
    return Diagnostic("duplicate-id", f"`{readable(arn)[:200]}` stands in two files", labels, help=help_)
