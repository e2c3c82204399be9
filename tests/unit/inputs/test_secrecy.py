"""The value of a secret is in no text that anybody is shown."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from iamsim.inputs.scenario import load_scenario
from iamsim.inputs.scenario_file import ScenarioFile, Secret
from iamsim.language.errors import InputError

VALUE = "hunter2"

FAULTY = {
    "a parameter": 'accounts: {a: {id: "111122223333", parameters: {p: {value: hunter2, key: k}}}}',
    "a parameter, misspelt": 'accounts: {a: {id: "111122223333", parameters: {p: {valeu: hunter2}}}}',
    "a parameter that is no text": 'accounts: {a: {id: "111122223333", parameters: {p: {value: [hunter2]}}}}',
    "a parameter in bad syntax": 'accounts: {a: {id: "111122223333", parameters: {p: {value: hunter2, key: [}}}}',
    "a parameter that is put": 'accounts: {a: {id: "111122223333", users: {u: {}}}}\n'
    "questions: [{ask: a:user/u can PutParameter on *, parameters: {Name: p, Value: hunter2}, expect: Alowed}]",
    "in one line": "accounts: {a: {id: 1, secrets: {s: {value: hunter2, polcy: x}}}}",
    "a mapping": 'accounts: {a: {id: "111122223333", secrets: {s: {key: k, value: {user: x, password: hunter2}}}}}',
    "a version": 'accounts: {a: {id: "111122223333", secrets: {s: {versions: [{id: x, value: hunter2}]}}}}',
    "misspelt": 'accounts: {a: {id: "111122223333", secrets: {s: {valeu: hunter2}}}}',
    "misspelt in a version": 'accounts: {a: {id: "111122223333", secrets: {s: {versions: [{valeu: hunter2}]}}}}',
    "an anchor": 'accounts: {a: {id: "111122223333", secrets: {s: {value: &v hunter2, key: k}, t: {value: *v}}}}',
    "a number": 'accounts: {a: {id: "111122223333", secrets: {s: {value: [hunter2], key: 1}}}}',
    "bad syntax": 'accounts: {a: {id: "111122223333", secrets: {s: {value: hunter2, key: [}}}}',
    "bad syntax in quotes": 'accounts: {a: {id: "111122223333", secrets: {s: {"value": "hunter2',
    "bad syntax below": "accounts:\n  a:\n    secrets:\n      s:\n        value:\n          password: hunter2: x\n",
    "bytes": 'accounts: {a: {id: "111122223333", secrets: {s: {binary: hunter2, key: k}}}}',
    "bytes of a version": 'accounts: {a: {id: "111122223333", secrets: {s: {versions: [{binary: hunter2}]}}}}',
    "bytes of a call": 'accounts: {a: {id: "111122223333", secrets: {s: {}}, users: {u: {}}}}\n'
    "questions: [{ask: a:user/u can PutSecretValue on a:secret/s, parameters: {SecretBinary: hunter2}}]",
    "bytes in bad syntax": 'accounts: {a: {id: "111122223333", secrets: {s: {binary: hunter2, key: [}}}}',
    "twice": "accounts:\n  a:\n    secrets:\n      s: {value: hunter2, value: x}\n",
    "no utf-8": b"accounts: {a: {secrets: {s: {value: hunter2, key: \xff}}}}",
    "too deep": "accounts: {a: {secrets: {s: {value: " + "[" * 70 + "hunter2",
    "a bad tag": "accounts: {a: {secrets: {s: {value: !foo hunter2}}}}",
    "a bad character": "accounts: {a: {secrets: {s: {value: hunter2\x07}}}}",
}


def everything(error):
    """All that any renderer could show of an error."""
    for diagnostic in error.diagnostics:
        yield from (diagnostic.message, diagnostic.help, repr(diagnostic))
        for label in diagnostic.labels:
            yield from (label.text, label.source.text, repr(label.source))


@pytest.mark.parametrize("name", FAULTY)
def test_no_diagnostic_shows_a_value(tmp_path, name):
    file = tmp_path / "s.iamsim.yaml"
    text = FAULTY[name]
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    assert not any(VALUE in text for text in everything(caught.value))
    assert VALUE not in str(caught.value)


def test_no_part_of_a_scenario_shows_a_value(tmp_path):
    file = tmp_path / "s.iamsim.yaml"
    file.write_text(
        """
accounts:
  a:
    id: "111122223333"
    secrets:
      one: {value: hunter2}
      two:
        value:
          user: app
          password: hunter2  # rotated
      three:
        versions:
          - stages: [AWSCURRENT]
            value: |
              hunter2
              and more
"""
    )
    scenario = load_scenario(file)
    assert VALUE not in repr(scenario)
    assert VALUE not in scenario.source.text
    assert "password" not in scenario.source.text
    values = [s.versions[0].value for s in scenario.world.accounts["111122223333"].secrets.values()]
    assert all(VALUE in value for value in values)


def test_covering_a_value_moves_nothing(tmp_path):
    file = tmp_path / "s.iamsim.yaml"
    text = 'accounts: {a: {id: "111122223333", secrets: {s: {value: "hünter 2", tags: {team: x}}}}}'
    file.write_text(text, encoding="utf-8")
    source = load_scenario(file).source
    assert len(source.text) == len(text)
    span = source.span_of(("accounts", "a", "secrets", "s", "tags", "team"))
    assert source.text[span.start : span.end] == "x"


@pytest.mark.parametrize(
    "secret", [{"value": VALUE}, {"binary": VALUE}, {"versions": [{"value": {"password": VALUE}}]}]
)
def test_no_model_of_a_file_shows_a_value(secret):
    file = ScenarioFile.model_validate({"accounts": {"a": {"id": "111122223333", "secrets": {"s": secret}}}})
    assert VALUE in str(file.model_dump())
    assert VALUE not in repr(file)
    assert VALUE not in str(file)


def test_no_error_of_pydantic_shows_a_value():
    with pytest.raises(ValidationError) as caught:
        Secret.model_validate({"valeu": VALUE, "value": VALUE, "suffix": 1, "versions": [{"id": 1, "value": VALUE}]})
    assert VALUE not in str(caught.value)
    assert VALUE not in repr(caught.value)
