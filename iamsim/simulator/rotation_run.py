"""A rotation that was played: its steps, what was done in each, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from iamsim.engine.decision import Decision

if TYPE_CHECKING:
    from datetime import datetime

    from iamsim.engine.request import ContextValue
    from iamsim.model.rotation import RotationProgram
    from iamsim.model.world import Function, Secret, World
    from iamsim.simulator.call import Outcome

_NONE: Mapping[str, Any] = MappingProxyType({})

Labels = Mapping[str, str]
"""The id of the version that each staging label is on."""


@dataclass(frozen=True)
class RotationStart:
    """What a rotation begins with: the ARN of the secret, and who starts it.

    Without a `caller` it is Secrets Manager, by the secret's schedule. `parameters` are further ones of RotateSecret.
    `context` and `unknown` are said of every call of the function, as in `Call`. `as_if_allowed`: no refusal stops it.
    `faults`: the numbers, from 0, of the acts of the function that fail although nothing refuses them.
    """

    secret: str
    caller: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=lambda: _NONE, repr=False)
    context: Mapping[str, ContextValue] = field(default_factory=lambda: _NONE)
    unknown: tuple[str, ...] = ()
    time: datetime | None = None
    seed: str | None = None
    as_if_allowed: bool = False
    faults: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Act:
    """One thing done in a step: a call or an authorization with its `outcome`, or something in the database, without one.

    `what` names it, `by` who does it. `problem` is why the step goes no further, where no outcome tells it, or behind a
    refusal that was let pass. `tolerated` is whether the function goes on all the same.
    """

    what: str
    by: str
    outcome: Outcome | None = None
    problem: str = ""
    tolerated: bool = False

    @property
    def decision(self) -> Decision:
        """What it came to; an error that is tolerated is none."""
        if self.problem:
            return Decision.IMPLICIT_DENY
        return Decision.ALLOWED if self.outcome is None or self.tolerated else self.outcome.decision

    @property
    def fails(self) -> bool:
        """Whether the step ends here."""
        return self.decision in (Decision.IMPLICIT_DENY, Decision.EXPLICIT_DENY)


@dataclass(frozen=True)
class StepRun:
    """A step: its acts, and the labels before and after. `done_before`: there was nothing left for it to do."""

    name: str
    acts: tuple[Act, ...]
    before: Labels
    after: Labels
    done_before: bool = False

    @property
    def failing(self) -> Act | None:
        """The first act that fails."""
        return next((act for act in self.acts if act.fails), None)


@dataclass(frozen=True)
class RotationRun:
    """A rotation that was played. `world` is the next one; `token` the id of the version that it is about.

    `function` and `program` are None where the service that owns the secret rotates it. `assumed` is whether the program is
    only taken for granted, since nothing says what the function does. `only_tried`: `RotateImmediately` was false.
    `reattempted`: an earlier rotation had not ended, and is taken up again.
    """

    start: RotationStart
    world: World
    token: str
    steps: tuple[StepRun, ...]
    function: Function | None = None
    program: RotationProgram | None = None
    assumed: bool = False
    only_tried: bool = False
    reattempted: bool = False

    @property
    def acts(self) -> tuple[Act, ...]:
        """All acts of all steps."""
        return tuple(act for step in self.steps for act in step.acts)

    @property
    def secret(self) -> Secret:
        """The secret as the rotation leaves it."""
        secret = self.world.secret(self.start.secret)
        assert secret is not None  # noqa: S101 - `rotate` says so before
        return secret

    @property
    def stopped(self) -> StepRun | None:
        """The step in which it stops, or would."""
        return next((step for step in self.steps if step.failing), None)

    @property
    def decisive(self) -> tuple[StepRun, Act] | None:
        """The first act that fails, else the first that is not known, with its step; None where every act succeeds."""
        acts = [(step, act) for step in self.steps for act in step.acts]
        failing = next(((step, act) for step, act in acts if act.fails), None)
        return failing or next(((step, act) for step, act in acts if act.decision is Decision.UNKNOWN), None)

    @property
    def completed(self) -> bool:
        """Whether it completes, or, where it was only tried, whether the test passes; for certain."""
        return self.decision is Decision.ALLOWED

    @property
    def decision(self) -> Decision:
        """Whether it completes: one act that fails for certain stops it, whatever is unknown before."""
        return self.decisive[1].decision if self.decisive else Decision.ALLOWED


def labels_of(secret: Secret) -> Labels:
    """Where the staging labels of a secret are."""
    return {stage: version.id for version in secret.versions for stage in version.stages}
