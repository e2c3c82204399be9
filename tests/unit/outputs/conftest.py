"""Small scenarios, explained."""

from __future__ import annotations

import json

import pytest

from iamsim.analysis.answer import answers
from iamsim.inputs.scenario import load_scenario


@pytest.fixture
def explained(tmp_path):
    """Explain the first call of a question about accounts `owner` and `consumer`, given as in a scenario file."""

    def explain(ask, owner=None, consumer=None, **more):
        file = tmp_path / "s.iamsim.yaml"
        accounts = {
            "owner": {"id": "111122223333", "secrets": {"db": {}}, **(owner or {})},
            "consumer": {"id": "444455556666", "roles": {"app": {}}, **(consumer or {})},
            **more.pop("others", {}),
        }
        question = {"ask": ask, **{key: more.pop(key) for key in ("expect", "because", "parameters") if key in more}}
        file.write_text(json.dumps({"accounts": accounts, "questions": [question], **more}), encoding="utf-8")
        scenario = load_scenario(file)
        first, *_ = answers(scenario.world, scenario.questions[0])
        return first.explanation

    return explain
