"""A KMS grant is no document, and is named all the same where it is what keeps a call from being allowed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from explanation.settings import KEY, SECRET, played
from explanation.worlds import CONSUMER_ROLE, SETTINGS

from iamsim.analysis.explain import explain
from iamsim.engine.decision import Decision, Reason
from iamsim.model.policy import PolicyType
from iamsim.model.world import Grant
from iamsim.outputs.explanation_json import explanation_json

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


def test_a_grant_to_somebody_else_leaves_the_key_policy_and_the_identity_policy_to_blame():
    grant = replace(SETTING.grants[0], grantee=CONSUMER_ROLE + "2")
    explanation = explain(played(replace(SETTING, grants=(grant,))))
    (way,) = explanation.deciding.ways
    assert [cause.type for cause in way.causes] == [PolicyType.KEY_POLICY, PolicyType.IDENTITY]
    assert {cause.reason for cause in way.causes} == {Reason.NO_ALLOW}


def test_restored_it_is_allowed_again():
    assert played(SETTING).decision is Decision.ALLOWED
