"""The search for a remedy of one refused call, and its proof: the call is played again in the amended world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iamsim.analysis.additions import options
from iamsim.analysis.amend import Addition, amended
from iamsim.analysis.need import Need
from iamsim.analysis.obstacles import Obstacle, Why, obstacles_of, refused_groups
from iamsim.analysis.tidy import tidy
from iamsim.language.errors import DiagnosticsError
from iamsim.simulator.simulate import simulate, simulate_authorization

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iamsim.analysis.additions import Option
    from iamsim.model.world import World
    from iamsim.simulator.call import Outcome

_ROUNDS = 4
"""How often a call is played again with what the last refusal wants; AWS asks no operation for more."""

_MOST = 6
"""Alternatives that are tried for one authorization."""


@dataclass(frozen=True)
class Remedy:
    """Additions with which the call succeeds: that was proved.

    `role` is a new role in the owner's account, if the caller is to assume one and to call as that role.
    """

    additions: tuple[Addition, ...]
    role: str | None = None


def applied(world: World, remedy: Remedy) -> World:
    """The world once a remedy's additions are made.

    Raises:
        PolicyError: AWS would refuse to store a statement; never for a remedy that was found in this world.
    """
    return amended(world, remedy.additions)


def replayed(outcome: Outcome, world: World) -> Outcome:
    """The same call in another world."""
    if ":" not in outcome.call.operation:
        return simulate(world, outcome.call)
    return simulate_authorization(world, outcome.call, outcome.authorizations[0].evaluation.request.resource)


def proved(outcomes: Iterable[Outcome], additions: Iterable[Addition]) -> bool:
    """Whether the calls succeed for certain, each by itself, once these are added; they were played in one world."""
    goals = list(outcomes)
    world = amended(goals[0].world, additions)
    return all(replayed(goal, world).ok for goal in goals)


def smallest(goals: Sequence[Outcome], pieces: Sequence[Addition]) -> tuple[Addition, ...]:
    """The pieces, tidied, without those that it does not take to open every goal."""
    kept = list(pieces)
    for piece in pieces:
        fewer = [other for other in kept if other is not piece]
        if fewer and proved(goals, tidy(fewer)):
            kept = fewer
    return tidy(kept)


def solve(outcome: Outcome, chosen: Option = ()) -> Remedy | tuple[Obstacle, ...]:
    """The first option for each refusal, again until the call succeeds or something stands in the way."""
    pieces: list[Addition] = list(chosen)
    for _ in range(_ROUNDS):
        try:
            now = replayed(outcome, amended(outcome.world, tidy(pieces))) if pieces else outcome
        except DiagnosticsError:
            return (Obstacle(Why.NO_WAY),)
        if now.ok:
            found = smallest([outcome], pieces)
            return Remedy(found) if proved([outcome], found) else (Obstacle(Why.NO_WAY),)
        found_obstacles = obstacles_of(now)
        if found_obstacles:
            return found_obstacles
        for choices in _needs(now):
            pieces += choices[0]
    return (Obstacle(Why.NO_WAY),)


def swapped(outcome: Outcome) -> Iterator[Remedy]:
    """Remedies with another option for one of the refusals."""
    needs = _needs(outcome)
    for i, choices in enumerate(needs):
        for option in choices[1:_MOST]:
            others = [piece for j, other in enumerate(needs) if j != i for piece in other[0]]
            found = solve(outcome, (*option, *others))
            if isinstance(found, Remedy):
                yield found


def _needs(outcome: Outcome) -> list[list[Option]]:
    """For each refusal its options; of several authorizations of which one is enough, those of any of them."""
    return [
        [option for refused in group for option in options(Need(outcome.world, refused.evaluation))]
        for group in refused_groups(outcome)
    ]
