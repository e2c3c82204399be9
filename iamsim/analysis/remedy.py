"""What opens a refused call: the smallest set of statements, per owner, proved by playing the call again with them.

Where nothing can be added it says why. A claim is never made without its proof. No sentence is formatted here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from iamsim.analysis.additions import Need
from iamsim.analysis.amend import Addition, amended
from iamsim.analysis.obstacles import Obstacle, Why, obstacles_of, refused_groups
from iamsim.engine.decision import Decision
from iamsim.engine.request import CallerKind
from iamsim.language.errors import DiagnosticsError
from iamsim.model.policy import PolicyType
from iamsim.simulator.simulate import simulate, simulate_authorization
from iamsim.simulator.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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


@dataclass(frozen=True)
class Remedies:
    """The remedy that is proposed and its alternatives, or the obstacles; all empty for a call that is not refused."""

    remedy: Remedy | None = None
    alternatives: tuple[Remedy, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


def remedies(outcome: Outcome) -> Remedies:
    """What opens a call that is refused."""
    if outcome.ok:
        return Remedies()
    if outcome.decision is Decision.UNKNOWN:
        return Remedies(obstacles=obstacles_of(outcome))
    found = _solve(outcome)
    if isinstance(found, Remedy):
        others = [*_swapped(outcome), *_by_role(outcome)]
        known = {_shape(found): found}
        for other in others:
            known.setdefault(_shape(other), other)
        return Remedies(found, tuple(known.values())[1:])
    managed = any(obstacle.why is Why.MANAGED_KEY for obstacle in found)
    return Remedies(alternatives=tuple(_by_role(outcome)) if managed else (), obstacles=found)


def proved(outcome: Outcome, additions: Iterable[Addition]) -> bool:
    """Whether the call succeeds for certain once these are added."""
    return replayed(outcome, amended(outcome.world, additions)).ok


def replayed(outcome: Outcome, world: World) -> Outcome:
    """The same call in another world."""
    if ":" not in outcome.call.operation:
        return simulate(world, outcome.call)
    return simulate_authorization(world, outcome.call, outcome.authorizations[0].evaluation.request.resource)


def _shape(remedy: Remedy) -> str:
    return repr((sorted(map(str, (addition.place for addition in remedy.additions))), remedy.role))


def _solve(outcome: Outcome, chosen: Option = ()) -> Remedy | tuple[Obstacle, ...]:
    """The first option for each refusal, again until the call succeeds or something stands in the way."""
    pieces: list[Addition] = list(chosen)
    for _ in range(_ROUNDS):
        try:
            now = replayed(outcome, amended(outcome.world, tidy(pieces))) if pieces else outcome
        except DiagnosticsError:
            return (Obstacle(Why.NO_WAY),)
        if now.ok:
            smallest = tidy(_smallest(outcome, pieces))
            return Remedy(smallest) if proved(outcome, smallest) else (Obstacle(Why.NO_WAY),)
        found = obstacles_of(now)
        if found:
            return found
        for options in _needs(now):
            pieces += options[0]
    return (Obstacle(Why.NO_WAY),)


def _swapped(outcome: Outcome) -> Iterator[Remedy]:
    """Remedies with another option for one of the refusals."""
    needs = _needs(outcome)
    for i, options in enumerate(needs):
        for option in options[1:_MOST]:
            others = [piece for j, other in enumerate(needs) if j != i for piece in other[0]]
            found = _solve(outcome, (*option, *others))
            if isinstance(found, Remedy):
                yield found


def _smallest(outcome: Outcome, pieces: list[Addition]) -> list[Addition]:
    """The pieces without those that it does not take."""
    kept = list(pieces)
    for piece in pieces:
        fewer = [other for other in kept if other is not piece]
        if fewer and proved(outcome, tidy(fewer)):
            kept = fewer
    return kept


def tidy(pieces: Iterable[Addition]) -> tuple[Addition, ...]:
    """One addition for each document, one statement for actions that differ in nothing else, every Sid once."""
    documents: dict[object, Addition] = {}
    for number, piece in enumerate(pieces):
        place = (*piece.place, number) if piece.grant else piece.place
        before = documents.get(place)
        documents[place] = replace(before, statements=(*before.statements, *piece.statements)) if before else piece
    return tuple(replace(addition, statements=_merged(addition)) for addition in documents.values())


def _merged(addition: Addition) -> tuple[Mapping[str, Any], ...]:
    merged: dict[str, dict[str, Any]] = {}
    for statement in addition.statements:
        rest = repr({key: value for key, value in statement.items() if key not in ("Sid", "Action")})
        known = merged.setdefault(rest, {**statement, "Action": []})
        wanted = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        known["Action"] += [action for action in wanted if action not in known["Action"]]
    taken = {s.sid for s in addition.policy.statements if s.sid} if addition.policy else set()
    made = []
    for statement in merged.values():
        actions = statement["Action"]
        sid = _free(str(statement["Sid"]), taken)
        taken.add(sid)
        made.append({**statement, "Sid": sid, "Action": actions[0] if len(actions) == 1 else actions})
    return tuple(made)


def _free(sid: str, taken: set[str]) -> str:
    return next(name for name in (sid, *(f"{sid}{i}" for i in range(2, len(taken) + 3))) if name not in taken)


# What is refused


def _needs(outcome: Outcome) -> list[list[Option]]:
    """For each refusal its options; of several authorizations of which one is enough, those of any of them."""
    return [
        [option for refused in group for option in Need(outcome.world, refused.evaluation).options()]
        for group in refused_groups(outcome)
    ]


# A role in the owner's account

_ASSUMING = (CallerKind.USER, CallerKind.ROLE, CallerKind.SESSION)


def _by_role(outcome: Outcome) -> Iterator[Remedy]:
    """A role in the owner's account that the caller assumes, and calls as; it too is proved.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
    """
    world, standing = outcome.world, standing_of(outcome.world, outcome.call.caller)
    owner = next(
        (s.account for a in outcome.authorizations if (s := world.secret(a.evaluation.request.resource))), None
    )
    if (
        owner in (None, standing.caller.account)
        or standing.caller.kind not in _ASSUMING
        or ":" in outcome.call.operation
    ):
        return
    account = world.accounts[str(owner)]
    name = f"{standing.caller.name}-access"
    if account.role_called(name):
        return
    arn = f"arn:{standing.caller.partition}:iam::{owner}:role/{name}"
    trusting = _trust(arn, str(owner), standing.arn)
    with_role = amended(world, (trusting,))
    assuming = replace(outcome.call, operation="sts:AssumeRole", parameters={})
    assumed = simulate_authorization(with_role, assuming, arn)
    asking = Remedy(()) if assumed.ok else _solve(assumed)
    as_role = simulate(with_role, replace(outcome.call, caller=arn))
    reading = Remedy(()) if as_role.ok else _solve(as_role)
    if isinstance(asking, Remedy) and isinstance(reading, Remedy):
        yield Remedy((trusting, *reading.additions, *asking.additions), arn)


def _trust(arn: str, account: str, caller: str) -> Addition:
    statement = {
        "Sid": "AllowAssumeRole",
        "Effect": "Allow",
        "Principal": {"AWS": caller},
        "Action": "sts:AssumeRole",
    }
    return Addition(account, arn, PolicyType.TRUST_POLICY, name=arn.rpartition("/")[2], statements=(statement,))
