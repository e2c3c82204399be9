"""`W can start`, answered: the start of a workload as the outcome of one call, and whose permission would have done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.analysis.acts import outcome_of_acts
from iamsim.engine.decision import Decision
from iamsim.language.assertion import Form
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.simulator.call import REFUSED, Call
from iamsim.simulator.simulate import simulate
from iamsim.simulator.workload import start_workload
from iamsim.simulator.workload_run import WorkloadStart

if TYPE_CHECKING:
    from iamsim.model.world import World
    from iamsim.simulator.call import Outcome
    from iamsim.simulator.workload_run import WorkloadRun


def started(world: World, call: Call) -> WorkloadRun:
    """The start of the workload that a call names as its caller.

    Raises:
        InputError: the world has no such workload.
    """
    workload = world.workload(str(call.caller))
    if workload is None:
        message = f"there is no workload `{str(call.caller)[:200]}`"
        raise InputError([Diagnostic("unknown-workload", message, help="write it under `workloads` of its account")])
    return start_workload(world, WorkloadStart(workload, call.context, call.unknown, call.time))


def outcome_of(run: WorkloadRun) -> Outcome:
    """The outcome of the act that decides: the first that fails, else the first that is not known, else of all of them.

    It is about what that act is about; where all succeed, about the secret that a rule rotates, or the workload itself.
    """
    workload, decisive = run.start.workload, run.decisive
    shown = decisive or (run.acts[-1] if workload.rotates else None)
    about = shown.outcome.about if shown and shown.outcome else workload.arn
    call = Call(Form.START.value, workload.arn, time=run.start.time)
    return outcome_of_acts(call, run.world, run.acts, decisive, about, workload.kind.fails_with)


def role_that_may(run: WorkloadRun) -> str | None:
    """The role of a workload's own code, where it may make the call that is refused to the role that reads."""
    workload, decisive = run.start.workload, run.decisive
    if workload.kind.reader == "role" or workload.role is None or decisive is None or decisive.outcome is None:
        return None
    call = decisive.outcome.call
    refused = decisive.outcome.decision in REFUSED and call.caller == workload.execution_role
    if not refused or call.caller == workload.role:
        return None
    again = simulate(run.world, replace(call, caller=workload.role))
    return workload.role if again.decision is Decision.ALLOWED else None
