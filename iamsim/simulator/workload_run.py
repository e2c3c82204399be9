"""A start of a workload that was played: what it began with, what was done, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from iamsim.engine.request import ContextValue
    from iamsim.model.workload import Workload
    from iamsim.model.world import World
    from iamsim.simulator.rotation_run import Act


@dataclass(frozen=True)
class WorkloadStart:
    """What a start begins with: the workload, and what is said of every call that it makes, as in `Call`."""

    workload: Workload
    context: Mapping[str, ContextValue] = field(default_factory=lambda: MappingProxyType({}))
    unknown: tuple[str, ...] = ()
    time: datetime | None = None


@dataclass(frozen=True)
class WorkloadRun:
    """A start that was played: what was done, up to the first act that fails. `world` is the next one."""

    start: WorkloadStart
    world: World
    acts: tuple[Act, ...]

    @property
    def decisive(self) -> Act | None:
        """The first act that fails, else the first that is not known; None where every act succeeds."""
        failing = next((act for act in self.acts if act.fails), None)
        return failing or next((act for act in self.acts if act.decision is Decision.UNKNOWN), None)

    @property
    def decision(self) -> Decision:
        """Whether it starts: one act that fails for certain stops it, whatever is unknown before."""
        return self.decisive.decision if self.decisive else Decision.ALLOWED
