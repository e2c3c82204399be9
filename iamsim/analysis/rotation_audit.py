"""Everything that a rotation lacks, in all of its steps, and one remedy for all of it, proved by rotating again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from iamsim.analysis.amend import amended
from iamsim.analysis.obstacles import Why
from iamsim.analysis.remedy import remedies
from iamsim.analysis.solve import Remedy
from iamsim.analysis.tidy import tidy
from iamsim.simulator.rotation import rotate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iamsim.analysis.amend import Addition
    from iamsim.analysis.obstacles import Obstacle
    from iamsim.model.world import World
    from iamsim.simulator.rotation_run import Act, RotationRun, RotationStart


class Lacking(NamedTuple):
    """An authorization that a rotation needs and does not have: who asks for what, first in which step, for which call.

    `unknown` is whether it hangs on what is not known.
    """

    step: str
    what: str
    by: str
    action: str
    resource: str
    unknown: bool = False


class InTheWay(NamedTuple):
    """An act for which nothing can be added, and why."""

    step: str
    act: Act
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True)
class Audit:
    """What was found. `run` is the rotation as it goes, `played_on` as it would go if nothing were refused.

    `repaired` is the rotation with the `remedy`: it completes, unless something is `in_the_way` or fails by itself.
    """

    run: RotationRun
    played_on: RotationRun
    lacking: tuple[Lacking, ...]
    in_the_way: tuple[InTheWay, ...] = ()
    remedy: Remedy | None = None
    repaired: RotationRun | None = None


def audit(world: World, start: RotationStart) -> Audit:
    """Play a rotation on behind every refusal, and find what opens them all.

    Raises:
        InputError: as `iamsim.simulator.rotation.rotate`.
    """
    # A step that a refusal ends is played on as if it were allowed: what AWS would say then of the store is in `Act.problem`.
    played_on = rotate(world, replace(start, as_if_allowed=True))
    found = Audit(rotate(world, start), played_on, tuple(_lacking(played_on)))
    pieces: list[Addition] = []
    in_the_way: dict[tuple[str, ...], InTheWay] = {}
    for step, act in _refused(played_on):
        if act.outcome is None:
            continue
        proposed = remedies(act.outcome)
        if proposed.remedy:
            pieces += proposed.remedy.additions
        obstacles = tuple(obstacle for obstacle in proposed.obstacles if act.problem or obstacle.why is not Why.STATE)
        if obstacles:
            in_the_way.setdefault((act.what, act.by, repr(obstacles)), InTheWay(step, act, obstacles))
    found = replace(found, in_the_way=tuple(in_the_way.values()))
    return _repaired(found, world, start, pieces) if pieces else found


def _repaired(found: Audit, world: World, start: RotationStart, pieces: Sequence[Addition]) -> Audit:
    """The audit with the fewest additions that leave no refusal which all of them together do not leave."""

    def left(additions: Sequence[Addition]) -> frozenset[tuple[str, str, str]]:
        run = rotate(amended(world, tidy(additions)), replace(start, as_if_allowed=True))
        return frozenset((step, act.what, act.by) for step, act in _refused(run))

    unavoidable, kept = left(pieces), list(pieces)
    for piece in reversed(pieces):
        fewer = [other for other in kept if other is not piece]
        if left(fewer) == unavoidable:
            kept = fewer
    remedy = Remedy(tidy(kept))
    return replace(found, remedy=remedy, repaired=rotate(amended(world, remedy.additions), start))


def _refused(run: RotationRun) -> Iterator[tuple[str, Act]]:
    """The acts that an authorization refuses, with their steps."""
    for step in run.steps:
        for act in step.acts:
            if act.outcome and not act.tolerated and any(a.refuses for a in act.outcome.authorizations):
                yield step.name, act


def _lacking(run: RotationRun) -> Iterator[Lacking]:
    seen: set[tuple[str, str, str]] = set()
    for step in run.steps:
        for act in step.acts:
            for authorization in act.outcome.authorizations if act.outcome and not act.tolerated else ():
                request = authorization.evaluation.request
                by = request.caller.id
                if (authorization.refuses or authorization.leaves_open) and (
                    by,
                    request.action,
                    request.resource,
                ) not in seen:
                    seen.add((by, request.action, request.resource))
                    unknown = authorization.leaves_open
                    yield Lacking(step.name, act.what, by, request.action, request.resource, unknown)
