"""docs/explain-schema.json describes what `iamsim explain --format json` prints, exactly."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from running import ROOT, run
from test_snapshots import COMMANDS

from iamsim.engine.authorize import PathKind
from iamsim.engine.decision import Decision, Element, Form, Reason
from iamsim.model.policy import PolicyType

SCHEMA = json.loads((ROOT / "docs" / "explain-schema.json").read_text(encoding="utf-8"))
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.iamsim.yaml"))
NAMES = [str(file.relative_to(ROOT / "scenarios")).removesuffix(".iamsim.yaml") for file in SCENARIOS]
AT_HAND = [name for name, command in COMMANDS.items() if "--caller" in command and name.startswith("explain/")]
VALIDATOR = Draft202012Validator(SCHEMA)


def refused(document):
    """What the schema has against a document; the branch of the document's own version is reported."""
    branch = {"iamsim/explain/1": "explanation", "iamsim/answers/1": "answers"}[document["schema"]]
    found = Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{branch}"}]}).iter_errors(document)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def printed(*arguments):
    ended = run(*arguments, "--format", "json")
    assert ended.err == ""
    return json.loads(ended.out)


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", SCENARIOS, ids=NAMES)
def test_every_scenario_is_printed_as_it_says(file):
    document = printed("explain", file)
    assert document["schema"] == "iamsim/answers/1"
    assert refused(document) == []


@pytest.mark.parametrize("name", AT_HAND)
def test_files_at_hand_are_printed_as_it_says(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    document = printed(*COMMANDS[name].split())
    assert document["schema"] == "iamsim/explain/1"
    assert refused(document) == []


def test_other_documents_are_refused():
    document = printed("explain", SCENARIOS[0])
    VALIDATOR.validate(document)
    for broken in ({**document, "more": 1}, {**document, "schema": "iamsim/answers/2"}, {**document, "met": "yes"}, {}):
        with pytest.raises(ValidationError):
            VALIDATOR.validate(broken)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("decision", Decision),
        ("policyType", PolicyType),
        ("reason", Reason),
        ("element", Element),
        ("form", Form),
        ("pathKind", PathKind),
    ],
)
def test_it_lists_every_word(name, words):
    assert SCHEMA["$defs"][name]["enum"] == [word.value for word in words]


def test_it_uses_and_explains_all_that_it_defines():
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert used == set(SCHEMA["$defs"])
    objects = [d for d in SCHEMA["$defs"].values() if d.get("type") == "object"]
    assert all(d["description"] and d["required"] == list(d["properties"]) for d in objects)
