"""Why no added statement opens a refused call, and which of its authorizations one could open. No sentence is formatted here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from iamsim.analysis.additions import options
from iamsim.analysis.explain import explain
from iamsim.analysis.need import Need
from iamsim.engine.decision import Decision
from iamsim.engine.request import CallerKind
from iamsim.language.arn import parse_arn
from iamsim.model.policy import PolicyType
from iamsim.simulator.standing import standing_of

if TYPE_CHECKING:
    from iamsim.analysis.explain import Cause
    from iamsim.simulator.call import Authorization, Outcome


class Why(StrEnum):
    """Why nothing that can be added opens a call."""

    EXPLICIT_DENY = "explicitDeny"
    SCP = "scp"
    MANAGED_KEY = "managedKey"
    KEY_STATE = "keyState"
    DELETION = "deletion"
    STATE = "state"
    UNKNOWN = "unknown"
    NO_WAY = "noWay"


@dataclass(frozen=True)
class Obstacle:
    """What no added statement removes.

    `cause` holds the statements that deny, or the level that is closed; `thing` is the secret or key in whose state it lies,
    `state` that state; `keys` are the context keys that would decide, and `policies` the names of those whose text is not
    known; `action` is what was asked for. `named` is the secret of a batch, as the call names it, that it stands before.
    """

    why: Why
    account: str | None = None
    cause: Cause | None = None
    thing: str = ""
    state: str = ""
    action: str = ""
    keys: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    named: str = ""


def refused_groups(outcome: Outcome) -> list[list[Authorization]]:
    """The authorizations that refuse; those of which one is enough stand together."""
    groups: dict[int, list[Authorization]] = {}
    for number, authorization in enumerate(outcome.authorizations):
        if authorization.refuses:
            key = id(authorization.demand) if authorization.demand.any_of else -number
            groups.setdefault(key, []).append(authorization)
    return list(groups.values())


def obstacles_of(outcome: Outcome) -> tuple[Obstacle, ...]:
    """What no addition removes, of an outcome that is no success."""
    if outcome.decision is Decision.UNKNOWN:
        return _unknown(outcome)
    groups = refused_groups(outcome)
    if not groups:
        return (_state(outcome),)
    found = [obstacle for group in groups for obstacle in _of_group(outcome, group)]
    if not found and not _known(outcome):
        standing = standing_of(outcome.world, outcome.call.caller)
        return (Obstacle(Why.UNKNOWN, standing.caller.account, policies=tuple(p.name for p in standing.identity)),)
    return tuple(found)


def _of_group(outcome: Outcome, group: list[Authorization]) -> list[Obstacle]:
    """The obstacles of authorizations of which one has to be allowed: none, as soon as one of them has a way."""
    found: list[Obstacle] = []
    explained = {id(e.authorization): e for e in explain(outcome).authorizations}
    for authorization in group:
        causes = explained[id(authorization)].causes
        action = authorization.evaluation.request.action
        if authorization.decision is Decision.EXPLICIT_DENY:
            here = [Obstacle(Why.EXPLICIT_DENY, cause.account, cause, action=action) for cause in causes]
        else:
            here = [
                Obstacle(Why.SCP, cause.account, cause, action=action)
                for cause in causes
                if cause.type is PolicyType.SCP
            ]
            if not here and _known(outcome) and not any(options(Need(outcome.world, authorization.evaluation))):
                # a trust policy could let a provider's token in, but which claims it should want nobody can tell from here
                open_to_others = authorization.evaluation.request.caller.kind is CallerKind.PROVIDER
                thing = "" if open_to_others else authorization.evaluation.request.resource
                here = [Obstacle(Why.NO_WAY, thing=thing, action=action)]
        if not here:
            return []
        found += here
    return found


def _known(outcome: Outcome) -> bool:
    return all(policy.known for policy in standing_of(outcome.world, outcome.call.caller).identity)


def _unknown(outcome: Outcome) -> tuple[Obstacle, ...]:
    keys = (key for a in outcome.authorizations if a.leaves_open for key in a.evaluation.missing_context_values)
    undecided = (seen.policy for explained in explain(outcome).authorizations for seen in explained.undecided)
    texts = (policy.name for policy in undecided if not policy.known)
    return (Obstacle(Why.UNKNOWN, keys=tuple(dict.fromkeys(keys)), policies=tuple(dict.fromkeys(texts))),)


def _state(outcome: Outcome) -> Obstacle:
    """What a call fails by that no policy refuses."""
    world, error = outcome.world, outcome.error
    arns = [a.evaluation.request.resource for a in outcome.authorizations]
    secrets = [secret for arn in arns if (secret := world.secret(arn))]
    keys = [key for arn in arns if (key := world.key(arn))]
    secret = secrets[0] if secrets else None
    if error is not None and error.kind is PolicyType.MANAGED_KEY and not (secret and secret.key):
        return Obstacle(Why.MANAGED_KEY, secret.account if secret else None, thing=secret.arn if secret else "")
    deleted = next((secret for secret in secrets if secret.deleted), None)
    if deleted is not None:
        return Obstacle(Why.DELETION, deleted.account, thing=deleted.arn)
    keys += [key for s in secrets if s.key and (key := world.key(s.key))]
    unusable = next((key for key in keys if key.state not in ("Enabled", "Updating")), None)
    if unusable is not None:
        return Obstacle(Why.KEY_STATE, parse_arn(unusable.arn).account, thing=unusable.arn, state=unusable.state)
    return Obstacle(Why.STATE, thing=arns[0] if arns else "", state=f"{error.code}: {error.message}" if error else "")
