"""AssumeRole and GetCallerIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from unit.simulator.worlds import ALL, CONSUMER, CONSUMER_ROLE, ROLE, ROOT, SECRET, USER, owner, policy, read, world

from iamsim.engine.decision import Decision
from iamsim.model.world import Role, User
from iamsim.simulator.call import START, Call
from iamsim.simulator.simulate import simulate

NEXT = "arn:aws:sts::111122223333:assumed-role/app/next"
ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": USER}}
TAG = {**ASSUME, "Action": "sts:TagSession"}


def trusting(*statements):
    made = owner()
    return world(replace(made, roles={ROLE: replace(made.roles[ROLE], trust=policy("trustPolicy", *statements))}))


def assume(made, caller=USER, **more):
    return simulate(made, Call("AssumeRole", caller, {"RoleArn": ROLE, "RoleSessionName": "next", **more}))


def test_a_session_calls_next():
    outcome = assume(trusting(ASSUME), DurationSeconds=900)
    assert outcome.response["AssumedRoleUser"] == {"Arn": NEXT, "AssumedRoleId": "AROAEXAMPLE:next"}
    assert outcome.response["Credentials"]["Expiration"] == START + timedelta(seconds=900)
    assert read(outcome.world, NEXT).ok
    identity = simulate(outcome.world, Call("GetCallerIdentity", NEXT)).response
    assert identity == {"UserId": "AROAEXAMPLE:next", "Account": "111122223333", "Arn": NEXT}


def test_a_session_policy_limits_the_session():
    limited = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    )
    outcome = assume(trusting(ASSUME), Policy=limited)
    assert outcome.world.account("111122223333").roles[ROLE].sessions["next"].policies
    describe = Call("sqs:SendMessage", NEXT)
    from iamsim.simulator.simulate import simulate_authorization

    queue = "arn:aws:sqs:us-east-1:111122223333:queue"
    assert simulate_authorization(outcome.world, describe, queue).decision is Decision.IMPLICIT_DENY
    plain = assume(trusting(ASSUME)).world
    assert simulate_authorization(plain, describe, queue).decision is Decision.ALLOWED
    assert assume(trusting(ASSUME), Policy="{").error.code == "MalformedPolicyDocument"


def test_tags_need_tag_session_and_come_to_the_session():
    tags = [{"Key": "team", "Value": "blue"}]
    refused = assume(trusting(ASSUME), Tags=tags)
    assert refused.error.message == (
        f"User: {USER} is not authorized to perform: sts:TagSession on resource: {ROLE} "
        "because no role trust policy allows the sts:TagSession action"
    )
    outcome = assume(trusting(ASSUME, TAG), Tags=tags)
    request = read(outcome.world, NEXT).authorizations[0].evaluation.request
    assert request.context["aws:PrincipalTag/team"] == "blue"


def test_no_tag_is_given_twice_in_any_case_of_letters():
    """Recorded by LocalStack on AWS (aws-facts A7.4)."""
    error = assume(trusting(ASSUME, TAG), Tags=[{"Key": "a", "Value": ""}, {"Key": "A", "Value": ""}]).error
    assert error.message == "Duplicate tag keys found. Please note that Tag keys are case insensitive."


@pytest.mark.parametrize(("principal", "ok"), [(f"arn:aws:iam::{CONSUMER}:root", True), (USER, False)])
def test_across_accounts_both_sides_must_allow(principal, ok):
    made = trusting({**ASSUME, "Principal": {"AWS": principal}})
    assert assume(made, CONSUMER_ROLE).ok is ok


def test_an_account_in_the_trust_policy_only_delegates():
    made = trusting({**ASSUME, "Principal": {"AWS": ROOT}})
    assert assume(made).ok
    account = made.account("111122223333")
    bare = replace(account, users={USER: User(USER, "AIDAEXAMPLE")})
    assert assume(replace(made, accounts={**made.accounts, account.id: bare})).decision is Decision.IMPLICIT_DENY


def test_root_cannot_and_a_role_that_is_not_there_is_denied():
    assert assume(trusting({**ASSUME, "Principal": {"AWS": ROOT}}), ROOT).error.code == "AccessDenied"
    assert assume(trusting(ASSUME), RoleArn=ROLE + "x").decision is Decision.IMPLICIT_DENY


@pytest.mark.parametrize("seconds", [899, 43201])
def test_a_session_lasts_between_15_minutes_and_12_hours(seconds):
    assert assume(trusting(ASSUME), DurationSeconds=seconds).error.code == "ValidationException"


def test_a_chained_session_lasts_an_hour_at_most():
    made = trusting({**ASSUME, "Principal": {"AWS": f"arn:aws:iam::{CONSUMER}:root"}})
    assert assume(made, CONSUMER_ROLE, DurationSeconds=3600).ok
    assert assume(made, CONSUMER_ROLE, DurationSeconds=3601).error.code == "ValidationError"


def test_get_caller_identity_needs_no_permission():
    denying = policy("identity", {"Effect": "Deny", "Action": "*", "Resource": "*"})
    made = owner()
    made = world(replace(made, users={USER: User(USER, "AIDAEXAMPLE", (*ALL, denying))}))
    assert simulate(made, Call("GetCallerIdentity", USER)).response["Arn"] == USER
    assert not read(made, USER, SECRET).ok
    assert isinstance(made.account("111122223333").roles[ROLE], Role)
