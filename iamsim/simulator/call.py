"""A call, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.engine.evaluation import Evaluation
    from iamsim.engine.request import ContextValue
    from iamsim.model.policy import PolicyType
    from iamsim.model.world import World
    from iamsim.services.operation import Demand, ServiceError

REFUSED = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)


@dataclass(frozen=True)
class Call:
    """A call of an API operation: `Call("GetSecretValue", caller="arn:…", parameters={"SecretId": "prod/db"})`.

    `context` gives or overrides context keys, None where a key is absent; `unknown` names keys that are not known, as in
    `Request`.
    """

    operation: str
    caller: str | Mapping[str, str]
    parameters: Mapping[str, object] = field(default_factory=dict)
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Authorization:
    """One authorization of a call. `asked` is False for one that AWS does not come to, since an earlier one is refused."""

    demand: Demand
    evaluation: Evaluation
    asked: bool = True

    @property
    def decision(self) -> Decision:
        """What it came to."""
        return self.evaluation.decision


@dataclass(frozen=True)
class Outcome:
    """What came of a call. `error` is what AWS returns; `world` is the next one."""

    call: Call
    world: World
    authorizations: tuple[Authorization, ...]
    decision: Decision
    decided_by: tuple[PolicyType, ...]
    error: ServiceError | None = None
    events: tuple[Mapping[str, object], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the call succeeds for certain."""
        return self.decision is Decision.ALLOWED and self.error is None


def concluded(
    call: Call, world: World, authorizations: tuple[Authorization, ...], refusal: ServiceError | None
) -> Outcome:
    """The outcome by the authorizations alone.

    One definite refusal refuses the call, whatever is unknown before it; else an unknown leaves it open.
    """
    refused = [a.evaluation for a in authorizations if a.decision in REFUSED]
    if refused:
        return Outcome(call, world, authorizations, refused[0].decision, refused[0].decided_by, refusal)
    unknown = [a.evaluation for a in authorizations if a.decision is Decision.UNKNOWN]
    kinds = [kind for e in unknown or [a.evaluation for a in authorizations] for kind in e.decided_by]
    decision = Decision.UNKNOWN if unknown else Decision.ALLOWED
    return Outcome(call, world, authorizations, decision, tuple(dict.fromkeys(kinds)))
