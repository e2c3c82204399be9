"""Every case of the corpus in every mode: plain, traced, as a batch, with `--expected`, through the Python names."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from iamsim import PolicySet, Request, authorize
from iamsim.cli.evaluate import evaluate
from iamsim.cli.exit_code import ExitCode
from iamsim.inputs.case import case_of, read_case

HERE = Path(__file__).parent
ARSENAL = HERE.parents[2] / "shared" / "conformance" / "arsenal.jsonl"
OWN = sorted(path for path in HERE.glob("*.jsonl") if path.stem != "explained")
FILES = [*OWN, *sorted((HERE / "conformance").glob("*.jsonl")), *([ARSENAL] if ARSENAL.exists() else [])]
MEANT = {
    "ALLOWED": {"allowed"},
    "EXPLICIT_DENY": {"explicitDeny"},
    "IMPLICIT_DENY": {"implicitDeny"},
    "DENIED": {"explicitDeny", "implicitDeny"},
    "UNKNOWN": {"unknown"},
}


@cache
def lines(file):
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


CASES = [case for file in FILES for case in map(json.loads, lines(file))]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@every_case
def test_decided_as_expected(case):
    made = case_of(case)
    assert authorize(made.request, made.policies).decision in MEANT[case["expected"]]


@every_case
def test_the_trace_comes_to_the_same(case):
    made = case_of(case)
    evaluation = authorize(made.request, made.policies)
    assert evaluation.trace().decision is evaluation.decision
    assert evaluation.decided_by or "getcalleridentity" in case["request"]["action"].lower()


@every_case
def test_the_python_names_decide_the_same(case):
    request = Request(**{key: value for key, value in case["request"].items() if value is not None})
    boundary = case.get("permission_boundaries")
    nothing = {"Statement": {"Effect": "Allow", "Action": "none:None", "Resource": "*"}}
    policies = PolicySet(
        identity=[identity["policy"] for identity in case.get("identity_policies") or []],
        boundary=None if boundary is None else (boundary or [nothing])[0],
        session=case.get("session_policies"),
        scps=[level["policies"] for level in case.get("scps") or []],
        rcps=[level["policies"] for level in case.get("rcps") or []],
        resource=case.get("resource_policy"),
        endpoint=case.get("endpoint_policies") or [],
        grants=case.get("kms_grants") or [],
    )
    assert authorize(request, policies).decision in MEANT[case["expected"]]


@every_file
def test_the_batch_command_decides_line_by_line(file, capsys):
    assert evaluate(str(file)) == ExitCode.OK
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    cases = [json.loads(line) for line in lines(file)]
    assert [answer["id"] for answer in answers] == [case["id"] for case in cases]
    wrong = [a["id"] for a, c in zip(answers, cases, strict=True) if a["decision"] not in MEANT[c["expected"]]]
    assert not wrong


@every_file
def test_the_batch_command_finds_no_difference(file, capsys):
    assert evaluate(str(file), expected=True) == ExitCode.OK
    assert capsys.readouterr().out == f"{len(lines(file))} cases, 0 differences, 0 unreadable\n"


@every_file
def test_the_console_reads_standard_input(file):
    command = [sys.executable, "-m", "iamsim", "evaluate", "-", "--expected"]
    with file.open("rb") as cases:
        ended = subprocess.run(command, stdin=cases, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (ExitCode.OK, "")
    assert ended.stdout == f"{len(lines(file))} cases, 0 differences, 0 unreadable\n"


@pytest.mark.parametrize("expected", [name for name in MEANT if name != "ALLOWED"])
def test_a_wrong_expectation_is_told_and_ends_with_a_finding(expected, capsys, monkeypatch):
    allowed = json.loads(lines(HERE / "actions.jsonl")[0])
    assert allowed["expected"] == "ALLOWED"
    text = json.dumps(allowed | {"expected": expected}).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert evaluate("-", expected=True) == ExitCode.FINDINGS
    difference, count = capsys.readouterr().out.splitlines()
    assert json.loads(difference)["decision"] == "allowed"
    assert count == "1 cases, 1 differences, 0 unreadable"


def test_ids_are_unique():
    ids = [case["id"] for case in CASES]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.stem)
def test_every_case_of_ours_says_where_its_expectation_comes_from(file):
    about = (HERE / "README.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^\| `([A-Z]\w+)` \|", about, re.MULTILINE))
    for case in map(json.loads, lines(file)):
        section = re.match(r"[A-E]\d+|Kleene", case["cite"])
        assert case["note"], case["id"]
        assert section[0] in sections, case["id"]


def test_the_files_are_the_ones_that_the_readme_lists():
    about = (HERE / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)\.jsonl` \|", about, re.MULTILINE)) == {file.stem for file in OWN}


def test_a_case_reads_the_same_from_its_line():
    line = lines(HERE / "principals.jsonl")[0]
    assert read_case(line, "x").request == case_of(json.loads(line)).request


def test_the_copied_suites_are_as_they_were_given_and_the_third_one_is_run_too(shared):
    given = shared / "conformance"
    for name in ("aws-docs.jsonl", "aws-recorded.jsonl"):
        assert lines(HERE / "conformance" / name) == lines(given / name)
    assert given / "arsenal.jsonl" in FILES
