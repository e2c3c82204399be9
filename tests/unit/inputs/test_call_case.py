"""Lines that are whole calls: what is read from them, and what is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iamsim.inputs import call_case
from iamsim.inputs.call_case import CallCases
from iamsim.inputs.case import read_document
from iamsim.language.errors import InputError
from iamsim.language.json_document import json_source

SCENARIO = {"accounts": {"shop": {"id": "111122223333", "secrets": {"db": {"value": "hunter2"}}, "roles": {"app": {}}}}}
CALL = {"operation": "GetSecretValue", "caller": "shop:role/app"}


@pytest.fixture
def cases(tmp_path):
    for name in ("s", *"abcdefghijklmnopq"):
        (tmp_path / f"{name}.iamsim.yaml").write_text(json.dumps(SCENARIO), encoding="utf-8")
    return CallCases(tmp_path)


def read(cases, scenario="s.iamsim.yaml", **call):
    line = json.dumps({"id": 1, "scenario": scenario, "call": {**CALL, "parameters": {"SecretId": "db"}, **call}})
    source = json_source("line", line)
    return cases.read(read_document(source), source)


def test_every_field_of_a_call_is_read(cases):
    case = read(
        cases,
        context={"aws:SourceIp": "192.0.2.1", "aws:SourceVpce": None},
        unknown=["aws:UserAgent"],
        region="eu-west-1",
        at="2026-01-31T12:00:00+01:00",
    )
    (call,) = case.calls
    assert (call.operation, call.caller) == ("GetSecretValue", "arn:aws:iam::111122223333:role/app")
    assert call.parameters == {"SecretId": "db"}
    assert call.context == {"aws:SourceIp": "192.0.2.1", "aws:SourceVpce": None}
    assert (call.unknown, call.region) == (("aws:UserAgent",), "eu-west-1")
    assert call.time == datetime(2026, 1, 31, 11, tzinfo=UTC)
    assert (case.id, case.row) == (1, False)


@pytest.mark.parametrize(
    ("written", "caller"),
    [
        ("arn:aws:sts::111122223333:assumed-role/app/alice", "arn:aws:sts::111122223333:assumed-role/app/alice"),
        ("shop:session/app/alice", "arn:aws:sts::111122223333:assumed-role/app/alice"),
        ("shop:root", "arn:aws:iam::111122223333:root"),
        ("service:lambda.amazonaws.com", {"Service": "lambda.amazonaws.com"}),
        ("anonymous", "anonymous"),
    ],
)
def test_callers_are_named_as_in_questions(cases, written, caller):
    assert read(cases, caller=written).calls[0].caller == caller


@pytest.mark.parametrize(
    "written", ["shop:secret/db", "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"]
)
def test_what_a_call_is_about_is_named_as_in_questions(cases, written):
    (call,) = read(cases, parameters={"SecretId": written}).calls
    assert call.parameters["SecretId"] == "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"


def test_a_name_that_is_created_stands_as_a_name(cases):
    parameters = {"Name": "shop:secret/new", "SecretString": "x"}
    (call,) = read(cases, operation="CreateSecret", parameters=parameters).calls
    assert call.parameters["Name"] == "new"


def test_bytes_are_read_from_base64(cases):
    parameters = {"SecretId": "db", "SecretBinary": "AAEC/w=="}
    assert read(cases, operation="PutSecretValue", parameters=parameters).calls[0].parameters["SecretBinary"] == (
        b"\x00\x01\x02\xff"
    )


def test_no_repr_and_no_error_shows_a_value(cases):
    parameters = {"SecretId": "db", "SecretString": "hunter3"}
    case = read(cases, operation="PutSecretValue", parameters=parameters)
    assert "hunter" not in repr(case)
    with pytest.raises(InputError) as caught:
        read(
            cases, operation="PutSecretValue", parameters={**parameters, "SecretStrin": "hunter3"}, caller="shop:role/x"
        )
    said = [text for d in caught.value.diagnostics for text in (d.code, d.message, d.help, d.where)]
    assert len(caught.value.diagnostics) == 2
    assert "hunter" not in "".join(said) + str(caught.value)


def test_the_last_scenarios_are_kept_and_no_more(cases, monkeypatch):
    loaded = []
    load = call_case.load_scenario
    monkeypatch.setattr(call_case, "load_scenario", lambda path: loaded.append(Path(path).name) or load(path))
    for name in ("a", "a", *"bcdefghijklmnopq", "q", "a"):
        read(cases, scenario=f"{name}.iamsim.yaml")
    assert len(loaded) == call_case.MAX_SCENARIOS + 2
    assert loaded.count("a.iamsim.yaml") == 2
    assert loaded.count("q.iamsim.yaml") == 1
