"""GetFederationToken.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from unit.simulator.worlds import FEDERATED, OWNER, ROLE, ROOT, SESSION, USER, owner, policy, read, world

from iamsim.engine.decision import Decision
from iamsim.model.policy import PolicyType
from iamsim.model.world import User
from iamsim.simulator.call import START, Call
from iamsim.simulator.simulate import simulate

CAROL = f"arn:aws:sts::{OWNER}:federated-user/carol"
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
TAGS = [{"Key": "Team", "Value": "blue"}]


def federate(made, caller=USER, name="carol", **more):
    return simulate(made, Call("GetFederationToken", caller, {"Name": name, **more}))


def allowed(*statements):
    return world(replace(owner(), users={USER: User(USER, "AIDAEXAMPLE", (policy("identity", *statements),))}))


def allow(*actions, resource=CAROL):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def test_what_user_and_session_policy_both_allow_the_session_can_do():
    """Without a session policy it can do nothing; the secret's key policy and policy do not name it here."""
    outcome = federate(world(), Policy=EVERYTHING)
    assert outcome.response["FederatedUser"] == {"FederatedUserId": f"{OWNER}:carol", "Arn": CAROL}
    assert outcome.response["Credentials"]["Expiration"] == START + timedelta(hours=12)
    assert read(outcome.world, CAROL).ok
    bare = read(federate(world()).world, CAROL)
    assert bare.decision is Decision.IMPLICIT_DENY
    assert PolicyType.SESSION in bare.decided_by


def test_the_user_needs_permission_on_the_federated_user():
    assert federate(allowed(allow("sts:GetFederationToken"))).ok
    assert not federate(allowed(allow("sts:GetFederationToken")), name="dave").ok
    refused = federate(allowed(allow("s3:*")))
    assert refused.error.code == "AccessDenied"
    assert refused.decided_by == (PolicyType.IDENTITY,)


def test_tags_need_tag_session_and_go_before_the_users():
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html"""
    assert not federate(allowed(allow("sts:GetFederationToken")), Tags=TAGS).ok
    assert federate(allowed(allow("sts:GetFederationToken", "sts:TagSession")), Tags=TAGS).ok
    made = owner()
    user = replace(made.users[USER], tags={"team": "red", "site": "north"})
    outcome = federate(world(replace(made, users={USER: user})), Tags=TAGS, Policy=EVERYTHING)
    context = read(outcome.world, CAROL).authorizations[0].evaluation.request.context
    found = {k.split("/")[1]: v for k, v in context.items() if k.startswith("aws:PrincipalTag/")}
    assert found == {"Team": "blue", "site": "north"}


@pytest.mark.parametrize("caller", [ROLE, SESSION, FEDERATED])
def test_sessions_cannot_ask(caller):
    """It is called with the long-term credentials of a user."""
    assert federate(world(), caller).error.code == "AccessDenied"


@pytest.mark.parametrize("name", ["x", "a" * 33, "carol/x", "carol x"])
def test_names_have_2_to_32_characters(name):
    assert federate(world(), name=name).error.code == "ValidationException"


def test_a_session_of_root_lasts_an_hour_and_its_permissions_are_not_known():
    outcome = federate(world(), ROOT, Policy=EVERYTHING)
    assert outcome.response["Credentials"]["Expiration"] == START + timedelta(hours=1)
    assert read(outcome.world, CAROL).decision is Decision.UNKNOWN
