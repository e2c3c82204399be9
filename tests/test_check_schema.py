"""docs/check-schema.json describes what `iamsim check --format json` prints, exactly."""

from __future__ import annotations

import json
import re

import pytest
from check_reports import NOTHING, ODD, REPORT
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from running import ROOT

from iamsim.analysis.report import State
from iamsim.language.diagnostic import Severity
from iamsim.outputs.check_json import check_json
from iamsim.outputs.check_words import Look

SCHEMA = json.loads((ROOT / "docs" / "check-schema.json").read_text(encoding="utf-8"))
REMEDIES = json.loads((ROOT / "docs" / "explain-schema.json").read_text(encoding="utf-8"))
REGISTRY = Registry().with_resource("explain-schema.json", Resource.from_contents(REMEDIES))
VALIDATOR = Draft202012Validator(SCHEMA, registry=REGISTRY)


def refused(document):
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(document)]


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("report", [REPORT, NOTHING, ODD], ids=["report", "nothing", "odd"])
def test_reports_are_printed_as_it_says(report):
    assert refused(json.loads(check_json(report, Look()))) == []


def test_other_documents_are_refused():
    document = json.loads(check_json(REPORT, Look()))
    result = document["results"][0]
    for broken in (
        {**document, "more": 1},
        {**document, "schema": "iamsim/check/2"},
        {**document, "results": [{**result, "state": "open"}]},
        {**document, "results": [{**result, "remedy": {}}]},
        {**document, "results": [{**result, "fingerprint": "short"}]},
        {},
    ):
        assert refused(broken)


@pytest.mark.parametrize(("name", "words"), [("severity", Severity), ("state", State)])
def test_it_lists_every_word(name, words):
    assert SCHEMA["$defs"][name]["enum"] == [word.value for word in words]


def test_it_uses_and_explains_all_that_it_defines():
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert used == set(SCHEMA["$defs"])
    objects = [d for d in SCHEMA["$defs"].values() if d.get("type") == "object"]
    assert all(d["description"] and d["required"] == list(d["properties"]) for d in objects)


def test_the_summary_counts_what_the_results_are():
    """By hand: of the seven results two failed as errors, one as a warning, and one each is in every other state."""
    assert json.loads(check_json(REPORT, Look()))["summary"] == {
        "errors": 2,
        "warnings": 1,
        "notes": 0,
        "passed": 1,
        "undecided": 1,
        "ignored": 1,
        "known": 1,
    }


def test_the_remedy_is_there_as_statements_and_as_a_diff():
    (found,) = (r for r in json.loads(check_json(REPORT, Look()))["results"] if r["rule"] == "key-policy-lacks-caller")
    (addition,) = found["remedy"]["additions"]
    assert addition["file"] == "producer/key policy.json"
    assert '+      "Action": "kms:Decrypt",' in addition["diff"].splitlines()
    assert addition["statements"][0]["Principal"] == {"AWS": "arn:aws:iam::444455556666:role/app"}
