"""What opens a refused call: the smallest set of statements, per owner, proved by playing the call again with them.

Where nothing can be added it says why. A claim is never made without its proof. No sentence is formatted here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iamsim.analysis.by_role import by_role
from iamsim.analysis.obstacles import Obstacle, Why, obstacles_of
from iamsim.analysis.solve import Remedy, applied, proved, replayed, smallest, solve, swapped
from iamsim.engine.decision import Decision
from iamsim.simulator.simulate import simulate

if TYPE_CHECKING:
    from iamsim.simulator.call import Outcome

__all__ = ["Remedies", "Remedy", "applied", "remedies", "replayed"]


@dataclass(frozen=True)
class Remedies:
    """The remedy that is proposed and its alternatives, or the obstacles; all empty for a call that is not refused.

    A BatchGetSecretValue can have both: what opens some of its secrets, and what stands before the others.
    """

    remedy: Remedy | None = None
    alternatives: tuple[Remedy, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


def remedies(outcome: Outcome) -> Remedies:
    """What opens a call that is refused, or what a call that succeeds lists among its `Errors`."""
    found = Remedies() if outcome.ok else _of_call(outcome)
    opened = replayed(outcome, applied(outcome.world, found.remedy)) if found.remedy else outcome
    unread = _unread(outcome, opened)
    return _with_unread(outcome, found, unread) if unread else found


def _of_call(outcome: Outcome) -> Remedies:
    if outcome.decision is Decision.UNKNOWN:
        return Remedies(obstacles=obstacles_of(outcome))
    found = solve(outcome)
    if isinstance(found, Remedy):
        known = {_shape(found): found}
        for other in (*swapped(outcome), *by_role(outcome)):
            known.setdefault(_shape(other), other)
        return Remedies(found, tuple(known.values())[1:])
    managed = any(obstacle.why is Why.MANAGED_KEY for obstacle in found)
    return Remedies(alternatives=tuple(by_role(outcome)) if managed else (), obstacles=found)


def _shape(remedy: Remedy) -> str:
    return repr((sorted(map(str, (addition.place for addition in remedy.additions))), remedy.role))


# The secrets of a batch that could not be read


def _unread(outcome: Outcome, opened: Outcome) -> list[Outcome]:
    """The reads behind the `Errors` of a batch, as refused in the world of the outcome.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
    """
    if outcome.call.operation != "BatchGetSecretValue" or not opened.ok:
        return []
    named = dict.fromkeys(error["SecretId"] for error in (opened.response or {}).get("Errors", ()))
    calls = (replace(outcome.call, operation="GetSecretValue", parameters={"SecretId": name}) for name in named)
    return [simulate(outcome.world, call) for call in calls]


def _with_unread(outcome: Outcome, found: Remedies, unread: list[Outcome]) -> Remedies:
    """What opens the batch, and each of its secrets that can be opened; all of it is proved together."""
    each = [_of_call(read) for read in unread]
    goals = [outcome, *(read for read, its in zip(unread, each, strict=True) if its.remedy)]
    opening = [its.remedy for its in (found, *each) if its.remedy]
    names = (str(read.call.parameters["SecretId"]) for read in unread)
    obstacles = tuple(replace(o, named=name) for name, its in zip(names, each, strict=True) for o in its.obstacles)
    if not opening:
        return Remedies(obstacles=obstacles)
    additions = smallest(goals, [addition for remedy in opening for addition in remedy.additions])
    if not proved(goals, additions):
        return replace(found, obstacles=(*obstacles, Obstacle(Why.NO_WAY)))
    return Remedies(Remedy(additions), obstacles=obstacles)
