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
            "workloads/ecs-task",
        )
    },
    "explain/40-columns-key-policy": scenario("cross-account/key-policy-missing"),
    "explain/40-columns-rcp": scenario("guardrails/rcp-outside-organization"),
    "explain/120-columns-identity-kms": scenario("cross-account/identity-kms-missing"),
    "explain/color-key-policy": scenario("cross-account/key-policy-missing"),
    "explain/json-key-policy": scenario("cross-account/key-policy-missing", "--format json"),
    "explain/json-workload-start": scenario("workloads/ecs-task", "--question 2 --format json"),
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
    "evaluate/calls": f"evaluate {INPUTS}/calls.jsonl",
    "evaluate/calls-expected": f"evaluate {INPUTS}/calls.jsonl --expected",
    "evaluate/calls-reveal": f"evaluate {INPUTS}/calls.jsonl --reveal",
    "explain/reveal": f"explain {INPUTS}/calls.iamsim.yaml --reveal",
}


COMPLETES = "rotate scenarios/rotation/single-user-completes.iamsim.yaml prod/orders-db"
LACKS = "rotate scenarios/rotation/role-lacks-almost-everything.iamsim.yaml shop:secret/prod/orders-db"
ROTATIONS = f"rotate {INPUTS}/rotations.iamsim.yaml"

COMMANDS |= {
    "rotate/completes": COMPLETES,
    "rotate/40-columns-completes": COMPLETES,
    "rotate/120-columns-completes": COMPLETES,
    "rotate/stops": LACKS,
    "rotate/40-columns-stops": LACKS,
    "rotate/120-columns-stops": LACKS,
    "rotate/color-stops": LACKS,
    "rotate/audit": f"{LACKS} --audit",
    "rotate/40-columns-audit": f"{LACKS} --audit",
    "rotate/120-columns-audit": f"{LACKS} --audit",
    "rotate/color-audit": f"{LACKS} --audit",
    "rotate/json-stops": f"{LACKS} --format json",
    "rotate/json-audit": f"{LACKS} --audit --format json",
    "rotate/windows": f"{COMPLETES} --next 3 --at 2026-02-01",
    "rotate/40-columns-windows": f"{COMPLETES} --next 3 --at 2026-02-01",
    "rotate/json-windows": f"{COMPLETES} --next 2 --at 2026-02-01 --format json",
    "rotate/windows-of-a-schedule": "rotate --schedule 'cron(0 8 1 * ? *)' --duration 3h --next 5 --at 2026-02-01T09:00:00Z",
    "rotate/windows-of-a-secret-without-rules": f"{ROTATIONS} waiting --next 3 --at 2026-02-01",
    "rotate/windows-turned-off": f"{ROTATIONS} off --next 1 --at 2026-02-01",
    "rotate/managed": f"{ROTATIONS} managed",
    "rotate/undecided": f"{ROTATIONS} office",
    "rotate/undecided-audit": f"{ROTATIONS} office --audit",
    "rotate/vpc-audit": f"{ROTATIONS} vpc --audit",
    "rotate/forbidden-audit": f"{ROTATIONS} forbidden --audit",
    "rotate/unfit-audit": f"{ROTATIONS} unfit --audit",
    "rotate/away": f"{ROTATIONS} away",
    "rotate/reattempted": f"{ROTATIONS} waiting",
    "rotate/called-while-one-waits": f"{ROTATIONS} waiting --by shop:user/ana",
    "rotate/half-way": f"{ROTATIONS} half-way",
    "rotate/turned-off": f"{ROTATIONS} off",
    "rotate/only-tried": f"{ROTATIONS} half-way --by shop:user/ana --no-rotate-immediately",
    "rotate/nothing-rotates-it": f"{ROTATIONS} idle",
    "rotate/no-such-secret": f"{ROTATIONS} shop:secret/idel",
    "rotate/no-schedule": "rotate --schedule 'cron(0 8 31 FEB ? *)' --next 1",
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
