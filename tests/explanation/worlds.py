"""The settings: what people write, and every element and operator somewhere in it."""

from __future__ import annotations

from explanation.settings import ARNS, CONSUMER, KEY, ORGANIZATION, OWNER, SECRET, VIA, Setting

from iamsim.model.world import Grant

READ, DECRYPT = "secretsmanager:GetSecretValue", "kms:Decrypt"
ROLE, USER, ROOT = ARNS["role"].format(OWNER), ARNS["user"].format(OWNER), f"arn:aws:iam::{OWNER}:root"
CONSUMER_ROLE, CONSUMER_ROOT = ARNS["role"].format(CONSUMER), f"arn:aws:iam::{CONSUMER}:root"
ADMIN = f"arn:aws:iam::{OWNER}:role/admin"
OTHER = SECRET.replace("prod/db", "prod/cache")


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action, resource="*", principal=None, condition=None, **more):
    return _statement("Allow", action, resource, principal, condition, more)


def deny(action, resource="*", principal=None, condition=None, **more):
    return _statement("Deny", action, resource, principal, condition, more)


def _statement(effect, action, resource, principal, condition, more):
    elements = {"Principal": principal, "Action": action, "Resource": resource, "Condition": condition}
    return {"Effect": effect, **{key: value for key, value in elements.items() if value is not None}, **more}


LIST = allow("secretsmanager:ListSecrets")
IN_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
THROUGH_SECRETS_MANAGER = {"StringEquals": {"kms:ViaService": VIA}}
FOR_THE_SECRET = {
    "StringEquals": {"kms:EncryptionContext:SecretARN": SECRET},
    "ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": ["SecretARN"]},
    "Null": {"kms:EncryptionContext:SecretVersionId": "false"},
}
ADMINISTRATION = allow(["kms:Create*", "kms:Describe*", "kms:Put*"], "*", {"AWS": ADMIN})
DELEGATION = allow("kms:*", "*", {"AWS": ROOT})

