"""Many acts, as the outcome of one call: of the act that decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision
from iamsim.model.policy import PolicyType
from iamsim.services.operation import ServiceError
from iamsim.simulator.call import REFUSED, Call, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.model.world import World
    from iamsim.simulator.rotation_run import Act


def outcome_of_acts(
    call: Call, world: World, acts: Iterable[Act], decisive: Act | None, about: str, failure: str
) -> Outcome:
    """The outcome of the act that decides, in the world that all acts leave; of all of them, where each succeeds.

    `call` stands for all of them, `failure` is the code of the error where no call of an API gave one.
    """
    if decisive is None:
        made = (act.outcome for act in acts if act.outcome is not None and not act.tolerated)
        authorizations = tuple(a for outcome in made for a in outcome.authorizations)
        return Outcome(call, world, authorizations, Decision.ALLOWED, about=about)
    if decisive.outcome is not None and (decisive.outcome.decision in REFUSED or not decisive.problem):
        return replace(decisive.outcome, world=world, about=about)
    error = ServiceError(failure, decisive.problem, recorded=False)
    return Outcome(call, world, (), Decision.IMPLICIT_DENY, PolicyType.STATE, error, about=about)
