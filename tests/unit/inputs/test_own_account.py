"""What a call can only name by its bare name stands in the caller's own account: nothing else can be asked for.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.call_case import CallCases
from iamsim.inputs.case import read_document
from iamsim.inputs.scenario import load_scenario
from iamsim.language.errors import InputError
from iamsim.language.json_document import json_source

A, B = "111122223333", "444455556666"
WORLD = f"""
accounts:
  a: {{id: "{A}", roles: {{app: }}, parameters: {{/url/x: }}}}
  b: {{id: "{B}", roles: {{app: }}}}
questions:
"""


def ask(folder, line):
    file = folder / "s.iamsim.yaml"
    file.write_text(f"{WORLD}  - ask: {line}\n    parameters: {{}}\n", encoding="utf-8")
    [question] = load_scenario(file).questions
    return question


def call(folder, operation, caller, name, **more):
    file = folder / "s.iamsim.yaml"
    file.write_text(f"{WORLD}  - ask: a:role/app can GetCallerIdentity on *\n", encoding="utf-8")
    asked = {"operation": operation, "caller": caller, "parameters": {"Name": name, **more}}
    line = json.dumps({"scenario": file.name, "call": asked})
    source = json_source("line", line)
    [read] = CallCases(folder).read(read_document(source), source).calls
    return read


ELSEWHERE = [
    ("CreateSecret", "a:secret/new"),
    ("PutParameter", "a:parameter/url/x"),
    ("DeleteParameter", "a:parameter/url/x"),
]


@pytest.mark.parametrize(("operation", "name"), ELSEWHERE)
@pytest.mark.parametrize("form", ["b:role/app can", "b:role/app cannot", "b:role/* can", "only b:role/app can"])
def test_a_thing_of_another_account_cannot_be_asked_for(tmp_path, operation, name, form):
    with pytest.raises(InputError, match="the caller's own account"):
        ask(tmp_path, f"{form} {operation} on {name}")


@pytest.mark.parametrize(("operation", "name"), ELSEWHERE)
def test_one_of_the_own_account_can(tmp_path, operation, name):
    assert len(ask(tmp_path, f"a:role/app can {operation} on {name}").calls) == 1


@pytest.mark.parametrize(("operation", "name"), ELSEWHERE)
def test_of_everybody_else_only_those_of_the_account_are_asked_about(tmp_path, operation, name):
    asked = {call.caller for call in ask(tmp_path, f"only a:role/app can {operation} on {name}").calls}
    assert asked == {f"arn:aws:iam::{A}:{who}" for who in ("role/app", "root")}


@pytest.mark.parametrize(("operation", "name"), ELSEWHERE)
def test_nor_in_a_line_of_a_batch(tmp_path, operation, name):
    with pytest.raises(InputError, match="the caller's own account"):
        call(tmp_path, operation, "b:role/app", name)


@pytest.mark.parametrize(
    ("operation", "name", "written"),
    [("CreateSecret", "a:secret/new", "new"), ("PutParameter", "a:parameter/url/x", "/url/x")],
)
def test_a_line_names_it_as_the_call_takes_it(tmp_path, operation, name, written):
    """PutParameter takes no ARN."""
    more = {"Value": "example"} if operation == "PutParameter" else {}
    assert call(tmp_path, operation, "a:role/app", name, **more).parameters["Name"] == written
