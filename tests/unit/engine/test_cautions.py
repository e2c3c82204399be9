"""Every caution stands by the answers that hang on it, and by no other."""

from __future__ import annotations

import pytest
from unit.engine.asking import (
    ALICE,
    BOB,
    DECRYPT,
    EC2,
    FEDERATED,
    FULL,
    READ,
    ROLE,
    SECRET,
    SESSION,
    STRANGER,
    allow,
    ask,
    deny,
    policy,
)

from iamsim.engine.decision import Caution

TAG = "aws:PrincipalTag/team"


def when(condition, **more):
    return policy(allow(READ, "*", None, condition, **more))


def granted(*principal):
    return policy(allow(READ, "*", *principal))


GRANT = {"grantee": ALICE, "operations": ["Decrypt"]}
SUBSET = {"constraints": {"EncryptionContextSubset": {"App": "shop"}}}
ON_KEY = {"action": DECRYPT}
KEY_FOR_SESSION = policy(allow("kms:*", "*", SESSION))
DEFAULTED = SECRET[:-9] + f"${{{TAG}, 'db-AbCdEf'}}"
INSIDE_FIELD = SECRET.replace("us-east-1:1111", "us-*1")

CASES = [
    (Caution.SESSION_POLICY_IGNORED, {"identity": [FULL], "session": EC2}),
    (Caution.FEDERATED_SESSION_OF_USER, {"principal": FEDERATED, "on": granted(ALICE), "session": FULL}),
    (Caution.ANYONE_PASSES_LIMITS, {"on": granted("*"), "boundary": EC2}),
    (Caution.ANYONE_PASSES_LIMITS, {"principal": SESSION, "on": granted("*"), "session": EC2}),
    (Caution.ANYONE_WITHOUT_ACCOUNT, {"principal": {"Service": "lambda.amazonaws.com"}, "on": granted("*")}),
    (Caution.BOUNDARY_LIMITS_ROLE_GRANT, {"principal": ROLE, "on": granted(ROLE), "boundary": EC2}),
    (
        Caution.ALLOW_NOT_PRINCIPAL,
        {"on": policy({"Effect": "Allow", "NotPrincipal": {"AWS": BOB}, "Action": READ, "Resource": "*"})},
    ),
    (Caution.SCP_ALLOW_SCOPE, {"identity": [FULL], "scps": [[policy(allow("*", SECRET))]]}),
    (
        Caution.SCP_ALLOW_SCOPE,
        {"identity": [FULL], "scps": [[when({"Null": {TAG: "true"}})]]},
    ),
    (Caution.RESOURCE_WILDCARD, {"identity": [policy(allow(READ, INSIDE_FIELD))]}),
    (
        Caution.BOOL_VARIABLE,
        {
            "identity": [when({"Bool": {"aws:SecureTransport": f"${{{TAG}}}"}})],
            "context": {"aws:SecureTransport": "true"},
        },
    ),
    (
        Caution.MULTIVALUED_VARIABLE,
        {"identity": [policy(allow(READ, SECRET[:-9] + f"${{{TAG}}}"))], "context": {TAG: ["db-AbCdEf", "x"]}},
    ),
    (Caution.MULTIVALUED_VARIABLE, {"identity": [policy(allow(READ, DEFAULTED))], "context": {TAG: ["x", "y"]}}),
    (
        Caution.TAG_KEY_CASE,
        {"identity": [when({"StringEquals": {TAG: "a"}})], "context": {TAG: "a", TAG.upper(): "b"}},
    ),
    (
        Caution.MULTIVALUED_KEY,
        {"identity": [when({"StringEquals": {"aws:TagKeys": "a"}})], "context": {"aws:TagKeys": ["a", "b"]}},
    ),
    (Caution.FOR_ALL_VALUES_MISSING, {"identity": [when({"ForAllValues:StringNotEquals": {"aws:TagKeys": "a"}})]}),
    (
        Caution.ARN_PATTERN_SHORT,
        {
            "identity": [when({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*"}})],
            "context": {"aws:PrincipalArn": ALICE},
        },
    ),
    (
        Caution.GRANT_KEY_CASE,
        {**ON_KEY, "grants": [{**GRANT, **SUBSET}], "context": {"kms:EncryptionContext:app": "shop"}},
    ),
    (Caution.GRANT_SUFFICES, {**ON_KEY, "grants": [GRANT]}),
    (Caution.KEY_POLICY_LIMITS, {**ON_KEY, "principal": SESSION, "on": KEY_FOR_SESSION, "boundary": EC2}),
]


@pytest.mark.parametrize(("caution", "case"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_caution_stands_by_what_hangs_on_it(caution, case):
    beside = {Caution.GRANT_SUFFICES} if caution is Caution.GRANT_KEY_CASE else set()
    assert set(ask(**case).cautions) == {caution} | beside


def test_every_caution_has_a_case():
    assert {caution for caution, _ in CASES} | OF_THE_SIMULATOR == set(Caution)


OF_THE_SIMULATOR = {Caution.NETWORK_BEHIND_SERVICE, Caution.PENDING_AFTER_FINISH, Caution.BATCH_ACROSS_ACCOUNTS}
"""The cautions that no law knows: their cases are in tests/unit/simulator/test_cautions.py."""


PLAIN = [
    {"identity": [FULL]},
    {"principal": SESSION, "identity": [FULL], "session": FULL},
    {"principal": ROLE, "on": granted(ROLE), "boundary": FULL},
    {"on": granted("*")},
    {"on": granted(ALICE), "boundary": EC2},
    {"identity": [FULL], "scps": [[policy(allow("secretsmanager:*")), policy(allow("*", SECRET))]]},
    {"identity": [policy(allow(READ, INSIDE_FIELD)), FULL]},
    {"identity": [policy(allow(READ, INSIDE_FIELD, None, {"Bool": {"aws:SecureTransport": "true"}}))]},
    {"identity": [FULL, when({"StringEquals": {"aws:TagKeys": "a"}})], "context": {"aws:TagKeys": ["a", "b"]}},
    {"identity": [when({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}})]},
    {**ON_KEY, "grants": [{**GRANT, **SUBSET}], "context": {"kms:EncryptionContext:App": "other"}},
    {"principal": STRANGER, "on": granted("*"), "identity": [FULL], "boundary": FULL},
    {"identity": [FULL, policy(deny("secretsmanager:Put*", INSIDE_FIELD))]},
]  # fmt: skip


@pytest.mark.parametrize("case", PLAIN, ids=range(len(PLAIN)))
def test_no_caution_where_nothing_hangs_on_it(case):
    assert ask(**case).cautions == ()


@pytest.mark.parametrize(
    ("values", "decision"), [([], "allowed"), ("db-AbCdEf", "allowed"), ("x", "implicitDeny"), (["x", "y"], "allowed")]
)
def test_a_default_stands_for_a_key_that_is_no_variable(values, decision):
    assert ask(identity=[policy(allow(READ, DEFAULTED))], context={TAG: values}).decision.value == decision


@pytest.mark.parametrize(("values", "decision"), [("red", "explicitDeny"), (["red", "blue"], "allowed")])
def test_without_a_default_such_a_key_matches_nothing(values, decision):
    denies = policy(deny(READ, "*", None, {"StringLike": {"aws:username": f"${{{TAG}}}"}}))
    assert ask(identity=[FULL, denies], context={TAG: values, "aws:username": "red"}).decision.value == decision


def test_a_deny_that_may_be_missed_is_a_caution_of_an_allow():
    evaluation = ask(identity=[FULL, policy(deny(READ, INSIDE_FIELD))])
    assert (evaluation.decision.value, evaluation.cautions) == ("allowed", (Caution.RESOURCE_WILDCARD,))


def test_a_deny_that_hangs_on_a_caution_carries_it():
    missing = {"ForAllValues:StringNotEquals": {"aws:TagKeys": "a"}}
    evaluation = ask(identity=[FULL, policy(deny(READ, "*", None, missing))])
    assert (evaluation.decision.value, evaluation.cautions) == ("explicitDeny", (Caution.FOR_ALL_VALUES_MISSING,))
