"""An explanation as data: the schema is docs/explain-schema.json, its version in `schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.outputs.call_answer import error_json
from iamsim.outputs.cautions import CAUTIONS
from iamsim.outputs.evaluation import matched_json
from iamsim.outputs.headline import cause_line, verdict_line
from iamsim.outputs.matched import Place, matched_places
from iamsim.outputs.names import Names
from iamsim.outputs.phrases import STEP_REASONS, check_phrase, grant_phrase
from iamsim.outputs.response import shown_parameters, shown_response

if TYPE_CHECKING:
    from iamsim.analysis.explain import AuthorizationExplanation, Cause, Explanation
    from iamsim.analysis.nearness import SeenCheck, SeenGrant, SeenStatement
    from iamsim.engine.evaluation import GateTrace, MatchedStatement, PathTrace, StepTrace
    from iamsim.outputs.phrases import Values
    from iamsim.outputs.remedy_json import Fix
    from iamsim.simulator.call import Outcome

SCHEMA = "iamsim/explain/1"


_STATES = {True: "open", False: "closed", None: "unknown"}


def explanation_json(explanation: Explanation, fix: Fix | None = None, *, reveal: bool = False) -> dict[str, Any]:
    """The whole explanation; with `fix` also what opens the call, as far as it is refused; with `reveal`, secret material too."""
    outcome = explanation.outcome
    names = Names(outcome.world)
    return {
        "schema": SCHEMA,
        "call": {
            "operation": outcome.call.operation,
            "caller": outcome.call.caller,
            "parameters": shown_parameters(outcome.call, reveal=reveal),
            "context": dict(outcome.call.context),
            "unknown": list(outcome.call.unknown),
        },
        "decision": outcome.decision.value,
        "decided_by": [kind.value for kind in outcome.decided_by],
        "summary": verdict_line(explanation, names),
        "cause": cause_line(explanation, names),
        "error": error_json(outcome.error),
        "response": shown_response(outcome, reveal=reveal),
        "authorizations": [_authorization(explained) for explained in explanation.authorizations],
        **(_remedies(fix, outcome) if fix else {}),
    }


def _remedies(fix: Fix, outcome: Outcome) -> dict[str, Any]:
    from iamsim.outputs.remedy_json import remedies_json

    return {"remedies": remedies_json(fix(outcome), outcome.world)}


def _authorization(explained: AuthorizationExplanation) -> dict[str, Any]:
    evaluation, trace = explained.evaluation, explained.trace
    request = evaluation.request
    values = request.values
    return {
        "action": request.action,
        "resource": request.resource,
        "asked": explained.authorization.asked,
        "decision": evaluation.decision.value,
        "decided_by": [kind.value for kind in evaluation.decided_by],
        "matched_statements": [_matched(matched, place) for matched, place in matched_places(evaluation)],
        "missing_context_values": list(evaluation.missing_context_values),
        "context": {key: list(found) for key, found in sorted(values.items())},
        "denies": _counts([denied.matched for denied in trace.denies]),
        "gates": [_gate(gate) for gate in trace.gates],
        "paths": [_path(explained, path) for path in trace.paths],
        "causes": [_cause(cause, values) for cause in explained.causes],
        "ways": [
            {"path": way.kind.value, "causes": [_cause(cause, values) for cause in way.causes]}
            for way in explained.ways
        ],
        "undecided": [_statement(statement, values) for statement in explained.undecided],
        "cautions": [{"id": caution.value, "text": CAUTIONS[caution]} for caution in explained.cautions],
    }


def _counts(found: list[bool | None]) -> dict[str, int]:
    return {"matched": found.count(True), "unknown": found.count(None)}


def _matched(matched: MatchedStatement, place: Place | None) -> dict[str, Any]:
    return {**matched_json(matched), **_place(place)}


def _place(place: Place | None) -> dict[str, Any]:
    """Where a part stands; all null where it was not read from a text."""
    if place is None:
        return dict.fromkeys(("file", "line", "column"))
    line, column = place.source.position(place.span.start)
    return {"file": place.source.name, "line": line, "column": column}


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
    said = trace.open is not True or trace.step.reason in STEP_REASONS
    reason = trace.step.reason.value if said else None
    return {"policy_type": trace.step.type.value, "state": _STATES[trace.open], "reason": reason}


def _cause(cause: Cause, values: Values) -> dict[str, Any]:
    return {
        "policy_type": cause.type.value,
        "account": cause.account,
        "name": cause.name or None,
        "reason": cause.reason.value,
        "policies": [policy.name for policy in cause.policies],
        "statements": [_statement(statement, values) for statement in cause.statements],
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


def _statement(seen: SeenStatement, values: Values) -> dict[str, Any]:
    return {
        "policy": seen.policy.name,
        "policy_type": seen.policy.type.value,
        "statement": seen.index,
        "sid": seen.sid,
        "effect": seen.effect,
        "checks": [_check(seen, check, values) for check in seen.checks],
    }


def _check(seen: SeenStatement, check: SeenCheck, values: Values) -> dict[str, Any]:
    """A check; `file`, `line`, `column` and `text` say what to underline, all null where no source is known."""
    source = seen.policy.source
    place = Place(source, source.span_of(check.pointer)) if source else None
    return {
        "element": check.element.value,
        "operator": check.operator or None,
        "key": check.key or None,
        "matched": check.finding.matched,
        "reason": check.finding.reason.value,
        "expected": list(check.expected),
        "actual": list(check.actual),
        "pointer": list(check.pointer),
        "says": check_phrase(check, values if seen.policy.variables else None),
        **_place(place),
        "text": place and place.source.text[place.span.start : place.span.end],
    }
