"""A call of every operation that takes a secret or a key, with valid parameters, and worlds with many principals to make them.

AWS's API references say what the parameters are:
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from explanation.settings import CONSUMER, KEY, OWNER, SECRET
from explanation.worlds import DELEGATION, OTHER, allow, policy

from iamsim.model.policy import Policy
from iamsim.model.world import Account, Function, Grant, Key, Replica, Role, Secret, SecretVersion, User
from iamsim.services.kms.ciphertext import Ciphertext

OTHER_KEY = KEY.replace("1234abcd", "9999abcd")
FUNCTION = f"arn:aws:lambda:us-east-1:{OWNER}:function:rotate"
FIRST, SECOND = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
BYSTANDER, OUTSIDER = f"arn:aws:iam::{OWNER}:role/bystander", "arn:aws:iam::777788889999:role/outsider"
GRANT_ID = "abcd" * 16


@dataclass(frozen=True)
class Written:
    """A call as it is written down: `{secret}`, `{name}` and `{key}` in its parameters stand for what it is about.

    `state` is what the world must be for it to make sense.
    """

    operation: str
    parameters: dict = field(default_factory=dict)
    state: str = ""

    def about(self, secret, key):
        name = secret.rpartition(":secret:")[2][:-7]
        blob = Ciphertext(key, self.parameters.get("EncryptionContext", {}), b"x").blob
        there = {"{secret}": secret, "{name}": name, "{key}": key}
        return {k: blob if v == "{blob}" else filled(v, there) for k, v in self.parameters.items()}


def filled(value, there):
    if isinstance(value, list):
        return [filled(each, there) for each in value]
    for name, put in there.items() if isinstance(value, str) else ():
        value = value.replace(name, put)
    return value


IT = {"SecretId": "{secret}"}
THE_KEY = {"KeyId": "{key}"}
RESOURCE_POLICY = json.dumps(policy(allow("secretsmanager:DescribeSecret", "*", {"AWS": f"arn:aws:iam::{OWNER}:root"})))
KEY_POLICY = json.dumps(policy(DELEGATION))

CALLS = (
    Written("BatchGetSecretValue", {"SecretIdList": ["{secret}"]}),
    Written("CreateSecret", {"Name": "{name}-new", "KmsKeyId": "{key}", "SecretString": "x"}),
    Written("CreateSecret", {"Name": "{name}-bare", "Tags": [{"Key": "team", "Value": "a"}]}),
    Written("DeleteResourcePolicy", IT),
    Written("DeleteSecret", IT),
    Written("DescribeSecret", IT),
    Written("GetResourcePolicy", IT),
    Written("GetSecretValue", IT),
    Written("GetSecretValue", {**IT, "VersionStage": "AWSPREVIOUS"}),
    Written("ListSecretVersionIds", IT),
    Written("PutResourcePolicy", {**IT, "ResourcePolicy": RESOURCE_POLICY}),
    Written("PutSecretValue", {**IT, "SecretString": "y"}),
    Written("RemoveRegionsFromReplication", {**IT, "RemoveReplicaRegions": ["us-west-2"]}, "replicated"),
    Written("ReplicateSecretToRegions", {**IT, "AddReplicaRegions": [{"Region": "us-west-2"}]}),
    Written("RestoreSecret", IT, "deleted"),
    Written("StopReplicationToReplica", IT, "replica"),
    Written("TagResource", {**IT, "Tags": [{"Key": "stage", "Value": "live"}]}),
    Written("UntagResource", {**IT, "TagKeys": ["stage"]}),
    Written("UpdateSecret", {**IT, "Description": "new"}),
    Written("UpdateSecret", {**IT, "SecretString": "z"}),
    Written("UpdateSecret", {**IT, "KmsKeyId": OTHER_KEY}),
    Written(
        "UpdateSecretVersionStage",
        {**IT, "VersionStage": "AWSCURRENT", "RemoveFromVersionId": FIRST, "MoveToVersionId": SECOND},
    ),
    Written("ValidateResourcePolicy", {**IT, "ResourcePolicy": RESOURCE_POLICY}),
    Written("CancelRotateSecret", IT),
    Written("RotateSecret", {**IT, "RotationLambdaARN": FUNCTION, "RotationRules": {"AutomaticallyAfterDays": 30}}),
    Written("CancelKeyDeletion", THE_KEY, "PendingDeletion"),
    Written("CreateGrant", {**THE_KEY, "GranteePrincipal": BYSTANDER, "Operations": ["DescribeKey", "Encrypt"]}),
    Written("CreateGrant", {**THE_KEY, "GranteePrincipal": OUTSIDER, "Operations": ["Decrypt"]}),
    Written("Decrypt", {**THE_KEY, "CiphertextBlob": "{blob}"}),
    Written("Decrypt", {"CiphertextBlob": "{blob}", "EncryptionContext": {"App": "${shop}"}}),
    Written("DescribeKey", THE_KEY),
    Written("DisableKey", THE_KEY),
    Written("EnableKey", THE_KEY, "Disabled"),
    Written("Encrypt", {**THE_KEY, "Plaintext": "x", "EncryptionContext": {"App": "shop", "Stage": "live"}}),
    Written("GenerateDataKey", {**THE_KEY, "KeySpec": "AES_256"}),
    Written("GetKeyPolicy", THE_KEY),
    Written("ListGrants", THE_KEY),
    Written("PutKeyPolicy", {**THE_KEY, "Policy": KEY_POLICY}),
    Written("RetireGrant", {**THE_KEY, "GrantId": GRANT_ID}),
    Written("RevokeGrant", {**THE_KEY, "GrantId": GRANT_ID}),
    Written("ScheduleKeyDeletion", THE_KEY),
)

STATES = {
    "": lambda secret, key: (secret, key),
    "replicated": lambda secret, key: (replace(secret, replicas=(Replica("us-west-2"),)), key),
    "replica": lambda secret, key: (replace(secret, primary="us-west-2"), key),
    "deleted": lambda secret, key: (replace(secret, deleted=datetime(2025, 12, 31, tzinfo=UTC)), key),
    "PendingDeletion": lambda secret, key: (secret, replace(key, state="PendingDeletion")),
    "Disabled": lambda secret, key: (secret, replace(key, state="Disabled")),
}

EVERYTHING = Policy.parse(policy(allow("*")), "identity", "everything")


def inhabited(world, state):
    """A setting's world with a second secret and key, a function, and people whose own policies allow them everything."""
    secret = world.secret(SECRET)
    versions = (
        SecretVersion(FIRST, ("AWSCURRENT",), "example-one"),
        SecretVersion(SECOND, ("AWSPREVIOUS",), "example-two"),
    )
    secret = replace(secret, versions=versions)
    key = world.key(KEY)
    key = replace(key, grants=(*key.grants, Grant(BYSTANDER, ("Encrypt",), id=GRANT_ID)))
    secret, key = STATES[state](secret, key)
    other_key = Key(OTHER_KEY, Policy.parse(policy(DELEGATION), "keyPolicy", "other"))
    world = world.with_secret(secret).with_secret(Secret(OTHER, "prod/cache", secret.key, versions=versions))
    world = world.with_key(key).with_key(other_key).with_role(Role(BYSTANDER, "AROABYSTANDER", (EVERYTHING,)))
    owner = world.accounts[OWNER]
    outside = Account("777788889999", "outside", roles={OUTSIDER: Role(OUTSIDER, "AROAOUTSIDER", (EVERYTHING,))})
    more = {OWNER: replace(owner, functions={FUNCTION: Function(FUNCTION)}), outside.id: outside}
    if CONSUMER not in world.accounts:
        user = f"arn:aws:iam::{CONSUMER}:user/bob"
        more[CONSUMER] = Account(CONSUMER, "consumer", users={user: User(user, "AIDABOB")})
    return replace(world, accounts={**world.accounts, **more})


def callers(world):
    """Every user and role, and two sessions of each role."""
    for account in world.accounts.values():
        yield from account.users
        for arn in account.roles:
            yield arn
            for session in ("run", "other"):
                yield f"arn:aws:sts::{account.id}:assumed-role/{arn.rpartition('/')[2]}/{session}"


def identity_of(caller):
    """Who has the policies: for a session its role, none of which has a path here."""
    if ":assumed-role/" not in caller:
        return caller
    account, name = caller.split(":")[4], caller.split("/")[1]
    return f"arn:aws:iam::{account}:role/{name}"
