"""`iamsim explain --fix`, as people and programs see it. After a change that is meant: IAMSIM_UPDATE=1 pytest tests/remedy."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from running import ROOT, run

from iamsim.analysis.obstacles import Why

FOLDER = Path(__file__).parent / "shown"
SCHEMA = json.loads((ROOT / "docs" / "explain-schema.json").read_text(encoding="utf-8"))
GIVEN = "scenarios/cross-account/policies/key-policy-missing"
AT_HAND = (
    "explain --fix --caller arn:aws:iam::444455556666:role/orders-api "
    "--secret arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/orders-db-AbCdEf "
    "--key arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)
COMMANDS = {
    **{
        name.replace("/", "-"): f"explain scenarios/{name}.iamsim.yaml --fix"
        for name in (
            "cross-account/key-policy-missing",
            "cross-account/identity-kms-missing",
            "cross-account/secret-policy-missing",
            "cross-account/managed-key",
            "kms/disabled-key",
            "guardrails/scp-level-without-full-access",
            "pitfalls/arn-without-suffix",
        )
    },
    "batch-of-a-group": "explain tests/remedy/given/batch.iamsim.yaml --fix",
    "at-hand-key-policy": f"{AT_HAND} --identity {GIVEN}/read-shared-secret.json --secret-policy {GIVEN}/secret.json "
    f"--key-policy {GIVEN}/key.json",
    "at-hand-nothing": AT_HAND,
    "at-hand-two-owners": f"{AT_HAND} --identity {GIVEN}/read-shared-secret.json --key-policy {GIVEN}/key.json",
    "color-at-hand": f"{AT_HAND} --identity {GIVEN}/read-shared-secret.json --key-policy {GIVEN}/key.json",
}


def shown(name):
    ended = run(*shlex.split(COMMANDS[name]), columns=80, terminal="color" in name)
    return f"$ iamsim {COMMANDS[name]}\n{ended.out}{ended.err}--- exit {ended.code}\n".replace("\x1b", "␛")


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_shown_as_it_was(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    file = FOLDER / f"{name}.txt"
    if os.environ.get("IAMSIM_UPDATE"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown(name), encoding="utf-8")
    assert shown(name) == file.read_text(encoding="utf-8")


def test_no_snapshot_is_left_over():
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_as_data_it_is_as_the_schema_says(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    ended = run(*shlex.split(COMMANDS[name]), "--format", "json")
    document = json.loads(ended.out)
    assert [error.message[:300] for error in Draft202012Validator(SCHEMA).iter_errors(document)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_without_the_option_nothing_is_proposed_and_the_exit_code_is_the_same(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    asked = run(*shlex.split(COMMANDS[name]), "--format", "json")
    plain = run(*shlex.split(COMMANDS[name].replace(" --fix", "")), "--format", "json")
    assert "remedies" not in plain.out
    assert '"remedies": {' in asked.out
    assert plain.code == asked.code


def test_the_schema_lists_every_obstacle():
    assert SCHEMA["$defs"]["obstacle"]["properties"]["why"]["enum"] == [why.value for why in Why]


def applied(diff, text):
    """A text with a unified diff of one hunk applied."""
    _, _, head, *body = diff.splitlines()
    start = int(re.match(r"@@ -(\d+)", head)[1]) - 1
    lines = text.splitlines()
    old = [line[1:] for line in body if line[0] in " -"]
    assert lines[start : start + len(old)] == old
    return "\n".join([*lines[:start], *(line[1:] for line in body if line[0] in " +"), *lines[start + len(old) :]])


def test_the_diff_that_is_printed_can_be_applied_and_the_call_then_succeeds(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    ended = run(*shlex.split(COMMANDS["at-hand-key-policy"]), "--format", "json")
    (addition,) = json.loads(ended.out)["remedies"]["remedy"]["additions"]
    file = tmp_path / "key.json"
    file.write_text(applied(addition["diff"], Path(addition["file"]).read_text(encoding="utf-8")), encoding="utf-8")
    again = COMMANDS["at-hand-key-policy"].replace(f"{GIVEN}/key.json", str(file))
    assert run(*shlex.split(again), "--expect", "allowed").code == 0
