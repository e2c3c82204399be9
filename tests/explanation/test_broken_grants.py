"""A KMS grant is no document, and is named all the same where it is what keeps a call from being allowed."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from explanation.settings import ARNS, CONSUMER, KEY, OWNER, SECRET, played
from explanation.worlds import CONSUMER_ROLE, SETTINGS, allow, policy
from unit.engine.asking import BOB, ask

from iamsim.analysis.answer import decided_as
from iamsim.analysis.explain import explain
from iamsim.engine.authorize import PathKind
from iamsim.engine.decision import Decision
from iamsim.engine.grant import CompiledGrant
from iamsim.model.policy import PolicyType
from iamsim.model.question import Because
from iamsim.model.world import Grant
from iamsim.outputs.explanation_json import explanation_json
from iamsim.outputs.explanation_text import explanation_text

SETTING = next(setting for setting in SETTINGS if setting.grants)
SUBSET = {"EncryptionContextSubset": {"SecretARN": SECRET}}
BROKEN = [
    (Grant(CONSUMER_ROLE, ("Encrypt", "GenerateDataKey"), SUBSET, "app"), "operation"),
    (Grant(CONSUMER_ROLE, (), SUBSET, "app"), "operation"),
    (Grant(CONSUMER_ROLE, ("Decrypt",), {"EncryptionContextSubset": {"SecretARN": SECRET[:-1]}}, "app"), "constraints"),
    (Grant(CONSUMER_ROLE, ("Decrypt",), {"EncryptionContextSubset": {"SecretAR": SECRET}}, "app"), "constraints"),
    (Grant(CONSUMER_ROLE, ("Decrypt",), {"EncryptionContextEquals": {"SecretARN": SECRET}}, "app"), "constraints"),
    (Grant(CONSUMER_ROLE, ("Decrypt",), {"SourceArn": KEY}, "app"), "constraints"),
]


@pytest.mark.parametrize(("grant", "part"), BROKEN, ids=str)
def test_the_broken_part_of_a_grant_is_named(grant, part):
    outcome = played(replace(SETTING, grants=(grant,)))
    assert outcome.decision is Decision.IMPLICIT_DENY
    explanation = explain(outcome)
    (cause,) = explanation.deciding.ways[0].causes
    assert (cause.type, cause.name, cause.grant.grant) == (PolicyType.GRANT, "app", grant)
    failing = {name for name in ("operation", "constraints") if getattr(cause.grant, name).matched is False}
    assert failing == {part}


@pytest.mark.parametrize(("grant", "part"), BROKEN, ids=str)
def test_the_data_hold_the_grant(grant, part):
    data = explanation_json(explain(played(replace(SETTING, grants=(grant,)))))
    (cause,) = data["authorizations"][1]["ways"][0]["causes"]
    assert cause["policy_type"] == "grant"
    assert cause["grant"]["operations"] == list(grant.operations)
    assert cause["grant"]["constraints"] == dict(grant.constraints)
    assert cause["grant"]["says"]


def to(grantee, **more):
    """The setting with its grant given to somebody else."""
    return replace(SETTING, grants=(replace(SETTING.grants[0], grantee=grantee, **more),))


def kinds(setting, documents=None):
    """The types of each way, those that are told aside marked by a dash."""
    ways = explain(played(setting, documents)).deciding.ways
    return ["-" * way.aside + "+".join(cause.type for cause in way.causes) for way in ways]


BEHIND = "keyPolicy+identity"
SLIPS = [
    CONSUMER_ROLE + "2",
    ARNS["role"].format(OWNER),
    ARNS["user"].format(CONSUMER),
    ARNS["session"].format(CONSUMER) + "s",
    ARNS["session"].format(CONSUMER).replace("run", "another"),
    ARNS["session"].format(CONSUMER).replace(":sts:", ":iam:"),
]
OTHERS = [
    f"arn:aws:iam::{CONSUMER}:role/worker",
    f"arn:aws:sts::{CONSUMER}:assumed-role/worker/job",
    OWNER,
    f"arn:aws:iam::{OWNER}:root",
    "autoscaling.amazonaws.com",
]


@pytest.mark.parametrize("grantee", SLIPS)
def test_a_grant_that_may_be_meant_for_the_caller_comes_first(grantee):
    assert kinds(to(grantee)) == ["grant", BEHIND]
    explained = explanation_text(explain(played(to(grantee))))
    assert "grant app names" in explained
    assert "KMS grant app does not name the caller" in explained


@pytest.mark.parametrize("grantee", OTHERS)
def test_a_grant_that_is_made_for_somebody_else_is_told_last_and_blamed_by_no_headline(grantee):
    first, last = kinds(to(grantee))
    assert (first, last.split("+")[0]) == (BEHIND, "-grant")
    headline, _, body = explanation_text(explain(played(to(grantee))), width=200).partition("\n\n")
    assert "grant" not in headline
    assert f"another way: grant app names `{grantee}`, not the caller" in body


@pytest.mark.parametrize("grantee", [SLIPS[0], OTHERS[0]])
def test_a_grant_of_others_is_told_only_where_its_grantee_alone_keeps_it_from_opening_the_key(grantee):
    assert kinds(to(grantee, operations=("Encrypt",))) == [BEHIND]
    assert kinds(to(grantee, constraints={"EncryptionContextSubset": {"SecretARN": "x"}})) == [BEHIND]


def test_of_several_the_one_with_the_likest_name_is_told():
    made = [replace(SETTING.grants[0], grantee=g, name=n) for g, n in ((SLIPS[0], "slip"), (OTHERS[0], "other"))]
    worse = replace(made[0], grantee=CONSUMER_ROLE + "llo", name="worse")
    for grants in permutations((*made, worse)):
        cause = explain(played(replace(SETTING, grants=grants))).deciding.ways[0].causes[0]
        assert cause.name == "slip"


def test_what_limits_such_a_grantee_is_closed_too():
    documents = {**SETTING.documents, "boundary": policy(allow("secretsmanager:*", "*"))}
    assert kinds(to(SLIPS[0]), documents)[0] == "grant+boundary"
    assert kinds(to(ARNS["session"].format(CONSUMER) + "s"), documents)[0] == "grant"


def test_a_policy_that_fails_by_as_little_and_speaks_more_of_the_request_comes_before_a_grant():
    documents = {
        **SETTING.documents,
        "identity-app": policy(allow(["secretsmanager:GetSecretValue", "kms:Decrypt"], "*")),
        "keyPolicy": policy(allow("kms:Decrypt", KEY, {"AWS": CONSUMER_ROLE + "2"})),
    }
    assert kinds(to(SLIPS[0], constraints={}), documents) == ["keyPolicy", "grant"]


def test_a_grant_to_the_caller_that_fails_by_one_part_comes_before_one_to_a_like_name():
    own = replace(SETTING.grants[0], operations=("Encrypt",), name="own")
    for grants in permutations((own, *to(SLIPS[0]).grants)):
        (way,) = explain(played(replace(SETTING, grants=grants))).deciding.ways
        assert [cause.name for cause in way.causes] == ["own"]


def test_a_grant_to_somebody_else_decides_nothing():
    """It is named by an explanation; the law and its trace do not know it."""
    evaluation = played(to(SLIPS[0])).authorizations[1].evaluation
    assert evaluation.decided_by == (PolicyType.KEY_POLICY, PolicyType.IDENTITY)
    assert PathKind.GRANT not in {path.path.kind for path in evaluation.trace().paths}


@pytest.mark.parametrize("grantee", [SLIPS[0], OTHERS[0]])
def test_it_may_be_the_expected_reason(grantee):
    assert decided_as(explain(played(to(grantee))), Because(PolicyType.GRANT))
    assert not decided_as(explain(played(to(grantee, operations=("Encrypt",)))), Because(PolicyType.GRANT))


@pytest.mark.parametrize("principal", ["anonymous", {"Federated": "accounts.google.com"}], ids=str)
def test_a_caller_that_no_grant_can_name_hears_of_none(principal):
    evaluation = ask(principal=principal, action="kms:Decrypt", grants=[{"grantee": BOB, "operations": ["Decrypt"]}])
    assert list(evaluation.grants_to_others()) == []


def test_a_grant_that_is_not_asked_for_is_not_evaluated(monkeypatch):
    asked = []
    monkeypatch.setattr(CompiledGrant, "findings", lambda *_: asked.append(1))
    ask(action="kms:Decrypt", grants=[{"grantee": BOB, "operations": ["Decrypt"]}])
    assert asked == []


def test_restored_it_is_allowed_again():
    assert played(SETTING).decision is Decision.ALLOWED
