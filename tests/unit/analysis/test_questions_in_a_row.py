"""Questions that follow one another: parameters, messages, labels, times, and the world that is passed on."""

from __future__ import annotations

import json

import pytest
from running import run

from iamsim.analysis.answer import answers_in_a_row
from iamsim.inputs.scenario import load_scenario
from iamsim.language.errors import InputError

ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
CANARY = "hunter2"


@pytest.fixture
def written(tmp_path):
    def write(*questions):
        account = {"id": "111122223333", "secrets": {"db": {}, "api": {}}, "roles": {"app": {"policies": {"all": ALL}}}}
        file = tmp_path / "s.iamsim.yaml"
        file.write_text(json.dumps({"accounts": {"shop": account}, "questions": questions}, indent=1))
        return file

    return write


@pytest.fixture
def met(written):
    def answered(*questions):
        scenario = load_scenario(written(*questions))
        rows = [pair for q in scenario.questions for pair in answers_in_a_row(scenario.world, q)]
        return [all(answer.met for answer in found) for _, found in rows]

    return answered


def ask(operation, secret="db", **more):
    return {"ask": f"shop:role/app can {operation} on shop:secret/{secret}", **more}


PUT = ask("PutSecretValue", parameters={"SecretString": CANARY})


def test_what_follows_is_asked_of_the_world_that_is_left(met):
    previous = ask("GetSecretValue", parameters={"VersionStage": "AWSPREVIOUS"})
    assert met({**PUT, "then": [previous]}, previous) == [True, True, False]


def test_a_row_in_a_row_leaves_its_world_too(met):
    delete, read = ask("DeleteSecret"), ask("GetSecretValue", expect="InvalidRequestException")
    assert met({**PUT, "then": [{**PUT, "then": [delete]}, read]}) == [True, True, True, True]


@pytest.mark.parametrize(
    ("labels", "is_met"),
    [
        ({"AWSCURRENT": 2, "AWSPREVIOUS": 1}, True),
        ({"AWSCURRENT": 1, "AWSPREVIOUS": 2}, False),
        ({"AWSCURRENT": 2}, False),
        ({"AWSCURRENT": 2, "AWSPREVIOUS": 1, "AWSPENDING": 2}, False),
    ],
)
def test_labels_are_all_the_labels(met, labels, is_met):
    assert met({**PUT, "labels": labels}) == [is_met]


def test_the_message_is_the_whole_message(met):
    marked = "You can't perform this operation on the secret because it was marked for deletion."
    read = ask("GetSecretValue", expect="InvalidRequestException")
    rows = [{**read, "message": marked}, {**read, "message": marked[:-1]}]
    assert met({**ask("DeleteSecret"), "then": rows}) == [True, True, False]


def test_a_time_decides_where_a_policy_asks_for_it(met):
    late = {"DateGreaterThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}}
    read = ask("GetSecretValue")
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
            "Condition": late,
        },
    }
    put = ask("PutResourcePolicy", parameters={"ResourcePolicy": json.dumps(policy)})
    following = [{**read, "at": "2026-05-31T23:59:59Z"}, {**read, "at": "2026-06-02", "expect": "explicitDeny"}, read]
    assert met({**put, "then": following}) == [True] * 4


def test_a_secret_that_is_created_can_be_asked_about(met):
    create = ask("CreateSecret", "new", parameters={"SecretString": CANARY}, labels={"AWSCURRENT": 1})
    assert met({**create, "then": [ask("GetSecretValue", "new")]}) == [True, True]


def test_a_replica_that_is_made_can_be_asked_about(met):
    replicate = ask("ReplicateSecretToRegions", parameters={"AddReplicaRegions": [{"Region": "eu-west-1"}]})
    assert met({**replicate, "then": [ask("GetSecretValue", "db@eu-west-1")]}) == [True, True]


def test_a_secret_is_created_in_the_region_of_its_account(tmp_path):
    account = {"id": "111122223333", "region": "eu-west-1", "roles": {"app": {"policies": {"all": ALL}}}}
    file = tmp_path / "s.iamsim.yaml"
    file.write_text(json.dumps({"accounts": {"shop": account}, "questions": [ask("CreateSecret", "new")]}))
    (question,) = load_scenario(file).questions
    assert question.calls[0].resource == "arn:aws:secretsmanager:eu-west-1:111122223333:secret:new-AbCdEf"


def test_an_operation_without_a_resource_is_asked_on_nothing(met):
    assert met({"ask": "shop:role/app can ListSecrets on *"}, {"ask": "shop:role/app can GetCallerIdentity on *"}) == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({**ask("GetSecretValue", "*"), "then": [PUT]}, "several-calls"),
        ({**PUT, "at": "noon"}, "malformed-time"),
        (ask("GetSecretValue", "gone"), "unknown-name"),
        ({**PUT, "labels": {"AWSCURRENT": [1]}}, "wrong-type"),
    ],
)
def test_what_cannot_be_asked(written, question, code):
    with pytest.raises(InputError) as raised:
        load_scenario(written(question))
    assert raised.value.diagnostics[0].code == code


def test_no_secret_value_is_shown(written):
    file = written({**PUT, "then": [ask("GetSecretValue")]}, {**PUT, "parameters": {"SecretString": CANARY, "Oops": 1}})
    for options in ([], ["--format", "json"]):
        ended = run("explain", file, *options)
        assert ended.code == 2
        assert CANARY not in ended.out + ended.err
    good = written({**PUT, "then": [ask("GetSecretValue")]})
    for options in ([], ["--format", "json"]):
        ended = run("explain", good, *options)
        assert (ended.code, CANARY in ended.out + ended.err) == (0, False)
