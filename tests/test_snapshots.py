"""What people and programs see, kept as text. After a change that is meant: IAMSIM_UPDATE=1 pytest tests/test_snapshots.py."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest
from running import ROOT, run

FOLDER = Path(__file__).parent / "snapshots"
INPUTS = "tests/snapshots/inputs"
AT_HAND = (
    "explain --caller arn:aws:iam::444455556666:role/orders-api "
    "--secret arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/orders-db-AbCdEf "
    "--key arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)
SAME_ACCOUNT = (
    "explain --caller arn:aws:iam::111122223333:user/ana "
    "--secret arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"
)
GIVEN = "scenarios/cross-account/policies/key-policy-missing"


def scenario(name, *options):
    return " ".join(["explain", f"scenarios/{name}.iamsim.yaml", *options])


COMMANDS = {
    **{
        f"explain/{name.replace('/', '-')}": scenario(name)
        for name in (
            "boundaries/user-grant-not-limited",
            "cross-account/all-four-grants",
            "cross-account/identity-kms-missing",
            "cross-account/key-policy-missing",
            "cross-account/managed-key",
            "cross-account/secret-policy-missing",
            "endpoints/endpoint-policy",
            "guardrails/rcp-outside-organization",
            "guardrails/scp-level-without-full-access",
            "kms/disabled-key",
            "kms/grant-opens-cross-account",
            "pitfalls/arn-without-suffix",
            "sessions/federated-user",
            "tags/same-team",
        )
    },
    "explain/40-columns-key-policy": scenario("cross-account/key-policy-missing"),
    "explain/40-columns-rcp": scenario("guardrails/rcp-outside-organization"),
    "explain/120-columns-identity-kms": scenario("cross-account/identity-kms-missing"),
    "explain/color-key-policy": scenario("cross-account/key-policy-missing"),
    "explain/json-key-policy": scenario("cross-account/key-policy-missing", "--format json"),
    "explain/json-explicit-deny": scenario("pitfalls/arn-without-suffix", "--format json"),
    "explain/unmet": f"explain {INPUTS}/unmet.iamsim.yaml",
    "explain/at-hand": f"{AT_HAND} --identity {GIVEN}/read-shared-secret.json --secret-policy {GIVEN}/secret.json "
    f"--key-policy {GIVEN}/key.json",
    "explain/at-hand-nothing": AT_HAND,
    "explain/at-hand-key-policy-unknown": f"{AT_HAND} --identity {GIVEN}/read-shared-secret.json "
    f"--secret-policy {GIVEN}/secret.json",
    "explain/at-hand-context-unknown": f"{SAME_ACCOUNT} --identity {INPUTS}/read.json",
    "explain/at-hand-context-given": f"{SAME_ACCOUNT} --identity {INPUTS}/read.json --context aws:SourceIp=198.51.100.7",
    "diagnostics/scenario": f"explain {INPUTS}/broken.iamsim.yaml",
    "diagnostics/scenario-names": f"explain {INPUTS}/broken-names.iamsim.yaml",
    "diagnostics/policy": f"{AT_HAND} --identity {INPUTS}/broken-policy.json --scp {INPUTS}/no-json.json",
    "diagnostics/color": f"{SAME_ACCOUNT} --identity {INPUTS}/no-json.json",
    "lint/text": f"lint {INPUTS}/broken-policy.json {INPUTS}/read.json --type identity",
    "lint/40-columns": f"lint {INPUTS}/broken-policy.json --type identity",
    "lint/json": f"lint {INPUTS}/no-json.json {INPUTS}/none.json --type secretPolicy --format json",
    "evaluate/decisions": f"evaluate {INPUTS}/cases.jsonl",
    "evaluate/expected": f"evaluate {INPUTS}/cases.jsonl --expected",
}


def shown(name):
    """A command line, its outputs and its exit code; escape characters are made visible."""
    line = COMMANDS[name]
    columns = next((int(word) for word in name.replace("/", "-").split("-") if word.isdigit()), 80)
    ended = run(*shlex.split(line), columns=columns, terminal="color" in name)
    text = f"$ iamsim {line}\n{ended.out}"
    text += f"--- stderr\n{ended.err}" if ended.err else ""
    return f"{text}--- exit {ended.code}\n".replace("\x1b", "␛")


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_shown_as_it_was(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    file = FOLDER / f"{name}.txt"
    if os.environ.get("IAMSIM_UPDATE"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown(name), encoding="utf-8")
    assert shown(name) == file.read_text(encoding="utf-8")


def test_no_snapshot_is_left_over():
    kept = {str(file.relative_to(FOLDER)).removesuffix(".txt") for file in FOLDER.rglob("*.txt")}
    assert kept == set(COMMANDS)


def test_only_the_coloured_ones_have_colour():
    for name in COMMANDS:
        text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
        assert ("␛[" in text) == ("color" in name), name
