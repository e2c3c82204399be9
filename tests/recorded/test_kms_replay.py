"""Every KMS call that was recorded on AWS, step by step: the simulator answers as AWS did.

The recordings are those of `shared/recorded/kms.json`, whose README names their sources.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from recorded.forms import at, mismatch, parameter

from iamsim.model.policy import Policy
from iamsim.model.world import Account, User, World
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

FILE = Path(__file__).parents[3] / "shared" / "recorded" / "kms.json"
if not FILE.is_file():
    pytest.skip("the recordings do not stand beside this checkout", allow_module_level=True)

SEQUENCES = json.loads(FILE.read_text(encoding="utf-8"))
ACCOUNT = "111111111111"
CALLER = f"arn:aws:iam::{ACCOUNT}:user/administrator"
EVERYTHING = Policy.parse(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, "identity"
)
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def compared(step, outcome, bound):
    """How an outcome differs from the recorded one; empty if it does not."""
    if step["error"]:
        assert outcome.error is not None
        actual = {"code": outcome.error.code, "message": outcome.error.message, "status": outcome.error.status}
        wanted = {name: value for name, value in step["error"].items() if value is not None}
        return mismatch(wanted, actual, bound, exact=False)
    assert outcome.ok, outcome.error
    return mismatch(step["response"], dict(outcome.response), bound, exact=step["match"] == "exact")


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence["id"])
def test_the_simulator_answers_as_aws_did(sequence):
    symbols = sequence.get("symbols") or {}
    bound = {symbol: CALLER if "ARN" in kind else f"u{symbol[1:]}" for symbol, kind in symbols.items()}
    user = User(CALLER, "AIDAADMINISTRATOR", (EVERYTHING,))
    world = World({ACCOUNT: Account(ACCOUNT, "primary", users={CALLER: user})})
    for number, step in enumerate(sequence["steps"], 1):
        given = {name: parameter(value, bound) for name, value in step["parameters"].items()}
        time = START + timedelta(seconds=number)
        outcome = simulate(world, Call(step["operation"], CALLER, given, time=time, seed=f"{sequence['id']} {number}"))
        for symbol, path in (step.get("capture") or {}).items():
            bound[symbol] = at(path, outcome.response)
        assert not compared(step, outcome, bound), f"step {number}, {step['operation']}"
        world = outcome.world
