"""Calls in a row, each in the world that the one before leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision
from iamsim.model.policy import PolicyType
from iamsim.services.operations import OPERATIONS
from iamsim.simulator.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.model.world import World
    from iamsim.simulator.call import Call, Outcome
    from iamsim.simulator.rotation_run import RotationRun


def settled(outcome: Outcome) -> Outcome:
    """The outcome of a call with the world that is there once everything that it set going has ended: a rotation.

    Raises:
        InputError: as `iamsim.simulator.rotation.rotate`.
    """
    run = rotation_behind(outcome)
    return replace(outcome, world=run.world) if run else outcome


def rotation_behind(outcome: Outcome) -> RotationRun | None:
    """The rotation that a call set going, if it did. Raises as `settled`."""
    if outcome.call.operation != "RotateSecret":
        return None
    from iamsim.simulator.rotation import following

    return following(outcome)


def simulate_row(world: World, calls: Iterable[Call]) -> Iterator[Outcome]:
    """What comes of each call.

    After a call that may have changed the world, of which that is not known, nothing is known of what the others come to.

    Raises:
        InputError: as `simulate`.
    """
    known = True
    for call in calls:
        outcome = settled(simulate(world, call))
        outcome = outcome if known else _open(outcome, world)
        known = known and (outcome.decision is not Decision.UNKNOWN or OPERATIONS[call.operation].read_only)
        world = outcome.world
        yield outcome


def _open(outcome: Outcome, world: World) -> Outcome:
    """The outcome of a call in a world that is not known."""
    kind = PolicyType.STATE
    return replace(
        outcome, world=world, decision=Decision.UNKNOWN, kind=kind, failure=None, response=None, record=tuple
    )
