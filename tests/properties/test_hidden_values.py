"""No value of a secret stands in any answer, unless it is asked for: every shipped scenario, with values that stand out."""

from __future__ import annotations

import json
import shutil
from itertools import chain
from pathlib import Path

import pytest
import yaml
from running import ROOT, run

FILES = sorted((ROOT / "scenarios").rglob("*.iamsim.yaml"))
MARK = "do-not-show-"
SECRET = {"value", "SecretString"}


def marked(part, *, inside=False):
    """A scenario with every value of a secret in it changed, equal ones to equal ones; ARNs in it are no secret."""
    if isinstance(part, dict):
        return {key: marked(value, inside=inside or key in SECRET) for key, value in part.items()}
    if isinstance(part, list):
        return [marked(item, inside=inside) for item in part]
    return f"{MARK}{part}" if inside and not str(part).startswith("arn:") else part


def written(folder, file):
    """The marked scenario with its policies beside it, None where it holds no value."""
    given = yaml.safe_load(file.read_text(encoding="utf-8"))
    document = marked(given)
    if document == given:
        return None
    if (file.parent / "policies").exists():
        shutil.copytree(file.parent / "policies", folder / "policies")
    (folder / file.name).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return folder / file.name


def lines_of(document, scenario):
    """A line for each answer of `explain --format json --reveal`, and one that reads every secret after it."""
    answers = chain.from_iterable(question["answers"] for question in document["questions"])
    for answer in answers:
        call = answer["explanation"]["call"]
        if isinstance(call["caller"], str) and ":" not in call["operation"]:
            played = {key: call[key] for key in ("operation", "caller", "parameters")}
            read = {**played, "operation": "GetSecretValue"}
            read["parameters"] = {"SecretId": call["parameters"].get("SecretId", call["parameters"].get("Name", "x"))}
            for line in ({"call": played}, {"calls": [played, read]}):
                yield json.dumps({"scenario": scenario.name, **line})


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "scenarios")).partition(".")[0])
def test_no_value_is_shown(tmp_path, file):
    scenario = written(tmp_path, file)
    if scenario is None:
        return
    shown = run("explain", scenario, "--format=json", "--reveal")
    assert shown.err == ""
    assert shown.code in {0, 1}  # a rotation may hang on what the value says
    batch = Path(tmp_path / "lines.jsonl")
    batch.write_text("\n".join(lines_of(json.loads(shown.out), scenario)), encoding="utf-8")
    for arguments in (
        ("explain", scenario),
        ("explain", scenario, "--format=json"),
        ("explain", scenario, "--fix"),
        ("explain", scenario, "--expect=unknown"),
        ("explain", scenario, "--format=cases"),
        ("evaluate", batch),
        ("evaluate", batch, "--expected"),
    ):
        ended = run(*arguments)
        assert MARK not in ended.out + ended.err, arguments


@pytest.mark.parametrize("name", ["cross-account/all-four-grants", "versions/staging-labels", "kms/key-change"])
def test_the_marks_are_values_that_reveal_shows(tmp_path, name):
    """The test above could fail."""
    scenario = written(tmp_path, ROOT / "scenarios" / f"{name}.iamsim.yaml")
    assert MARK in run("explain", scenario, "--format=json", "--reveal").out
