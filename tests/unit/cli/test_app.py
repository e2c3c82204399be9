"""The command line as a whole: exit codes, help, streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT, run

from iamsim import __version__
from iamsim.cli.exit_code import ExitCode

SCENARIO = "scenarios/cross-account/key-policy-missing.iamsim.yaml"
CALLER = "--caller=arn:aws:iam::111122223333:user/ana"
SECRET = "--secret=arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def process(*arguments, stdin=b"", **environment):
    """The command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "IAMSIM_DEBUG")}
    return subprocess.run(
        [sys.executable, "-m", "iamsim", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={**kept, **environment},
    )


def test_the_exit_codes_are_the_documented_ones():
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "FINDINGS": 1,
        "UNREADABLE": 2,
        "UNDECIDED": 3,
        "BUG": 70,
    }


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ["explain", SCENARIO]),
        (0, ["explain", CALLER, SECRET]),
        (0, ["explain", CALLER, SECRET, "--expect=denied"]),
        (0, ["explain", CALLER, SECRET, "--expect=implicitDeny"]),
        (1, ["explain", CALLER, SECRET, "--expect=allowed"]),
        (1, ["explain", CALLER, SECRET, "--expect=unknown"]),
        (1, ["explain", SCENARIO, "--expect=allowed"]),
        (1, ["explain", "tests/snapshots/inputs/unmet.iamsim.yaml"]),
        (2, ["explain"]),
        (2, ["explain", CALLER]),
        (2, ["explain", SCENARIO, CALLER]),
        (2, ["explain", "none.iamsim.yaml"]),
        (2, ["explain", "scenarios"]),
        (2, ["explain", "tests/snapshots/inputs/broken.iamsim.yaml"]),
        (2, ["explain", SCENARIO, "--expect=maybe"]),
        (2, ["explain", SCENARIO, "--format=xml"]),
        (2, ["explain", SCENARIO, "--context=aws:SourceIp"]),
        (2, ["explain", CALLER, "--secret=db"]),
        (2, ["explain", CALLER, SECRET, "--identity=none.json"]),
        (3, ["explain", CALLER, SECRET, "--identity=tests/snapshots/inputs/read.json"]),
        (0, ["explain", CALLER, SECRET, "--identity=tests/snapshots/inputs/read.json", "--expect=unknown"]),
        (1, ["explain", CALLER, SECRET, "--identity=tests/snapshots/inputs/read.json", "--expect=allowed"]),
        (0, ["lint", "--type=identity", "tests/snapshots/inputs/read.json"]),
        (1, ["lint", "--type=identity", "tests/snapshots/inputs/broken-policy.json"]),
        (2, ["lint", "--type=identity", "tests/snapshots/inputs/no-json.json"]),
        (2, ["lint", "--type=identity"]),
        (2, ["lint", "tests/snapshots/inputs/read.json"]),
        (0, ["evaluate", "tests/corpus/actions.jsonl"]),
        (0, ["evaluate", "tests/corpus/actions.jsonl", "--expected"]),
        (2, ["evaluate", "tests/snapshots/inputs/cases.jsonl"]),
        (2, ["evaluate", "none.jsonl"]),
        (2, ["evaluate", "tests"]),
        (2, ["unheard-of"]),
        (2, ["--unheard-of"]),
        (2, []),
        (0, ["--help"]),
        (0, ["-h"]),
        (0, ["--version"]),
        (0, ["explain", "--help"]),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else str(value),
)
def test_every_exit_code(code, arguments):
    ended = run(*arguments)
    assert ended.code == code
    assert "Traceback" not in ended.err
    assert (ended.err == "") or code == ExitCode.UNREADABLE


def test_a_difference_ends_evaluate_with_a_finding():
    request = {"principal": "arn:aws:iam::111122223333:user/a", "action": "sts:AssumeRole"}
    case = {"id": "x", "request": {**request, "resource": "arn:aws:iam::111122223333:role/b"}}
    wrong, right = (json.dumps({**case, "expected": word}).encode() for word in ("ALLOWED", "DENIED"))
    assert run("evaluate", "-", "--expected", stdin=wrong).code == 1
    assert run("evaluate", "-", "--expected", stdin=right).code == 0


