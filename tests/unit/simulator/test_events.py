"""CloudTrail's events: their shape, who called, and no secret value in any of them.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
"""

from __future__ import annotations

import json

import pytest
from unit.simulator.worlds import (
    EVERYTHING,
    FEDERATED,
    KEY,
    OPEN,
    OWNER,
    ROLE,
    ROOT,
    SECRET,
    SESSION,
    USER,
    owner,
    policy,
    read,
    world,
)

from iamsim.model.world import Key
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

SM, VERSION = "secretsmanager.amazonaws.com", "v1"
DENYING = {**EVERYTHING, "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt"}
VALUE = "hunter2-hunter2"


def test_a_read_leaves_the_decrypt_and_itself():
    decrypt, event = read(world(), USER, context={"aws:SourceIp": "203.0.113.7"}).events
    assert (event["eventSource"], event["eventName"], event["readOnly"]) == (SM, "GetSecretValue", True)
    assert event["requestParameters"] == {"secretId": SECRET}
    assert event["responseElements"] is None
    assert event["sourceIPAddress"] == "203.0.113.7"
    assert (event["eventTime"], event["awsRegion"]) == ("2026-01-01T00:00:00Z", "us-east-1")
    assert (event["eventType"], event["recipientAccountId"]) == ("AwsApiCall", OWNER)
    assert "errorCode" not in event
    assert (decrypt["eventSource"], decrypt["eventName"]) == ("kms.amazonaws.com", "Decrypt")
    assert decrypt["sourceIPAddress"] == decrypt["userIdentity"]["invokedBy"] == SM
    pairs = {"SecretARN": SECRET, "SecretVersionId": VERSION}
    assert decrypt["requestParameters"] == {"encryptionContext": pairs}
    assert decrypt["resources"][0]["ARN"] == KEY
    assert decrypt["eventID"] != event["eventID"]


def test_a_refused_decrypt_tells_its_reason_though_the_caller_hears_none():
    made = world(owner(keys={KEY: Key(KEY, policy("keyPolicy", OPEN, DENYING))}))
    decrypt, event = read(made, USER).events
    assert (event["errorCode"], event["errorMessage"]) == ("AccessDeniedException", "Access to KMS is not allowed")
    assert decrypt["errorMessage"] == (
        f"User: {USER} is not authorized to perform: kms:Decrypt on resource: {KEY} "
        "with an explicit deny in a resource-based policy"
    )


def test_the_decrypt_of_a_disabled_key_tells_its_state():
    made = world(owner(keys={KEY: Key(KEY, policy("keyPolicy", OPEN), state="Disabled")}))
    assert [event["errorCode"] for event in read(made, USER).events] == ["DisabledException", "DecryptionFailure"]


def test_what_is_not_asked_leaves_no_event():
    (event,) = read(world(), ROLE, VersionStage="none").events
    assert event["errorCode"] == "ResourceNotFoundException"


def test_an_outcome_that_is_not_known_leaves_none():
    unknown = world(owner(keys={KEY: Key(KEY)}))
    assert read(unknown, USER).events == ()


@pytest.mark.parametrize(
    ("caller", "identity"),
    [
        (ROOT, {"type": "Root", "principalId": OWNER, "arn": ROOT, "accountId": OWNER}),
        (USER, {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": USER, "accountId": OWNER, "userName": "alice"}),
        (
            SESSION,
            {
                "type": "AssumedRole",
                "principalId": "AROAEXAMPLE:run",
                "arn": SESSION,
                "accountId": OWNER,
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role",
                        "principalId": "AROAEXAMPLE",
                        "arn": ROLE,
                        "accountId": OWNER,
                        "userName": "app",
                    }
                },
            },
        ),
    ],
)
def test_who_called(caller, identity):
    assert simulate(world(), Call("GetCallerIdentity", caller)).events[-1]["userIdentity"] == identity


@pytest.mark.parametrize(
    ("caller", "kind"),
    [(FEDERATED, "FederatedUser"), ({"Service": "lambda.amazonaws.com"}, "AWSService"), ("anonymous", "AWSAccount")],
)
def test_the_other_kinds_of_callers(caller, kind):
    assert simulate(world(), Call("GetCallerIdentity", caller)).events[-1]["userIdentity"]["type"] == kind


def test_a_write_tells_what_it_made():
    (event,) = simulate(world(), Call("DisableKey", USER, {"KeyId": KEY})).events
    assert (event["readOnly"], event["responseElements"], event["requestParameters"]) == (False, None, {"keyId": KEY})
    (event,) = simulate(world(), Call("CreateKey", USER, {"Description": "d"})).events
    assert event["responseElements"]["keyMetadata"]["description"] == "d"
    assert event["responseElements"]["keyMetadata"]["creationDate"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("Encrypt", {"KeyId": KEY, "Plaintext": VALUE}),
        ("Encrypt", {"KeyId": "missing", "Plaintext": VALUE.encode()}),
        ("CreateSecret", {"Name": "new", "SecretString": VALUE, "ClientRequestToken": "0" * 32}),
        ("PutSecretValue", {"SecretId": SECRET, "SecretString": VALUE, "ClientRequestToken": "0" * 32}),
        ("UpdateSecret", {"SecretId": SECRET, "SecretBinary": VALUE.encode(), "ClientRequestToken": "0" * 32}),
        ("PutSecretValue", {"SecretId": "missing", "SecretString": VALUE, "ClientRequestToken": "0" * 32}),
    ],
)
def test_no_secret_value_stands_in_any_event(operation, parameters):
    outcome = simulate(world(), Call(operation, USER, parameters))
    assert outcome.events
    written = json.dumps(outcome.events)
    assert VALUE not in written
    assert "secretString" not in written
    assert "plaintext" not in written


def test_no_secret_value_stands_in_what_reads_and_uses_of_keys_leave():
    blob = simulate(world(), Call("Encrypt", USER, {"KeyId": KEY, "Plaintext": VALUE})).response["CiphertextBlob"]
    outcome = simulate(world(), Call("Decrypt", USER, {"CiphertextBlob": blob}))
    assert outcome.response["Plaintext"] == VALUE.encode()
    assert json.dumps(outcome.events).count("ciphertext") == 0
    assert "example" not in json.dumps(read(world(), USER).events)
