"""KMS calls as wholes: naming, states, encryption context, grants, key policies.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from unit.simulator.worlds import CONSUMER, CONSUMER_ROLE, KEY, OWNER, ROLE, SESSION, USER, owner, policy, world

from iamsim.engine.decision import Decision
from iamsim.model.world import Grant, Key, User
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

OWN = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"}}
DELEGATED = policy("keyPolicy", OWN)
ALIAS_ARN = f"arn:aws:kms:us-east-1:{OWNER}:alias/secrets"
GUEST = f"arn:aws:iam::{OWNER}:user/guest"
MISSING = "1234abcd-12ab-34cd-56ef-1234567890ab"


def key_world(key_policy=DELEGATED, **fields):
    key = Key(KEY, key_policy, **{"aliases": ("secrets",), **fields})
    made = owner(keys={KEY: key})
    return world(replace(made, users={**made.users, GUEST: User(GUEST, "AIDAGUEST")}))


def call(made, operation, caller=USER, region="", context=None, **parameters):
    return simulate(made, Call(operation, caller, parameters, context or {}, region=region))


def encrypt(made, context=None, **more):
    given = {"EncryptionContext": context} if context else {}
    return call(made, "Encrypt", KeyId=KEY, Plaintext=b"example", **given, **more).response["CiphertextBlob"]


@pytest.mark.parametrize("name", [KEY, "1234abcd", "alias/secrets", ALIAS_ARN])
def test_a_key_is_found_by_each_of_its_names_and_policies_see_its_arn(name):
    outcome = call(key_world(), "DescribeKey", KeyId=name)
    assert outcome.response["KeyMetadata"]["Arn"] == KEY
    request = outcome.authorizations[0].evaluation.request
    assert request.resource == KEY
    expected = "alias/secrets" if "alias" in name else None
    assert request.context["kms:RequestAlias"] == expected
    assert request.context["kms:ResourceAliases"] == ["alias/secrets"]
    assert request.context["kms:CallerAccount"] == OWNER


@pytest.mark.parametrize(
    ("name", "region", "message"),
    [
        (MISSING, "", f"Key 'arn:aws:kms:us-east-1:{OWNER}:key/{MISSING}' does not exist"),
        ("invalid", "", "Invalid keyId 'invalid'"),
        (KEY, "eu-west-1", "Invalid arn us-east-1"),
        ("alias/none", "", f"Alias arn:aws:kms:us-east-1:{OWNER}:alias/none is not found."),
    ],
)
def test_a_key_that_is_not_there(name, region, message):
    error = call(key_world(), "DescribeKey", KeyId=name, region=region).error
    assert (error.code, error.message) == ("NotFoundException", message)


def test_across_accounts_kms_does_not_tell_whether_there_is_such_a_key():
    """Aws-facts C6.2 (reports of users)."""
    hidden = (
        "on this resource because the resource does not exist in this Region, no resource-based policies allow access, "
        "or a resource-based policy explicitly denies access"
    )
    head = f"User: {CONSUMER_ROLE} is not authorized to perform: kms:"
    there = call(key_world(), "Decrypt", CONSUMER_ROLE, CiphertextBlob=encrypt(key_world()))
    assert there.error.message == f"{head}Decrypt {hidden}"
    missing = call(key_world(), "DescribeKey", CONSUMER_ROLE, KeyId=KEY[:-1] + "0")
    assert missing.error.message == f"{head}DescribeKey {hidden}"


@pytest.mark.parametrize(
    ("state", "code", "what"),
    [
        ("Disabled", "DisabledException", " is disabled."),
        ("PendingDeletion", "KMSInvalidStateException", " is pending deletion"),
        ("PendingReplicaDeletion", "KMSInvalidStateException", " is pending deletion"),
        ("PendingImport", "KMSInvalidStateException", " is pending import."),
        ("Unavailable", "KMSInvalidStateException", " is unavailable."),
        ("Creating", "KMSInvalidStateException", " is creating."),
    ],
)
def test_a_key_in_another_state_cannot_be_used_but_be_described(state, code, what):
    blob, made = encrypt(key_world()), key_world(state=state)
    for operation, given in (
        ("Decrypt", {"CiphertextBlob": blob}),
        ("Encrypt", {"KeyId": KEY, "Plaintext": b"x"}),
        ("GenerateDataKey", {"KeyId": KEY, "KeySpec": "AES_256"}),
    ):
        error = call(made, operation, **given).error
        assert (error.code, error.message) == (code, KEY + what)
    assert call(made, "DescribeKey", KeyId=KEY).ok
    assert encrypt(key_world(state="Updating"))


def test_only_the_same_encryption_context_decrypts():
    blob = encrypt(key_world(), {"app": "shop"})
    outcome = call(key_world(), "Decrypt", CiphertextBlob=blob, EncryptionContext={"app": "shop"})
    assert outcome.response["Plaintext"] == b"example"
    context = outcome.authorizations[0].evaluation.request.context
    assert context["kms:EncryptionContext:app"] == "shop"
    assert context["kms:EncryptionContextKeys"] == ["app"]
    for given in ({}, {"app": "Shop"}, {"App": "shop"}, {"app": "shop", "more": "x"}):
        error = call(key_world(), "Decrypt", CiphertextBlob=blob, EncryptionContext=given).error
        assert (error.code, error.message) == ("InvalidCiphertextException", "")
    assert call(key_world(), "Decrypt", CiphertextBlob=b"other").error.code == "InvalidCiphertextException"


def test_a_data_key_decrypts_to_itself():
    made = call(key_world(), "GenerateDataKey", KeyId=KEY, KeySpec="AES_128").response
    assert len(made["Plaintext"]) == 16
    assert (
        call(key_world(), "Decrypt", CiphertextBlob=made["CiphertextBlob"]).response["Plaintext"] == made["Plaintext"]
    )


def test_a_grant_lets_its_grantee_use_the_key_until_it_is_revoked():
    made, blob = key_world(), encrypt(key_world())
    assert call(made, "Decrypt", GUEST, CiphertextBlob=blob).decision is Decision.IMPLICIT_DENY
    outcome = call(made, "CreateGrant", KeyId=KEY, GranteePrincipal=GUEST, Operations=["Decrypt"], Name="n")
    context = outcome.authorizations[0].evaluation.request.context
    assert context["kms:GrantOperations"] == ["Decrypt"]
    assert context["kms:GranteePrincipal"] == GUEST
    assert context["kms:GrantIsForAWSResource"] == "false"
    assert call(outcome.world, "Decrypt", GUEST, CiphertextBlob=blob).ok
    again = call(outcome.world, "CreateGrant", KeyId=KEY, GranteePrincipal=GUEST, Operations=["Decrypt"], Name="n")
    assert again.response == outcome.response
    gone = call(outcome.world, "RevokeGrant", KeyId=KEY, GrantId=outcome.response["GrantId"])
    assert call(gone.world, "ListGrants", KeyId=KEY).response["Grants"] == []


def test_a_grant_hands_out_no_more_than_its_own_operations():
    """https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grantee-principal."""
    made = key_world(grants=(Grant(GUEST, ("Decrypt", "CreateGrant"), id="g1"),))
    for operations, ok in ((["Decrypt"], True), (["Decrypt", "Encrypt"], False)):
        outcome = call(made, "CreateGrant", GUEST, KeyId=KEY, GranteePrincipal=ROLE, Operations=operations)
        assert outcome.ok is ok


@pytest.mark.parametrize(
    ("grant", "ok"),
    [
        (Grant(GUEST, ("Decrypt",), id="g1"), False),
        (Grant(GUEST, ("Decrypt", "RetireGrant"), id="g1"), True),
        (Grant(ROLE, ("Decrypt",), id="g1", retiring=GUEST), True),
    ],
)
def test_who_may_retire_a_grant_is_told_by_the_grant(grant, ok):
    outcome = call(key_world(grants=(grant,)), "RetireGrant", GUEST, KeyId=KEY, GrantId="g1")
    assert outcome.ok is ok
    assert bool(outcome.world.key(KEY).grants) is not ok


def test_a_service_as_grantee_needs_a_source_and_a_retiring_principal():
    given = {"KeyId": KEY, "GranteeServicePrincipal": "logs.amazonaws.com", "Operations": ["Decrypt"]}
    assert call(key_world(), "CreateGrant", **given).error.code == "ValidationException"
    given |= {"Constraints": {"SourceArn": "arn:aws:logs:us-east-1:111122223333:*"}, "RetiringPrincipal": GUEST}
    assert call(key_world(), "CreateGrant", **given).ok


def test_a_key_policy_that_locks_its_caller_out_is_refused_unless_the_check_is_bypassed():
    other = json.dumps({"Version": "2012-10-17", "Statement": [{**OWN, "Principal": {"AWS": ROLE}}]})
    refused = call(key_world(), "PutKeyPolicy", KeyId=KEY, Policy=other)
    assert refused.error.code == "MalformedPolicyDocumentException"
    bypassed = call(key_world(), "PutKeyPolicy", KeyId=KEY, Policy=other, BypassPolicyLockoutSafetyCheck=True)
    context = bypassed.authorizations[0].evaluation.request.context
    assert context["kms:BypassPolicyLockoutSafetyCheck"] == "true"
    assert call(bypassed.world, "DescribeKey", KeyId=KEY).decision is Decision.IMPLICIT_DENY
    assert call(bypassed.world, "GetKeyPolicy", SESSION, KeyId=KEY).response["Policy"] == other


@pytest.mark.parametrize("text", ["{", '{"Statement": [{"Effect": "Allow"}]}', json.dumps({
    "Version": "2012-10-17",
    "Statement": [OWN, {**OWN, "Principal": {"AWS": f"arn:aws:iam::{OWNER}:role/gone"}}],
})])  # fmt: skip
def test_a_key_policy_must_be_one_and_name_who_is_there(text):
    assert call(key_world(), "PutKeyPolicy", KeyId=KEY, Policy=text).error.code == "MalformedPolicyDocumentException"


def test_a_policy_that_was_no_json_text_is_written_anew():
    text = call(key_world(), "GetKeyPolicy", KeyId=KEY).response["Policy"]
    assert json.loads(text)["Statement"] == [OWN]


def test_a_deletion_is_scheduled_once_and_tells_its_window_to_policies():
    outcome = call(key_world(), "ScheduleKeyDeletion", KeyId=KEY, PendingWindowInDays=7)
    context = outcome.authorizations[0].evaluation.request.context
    assert context["kms:ScheduleKeyDeletionPendingWindowInDays"] == "7"
    assert (outcome.response["DeletionDate"] - outcome.world.key(KEY).deletion).days == 0
    assert call(outcome.world, "EnableKey", KeyId=KEY).error.code == "KMSInvalidStateException"
    assert call(key_world(), "CancelKeyDeletion", KeyId=KEY).error.code == "KMSInvalidStateException"
    for days in (6, 31):
        error = call(key_world(), "ScheduleKeyDeletion", KeyId=KEY, PendingWindowInDays=days).error
        assert error.code == "ValidationException"


def test_a_new_key_leaves_it_to_the_accounts_policies():
    made = call(key_world(), "CreateKey", Tags=[{"TagKey": "a", "TagValue": "b"}])
    key_id = made.response["KeyMetadata"]["KeyId"]
    assert [a.demand.action for a in made.authorizations] == ["kms:CreateKey", "kms:TagResource"]
    assert call(made.world, "DescribeKey", KeyId=key_id).ok
    assert call(made.world, "DescribeKey", GUEST, KeyId=key_id).decision is Decision.IMPLICIT_DENY
    assert call(key_world(), "CreateKey", f"arn:aws:iam::{'9' * 11}0:root").ok


def test_the_managed_key_serves_only_through_secrets_manager():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-policies."""
    name = "alias/aws/secretsmanager"
    assert call(key_world(), "DescribeKey", KeyId=name).response["KeyMetadata"]["KeyManager"] == "AWS"
    assert call(key_world(), "Encrypt", KeyId=name, Plaintext=b"x").decision is Decision.IMPLICIT_DENY
    assert call(key_world(), "Encrypt", CONSUMER_ROLE, KeyId=name, Plaintext=b"x").error.message.count(CONSUMER) > 0