SETTINGS = [
    Setting(
        "managed key, identity policy",
        {"identity-app": policy(LIST, allow(["secretsmanager:DescribeSecret", READ], SECRET[:-6] + "??????"))},
        customer_key=False,
    ),
    Setting(
        "managed key, secret policy",
        {
            "identity-app": policy(LIST),
            "secretPolicy": policy(
                allow("secretsmanager:PutSecretValue", "*", {"AWS": ADMIN}),
                allow([READ, "secretsmanager:DescribeSecret"], "*", {"AWS": [ADMIN, ROLE]}),
            ),
        },
        customer_key=False,
    ),
    Setting(
        "customer key, delegated to IAM",
        {
            "identity-secrets": policy(LIST, allow("secretsmanager:Get*", [SECRET, OTHER])),
            "identity-kms": policy(allow(["kms:DescribeKey", DECRYPT], KEY, condition=THROUGH_SECRETS_MANAGER)),
            "keyPolicy": policy(ADMINISTRATION, DELEGATION),
        },
        caller="user",
    ),
    Setting(
        "customer key, the role is named, its account too",
        {
            "identity-secrets": policy(allow(READ, SECRET)),
            "keyPolicy": policy(DELEGATION, ADMINISTRATION, allow(DECRYPT, "*", {"AWS": ROLE}, FOR_THE_SECRET)),
        },
    ),
    Setting(
        "secret policy for the role, its account too, a tag",
        {
            "identity-app": policy(LIST),
            "secretPolicy": policy(
                allow("secretsmanager:*", "*", {"AWS": ROOT}),
                allow(
                    READ, SECRET, {"AWS": ROLE}, {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}}
                ),
            ),
        },
        customer_key=False,
        tags={"team": "orders"},
    ),
    Setting(
        "across accounts, all four grants",
        {
            "identity-app": policy(allow(READ, SECRET), allow(DECRYPT, KEY, condition=THROUGH_SECRETS_MANAGER)),
            "secretPolicy": policy(allow(READ, "*", {"AWS": CONSUMER_ROLE}, IN_ORGANIZATION)),
            "keyPolicy": policy(
                DELEGATION, allow([DECRYPT, "kms:DescribeKey"], "*", {"AWS": CONSUMER_ROOT}, FOR_THE_SECRET)
            ),
        },
        account=CONSUMER,
    ),
    Setting(
        "across accounts, a KMS grant",
        {
            "identity-app": policy(LIST, allow(READ, SECRET)),
            "secretPolicy": policy(allow(READ, "*", {"AWS": CONSUMER})),
            "keyPolicy": policy(DELEGATION),
        },
        account=CONSUMER,
        grants=(Grant(CONSUMER_ROLE, ("Decrypt",), {"EncryptionContextSubset": {"SecretARN": SECRET}}, "app"),),
    ),
    Setting(
        "boundary and session policy",
        {
            "identity-app": policy(allow([READ, DECRYPT], "*")),
            "boundary": policy(allow("s3:*"), allow(["secretsmanager:*", "kms:Decrypt"], "*")),
            "session": policy(
                allow(READ, SECRET), allow(DECRYPT, KEY, condition={"Bool": {"aws:SecureTransport": "true"}})
            ),
            "keyPolicy": policy(DELEGATION),
        },
    ),
    Setting(
        "SCP levels",
        {
            "identity-app": policy(allow("*", "*")),
            "scp-root-only": policy(allow("*", "*")),
            "scp-unit-only": policy(allow(["secretsmanager:*", "kms:*"], "*"), allow("s3:*", "*")),
            "scp-account": policy(
                deny("*", "*", condition={"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}}),
                deny(None, "*", NotAction=["secretsmanager:*", "kms:*", "s3:*"]),
            ),
        },
        customer_key=False,
    ),
    Setting(
        "denies that spare the caller",
        {
            "identity-app": policy(allow("*", "*"), deny("secretsmanager:*", OTHER), deny("secretsmanager:Put*", "*")),
            "secretPolicy": policy(
                deny("*", "*", "*", {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}}),
                deny("*", "*", {"AWS": [ADMIN]}),
                {"Effect": "Deny", "NotPrincipal": {"AWS": [OWNER, ROLE]}, "Action": READ, "Resource": "*"},
            ),
            "keyPolicy": policy(
                DELEGATION,
                deny(
                    DECRYPT, "*", {"AWS": "*"}, {"StringNotLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}}
                ),
            ),
            "rcp-root": policy(
                deny("secretsmanager:*", "*", "*", {"Bool": {"aws:SecureTransport": "false"}}),
                deny("kms:*", "*", "*", {"StringNotEqualsIfExists": {"aws:ResourceOrgID": ORGANIZATION}}),
            ),
        },
    ),
    Setting(
        "NotAction and NotResource",
        {
            "identity-app": policy(
                allow(None, "*", NotAction=["iam:*", "organizations:*"]),
                deny("secretsmanager:*", None, NotResource=[SECRET]),
            ),
            "boundary": policy(allow("*", None, NotResource=[OTHER, "arn:aws:s3:::*"])),
            "keyPolicy": policy(DELEGATION),
        },
        caller="role",
    ),
    Setting(
        "through an endpoint, every family of operators",
        {
            "identity-app": policy(
                allow(
                    READ,
                    SECRET,
                    condition={
                        "StringLike": {"secretsmanager:SecretId": "arn:aws:secretsmanager:*:secret:prod/*"},
                        "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWNER}:role/*"},
                        "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"},
                        "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
                        "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
                        "ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]},
                        "StringEqualsIgnoreCase": {"aws:RequestedRegion": "US-EAST-1"},
                    },
                )
            ),
            "endpoint": policy(allow("secretsmanager:*", "*", "*", IN_ORGANIZATION), allow("s3:*", "*", "*")),
        },
        customer_key=False,
        context={
            "aws:SourceVpce": "vpce-1",
            "aws:VpcSourceIp": "10.1.2.3",
            "aws:MultiFactorAuthAge": 60,
            "aws:CurrentTime": "2026-06-01T00:00:00Z",
            "aws:TagKeys": ["a"],
        },
    ),
]
