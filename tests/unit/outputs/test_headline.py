"""The verdict and its cause: every sentence is written by hand."""

from __future__ import annotations

import pytest

from iamsim.outputs.headline import cause_line, cause_lines, verdict_line, verdict_lines
from iamsim.outputs.names import Names

GET = "secretsmanager:GetSecretValue"
HIDDEN = "AWS itself would only say: Access to KMS is not allowed"
ASK = "consumer:role/app can GetSecretValue on owner:secret/db"
OWN = "owner:role/app can GetSecretValue on owner:secret/db"


def statement(effect="Allow", action="*", **elements):
    return {"Effect": effect, "Action": action, "Resource": "*", **elements}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


NAMES_CONSUMER = {"Principal": {"AWS": "arn:aws:iam::444455556666:role/app"}}
ALL = policy(statement())
STORAGE = policy(statement(action="s3:*"))
TO_CONSUMER = policy(statement(**NAMES_CONSUMER))
TO_ACCOUNT = policy(statement(Principal={"AWS": "arn:aws:iam::111122223333:root"}))
SECRETS = policy(statement(action="secretsmanager:*"))
NO_KMS = policy(statement(), statement("Deny", "kms:*"))
READER = {"roles": {"app": {"policies": {"all": ALL}}}}
WITH_KEY = {"secrets": {"db": {"key": "k", "policy": TO_CONSUMER}}, "keys": {"k": {"policy": TO_ACCOUNT}}}


def causes(explanation):
    names = Names(explanation.outcome.world)
    return [cause_line(explanation, names, terse=terse) for terse in (0, 2)]


def test_a_key_policy_is_silent(explained):
    assert causes(explained(ASK, WITH_KEY, READER)) == [
        f"the key policy in account 111122223333 (owner) does not allow kms:Decrypt; {HIDDEN}",
        "owner's key policy lacks kms:Decrypt; AWS says: Access to KMS is not allowed",
    ]


def test_the_callers_identity_policy_is_silent_on_the_key(explained):
    owner = {**WITH_KEY, "keys": {"k": {"policy": TO_CONSUMER}}}
    consumer = {"roles": {"app": {"policies": {"read": policy(statement(action=GET))}}}}
    assert causes(explained(ASK, owner, consumer)) == [
        f"the caller's identity policy in account 444455556666 (consumer) does not allow kms:Decrypt; {HIDDEN}",
        "its identity policy lacks kms:Decrypt; AWS says: Access to KMS is not allowed",
    ]


def test_both_are_silent_on_the_key(explained):
    consumer = {"roles": {"app": {"policies": {"read": policy(statement(action=GET))}}}}
    assert causes(explained(ASK, WITH_KEY, consumer)) == [
        (
            "the key policy in account 111122223333 (owner) and the caller's identity policy in account 444455556666 "
            f"(consumer) do not allow kms:Decrypt; both are needed; {HIDDEN}"
        ),
        "key policy and identity policy lack kms:Decrypt; AWS says: Access to KMS is not allowed",
    ]


@pytest.mark.parametrize(
    ("key", "identity", "boundary", "line"),
    [
        (TO_ACCOUNT, ALL, None, "key policy lacks GenerateDataKey: Access to KMS is not allowed"),
        (TO_ACCOUNT, SECRETS, None, "key and identity policy lack GenerateDataKey: Access to KMS is not allowed"),
        (TO_ACCOUNT, ALL, SECRETS, "key policy and boundary lack GenerateDataKey: Access to KMS is not allowed"),
        (TO_ACCOUNT, SECRETS, SECRETS, "key policy and 2 more lack GenerateDataKey: Access to KMS is not allowed"),
        (TO_CONSUMER, NO_KMS, None, "identity policy denies GenerateDataKey: Access to KMS is not allowed"),
    ],
)
def test_a_refusal_by_kms_and_what_aws_says_fit_in_a_line_of_80_columns(explained, key, identity, boundary, line):
    alias = "an-account-with-a-very-long-name-of-62-characters-in-the-file-"
    role = {"policies": {"a-policy-with-a-long-name-of-its-own": identity}, "boundary": boundary}
    explanation = explained(
        f"consumer:role/app can PutSecretValue on {alias}:secret/other",
        None,
        {"roles": {"app": role}},
        parameters={"SecretString": "x"},
        others={
            alias: {
                "id": "777788889999",
                "secrets": {"other": {"key": "k", "policy": TO_CONSUMER}},
                "keys": {"k": {"policy": key}},
            }
        },
    )
    assert cause_lines(explanation, Names(explanation.outcome.world), 80) == [f"  {line}"]


