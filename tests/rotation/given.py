"""A world for rotations, made by hand: one permission, one statement; and what stops where one of them is missing."""

from __future__ import annotations

import json
from dataclasses import replace

from iamsim.model.policy import Policy
from iamsim.model.world import Account, Endpoint, Function, Key, Role, Rotation, Secret, SecretVersion, World
from iamsim.services.secretsmanager.rotation_functions import TEMPLATES
from iamsim.simulator.rotation_run import RotationStart

OWNER, OTHER = "111122223333", "444455556666"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/db-AbCdEf"
MASTER = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/master-AbCdEf"
KEY, MASTER_KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/1111", f"arn:aws:kms:us-east-1:{OWNER}:key/2222"
FUNCTION = f"arn:aws:lambda:us-east-1:{OWNER}:function:rotate"
ROLE, ADMIN = f"arn:aws:iam::{OWNER}:role/service/rotates", f"arn:aws:iam::{OWNER}:role/admin"
SESSION = f"arn:aws:sts::{OWNER}:assumed-role/rotates/rotate"
FIRST, TOKEN = "00000000-0000-0000-0000-000000000001", "9f8e7d6c-0000-4000-8000-0123456789ab"
START = RotationStart(SECRET)
BY_HAND = RotationStart(SECRET, ADMIN, {"ClientRequestToken": TOKEN})

PASSWORD, MASTER_PASSWORD = "correct-horse-battery", "open-sesame-please"

FUNCTION_POLICY = ("allow the service", ("lambda:InvokeFunction", FUNCTION, "start"))
TRUST = ("trust Lambda", ("sts:AssumeRole", ROLE, "invoke"))
NETWORK = {
    "make an interface": ("ec2:CreateNetworkInterface", "*", "invoke"),
    "see interfaces": ("ec2:DescribeNetworkInterfaces", "*", "invoke"),
    "clear interfaces away": ("ec2:DeleteNetworkInterface", "*", "invoke"),
}
GENERIC = {
    **dict([FUNCTION_POLICY, TRUST]),
    "describe": ("secretsmanager:DescribeSecret", SECRET, "createSecret"),
    "read": ("secretsmanager:GetSecretValue", SECRET, "createSecret"),
    "decrypt": ("kms:Decrypt", KEY, "createSecret"),
    "draw": ("secretsmanager:GetRandomPassword", "*", "createSecret"),
    "write": ("secretsmanager:PutSecretValue", SECRET, "createSecret"),
    "encrypt": ("kms:GenerateDataKey", KEY, "createSecret"),
    "promote": ("secretsmanager:UpdateSecretVersionStage", SECRET, "finishSecret"),
}
SINGLE_USER = {**GENERIC, **NETWORK}
ALTERNATING_USERS = {
    **GENERIC,
    "read the master": ("secretsmanager:GetSecretValue", MASTER, "setSecret"),
    "decrypt the master": ("kms:Decrypt", MASTER_KEY, "setSecret"),
}
NEEDED = {"generic": GENERIC, "single-user": SINGLE_USER, "alternating-users": ALTERNATING_USERS}
"""All that a rotation needs by strategy: action, resource, and the step in which it stops without it.

The function of the single user stands in a VPC. The role's:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
The first calls of each step: https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas
"""

VALUES = {
    "generic": "a-plain-token",
    "single-user": {"username": "app", "password": PASSWORD, "host": "db.example.com"},
    "alternating-users": {"username": "app", "password": PASSWORD, "masterarn": MASTER},
}


def policy(kind, *statements):
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind, kind) if statements else None


def allow(action, resource=None, service=None):
    made = {"Effect": "Allow", "Action": action}
    if resource:
        made["Resource"] = resource
    return {**made, "Principal": {"Service": service}} if service else made


def text(value):
    return value if isinstance(value, str) else json.dumps(value)


def secret(arn, name, value, key, **fields):
    version = SecretVersion(FIRST, ("AWSCURRENT",), text(value))
    return replace(Secret(arn, name, key, versions=(version,)), **fields)


def world(strategy="single-user", without=(), **fields):
    """A world with everything that a rotation by this strategy needs, but for some of it; `fields` change the secret."""
    has = {name: need for name, need in NEEDED[strategy].items() if name not in without}
    identity = [
        allow(action, arn) for name, (action, arn, _) in has.items() if name not in (FUNCTION_POLICY[0], TRUST[0])
    ]
    invoked = [allow("lambda:InvokeFunction", FUNCTION, "secretsmanager.amazonaws.com")]
    trusted = [allow("sts:AssumeRole", service="lambda.amazonaws.com")]
    everything = policy("identity", allow("*", "*"))
    own = policy("identity", *identity)
    roles = {
        ROLE: Role(
            ROLE,
            "AROAROTATES",
            (own,) if own else (),
            trust=policy("trustPolicy", *(trusted if TRUST[0] in has else [])),
        ),
        ADMIN: Role(ADMIN, "AROAADMIN", (everything,)),
    }
    function = Function(
        FUNCTION,
        policy("functionPolicy", *(invoked if FUNCTION_POLICY[0] in has else [])),
        ROLE,
        TEMPLATES[strategy],
        "vpc-1" if strategy == "single-user" else None,
    )
    delegation = policy("keyPolicy", {**allow("kms:*", "*"), "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"}})
    fields = {"rotation": Rotation(FUNCTION), **fields}
    owner = Account(
        OWNER,
        "owner",
        roles=roles,
        functions={FUNCTION: function},
        keys={arn: Key(arn, delegation) for arn in (KEY, MASTER_KEY)},
        secrets={
            SECRET: secret(SECRET, "prod/db", VALUES[strategy], KEY, **fields),
            MASTER: secret(MASTER, "prod/master", {"username": "admin", "password": MASTER_PASSWORD}, MASTER_KEY),
        },
        endpoints={"vpce-1": Endpoint("vpce-1", "secretsmanager", vpc="vpc-1")},
    )
    return World({OWNER: owner})


def changed(made, **fields):
    """The world with another secret in the place of the one that is rotated."""
    return made.with_secret(replace(made.secret(SECRET), **fields))


def with_account(made, **fields):
    return replace(made, accounts={**made.accounts, OWNER: replace(made.accounts[OWNER], **fields)})


def labels(run):
    """The labels behind a rotation, by the number of their version."""
    return {stage: n for n, version in enumerate(run.secret.versions, 1) for stage in version.stages}


def value(run, stage):
    """The value that a label is on, read."""
    return json.loads(run.secret.labelled(stage).value)
