"""`aws:userid` is derived from the unique id of a user or role; where that is not known, neither is the key."""

from __future__ import annotations

import json

import pytest

from iamsim.engine.decision import Decision
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, Role, Secret, SecretVersion, User, World
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate_authorization
from iamsim.simulator.standing import standing_of

ID = "111122223333"
USER = f"arn:aws:iam::{ID}:user/bob"
ROLE = f"arn:aws:iam::{ID}:role/app"
SESSION = f"arn:aws:sts::{ID}:assumed-role/app/alice"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ID}:secret:db-AbCdEf"


def only_for(user_id):
    statement = {
        "Effect": "Allow",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringLike": {"aws:userid": user_id}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return (Policy.parse(document, PolicyType.IDENTITY, "own"),)


def world(wanted, user_id="", role_id=""):
    policies = only_for(wanted)
    account = Account(
        ID,
        "a",
        users={USER: User(USER, user_id, policies)},
        roles={ROLE: Role(ROLE, role_id, policies)},
        secrets={SECRET: Secret(SECRET, "db", versions=(SecretVersion("v1", ("AWSCURRENT",), "example"),))},
    )
    return World({ID: account})


def played(made, caller, context=None):
    call = Call("secretsmanager:GetSecretValue", caller, context=context or {})
    return simulate_authorization(made, call, SECRET)


def request_of(outcome):
    return outcome.authorizations[0].evaluation.request


@pytest.mark.parametrize("caller", [USER, SESSION, ROLE])
def test_an_id_that_is_not_known_gives_no_user_id(caller):
    made = world("*:alice")
    assert standing_of(made, caller).user_id is None
    outcome = played(made, caller)
    assert "aws:userid" not in request_of(outcome).context
    assert "aws:userid" in request_of(outcome).unknown
    assert outcome.decision is Decision.UNKNOWN


@pytest.mark.parametrize(
    ("caller", "user_id"),
    [(USER, "AIDA1"), (SESSION, "AROA1:alice"), (f"arn:aws:iam::{ID}:root", ID)],
)
def test_an_id_that_is_known_gives_the_user_id(caller, user_id):
    made = world(user_id, "AIDA1", "AROA1")
    request = request_of(played(made, caller))
    assert request.context["aws:userid"] == user_id
    assert "aws:userid" not in request.unknown


def test_a_session_of_another_name_is_refused_where_the_id_is_known():
    assert played(world("*:alice", role_id="AROA1"), SESSION).decision is Decision.ALLOWED
    assert played(world("*:bob", role_id="AROA1"), SESSION).decision is Decision.IMPLICIT_DENY


@pytest.mark.parametrize("caller", [USER, SESSION, ROLE])
def test_what_the_call_says_of_the_key_holds(caller):
    made = world("AROA9:alice")
    assert played(made, caller, {"AWS:UserId": "AROA9:alice"}).decision is Decision.ALLOWED
    assert played(made, caller, {"aws:userid": "AROA9:bob"}).decision is Decision.IMPLICIT_DENY
