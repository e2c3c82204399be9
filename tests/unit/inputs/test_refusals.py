"""What pydantic refuses is told in the words of the format: every kind of problem, and none in pydantic's own words."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Literal

import pytest
import yaml

from iamsim.inputs.problems import Problems
from iamsim.inputs.refusals import read
from iamsim.inputs.scenario_file import Account, Constraints, ScenarioFile
from iamsim.inputs.shape import Part
from iamsim.inputs.spot import Spot
from iamsim.language.json_document import json_source

SCENARIOS = sorted((Path(__file__).parents[3] / "scenarios").rglob("*.iamsim.yaml"))
JARGON = re.compile(
    r"pydantic|https?:|input|valid|\b(dict|dictionary|str|string|int|integer|bool|boolean|tuple|list\[|model|object)\b"
    r"|None|Type|Error|_type|instance|extra|forbidden|\[key\]"
)
OTHERS = [
    None,
    True,
    5,
    1.5,
    "",
    "a b",
    "x",
    [],
    {},
    [1],
    [None],
    {"a": 1},
    {"x": {"y": {}}},
    111122223333,
    "a\n",
    [[]],
]
NAMES = ["titel", "polices", "x", "a b", "value", "id", "x" * 300, "a\n"]


def told(shape, document):
    """The diagnostics of a document, which is written as JSON."""
    source = json_source("f.json", json.dumps(document))
    problems = Problems()
    read(shape, json.loads(source.text), Spot(source, (), problems))
    return problems.found


def account(**more):
    return {"accounts": {"a": {"id": "111122223333", **more}}}


def places(node, found):
    """Every place of a document, as the part around it and the step to it."""
    for step, inner in list(node.items() if isinstance(node, dict) else enumerate(node)):
        found.append((node, step))
        if isinstance(inner, dict | list):
            places(inner, found)
    return found


def spoiled(document, chance):
    """The document with another value, another name, one field more or one less."""
    for _ in range(chance.randint(1, 4)):
        found = places(document, [])
        if not found:
            break
        part, step = chance.choice(found)
        if chance.random() < 0.4:
            part[step] = chance.choice(OTHERS)
        elif isinstance(part, dict) and chance.random() < 0.8:
            part[chance.choice(NAMES)] = part.pop(step)
        else:
            del part[step]
    return document


@pytest.mark.parametrize("seed", range(300))
def test_no_message_speaks_of_pydantic_or_python(seed):
    chance = random.Random(seed)
    document = spoiled(yaml.safe_load(chance.choice(SCENARIOS).read_text(encoding="utf-8")), chance)
    for diagnostic in told(ScenarioFile, document):
        said = re.sub(r"`[^`]*`", "", f"{diagnostic.message} {diagnostic.help}", flags=re.DOTALL)
        assert not JARGON.search(said)
        assert diagnostic.code in {
            "missing-field", "unknown-field", "wrong-type", "malformed-text", "unknown-word", "account-id-unquoted",
            "policy-reference",
        }  # fmt: skip
        assert not diagnostic.message.endswith(".")
        assert diagnostic.message[0] == "`" or diagnostic.message[0].islower()


@pytest.mark.parametrize(
    ("document", "code", "message", "help_"),
    [
        ([], "wrong-type", "a mapping is expected here, and a list stands here", ""),
        (account(title=5), "unknown-field", "the field `title` is not known here", ""),
        (account(rolse={}), "unknown-field", "the field `rolse` is not known here", "did you mean `roles`?"),
        (
            account(scps=None, rolls=None),
            "unknown-field",
            "the field `rolls` is not known here",
            "did you mean `roles`?",
        ),
        (account(full_access="yes"), "wrong-type", "`true` or `false` is expected here, and text stands here", ""),
        (account(full_access=1), "wrong-type", "`true` or `false` is expected here, and a number stands here", ""),
        (account(users=[]), "wrong-type", "a mapping is expected here, and a list stands here", ""),
        (account(users={"u": 5}), "wrong-type", "a mapping is expected here, and a number stands here", ""),
        (account(users={"u": {"groups": {}}}), "wrong-type", "a list is expected here, and a mapping stands here", ""),
        (account(users={"u": {"groups": "g"}}), "wrong-type", "a list is expected here, and text stands here", ""),
        (account(users={"u": {"groups": [None]}}), "wrong-type", "text is expected here, and nothing stands here", ""),
        (
            account(users={"u": {"boundary": {}}}),
            "policy-reference",
            "a policy is expected here, and a mapping stands",
            "",
        ),
        (account(users={"u": {"boundary": ""}}), "policy-reference", "a policy is expected here, and text stands", ""),
        (account(roles={"r": {"path": 5}}), "wrong-type", "text is expected here, and a number stands", "in quotes"),
        (account(roles={"r\n": {}}), "malformed-text", "`r\n` is no name for a role", "letters, digits"),
        (account(keys={"k": {"aliases": ["x\n"]}}), "malformed-text", "`x\n` is no alias for a key", "letters"),
        (
            account(keys={"k": {"state": 5}}),
            "wrong-type",
            "text is expected here, and a number stands here",
            "in quotes",
        ),
        (
            account(keys={"k": {"state": "Disbled"}}),
            "unknown-word",
            "`Disbled` is no state",
            "did you mean `Disabled`?",
        ),
        (account(keys={"k": {"tags": {"[key]": 5}}}), "wrong-type", "text is expected here, and a number", "in quotes"),
        (account(roles={"[key]": {}}), "malformed-text", "`[key]` is no name for a role", "letters, digits"),
        ({"[key]": 1, **account()}, "unknown-field", "the field `[key]` is not known here", ""),
        (account(id="1"), "malformed-text", "`1` is no account id", "12 digits in quotes"),
        (
            account(id=True),
            "wrong-type",
            "text is expected here, and `true` or `false` stands here",
            "put it in quotes",
        ),
    ],
)
def test_each_kind_of_problem_has_its_words(document, code, message, help_):
    [diagnostic] = told(ScenarioFile, document)
    assert diagnostic.code == code
    assert diagnostic.message.startswith(message)
    assert help_ in diagnostic.help


@pytest.mark.parametrize(
    ("document", "underlined"),
    [
        (account(roles={"a b": {}}), '"a b"'),
        (account(roles={"a b": {"[key]": 1}}), '"a b"'),
        (account(roles={"r": {"sessions": {"s": {}}}}), '"s"'),
        (account(keys={"k": {"tags": {"[key]": 5}}}), "5"),
        (account(keys={"k": {"grants": [{"grantee": "x", "operations": ["decrypt"]}]}}), '"decrypt"'),
        (account(keys={"k": {"grants": [{"grantee": "x", "operations": [], "constraints": {"a": 1}}]}}), '"a"'),
        ({**account(), "organization": {"units": {"u": {"units": {"v": {"acounts": []}}}}}}, '"acounts"'),
        (account(secrets={"s": {"versions": [{}, {"stages": 1}]}}), "1"),
    ],
)
def test_a_problem_is_underlined_where_it_stands(document, underlined):
    label = told(ScenarioFile, document)[0].labels[0]
    assert label.source.text[label.span.start : label.span.end] == underlined


def test_the_known_fields_are_those_of_the_mapping_around():
    [deep] = told(ScenarioFile, {**account(), "organization": {"units": {"u": {"units": {"v": {"acounts": []}}}}}})
    assert deep.help == "did you mean `accounts`?"
    [granted] = told(ScenarioFile, account(keys={"k": {"grants": [{"grantee": "x"}]}}))
    assert (granted.message, granted.help) == (
        "the field `operations` is missing",
        "list what the grantee may do: `[Decrypt]`",
    )


def test_nothing_behind_a_key_is_as_good_as_no_key():
    file = ScenarioFile.model_validate({"title": None, "accounts": {"a": {"id": "111122223333", "roles": {"r": None}}}})
    assert file.title == ""
    assert file.accounts["a"].roles["r"].path == "/"
    [missing] = told(ScenarioFile, {"accounts": {"a": {"id": None}}})
    assert missing.code == "missing-field"


def test_what_has_no_words_of_its_own_is_told_all_the_same():
    class Odd(Part):
        """A class with a type that the format does not use."""

        word: Literal["a"]

    [diagnostic] = told(Odd, {"word": "b"})
    assert (diagnostic.code, diagnostic.message) == ("wrong-value", "text of this kind cannot stand here")


def test_half_a_character_is_told():
    source = json_source("f.json", '{"\\ud800": 1}')
    problems = Problems()
    read(Constraints, json.loads(source.text), Spot(source, (), problems))
    assert [d.code for d in problems.found] == ["malformed-text"]


def test_the_schema_describes_every_field():
    schema = ScenarioFile.model_json_schema()
    mappings = [schema, *schema["$defs"].values()]
    assert len(mappings) == 24
    assert all(mapping["description"] for mapping in mappings)
    assert all(field["description"] for mapping in mappings for field in mapping["properties"].values())
    assert all(mapping["additionalProperties"] is False for mapping in mappings)


def test_the_schema_says_the_forms_and_the_words():
    definitions = ScenarioFile.model_json_schema()["$defs"]
    assert definitions["Account"]["properties"]["id"]["pattern"] == "^(?:[0-9]{12})$"
    assert "PendingDeletion" in definitions["Key"]["properties"]["state"]["enum"]
    assert definitions["Unit"]["properties"]["units"]["additionalProperties"] == {"$ref": "#/$defs/Unit"}
    assert [choice["type"] for choice in definitions["Role"]["properties"]["trust"]["anyOf"]] == [
        "string",
        "object",
        "null",
    ]
    assert definitions["Role"]["type"] == ["object", "null"]
    assert definitions["Grant"]["type"] == "object"


def test_models_do_not_change():
    account = Account.model_validate({"id": "111122223333"})
    with pytest.raises(ValueError, match="frozen"):
        account.id = "444455556666"
