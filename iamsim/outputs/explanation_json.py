"""An explanation as data: the schema is docs/explain-schema.json, its version in `schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.outputs.cautions import CAUTIONS
from iamsim.outputs.evaluation import matched_json
from iamsim.outputs.headline import cause_line, verdict_line
from iamsim.outputs.names import Names
from iamsim.outputs.phrases import check_phrase, grant_phrase

if TYPE_CHECKING:
    from iamsim.analysis.explain import AuthorizationExplanation, Cause, Explanation, SeenGrant
    from iamsim.analysis.nearness import SeenCheck, SeenStatement
    from iamsim.engine.evaluation import GateTrace, PathTrace, StepTrace

SCHEMA = "iamsim/explain/1"

_STATES = {True: "open", False: "closed", None: "unknown"}


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """The whole explanation."""
    outcome = explanation.outcome
    names = Names(outcome.world)
    error = outcome.error
    return {
        "schema": SCHEMA,
        "call": {
            "operation": outcome.call.operation,
            "caller": outcome.call.caller,
            "parameters": dict(outcome.call.parameters),
            "context": dict(outcome.call.context),
        },
        "decision": outcome.decision.value,
        "decided_by": [kind.value for kind in outcome.decided_by],
        "summary": verdict_line(explanation, names),
        "cause": cause_line(explanation, names),
        "error": error and {"code": error.code, "message": error.message, "status": error.status},
        "authorizations": [_authorization(explained) for explained in explanation.authorizations],
    }


def _authorization(explained: AuthorizationExplanation) -> dict[str, Any]:
    evaluation = explained.evaluation
    request = evaluation.request
    trace = explained.trace
    return {
        "action": request.action,
        "resource": request.resource,
        "asked": explained.authorization.asked,
        "decision": evaluation.decision.value,
        "decided_by": [kind.value for kind in evaluation.decided_by],
        "matched_statements": [matched_json(matched) for matched in evaluation.matched_statements],
        "missing_context_values": list(evaluation.missing_context_values),
        "context": {key: list(values) for key, values in sorted(request.values.items())},
        "denies": sum(denied.matched is True for denied in trace.denies),
        "gates": [_gate(gate) for gate in trace.gates],
        "paths": [_path(explained, path) for path in trace.paths],
        "causes": [_cause(cause) for cause in explained.causes],
        "ways": [{"path": way.kind.value, "causes": [_cause(c) for c in way.causes]} for way in explained.ways],
        "undecided": [_statement(statement) for statement in explained.undecided],
        "cautions": [{"id": caution.value, "text": CAUTIONS[caution]} for caution in evaluation.cautions],
    }


def _gate(trace: GateTrace) -> dict[str, Any]:
    return {"policy_type": trace.gate.type.value, "name": trace.gate.name, "state": _STATES[trace.open]}


def _path(explained: AuthorizationExplanation, trace: PathTrace) -> dict[str, Any]:
    granted = trace.path.granted
    grants = None
    if granted is not None:
        kind = "grant" if granted.grant else explained.evaluation.law.rules.policy_type.value
        grants = {"policy_type": kind, "form": granted.form.value, "state": _STATES[granted.applies]}
    steps = [_step(step) for step in trace.steps]
    return {"path": trace.path.kind.value, "state": _STATES[trace.open], "granted_by": grants, "steps": steps}


def _step(trace: StepTrace) -> dict[str, Any]:
    return {"policy_type": trace.step.type.value, "state": _STATES[trace.open], "reason": trace.step.reason.value}


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "policy_type": cause.type.value,
        "account": cause.account,
        "name": cause.name or None,
        "reason": cause.reason.value,
        "policies": [policy.name for policy in cause.policies],
        "statements": [_statement(statement) for statement in cause.statements],
        "grant": cause.grant and _grant(cause.grant),
    }


def _grant(seen: SeenGrant) -> dict[str, Any]:
    return {
        "name": seen.grant.name or None,
        "grantee": seen.grant.grantee,
        "operations": list(seen.grant.operations),
        "constraints": dict(seen.grant.constraints),
        "says": grant_phrase(seen),
    }


def _statement(seen: SeenStatement) -> dict[str, Any]:
    return {
        "policy": seen.policy.name,
        "statement": seen.index,
        "sid": seen.sid,
        "effect": seen.effect,
        "checks": [_check(seen, check) for check in seen.checks],
    }


def _check(seen: SeenStatement, check: SeenCheck) -> dict[str, Any]:
    """A check; `file`, `line`, `column` and `text` say what to underline, all null where no source is known."""
    made: dict[str, Any] = {
        "element": check.element.value,
        "operator": check.operator or None,
        "key": check.key or None,
        "matched": check.finding.matched,
        "reason": check.finding.reason.value,
        "expected": list(check.expected),
        "actual": list(check.actual),
        "pointer": list(check.pointer),
        "says": None if check.finding.matched else check_phrase(check),
    }
    source = seen.policy.source
    if source is None:
        return made | dict.fromkeys(("file", "line", "column", "text"))
    span = source.span_of(check.pointer)
    line, column = source.position(span.start)
    return made | {
        "file": source.name,
        "line": line,
        "column": column,
        "text": source.text[span.start : span.end],
    }
