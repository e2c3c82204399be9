"""What an audit did not come to, it does not call allowed."""

from __future__ import annotations

import pytest
from running import run

SCENARIO = """
accounts:
  shop:
    id: "111122223333"
    secrets:
      off: {rotation: {function: rotate, enabled: false}}
      empty: {versions: [], rotation: {function: rotate}}
      on: {rotation: {function: rotate}}
    functions:
      rotate:
        rotation: generic
        role: rotator
        policy:
          Version: "2012-10-17"
          Statement: {Effect: Allow, Principal: {Service: secretsmanager.amazonaws.com}, Action: lambda:InvokeFunction, Resource: "*"}
    roles:
      rotator:
        trust:
          Version: "2012-10-17"
          Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
        policies: {all: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "secretsmanager:*", Resource: "*"}}}
"""  # noqa: E501


@pytest.mark.parametrize(
    ("secret", "lacking", "unseen"),
    [
        ("off", "what was asked for is allowed", "createSecret, setSecret, testSecret, finishSecret: not reached"),
        ("empty", "what was asked for is allowed", "setSecret, testSecret, finishSecret: not reached"),
        ("on", "every authorization of every step is allowed", None),
    ],
)
def test_steps_that_are_not_reached_are_named(tmp_path, secret, lacking, unseen):
    file = tmp_path / "s.iamsim.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    shown = run("rotate", str(file), secret, "--audit").out
    assert f"Lacking   nothing: {lacking}\n" in shown
    assert (f"\nUnseen    {unseen}" in shown) if unseen else "Unseen" not in shown