def test_a_grant_does_not_fit(explained):
    grant = {
        "name": "other",
        "grantee": "consumer:role/app",
        "operations": ["Decrypt"],
        "constraints": {"EncryptionContextSubset": {"SecretARN": "another"}},
    }
    owner = {**WITH_KEY, "keys": {"k": {"policy": TO_ACCOUNT, "grants": [grant]}}}
    consumer = {"roles": {"app": {"policies": {"read": policy(statement(action=GET))}}}}
    assert causes(explained(ASK, owner, consumer)) == [
        f"the KMS grant other in account 111122223333 (owner) does not fit this kms:Decrypt; {HIDDEN}",
        "owner's KMS grant does not fit; AWS says: Access to KMS is not allowed",
    ]


def test_nobody_says_anything_across_accounts(explained):
    assert causes(explained(ASK, {"secrets": {"db": {"key": "k"}}, "keys": {"k": {}}})) == [
        (
            "the secret policy in account 111122223333 (owner) and the caller's identity policy in account 444455556666 "
            f"(consumer) do not allow {GET}; both are needed; behind it, the key policy in account 111122223333 (owner) and "
            "the caller's identity policy in account 444455556666 (consumer) do not allow kms:Decrypt; both are needed"
        ),
        f"secret policy and identity policy lack {GET}; then kms:Decrypt is refused too",
    ]


def test_in_one_account_either_would_do(explained):
    assert causes(explained(OWN, {"roles": {"app": {}}})) == [
        f"neither the caller's identity policy nor the secret policy in account 111122223333 (owner) allows {GET}",
        f"neither identity policy nor secret policy allows {GET}",
    ]


def test_a_policy_that_is_not_there(explained):
    assert causes(explained(ASK, None, READER)) == [
        f"there is no secret policy in account 111122223333 (owner) to allow {GET}",
        f"there is no secret policy to allow {GET}",
    ]


def test_an_identity_policy_denies(explained):
    roles = {"app": {"policies": {"all": ALL, "guard": policy(statement("Deny", GET))}}}
    assert causes(explained(OWN, {"roles": roles})) == [
        f"the caller's identity policy guard in account 111122223333 (owner) explicitly denies {GET}",
        f"its identity policy guard explicitly denies {GET}",
    ]


def test_two_policies_deny(explained):
    deny = policy(statement("Deny", GET))
    owner = {
        "roles": {"app": {"policies": {"guard": deny}, "boundary": deny}},
        "secrets": {"db": {"policy": policy(statement("Deny", GET, Principal="*"))}},
    }
    assert causes(explained(OWN, owner)) == [
        (
            "the secret policy, the caller's identity policy guard and the caller's permissions boundary in account "
            f"111122223333 (owner) explicitly deny {GET}"
        ),
        f"secret policy, identity policy and permissions boundary explicitly deny {GET}",
    ]


def test_an_scp_denies_and_another_level_is_closed(explained):
    roles = {"app": {"policies": {"all": ALL}}}
    deny = {"guard": policy(statement("Deny", GET))}
    organization = {"accounts": ["owner", "consumer"], "scps": deny}
    assert causes(explained(OWN, {"roles": roles}, organization=organization)) == [
        f"the SCP guard on account 111122223333 (owner) explicitly denies {GET}",
        f"the SCP guard explicitly denies {GET}",
    ]
    organization = {"accounts": ["owner", "consumer"], "scps": {"storage": STORAGE}, "full_access": False}
    assert causes(explained(OWN, {"roles": roles}, organization=organization)) == [
        (
            f"the SCP level root on account 111122223333 (owner) does not allow {GET}; behind it, the SCP level root on "
            "account 111122223333 (owner) does not allow kms:Decrypt"
        ),
        f"the SCP level root lacks {GET}; then kms:Decrypt is refused too",
    ]


