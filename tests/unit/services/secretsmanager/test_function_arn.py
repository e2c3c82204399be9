"""The function of RotateSecret is named by its ARN.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
"""

from __future__ import annotations

import pytest
from unit.simulator.worlds import SECRET, USER, world

from iamsim.engine.decision import Decision
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate


@pytest.mark.parametrize("text", ["rotate-db", "arn:aws:lambda", "garbage"])
def test_what_is_no_arn_is_refused(text):
    outcome = simulate(world(), Call("RotateSecret", USER, {"SecretId": SECRET, "RotationLambdaARN": text}))
    assert (outcome.decision, outcome.error.code) == (Decision.IMPLICIT_DENY, "InvalidParameterException")
    assert not outcome.error.recorded