def test_a_bug_is_called_one_and_its_traceback_is_for_those_who_ask(monkeypatch):
    def broken(_):
        message = "something else"
        raise KeyError(message)

    monkeypatch.setattr("iamsim.inputs.scenario.load_scenario", broken)
    ended = run("explain", SCENARIO)
    assert ended == (
        70,
        "",
        "error: a bug in iamsim (KeyError); please report it with the output of IAMSIM_DEBUG=1\n",
    )
    with pytest.raises(KeyError):
        run("explain", SCENARIO, IAMSIM_DEBUG="1")


def test_reports_go_to_standard_output_and_messages_to_standard_error():
    assert run("explain", SCENARIO).err == ""
    wrong = run("explain", "none.iamsim.yaml")
    assert wrong.out == ""
    assert wrong.err.startswith("error[file-not-found]: there is no file `none.iamsim.yaml`\n")
    usage = run("unheard-of")
    assert usage.out == ""
    assert "unheard-of" in usage.err


def test_what_there_is_is_listed_and_what_it_does():
    text = run("--help").out
    assert all(f"  {name} " in text for name in ("explain", "rotate", "evaluate", "lint"))
    options = (
        "caller",
        "secret",
        "key",
        "identity",
        "boundary",
        "session",
        "scp",
        "rcp",
        "secret-policy",
        "key-policy",
    )
    text = run("explain", "--help").out
    assert all(f"  --{name} " in text for name in (*options, "grants", "context", "expect", "format"))
    assert run("--version").out == f"iamsim {__version__}\n"


def test_python_m_iamsim_is_iamsim():
    script = Path(sys.executable).with_name("iamsim")
    ended = process("--version")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"iamsim {__version__}\n".encode(), b"")
    if script.exists():
        assert subprocess.run([script, "--version"], capture_output=True, check=True).stdout == ended.stdout
    assert process("explain", SCENARIO).stdout.decode() == run("explain", SCENARIO).out


@pytest.mark.parametrize(
    "arguments", [["explain", SCENARIO, "--format=json"], ["evaluate", "tests/corpus/actions.jsonl"]]
)
def test_a_reader_that_goes_away_is_no_error(arguments):
    command = subprocess.Popen(
        [sys.executable, "-m", "iamsim", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    command.stdout.close()
    said = command.stderr.read()
    command.stderr.close()
    assert (command.wait(30), said) == (0, b"")


def test_a_terminal_that_cannot_show_a_sign_gets_its_escape():
    ended = process("explain", SCENARIO, PYTHONIOENCODING="ascii", COLUMNS="60")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"\\u2026" in ended.stdout
    assert ended.stdout.isascii()


def test_messages_of_usage_are_escaped_too():
    ended = process("explain", "naïve.iamsim.yaml", PYTHONIOENCODING="ascii")
    assert ended.returncode == 2
    assert b"na\\xefve.iamsim.yaml" in ended.stderr


@pytest.mark.parametrize("columns", ["40", "80"])
def test_the_width_is_taken_from_columns(columns):
    lines = process("explain", SCENARIO, COLUMNS=columns).stdout.decode().splitlines()
    longest = max(len(line) for line in lines if "/" not in line and "arn:" not in line)
    assert int(columns) - 6 <= longest <= int(columns)


def test_without_a_terminal_and_columns_there_are_80():
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    command = [sys.executable, "-m", "iamsim", "explain", SCENARIO]
    ended = subprocess.run(command, capture_output=True, check=True, env=environment, stdin=subprocess.DEVNULL)
    assert ended.stdout.decode() == run("explain", SCENARIO, columns=80).out


def test_colour_is_for_terminals_only_and_no_color_and_dumb_ones_have_none():
    assert "\x1b" not in run("explain", SCENARIO).out
    assert "\x1b" in run("explain", SCENARIO, terminal=True).out
    assert "\x1b" not in run("explain", SCENARIO, terminal=True, NO_COLOR="1").out
    assert "\x1b" not in run("explain", SCENARIO, terminal=True, TERM="dumb").out
    assert "\x1b" in run("explain", "none", terminal=True).err
    assert "\x1b" not in run("explain", "none", terminal=True, NO_COLOR="1").err