def test_an_endpoint_does_not_let_it_pass(explained):
    owner = {
        "roles": READER["roles"],
        "endpoints": {"vpce-1": {"policy": policy(statement(action="s3:*", Principal="*"))}},
    }
    assert causes(explained(f"{OWN} with aws:SourceVpce = vpce-1", owner)) == [
        f"the VPC endpoint policy of vpce-1 in account 111122223333 (owner) does not allow {GET}",
        f"the VPC endpoint policy of vpce-1 lacks {GET}",
    ]


def test_a_federated_user_has_nothing_of_its_own(explained):
    owner = {"users": {"ann": {"policies": {"all": ALL}}}, "federated_users": {"carol": {"user": "ann"}}}
    ask = "owner:federated-user/carol can GetSecretValue on owner:secret/db"
    nothing = "a federated-user session without a session policy has no permissions of its own"
    assert causes(explained(ask, owner)) == [
        f"{nothing}; or the secret policy in account 111122223333 (owner) could allow it instead",
        f"{nothing}; or owner's secret policy could allow it instead",
    ]


def test_the_managed_key_across_accounts(explained):
    owner = {"secrets": {"db": {"policy": TO_CONSUMER}}}
    assert causes(explained(ASK, owner, READER)) == [
        (
            "the AWS managed key aws/secretsmanager serves its own account only: encrypt the secret with a customer managed "
            "key"
        ),
        "aws/secretsmanager serves its own account only: use a customer managed key",
    ]


def test_the_state_of_the_key(explained):
    owner = {
        "roles": READER["roles"],
        "secrets": {"db": {"key": "k"}},
        "keys": {"k": {"policy": TO_ACCOUNT, "state": "Disabled"}},
    }
    assert causes(explained(OWN, owner)) == [
        "no policy refuses it: the key owner:key/k is Disabled",
        "no policy refuses it: the secret's key is Disabled",
    ]


def test_a_secret_that_is_not_there(explained):
    missing = "arn:aws:secretsmanager:us-east-1:111122223333:secret:none-AbCdEf"
    explanation = explained(f"owner:root can GetSecretValue on {missing}")
    assert causes(explanation) == ["no policy decides this: there is no such secret"] * 2


def test_what_is_allowed_says_by_how_many(explained):
    assert causes(explained(OWN, READER))[0] == f"both authorizations are allowed: {GET} and kms:Decrypt"
    one = explained("owner:role/app can kms:Decrypt on owner:key/k", {**READER, "keys": {"k": {}}})
    assert causes(one)[0] == "the one authorization that was asked for is allowed"


def test_what_is_not_known_is_named(explained):
    office = policy(statement(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
    owner = {"roles": {"app": {"policies": {"office": office}}}}
    explanation = explained(f"{OWN} with aws:SourceIp = unknown", owner)
    assert causes(explanation)[0] == f"{GET} hangs on `aws:SourceIp`, which is not known"
    names = Names(explanation.outcome.world)
    assert verdict_line(explanation, names) == "whether owner:role/app can GetSecretValue on owner:secret/db"


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (70, ["consumer:role/app cannot GetSecretValue on owner:secret/db"]),
        (60, ["consumer:role/app cannot GetSecretValue on owne…t/db"]),
        (50, ["consumer:role/app cannot GetSecretValue on", "owner:secret/db"]),
        (30, ["consumer:role/app", "cannot GetSecretValue", "on owner:secret/db"]),
    ],
)
def test_names_are_shortened_and_the_operation_never(explained, width, lines):
    explanation = explained(ASK)
    assert verdict_lines(explanation, Names(explanation.outcome.world), width) == lines


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (160, [f"  the key policy in account 111122223333 (owner) does not allow kms:Decrypt; {HIDDEN}"]),
        (
            110,
            [
                (
                    "  the key policy in account 111122223333 (owner) lacks kms:Decrypt; AWS says: Access to KMS is not "
                    "allowed"
                )
            ],
        ),
        (80, ["  owner's key policy lacks kms:Decrypt; AWS says: Access to KMS is not allowed"]),
        (75, ["  owner's key policy lacks kms:Decrypt; AWS: Access to KMS is not allowed"]),
        (40, ["  owner's key policy lacks kms:Decrypt;", "  AWS says: Access to KMS is not allowed"]),
    ],
)
def test_the_fullest_wording_that_fits_is_taken(explained, width, lines):
    explanation = explained(ASK, WITH_KEY, READER)
    assert cause_lines(explanation, Names(explanation.outcome.world), width) == lines
