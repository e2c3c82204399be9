"""What a function of one's own does in each step, as a scenario writes it."""

from __future__ import annotations

import pytest

from iamsim.inputs.scenario import load_scenario
from iamsim.language.errors import InputError

SCENARIO = """
accounts:
  shop:
    id: "111122223333"
    functions:
      own:
        role: rotates
        steps:
          always:
            - ALWAYS
          createSecret:
            - ACT
    roles: {rotates: {}}
"""
PUT, DESCRIBE = (
    'call: PutSecretValue, parameters: {SecretId: "{secret}"',
    'call: DescribeSecret, parameters: {SecretId: "{secret}"}',
)


def loaded(tmp_path, act, always=DESCRIBE):
    file = tmp_path / "own.iamsim.yaml"
    file.write_text(SCENARIO.replace("ALWAYS", f"{{{always}}}").replace("ACT", f"{{{act}}}"), encoding="utf-8")
    return load_scenario(file)


@pytest.mark.parametrize(
    ("act", "code", "word"),
    [
        (PUT + ", Value: x}", "unknown-parameter", "`Value`"),
        (PUT + ", VersionStages: 5}", "parameter-type", "`VersionStages`"),
        (PUT + ", SecretBinary: 'not base64'}", "malformed-base64", "base64"),
        ("call: DescribeSecret", "missing-parameter", "`SecretId`"),
        ("call: DescribeSecrets", "unknown-operation", "`DescribeSecrets`"),
        ("call: DescribeSecret, database: try", "call-or-database", "`call`"),
        ("enough: true", "call-or-database", "`call`"),
    ],
)
def test_what_no_function_can_do_is_bad_input(tmp_path, act, code, word):
    with pytest.raises(InputError) as raised:
        loaded(tmp_path, act)
    (found,) = [each for each in raised.value.diagnostics if each.code == code]
    assert word in found.message
    assert found.labels


def test_what_is_done_in_every_step_is_a_call(tmp_path):
    with pytest.raises(InputError) as raised:
        loaded(tmp_path, DESCRIBE, always="database: try")
    assert [each.code for each in raised.value.diagnostics] == ["database-in-always"]


def test_bytes_stand_in_base64(tmp_path):
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html#parameter-type-blob"""
    scenario = loaded(tmp_path, PUT + ", SecretBinary: AAEC/w==}")
    (call,) = scenario.world.function("arn:aws:lambda:us-east-1:111122223333:function:own").rotation.steps[
        "createSecret"
    ]
    assert call.parameters["SecretBinary"] == b"\x00\x01\x02\xff"
