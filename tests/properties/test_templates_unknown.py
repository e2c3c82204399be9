"""Over templates: making a known value unknown never turns a definite answer into the opposite one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cdk_pair import CDK, CONSUMER, KEY, PRODUCER, SECRET, statements
from hypothesis import given, settings
from hypothesis import strategies as st

from iamsim.analysis.check import Wanted, check
from iamsim.analysis.report import State
from iamsim.inputs.check_inputs import read_inputs
from iamsim.inputs.check_options import template_settings
from iamsim.inputs.settings import Settings
from iamsim.language.errors import InputError

READER, APP = "Producer:role/ReaderServiceRole8283AF10", "Consumer:role/AppRoleDC883459"
ON_SECRET, ON_KEY = "on Producer:secret/DbSecret685A0FA5", "on Producer:key/SecretKey573D36D8"
ASKED = (
    f"{APP} can GetSecretValue {ON_SECRET}",
    f"{APP} can kms:Decrypt {ON_KEY}",
    f"{APP} can secretsmanager:GetSecretValue {ON_SECRET} with aws:PrincipalOrgID = o-abcd123456",
    f"{APP} can secretsmanager:DeleteSecret {ON_SECRET}",
    f"{READER} can GetSecretValue {ON_SECRET} with aws:PrincipalOrgID = o-abcd123456",
    f"{READER} can GetSecretValue {ON_SECRET} with aws:PrincipalOrgID = o-other12345",
    f"no one outside Producer can secretsmanager:GetSecretValue {ON_SECRET}",
    f"no one outside Producer can kms:ScheduleKeyDeletion {ON_KEY}",
)
DEFINITE = (State.PASSED, State.FAILED)


def templates():
    producer, consumer = (json.loads((CDK / name).read_text(encoding="utf-8")) for name in (PRODUCER, CONSUMER))
    statements(consumer).append({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY})
    del consumer["Resources"]["AppRoleDC883459"]["Properties"]["PermissionsBoundary"]
    return {PRODUCER: producer, CONSUMER: consumer}


def leaves(value, way=()):
    """The way to each text of the properties of a template that no function takes literally."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key not in ("Ref", "Fn::GetAtt", "Type", "Version", "Effect") and not key.startswith("Fn::"):
                yield from leaves(member, (*way, key))
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from leaves(member, (*way, i))
    elif isinstance(value, str):
        yield way


LEAVES = [
    (name, ("Resources", id_, "Properties", *way))
    for name, template in templates().items()
    for id_, resource in template["Resources"].items()
    for way in leaves(resource["Properties"])
]


def states(texts, parameters):
    """What becomes of each assertion over some templates; None if they cannot be read."""
    with TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(json.dumps(text), encoding="utf-8")
        asked = {"assertions": [{"ask": ask} for ask in ASKED]}
        (Path(folder) / "must.iamsim.yaml").write_text(json.dumps(asked), encoding="utf-8")
        names = [f"Producer.SecretKey573D36D8={KEY}", f"Producer.DbSecret685A0FA5={SECRET}"]
        try:
            read = read_inputs([folder], template_settings(parameters=parameters, names=names), Settings({}, ()))
            report = check(read.parts, Wanted(), date(2026, 1, 1))
        except InputError:
            return None
    return [(result.ask, result.state) for result in report.results]


def hidden(places):
    """The templates with the texts at some places behind parameters, and the options that give these their values."""
    texts, given_ = templates(), []
    for number, (name, way) in enumerate(places):
        part = texts[name]
        for step in way[:-1]:
            part = part[step]
        stack = name.partition(".")[0]
        given_.append(f"{stack}.Hidden{number}={part[way[-1]]}")
        part[way[-1]] = {"Ref": f"Hidden{number}"}
        texts[name].setdefault("Parameters", {})[f"Hidden{number}"] = {"Type": "String"}
    return texts, given_


KNOWN = states(templates(), [])


def test_the_known_templates_have_answers_of_both_kinds():
    assert {state for _, state in KNOWN} >= set(DEFINITE)


def agree(places):
    texts, given_ = hidden(places)
    assert states(texts, given_) == KNOWN
    unknown = states(texts, [])
    assert unknown is not None
    opposite = [
        (ask, before, after)
        for (ask, before), (_, after) in zip(KNOWN, unknown, strict=True)
        if before in DEFINITE and after in DEFINITE and before is not after
    ]
    assert opposite == []


@pytest.mark.parametrize(
    "place", LEAVES, ids=lambda place: f"{place[0].partition('.')[0]}:{'.'.join(map(str, place[1][1:]))}"
)
def test_a_value_that_is_not_known_contradicts_nothing(place):
    agree([place])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(LEAVES), min_size=2, max_size=5, unique=True))
def test_values_that_are_not_known_contradict_nothing(places):
    agree(places)
