"""Whatever stands in a line that is a whole call, `iamsim evaluate` answers it, and shows no value of a secret."""

from __future__ import annotations

import json
import random

from fuzz.test_cli_fuzz import FIXED, changed, retyped, survives
from hypothesis import given
from hypothesis import strategies as st
from running import ROOT

INPUTS = ROOT / "tests" / "snapshots" / "inputs"
LINES = (INPUTS / "calls.jsonl").read_bytes().splitlines()


@FIXED
@given(st.integers(0, 2**32))
def test_a_good_call_changed(monkeypatch, seed):
    monkeypatch.chdir(INPUTS)
    chance = random.Random(seed)
    lines = [chance.choice(LINES) for _ in range(3)]
    made = b"\n".join([changed(chance, lines[0]), retyped(chance, json.loads(lines[1])), lines[2]])
    ended = survives("evaluate", "-", stdin=made)
    assert len(ended.out.splitlines()) >= 3
    assert "hunter" not in ended.out
    survives("evaluate", "-", "--expected", "--reveal", stdin=made)
