"""The scenarios that are shipped: they load, they teach, they use all that lies beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamsim.inputs.scenario import load_scenario
from iamsim.inputs.scenario_questions import VERDICTS

FOLDER = Path(__file__).parents[3] / "scenarios"
FILES = sorted(FOLDER.rglob("*.iamsim.yaml"))
NAMES = [str(file.relative_to(FOLDER)).removesuffix(".iamsim.yaml") for file in FILES]

scenarios = pytest.mark.parametrize("file", FILES, ids=NAMES)


def policies_of(scenario):
    """Every policy of a world, whatever it is attached to."""
    for account in scenario.world.accounts.values():
        for user in account.users.values():
            yield from (*user.policies, user.boundary)
        for role in account.roles.values():
            yield from (*role.policies, role.boundary, role.trust)
            yield from (policy for session in role.sessions.values() for policy in session.policies or ())
        for federated in account.federated_users.values():
            yield from federated.session.policies or ()
        for things in (account.secrets, account.keys, account.functions, account.parameters, account.endpoints):
            yield from (thing.policy for thing in things.values())
    waiting = [scenario.world.organization.root] if scenario.world.organization else []
    while waiting:
        unit = waiting.pop()
        yield from (*unit.scps, *unit.rcps)
        waiting += unit.units


def questions_of(questions):
    """Every question, those that follow another one too."""
    for question in questions:
        yield question
        yield from questions_of(question.then)


@scenarios
def test_it_loads_and_has_a_lesson(file):
    scenario = load_scenario(file)
    assert scenario.title
    assert scenario.topic == file.parent.name
    assert scenario.questions
    assert any(question.lesson for question in scenario.questions)


@scenarios
def test_every_denial_has_its_reason(file):
    """A refusal names what decides: a policy, or the error that AWS answers with where the store refuses."""
    for question in questions_of(load_scenario(file).questions):
        allowed = question.expect == "allowed" or (question.expect is None and question.assertion.form.value == "can")
        named = question.because or question.expect not in (None, *VERDICTS)
        assert named or allowed or question.assertion.form.value in ("only", "no one outside")


@scenarios
def test_every_policy_beside_it_is_used(file):
    beside = set((file.parent / "policies" / file.name.removesuffix(".iamsim.yaml")).glob("*"))
    used = {Path(policy.source.name) for policy in policies_of(load_scenario(file)) if policy}
    assert beside <= used


def test_every_policy_belongs_to_a_scenario():
    folders = set(FOLDER.glob("*/policies/*"))
    assert {folder.parent.parent / f"{folder.name}.iamsim.yaml" for folder in folders} <= set(FILES)


def test_policies_are_written_as_people_write_them():
    for file in FOLDER.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


def test_the_twelve_that_are_promised_are_there():
    assert {
        "same-account/managed-key", "same-account/customer-key", "cross-account/all-four-grants",
        "cross-account/secret-policy-missing", "cross-account/identity-secret-missing",
        "cross-account/key-policy-missing", "cross-account/identity-kms-missing", "cross-account/managed-key",
        "guardrails/scp-explicit-deny", "pitfalls/arn-without-suffix", "boundaries/role-grant-limited",
        "boundaries/user-grant-not-limited",
    } <= set(NAMES)  # fmt: skip
