"""The context keys that the simulator derives, for each kind of caller and each of the two requests.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.simulator.worlds import (
    CONSUMER,
    CONSUMER_ROLE,
    FEDERATED,
    KEY,
    MANAGEMENT,
    OWNER,
    ROLE,
    ROOT,
    SECRET,
    SESSION,
    USER,
    owner,
    read,
    requests,
    world,
)

from iamsim.model.world import SecretVersion
from iamsim.services.chance import fixed_id

VIA = "secretsmanager.us-east-1.amazonaws.com"
PRINCIPALS = {
    USER: {"PrincipalArn": USER, "PrincipalType": "User", "userid": "AIDAEXAMPLE", "username": "alice"},
    SESSION: {"PrincipalArn": ROLE, "PrincipalType": "AssumedRole", "userid": "AROAEXAMPLE:run", "username": None},
    ROLE: {"PrincipalArn": ROLE, "PrincipalType": "AssumedRole", "username": None},
    FEDERATED: {
        "PrincipalArn": FEDERATED,
        "PrincipalType": "FederatedUser",
        "userid": f"{OWNER}:guest",
        "username": None,
    },
    ROOT: {"PrincipalArn": ROOT, "PrincipalType": "Account", "userid": OWNER, "username": None},
}


def held(request, key):
    """What the request holds of a key: one value, several, or None where it is known to be absent."""
    assert not request.is_unknown(key.lower()), key
    values = request.values.get(key.lower())
    return values[0] if values is not None and len(values) == 1 else values


@pytest.mark.parametrize("caller", PRINCIPALS, ids=lambda arn: arn.split(":", 5)[5])
def test_the_keys_of_the_caller_are_in_both_requests(caller):
    for request in requests(read(world(), caller)):
        for key, value in PRINCIPALS[caller].items():
            assert held(request, f"aws:{key}") == value
        assert held(request, "aws:PrincipalAccount") == OWNER
        assert held(request, "aws:PrincipalIsAWSService") == "false"
        assert held(request, "aws:PrincipalServiceName") is None


def test_the_user_id_behind_a_role_arn_is_not_known():
    assert all(request.is_unknown("aws:userid") for request in requests(read(world(), ROLE)))


@pytest.mark.parametrize(
    ("caller", "tags"),
    [
        (USER, {"team": "red"}),
        (ROLE, {"team": "red", "env": "prod"}),
        (SESSION, {"team": "red", "env": "test"}),
        (FEDERATED, {"team": "blue"}),
        (ROOT, {}),
    ],
)
def test_tags_of_the_caller_and_a_session_overrides_its_role(caller, tags):
    for request in requests(read(world(), caller)):
        found = {k.split("/")[1]: v for k, v in request.context.items() if k.startswith("aws:PrincipalTag/")}
        assert found == tags


@pytest.mark.parametrize(
    ("caller", "org", "path"),
    [
        (USER, "o-1", "o-1/r-1/ou-1/"),
        (CONSUMER_ROLE, "o-1", "o-1/r-1/"),
        (f"arn:aws:iam::{MANAGEMENT}:root", "o-1", None),
    ],
)
def test_the_organization_of_the_caller(caller, org, path):
    request = requests(read(world(), caller))[0]
    assert (held(request, "aws:PrincipalOrgID"), held(request, "aws:PrincipalOrgPaths")) == (org, path)


def test_without_an_organization_its_keys_are_absent():
    request = requests(read(world(organization=None), USER))[0]
    for key in ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID", "aws:ResourceOrgPaths"):
        assert held(request, key) is None


def test_the_keys_of_the_secret():
    request = requests(read(world(), CONSUMER_ROLE, VersionStage="AWSCURRENT"))[0]
    assert (request.action, request.resource) == ("secretsmanager:GetSecretValue", SECRET)
    assert held(request, "aws:ResourceAccount") == OWNER
    assert held(request, "aws:ResourceOrgID") == "o-1"
    assert held(request, "aws:ResourceTag/app") == "shop"
    assert held(request, "secretsmanager:ResourceTag/app") == "shop"
    assert held(request, "secretsmanager:SecretId") == SECRET
    assert held(request, "secretsmanager:VersionStage") == "AWSCURRENT"
    assert held(request, "secretsmanager:VersionId") is None
    assert held(request, "aws:ViaAWSService") == "false"
    assert held(request, "aws:CalledVia") is None
    assert held(request, "kms:ViaService") is None


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
def test_the_keys_of_the_request_that_secrets_manager_makes_of_kms():
    request = requests(read(world(), CONSUMER_ROLE))[1]
    assert (request.action, request.resource) == ("kms:Decrypt", KEY)
    assert held(request, "kms:ViaService") == VIA
    assert held(request, "kms:CallerAccount") == CONSUMER
    assert held(request, "kms:EncryptionContext:SecretARN") == SECRET
    assert held(request, "kms:EncryptionContext:SecretVersionId") == "v1"
    assert held(request, "kms:EncryptionContextKeys") == ("SecretARN", "SecretVersionId")
    assert held(request, "kms:ResourceAliases") == "alias/secrets"
    assert held(request, "aws:ViaAWSService") == "true"
    assert held(request, "aws:CalledVia") == "secretsmanager.amazonaws.com"
    assert held(request, "aws:ResourceAccount") == OWNER
    assert held(request, "secretsmanager:SecretId") is None


def test_the_version_that_is_asked_for_is_in_the_encryption_context():
    secret = owner().secrets[SECRET]
    older = SecretVersion(fixed_id(7), (), "example")
    made = world(owner(secrets={SECRET: replace(secret, versions=(*secret.versions, older))}))
    request = requests(read(made, USER, VersionId=older.id))[1]
    assert held(request, "kms:EncryptionContext:SecretVersionId") == older.id


def test_kms_does_not_learn_of_the_network_of_the_caller():
    given = {"aws:SourceIp": "203.0.113.7", "aws:SourceVpce": "vpce-1"}
    secret, key = requests(read(world(), USER, context=given))
    assert (held(secret, "aws:SourceIp"), held(secret, "aws:SourceVpce")) == ("203.0.113.7", "vpce-1")
    assert key.is_unknown("aws:sourceip")
    assert key.is_unknown("aws:sourcevpce")


def test_what_the_call_says_overrides_what_is_derived():
    given = {"aws:PrincipalTag/team": "green", "aws:SecureTransport": "false", "aws:RequestedRegion": None}
    for request in requests(read(world(), USER, context=given)):
        assert held(request, "aws:PrincipalTag/team") == "green"
        assert held(request, "aws:SecureTransport") == "false"
        assert held(request, "aws:RequestedRegion") is None


def test_what_the_call_says_is_not_known_is_not():
    for request in requests(read(world(), USER, unknown=("aws:PrincipalOrgID",))):
        assert request.is_unknown("aws:principalorgid")
        assert "aws:PrincipalOrgID" not in request.context


def test_keys_of_one_service_stay_out_of_the_request_of_the_other():
    given = {"kms:ViaService": "x", "secretsmanager:VersionStage": "AWSPREVIOUS"}
    secret, key = requests(read(world(), USER, context=given))
    assert held(secret, "kms:ViaService") is None
    assert held(secret, "secretsmanager:VersionStage") == "AWSPREVIOUS"
    assert held(key, "kms:ViaService") == "x"
    assert held(key, "secretsmanager:VersionStage") is None
