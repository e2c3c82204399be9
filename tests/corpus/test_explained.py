"""What decided, written by hand for cases of the guides: `decided_by` and `matched_statements`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamsim import authorize
from iamsim.inputs.case import case_of
from iamsim.outputs.evaluation import decision_json

HERE = Path(__file__).parent
CASES = {
    case["id"]: case
    for file in (HERE / "conformance").glob("*.jsonl")
    for case in map(json.loads, file.read_text(encoding="utf-8").splitlines())
}
EXPLAINED = [json.loads(line) for line in (HERE / "explained.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("explained", EXPLAINED, ids=lambda explained: explained["id"])
def test_what_decided_is_told(explained):
    case = case_of(CASES[explained["id"]])
    answer = decision_json(authorize(case.request, case.policies))
    assert answer["decided_by"] == explained["decided_by"]
    assert answer["matched_statements"] == explained["matched_statements"]


def test_there_are_enough_of_them():
    assert len({explained["id"] for explained in EXPLAINED}) >= 30
