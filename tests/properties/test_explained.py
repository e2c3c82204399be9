"""Laws: an explained answer is the decided one; in a statement, the short cut and the findings say the same."""

from __future__ import annotations

import json

from hypothesis import given
from properties.deciding import ALLOWED, EXPLICIT, evaluated, readable_cases

from iamsim.engine.kleene import all_of
from iamsim.outputs.case_json import case_json
from iamsim.outputs.evaluation import decision_json


def groups(policies):
    yield from (policies.identity, policies.resource, *policies.scps, *policies.rcps, *policies.endpoints)
    yield from (group for group in (policies.boundary, policies.session) if group is not None)


@given(readable_cases())
def test_the_trace_comes_to_the_decision(case):
    evaluation = evaluated(case)
    trace = evaluation.trace()
    assert trace.decision is evaluation.decision
    assert (evaluation.decision is EXPLICIT) == any(denied.matched for denied in trace.denies)
    assert evaluation.decision is not ALLOWED or not trace.nearest or trace.nearest.open


@given(readable_cases())
def test_a_statement_applies_exactly_if_every_check_matches(case):
    law = evaluated(case).law
    for group in groups(law.policies):
        candidates = {id(s) for found in group.candidates(law.case) for _, s in found}
        for statement in (s for policy in group.policies for s in policy.statements):
            matched = [finding.matched for finding in statement.findings(law.case)]
            assert (id(statement) in candidates) == matched[0]
            if matched[0]:
                assert statement.applies(law.case) is all_of(matched)


@given(readable_cases())
def test_what_decided_is_named(case):
    evaluation = evaluated(case)
    always = case["request"]["action"] == "sts:GetCallerIdentity"
    assert bool(evaluation.decided_by) != always or evaluation.request.caller.kind == "root"
    named = {(m.policy_type, m.policy) for m in evaluation.matched_statements}
    assert {kind for kind, _ in named} <= set(evaluation.decided_by)
    assert evaluation.decision in (ALLOWED, EXPLICIT) or not named


@given(readable_cases())
def test_a_case_that_is_written_out_is_decided_the_same(case):
    first = evaluated(case)
    written = json.loads(json.dumps(case_json(first, "again")))
    again = evaluated(written)
    assert {**decision_json(again), "matched_statements": 0} == {**decision_json(first), "matched_statements": 0}
