"""The files with which others run iamsim: the hooks of pre-commit, the action of GitHub."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml
from cdk_pair import CONSUMER, PRODUCER
from running import ROOT, run

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_a_command_that_there_is(hook):
    # https://pre-commit.com/#creating-new-hooks
    assert {"id", "name", "entry", "language", "files"} <= set(hook)
    program, command = hook["entry"].split()
    assert program == "iamsim"
    assert run(command, "--help").code == 0
    re.compile(hook["files"])


@pytest.mark.parametrize(
    ("file", "taken"),
    [
        ("app/orders.iamsim.yaml", True),
        ("cdk.out/Stack.template.json", True),
        ("infra/db.template", True),
        ("package.json", False),
    ],
)
def test_the_check_hook_takes_templates_and_our_files(file, taken):
    (hook,) = [hook for hook in HOOKS if hook["id"] == "iamsim-check"]
    assert bool(re.search(hook["files"], file)) is taken


def test_the_action_is_a_composite_one():
    # https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
    assert ACTION["runs"]["using"] == "composite"
    assert all("shell" in step for step in ACTION["runs"]["steps"] if "run" in step)
    assert all(entry["description"] for entry in ACTION["inputs"].values())


def test_the_action_uses_every_input_and_pastes_none_into_a_script():
    text = json.dumps(ACTION["runs"])
    used = set(re.findall(r"\$\{\{ inputs\.([a-z-]+) \}\}", text))
    assert used == set(ACTION["inputs"])
    assert all("${{" not in step["run"] for step in ACTION["runs"]["steps"] if "run" in step)


@pytest.mark.parametrize(
    ("inputs", "code", "arguments"),
    [
        ({}, 1, ["check", "--format=text", "--", "a b.json", "c.json"]),
        (
            {"IAMSIM_FAIL_ON": "never", "IAMSIM_SARIF": "out.sarif", "IAMSIM_ARGUMENTS": "--account=A=1\n\n--quiet\n"},
            0,
            [
                *("check", "--format=text", "--fail-on=never", "--account=A=1", "--quiet", "--format=sarif=out.sarif"),
                *("--", "a b.json", "c.json"),
            ],
        ),
    ],
)
def test_the_step_calls_the_command_with_its_inputs_and_keeps_the_exit_code(tmp_path, inputs, code, arguments):
    script = next(step["run"] for step in ACTION["runs"]["steps"] if step.get("id") == "check")
    program = tmp_path / "iamsim" / "bin" / "iamsim"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/arguments"\nexit {code}\n', encoding="utf-8")
    program.chmod(0o755)
    empty = dict.fromkeys(("IAMSIM_ARGUMENTS", "IAMSIM_FAIL_ON", "IAMSIM_SARIF", "IAMSIM_BASELINE"), "")
    given = {"PATH": "/usr/bin:/bin", "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "output")}
    environment = {**given, **empty, "IAMSIM_PATHS": "a b.json\nc.json\n", **inputs}
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=environment, check=False)
    assert done.returncode == code
    assert (tmp_path / "output").read_text(encoding="utf-8") == f"exit-code={code}\n"
    assert (tmp_path / "arguments").read_text(encoding="utf-8").splitlines() == arguments


def test_paths_may_follow_two_hyphens():
    data = ROOT / "tests" / "data" / "cdk"
    assert run("check", "--format=json", "--", data / PRODUCER, data / CONSUMER).code == 1
