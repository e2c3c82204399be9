"""docs/rotation-schema.json describes what `iamsim rotate --format json` prints, exactly."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from running import ROOT, run

from iamsim.analysis.rotation_aftermath import Advice
from iamsim.model.rotation import STEPS
from iamsim.simulator.rotation import ENTER_STEP, START_STEP

SCHEMA, SHARED = (
    json.loads((ROOT / "docs" / f"{name}-schema.json").read_text(encoding="utf-8")) for name in ("rotation", "explain")
)
REGISTRY = Registry().with_resource("explain-schema.json", Resource.from_contents(SHARED))
FOLDER = "scenarios/rotation"
COMPLETES = f"{FOLDER}/single-user-completes.iamsim.yaml prod/orders-db"
LACKS = f"{FOLDER}/role-lacks-almost-everything.iamsim.yaml prod/orders-db"
WORLD = "tests/snapshots/inputs/rotations.iamsim.yaml"
COMMANDS = [
    COMPLETES,
    f"{COMPLETES} --audit --at 2026-02-01",
    LACKS,
    f"{LACKS} --audit",
    f"{COMPLETES} --next 2",
    f"{LACKS} --next 2 --at 2026-02-01",
    "--schedule rate(10days) --next 1",
    *(f"{WORLD} {secret} --audit" for secret in ("managed", "unfit", "away", "office", "forbidden", "waiting", "vpc")),
    f"{WORLD} waiting --by shop:user/ana",
    f"{WORLD} vpc --by shop:user/ana --no-rotate-immediately",
]


def refused(document):
    branch = {"iamsim/rotation/1": "run", "iamsim/rotation-windows/1": "windows"}[document["schema"]]
    schema = {**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{branch}"}]}
    found = Draft202012Validator(schema, registry=REGISTRY).iter_errors(document)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def printed(command, monkeypatch):
    monkeypatch.chdir(ROOT)
    ended = run("rotate", *(word.replace("10days", "10 days") for word in command.split()), "--format", "json")
    assert ended.err == ""
    return json.loads(ended.out)


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_printed_is_as_it_says(command, monkeypatch):
    assert refused(printed(command, monkeypatch)) == []


def test_other_documents_are_refused(monkeypatch):
    document = printed(LACKS, monkeypatch)
    validator = Draft202012Validator(SCHEMA, registry=REGISTRY)
    validator.validate(document)
    for broken in ({**document, "more": 1}, {**document, "schema": "iamsim/rotation/2"}, {**document, "at": 1}, {}):
        with pytest.raises(ValidationError):
            validator.validate(broken)


def test_it_lists_every_word():
    assert SCHEMA["$defs"]["step"]["properties"]["name"]["enum"] == [START_STEP, ENTER_STEP, *STEPS, "managed"]
    assert SCHEMA["$defs"]["advice"]["properties"]["do"]["enum"] == [advice.value for advice in Advice]


def test_it_uses_and_explains_all_that_it_defines():
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert used == set(SCHEMA["$defs"])
    objects = [d for d in SCHEMA["$defs"].values() if d.get("type") == "object" and "properties" in d]
    assert all(d["description"] and d["required"] == list(d["properties"]) for d in objects)
