"""A rotation as data: docs/rotation-schema.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.analysis.rotation_aftermath import advice, aftermath
from iamsim.analysis.stale_readers import stale_readers
from iamsim.outputs import rotation_aftermath as words
from iamsim.outputs.call_answer import error_json
from iamsim.outputs.cautions import CAUTIONS
from iamsim.outputs.names import Names
from iamsim.outputs.remedy_json import addition_json, obstacle_json
from iamsim.outputs.rotation_words import cause, missing_keys, number_of, summary
from iamsim.outputs.workload_words import stale_phrase
from iamsim.simulator.cautions import cautions_of_rotation

if TYPE_CHECKING:
    from iamsim.analysis.rotation_audit import Audit
    from iamsim.simulator.rotation_run import Act, Labels, RotationRun, StepRun

SCHEMA = "iamsim/rotation/1"


def rotation_json(run: RotationRun, audit: Audit | None = None) -> dict[str, Any]:
    """A whole rotation; with an audit also what it lacks and what opens it."""
    names, start = Names(run.world), run.start
    return {
        "schema": SCHEMA,
        "secret": start.secret,
        "by": start.caller,
        "at": start.time and start.time.isoformat(),
        "rotate_immediately": not run.only_tried,
        "decision": run.decision.value,
        "completed": run.completed,
        "stopped_in": run.stopped.name if run.stopped else None,
        "summary": summary(run, names),
        "cause": cause(run, names),
        "missing_context_values": missing_keys(run),
        "version": run.token or None,
        "function": run.function.arn if run.function else None,
        "program": {"name": run.program.name, "assumed": run.assumed} if run.program else None,
        "reattempted": run.reattempted,
        "steps": [_step(run, step) for step in run.steps],
        "aftermath": _aftermath(run, names),
        "notes": words.notes(run, names),
        "cautions": [{"id": caution.value, "text": CAUTIONS[caution]} for caution in cautions_of_rotation(run)],
        "audit": audit and _audit(audit, names),
    }


def _step(run: RotationRun, step: StepRun) -> dict[str, Any]:
    return {
        "name": step.name,
        "done_before": step.done_before,
        "acts": [_act(act) for act in step.acts],
        "labels_before": _labels(run, step.before),
        "labels_after": _labels(run, step.after),
    }


def _act(act: Act) -> dict[str, Any]:
    outcome = act.outcome
    return {
        "what": act.what,
        "by": act.by,
        "decision": act.decision.value,
        "tolerated": act.tolerated,
        "problem": act.problem or None,
        "error": error_json(outcome.error) if outcome else None,
        "authorizations": [
            {
                "action": authorization.evaluation.request.action,
                "resource": authorization.evaluation.request.resource,
                "asked": authorization.asked,
                "decision": authorization.decision.value,
            }
            for authorization in (outcome.authorizations if outcome else ())
        ],
    }


def _labels(run: RotationRun, labels: Labels) -> dict[str, Any]:
    return {stage: _version(run, id_) for stage, id_ in sorted(labels.items())}


def _version(run: RotationRun, id_: str) -> dict[str, Any]:
    return {"id": id_, "number": number_of(run, id_)}


def _aftermath(run: RotationRun, names: Names) -> dict[str, Any]:
    found = aftermath(run)
    chosen = advice(found)
    return {
        "certain": words.is_certain(run),
        "current": found.current and _version(run, found.current.id),
        "readable": found.readable,
        "works": found.works,
        "pending": found.pending and _version(run, found.pending.id),
        "pending_empty": found.pending_empty,
        "pending_works": found.pending_works,
        "blocked": found.blocked,
        "says": [
            text
            for text in (words.readers(run, found), words.database(run, found), words.next_rotation(run, found))
            if text
        ],
        "stale": [
            {
                "workload": reader.workload.arn,
                "until": reader.until and reader.until.isoformat(),
                "works": reader.works,
                "says": stale_phrase(reader, names),
            }
            for reader in stale_readers(run)
        ],
        "advice": [
            {"do": each.value, "says": way.says, "commands": [" ".join(command) for command in way.commands]}
            for each, way in zip(chosen, words.ways(run, chosen, names), strict=True)
        ],
    }


def _audit(audit: Audit, names: Names) -> dict[str, Any]:
    repaired = audit.repaired
    return {
        "lacking": [
            {
                "step": lacking.step,
                "what": lacking.what,
                "by": lacking.by,
                "action": lacking.action,
                "resource": lacking.resource,
                "unknown": lacking.unknown,
            }
            for lacking in audit.lacking
        ],
        "additions": [addition_json(each) for each in audit.remedy.additions] if audit.remedy else [],
        "repaired": repaired
        and {
            "decision": repaired.decision.value,
            "completed": repaired.completed,
            "stopped_in": repaired.stopped.name if repaired.stopped else None,
            "cause": cause(repaired, names),
        },
        "in_the_way": [
            {
                "step": found.step,
                "what": found.act.what,
                "by": found.act.by,
                "obstacles": [obstacle_json(obstacle, names) for obstacle in found.obstacles],
            }
            for found in audit.in_the_way
        ],
        "failing": [
            {"step": step.name, "what": act.what, "by": act.by, "problem": act.problem}
            for step in audit.played_on.steps
            for act in step.acts
            if act.problem
        ],
    }
