"""The start of a workload in words, and as data."""

from __future__ import annotations

from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any

from iamsim.analysis.workload_answer import role_that_may
from iamsim.engine.decision import Decision
from iamsim.outputs.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.analysis.stale_readers import StaleReader
    from iamsim.simulator.rotation_run import Act
    from iamsim.simulator.workload_run import WorkloadRun

_ENDS = {Decision.ALLOWED: "starts", Decision.UNKNOWN: "starts, if what is not known is allowed"}


def ended(run: WorkloadRun) -> str:
    """`shop:workload/web does not start: GetSecretValue fails with AccessDeniedException, after AssumeRole (2 times)`."""
    names = Names(run.world)
    said = f"{names.thing(run.start.workload.arn)} {_ENDS.get(run.decision, 'does not start')}"
    if run.decisive is None or run.decision is Decision.UNKNOWN:
        return f"{said}: {_done(run.acts)}"
    error = run.decisive.outcome.error if run.decisive.outcome else None
    fails = run.decisive.problem or f"{run.decisive.what} fails{f' with {error.code}' if error else ''}"
    done = _done(act for act in run.acts if act is not run.decisive)
    return f"{said}: {fails}{f', after {done}' if done else ''}"


def _done(acts: Iterable[Act]) -> str:
    """`AssumeRole, GetSecretValue (2 times)`."""
    counted = ((what, len(list(same))) for what, same in groupby(act.what for act in acts))
    return ", ".join(f"{what} ({count} times)" if count > 1 else what for what, count in counted)


def stale_phrase(reader: StaleReader, names: Names) -> str:
    """`shop:workload/web may hold the old value until 2026-01-01T01:00:00Z, and cannot log in with it meanwhile`."""
    until = (
        "it starts anew" if reader.until is None else reader.until.astimezone(UTC).isoformat().replace("+00:00", "Z")
    )
    return f"{names.thing(reader.workload.arn)} may hold the old value until {until}{_MEANWHILE[reader.works]}"


_MEANWHILE = {
    True: ", whose password the database accepts until the next rotation",
    False: ", and the database does NOT accept its password any more",
    None: "",
}


def note(run: WorkloadRun) -> str:
    """Whose permission would have done, where it is only the wrong role that lacks it; else nothing."""
    role = role_that_may(run)
    if role is None or run.decisive is None:
        return ""
    return (
        f"the task role, {Names(run.world).thing(role)}, may {run.decisive.what}; but ECS calls it as the execution role, "
        "before the task's own code runs"
    )


def start_json(run: WorkloadRun) -> dict[str, Any]:
    """The start as data."""
    return {
        "workload": run.start.workload.arn,
        "kind": run.start.workload.kind.name,
        "decision": run.decision.value,
        "acts": [
            {"what": act.what, "by": act.by, "decision": act.decision.value, "problem": act.problem or None}
            for act in run.acts
        ],
        "note": note(run) or None,
    }
