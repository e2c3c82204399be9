"""`iamsim explain`: scenarios, files at hand, formats, expectations, context."""

from __future__ import annotations

import json

import pytest
from running import ROOT, run

SCENARIOS = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "scenarios").rglob("*.iamsim.yaml"))
GIVEN = "scenarios/cross-account/policies/all-four-grants"
AT_HAND = [
    "explain",
    "--caller=arn:aws:iam::444455556666:role/orders-api",
    "--secret=arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/orders-db-AbCdEf",
    "--key=arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    f"--identity={GIVEN}/read-shared-secret.json",
    f"--secret-policy={GIVEN}/secret.json",
]
KEY_POLICY = f"--key-policy={GIVEN}/key.json"
READER = [
    "explain",
    "--caller=arn:aws:iam::111122223333:user/ana",
    "--secret=arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf",
    "--identity=tests/snapshots/inputs/read.json",
]


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_authorization_of_every_scenario_is_a_case_that_is_decided_the_same(scenario):
    cases = run("explain", scenario, "--format=cases")
    assert (cases.code, cases.err) == (0, "")
    printed = json.loads(run("explain", scenario, "--format=json").out)
    authorizations = [
        authorization
        for question in printed["questions"]
        for answer in question["answers"]
        for authorization in answer["explanation"]["authorizations"]
    ]
    assert [json.loads(line)["request"]["action"] for line in cases.out.splitlines()] == [
        authorization["action"] for authorization in authorizations
    ]
    again = run("evaluate", "-", stdin=cases.out.encode())
    assert [json.loads(line)["decision"] for line in again.out.splitlines()] == [
        authorization["decision"] for authorization in authorizations
    ]
    compared = run("evaluate", "-", "--expected", stdin=cases.out.encode())
    assert compared == (0, f"{len(authorizations)} cases, 0 differences, 0 unreadable\n", "")


def test_cases_have_ids_of_their_own_and_files_at_hand_have_cases_too():
    cases = [json.loads(line) for line in run(*AT_HAND, KEY_POLICY, "--format=cases").out.splitlines()]
    assert [case["id"] for case in cases] == ["1 secretsmanager:GetSecretValue", "2 kms:Decrypt"]
    assert [case["expected"] for case in cases] == ["ALLOWED", "ALLOWED"]


def test_a_policy_that_is_not_known_makes_no_case():
    ended = run(*AT_HAND, "--format=cases")
    assert ended.code == 2
    assert "is not known, so there is no case to print" in ended.err


def decision(*arguments):
    ended = run(*arguments, "--format=json")
    return ended.code, json.loads(ended.out)["decision"]


def test_files_at_hand_decide():
    assert decision(*AT_HAND, KEY_POLICY) == (0, "allowed")
    assert decision(*AT_HAND) == (3, "unknown")
    assert decision(*AT_HAND, "--key-policy=scenarios/cross-account/policies/key-policy-missing/key.json") == (
        0,
        "implicitDeny",
    )
    assert decision(*AT_HAND, KEY_POLICY, "--boundary=tests/snapshots/inputs/read.json") == (0, "implicitDeny")
    assert decision(*AT_HAND, KEY_POLICY, "--rcp=tests/snapshots/inputs/office-only.json") == (3, "unknown")
    assert decision(
        *AT_HAND, KEY_POLICY, "--scp=scenarios/guardrails/policies/scp-explicit-deny/production-secrets.json"
    ) == (
        0,
        "explicitDeny",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("203.0.113.7", (0, "allowed")),
        ("198.51.100.7", (0, "implicitDeny")),
        ("absent", (0, "implicitDeny")),
        ("unknown", (3, "unknown")),
    ],
)
def test_context_closes_the_question(value, expected):
    assert decision(*READER, f"--context=aws:SourceIp={value}") == expected


def test_context_takes_lists_and_other_keys():
    ended = run(*READER, "--context=aws:SourceIp=203.0.113.7", "--context=aws:TagKeys=[a, b]", "--format=json")
    context = json.loads(ended.out)["authorizations"][0]["context"]
    assert context["aws:tagkeys"] == ["a", "b"]
    assert context["aws:sourceip"] == ["203.0.113.7"]


