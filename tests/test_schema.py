"""docs/scenario-schema.json and docs/assertions-schema.json are what `iamsim schema` prints, and every scenario names its own.

After a change of the formats: IAMSIM_UPDATE=1 pytest tests/test_schema.py writes them anew.
"""

from __future__ import annotations

import json
import os

import pytest
from jsonschema import Draft202012Validator
from running import ROOT, run

from iamsim.inputs.scenario import covered_source

SCENARIOS = sorted((ROOT / "scenarios").rglob("*.iamsim.yaml"))
NAMES = [str(file.relative_to(ROOT / "scenarios")).removesuffix(".iamsim.yaml") for file in SCENARIOS]
FORMATS = ("scenario", "assertions")


def kept(format):
    return ROOT / "docs" / f"{format}-schema.json"


def validator(format):
    return Draft202012Validator(json.loads(kept(format).read_text(encoding="utf-8")))


@pytest.mark.parametrize("format", FORMATS)
def test_the_kept_schema_is_what_is_printed(format):
    ended = run("schema", format)
    assert (ended.code, ended.err) == (0, "")
    if os.environ.get("IAMSIM_UPDATE"):
        kept(format).write_text(ended.out, encoding="utf-8")
    assert kept(format).read_text(encoding="utf-8") == ended.out


@pytest.mark.parametrize("format", FORMATS)
def test_it_is_a_schema(format):
    Draft202012Validator.check_schema(validator(format).schema)


def test_without_a_word_it_is_that_of_scenarios():
    assert run("schema").out == run("schema", "scenario").out


def test_another_word_is_refused():
    assert run("schema", "templates").code == 2


@pytest.mark.parametrize("file", SCENARIOS, ids=NAMES)
def test_every_scenario_names_its_schema_and_is_valid(file):
    first = file.read_text(encoding="utf-8").split("\n", 1)[0]
    mark, _, path = first.partition("$schema=")
    assert mark == "# yaml-language-server: "
    assert (file.parent / path).resolve() == kept("scenario")
    value, _ = covered_source(file)
    assert [f"{e.json_path}: {e.message}" for e in validator("scenario").iter_errors(value)] == []


SCENARIO = {"accounts": {"owner": {"id": "111122223333", "secrets": {"db": {}}}}}


@pytest.mark.parametrize(
    ("format", "valid", "broken"),
    [
        ("scenario", SCENARIO, {}),
        ("scenario", SCENARIO, {"accounts": {"owner": {"id": 111122223333}}}),
        ("scenario", SCENARIO, {"accounts": {"owner": {"id": "1"}}}),
        ("scenario", SCENARIO, {"accounts": {"arn": {"id": "111122223333"}}}),
        ("scenario", SCENARIO, {**SCENARIO, "question": []}),
        ("scenario", SCENARIO, {**SCENARIO, "questions": [{"expect": "allowed"}]}),
        ("assertions", {"assertions": [{"ask": "a"}]}, {}),
        (
            "assertions",
            {"assertions": [{"ask": "a", "severity": "note"}]},
            {"assertions": [{"ask": "a", "severity": "bad"}]},
        ),
        ("assertions", {"assertions": []}, {"assertions": [], "accounts": {"a": "1"}}),
    ],
)
def test_a_file_that_is_refused_is_not_valid(format, valid, broken):
    assert validator(format).is_valid(valid)
    assert not validator(format).is_valid(broken)
