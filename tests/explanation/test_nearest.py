"""Which statement and which way come first where nothing allows."""

from __future__ import annotations

import pytest
from unit.engine.asking import (
    ALICE,
    BOB,
    DECRYPT,
    EC2,
    KEY,
    OTHER,
    OWNER,
    READ,
    SECRET,
    SESSION,
    allow,
    ask,
    deny,
    policy,
)

from iamsim.analysis.explain import AuthorizationExplanation, Explanation, explain
from iamsim.model.policy import PolicyType
from iamsim.model.world import World
from iamsim.services.operation import Demand
from iamsim.simulator.call import Authorization, Call, concluded

IDENTITY, SECRET_POLICY, KEY_POLICY = PolicyType.IDENTITY, PolicyType.SECRET_POLICY, PolicyType.KEY_POLICY
DELEGATES = allow("kms:*", "*", OWNER)


def explained(**case) -> AuthorizationExplanation:
    evaluation = ask(**case)
    authorization = Authorization(Demand(evaluation.request.action, lambda _: ()), evaluation)
    call = Call("GetSecretValue", evaluation.request.principal)
    explanation: Explanation = explain(concluded(call, World(), (authorization,), None))
    return explanation.authorizations[0]


def ways(**case):
    return [[cause.type for cause in way.causes] for way in explained(**case).ways]


def first(**case):
    cause = explained(**case).main_causes[0]
    return cause.statements[0].index


ORDER = [
    ("fewer failing checks", [allow("ec2:*", SECRET + "x"), allow(READ, SECRET + "x")], 1),
    ("what else speaks of this request", [allow("secretsmanager:ListSecrets"), allow("ec2:Run", SECRET)], 1),
    ("an exact value before a pattern", [allow("ec2:Run", SECRET[:-6] + "*"), allow("ec2:Run", SECRET)], 1),
    ("a pattern before a star", [allow("ec2:Run"), allow("ec2:Run", SECRET[:-6] + "*")], 1),
    ("then likeness", [allow("secretsmanager:ListSecrets"), allow("secretsmanager:GetSecretValues")], 1),
    ("then the order of the document", [allow("ec2:Run"), allow("ec2:Run")], 0),
]


@pytest.mark.parametrize(("statements", "index"), [row[1:] for row in ORDER], ids=[row[0] for row in ORDER])
def test_the_nearest_statement(statements, index):
    assert first(identity=[policy(*statements)]) == index


def test_a_deny_is_no_near_miss():
    assert first(identity=[policy(deny(READ, SECRET + "x"), allow("ec2:*"))]) == 1


NEAR = [
    ("both ways of one account, the identity policy first", {"identity": [EC2]}, [[IDENTITY], [SECRET_POLICY]]),
    ("a resource policy that names the caller comes first",
     {"identity": [EC2], "on": policy(allow("secretsmanager:Get", "*", ALICE))}, [[SECRET_POLICY], [IDENTITY]]),
    ("one that names somebody else comes last",
     {"identity": [EC2], "on": policy(allow(READ, "*", BOB))}, [[IDENTITY], [SECRET_POLICY]]),
    ("one that misspells the caller is about the caller",
     {"identity": [EC2], "on": policy(allow(READ, "*", ALICE + "s"))}, [[SECRET_POLICY], [IDENTITY]]),
    ("one that names another session of the caller's role is about the caller",
     {"principal": SESSION, "identity": [EC2], "on": policy(allow(READ, "*", SESSION[:-3] + "other"))},
     [[SECRET_POLICY], [IDENTITY]]),
    ("a key policy that delegates: the identity policy", {"action": DECRYPT, "on": policy(DELEGATES)}, [[IDENTITY]]),
    ("and a statement that just fails to name the caller",
     {"action": DECRYPT, "identity": [EC2], "on": policy(DELEGATES, allow(DECRYPT, KEY + "x", ALICE))},
     [[KEY_POLICY], [IDENTITY]]),
    ("but not one that fails by more",
     {"action": DECRYPT, "identity": [EC2], "on": policy(DELEGATES, allow("kms:Create*", "*", BOB))}, [[IDENTITY]]),
    ("the limits stay in the way",
     {"action": DECRYPT, "principal": SESSION, "boundary": EC2, "on": policy(DELEGATES, allow(DECRYPT, KEY + "x", SESSION))},
     [[KEY_POLICY, PolicyType.BOUNDARY], [IDENTITY, PolicyType.BOUNDARY]]),
    ("two accounts: both are needed", {"principal": f"arn:aws:iam::{OTHER}:user/carol", "on": policy(allow(READ, "*", BOB))},
     [[SECRET_POLICY, IDENTITY]]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "expected"), [row[1:] for row in NEAR], ids=[row[0] for row in NEAR])
def test_the_nearest_ways(case, expected):
    assert ways(**case) == expected