def test_context_is_said_of_every_question_of_a_scenario():
    scenario = "scenarios/endpoints/endpoint-policy.iamsim.yaml"
    ended = run("explain", scenario, "--context=aws:SourceVpce=unknown", "--expect=unknown", "--format=json")
    found = [
        answer["explanation"]["decision"]
        for question in json.loads(ended.out)["questions"]
        for answer in question["answers"]
    ]
    assert ended.code == 1
    assert found.count("unknown") >= 2


@pytest.mark.parametrize("option", ["aws:SourceIp", "=x", ""])
def test_context_without_a_key_or_value_is_refused(option):
    ended = run(*READER, f"--context={option}")
    assert ended.code == 2
    assert ended.err.startswith("error[context-option]: ")


@pytest.mark.parametrize("verdict", ["allowed", "explicitDeny", "implicitDeny", "unknown", "denied"])
def test_an_expectation_decides_the_exit_code(verdict):
    met = verdict in ("implicitDeny", "denied")
    given = "--context=aws:SourceIp=absent"
    assert run(*READER, given, f"--expect={verdict}").code == (0 if met else 1)


def test_every_problem_of_the_files_at_hand_is_told_at_once():
    ended = run(
        "explain", "--caller=bob", "--secret=db", "--identity=none.json", "--scp=tests/snapshots/inputs/no-json.json"
    )
    assert ended.code == 2
    codes = ("file-not-found", "request-principal", "secret-arn", "json-syntax")
    assert all(ended.err.count(f"error[{code}]: ") == 1 for code in codes)
    assert "--> --caller:1:1" in ended.err


def test_options_that_do_not_go_with_a_scenario_are_named():
    ended = run("explain", SCENARIOS[0], "--key-policy=x", "--scp=y")
    assert ended.code == 2
    assert "leave out --scp, --key-policy" in " ".join(ended.err.split())


ASKED_TWICE = "scenarios/cross-account/key-policy-missing.iamsim.yaml"


def test_one_question_of_a_scenario_can_be_asked_alone():
    printed = json.loads(run("explain", ASKED_TWICE, "--question=2", "--format=json").out)
    [question] = printed["questions"]
    assert (
        question["ask"] == "consumer:role/orders-api can secretsmanager:GetSecretValue on owner:secret/prod/orders-db"
    )
    assert "1 question, as expected" in " ".join(run("explain", ASKED_TWICE, "--question=1").out.split())


def test_a_question_brings_what_follows_it():
    out = run("explain", "scenarios/cross-account/refused-then-mended.iamsim.yaml", "--question=2").out
    assert [line.split()[0] for line in out.splitlines() if line.startswith(("ALLOWED", "DENIED"))] == ["ALLOWED"] * 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("explain", ASKED_TWICE, "--question=3"), "the scenario has 2 questions"),
        (("explain", ASKED_TWICE, "--question=0"), "'--question'"),
        ((*AT_HAND, "--question=1"), "--question is about a scenario"),
        (("explain", ASKED_TWICE, "--brief", "--format=json"), "--brief is a form of --format text"),
    ],
)
def test_a_question_that_is_not_there_and_what_does_not_go_together(arguments, says):
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert says in " ".join(ended.err.split())


def test_in_brief_a_success_is_two_lines_and_a_refusal_shows_what_is_to_blame():
    verdict, cause = run(*AT_HAND, KEY_POLICY, "--brief").out.splitlines()
    assert verdict.startswith("ALLOWED 444455556666:role/orders-api can GetSecretValue on ")
    assert cause == "  both authorizations are allowed: secretsmanager:GetSecretValue and kms:Decrypt"
    refused = "scenarios/cross-account/policies/key-policy-missing/key.json"
    lines = run(*AT_HAND, f"--key-policy={refused}", "--brief", "--fix").out.splitlines()
    assert lines[3:6] == [
        "1. secretsmanager:GetSecretValue on 111122223333:secret/prod/orders-db: allowed",
        "2. kms:Decrypt on 111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab:",
        "   implicitDeny",
    ]
    assert f"   --> {refused}:8:16" in lines
    assert lines[-1] == "Proved    the call then succeeds"


def test_in_brief_what_is_not_as_expected_is_said():
    ended = run("explain", ASKED_TWICE, "--question=1", "--brief", "--expect=allowed")
    assert ended.code == 1
    assert "NOT as expected: allowed was expected" in " ".join(ended.out.split())
    assert "Lesson" not in run("explain", ASKED_TWICE, "--question=1", "--brief").out
