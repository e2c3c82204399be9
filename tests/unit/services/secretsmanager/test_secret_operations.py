"""Rules of Secrets Manager that no recording shows: deletion windows, replicas, changes of keys, quotas, further demands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from unit.simulator.worlds import ALL, CONSUMER_ROLE, EVERYTHING, KEY, OPEN, OWNER, SECRET, USER, owner, policy, world

from iamsim.engine.decision import Decision
from iamsim.model.world import Key, SecretVersion
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEW_KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/5678abcd"
EUROPEAN_KEY = f"arn:aws:kms:eu-west-1:{OWNER}:key/9abcdef0"
REPLICA = SECRET.replace("us-east-1", "eu-west-1")
FIRST, SECOND = "1" * 32, "2" * 32
DENY = {"Effect": "Deny", "Resource": "*"}


def store(user_policies=ALL, **secret):
    made = owner()
    version = SecretVersion(FIRST, ("AWSCURRENT",), "example", created=NOON)
    keys = {KEY: made.keys[KEY], NEW_KEY: Key(NEW_KEY, policy("keyPolicy", OPEN))}
    keys[EUROPEAN_KEY] = Key(EUROPEAN_KEY, policy("keyPolicy", OPEN))
    kept = replace(made.secrets[SECRET], **{"versions": (version,), **secret})
    users = {USER: replace(made.users[USER], policies=user_policies)}
    return world(replace(made, secrets={SECRET: kept}, keys=keys, users=users))


def but(*actions, **more):
    """An administrator who is denied some actions."""
    return (policy("identity", EVERYTHING, {**DENY, "Action": list(actions), **more}),)


def play(made, operation, parameters=None, caller=USER, time=NOON, region="", seed=None):
    return simulate(made, Call(operation, caller, parameters or {}, time=time, region=region, seed=seed))


def call(made, operation, caller=USER, time=NOON, region="", secret=SECRET, **parameters):
    return play(made, operation, {"SecretId": secret, **parameters}, caller, time, region)


def put(made, token, value="another", **parameters):
    return call(made, "PutSecretValue", ClientRequestToken=token, SecretString=value, **parameters)


def update(made, **parameters):
    return call(made, "UpdateSecret", ClientRequestToken=SECOND, **parameters)


def actions(outcome):
    return [authorization.demand.action for authorization in outcome.authorizations]


# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
@pytest.mark.parametrize(("given", "days"), [({}, 30), ({"RecoveryWindowInDays": 7}, 7)], ids=["default", "7"])
def test_a_deleted_secret_can_be_restored_until_its_window_ends(given, days):
    deleted = call(store(), "DeleteSecret", **given)
    end = NOON + timedelta(days=days)
    assert deleted.response["DeletionDate"] == end
    assert call(deleted.world, "DescribeSecret").response["DeletedDate"] == NOON
    assert call(deleted.world, "GetSecretValue").error.code == "InvalidRequestException"
    restored = call(deleted.world, "RestoreSecret", time=end - timedelta(seconds=1))
    assert call(restored.world, "GetSecretValue").ok
    assert call(deleted.world, "RestoreSecret", time=end).error.code == "ResourceNotFoundException"


@pytest.mark.parametrize("days", [6, 31])
def test_a_window_has_7_to_30_days(days):
    assert call(store(), "DeleteSecret", RecoveryWindowInDays=days).error.code == "InvalidParameterException"


def test_a_forced_deletion_has_no_window():
    refused = call(store(), "DeleteSecret", ForceDeleteWithoutRecovery=True, RecoveryWindowInDays=7)
    assert refused.error.code == "InvalidParameterException"
    assert call(store(), "DeleteSecret", ForceDeleteWithoutRecovery=False, RecoveryWindowInDays=7).ok


def test_the_name_of_a_secret_that_awaits_its_deletion_is_taken_until_its_end():
    deleted = call(store(), "DeleteSecret").world
    create = {"Name": "prod/db", "ClientRequestToken": SECOND}
    taken = play(deleted, "CreateSecret", create)
    assert taken.error.message == (
        "You can't create this secret because a secret with this name is already scheduled for deletion."
    )
    created = play(deleted, "CreateSecret", create, time=NOON + timedelta(days=30))
    assert created.ok
    assert created.response["ARN"] != SECRET


def replicated(made=None, **region):
    regions = [{"Region": "eu-west-1", **region}]
    return call(made or store(), "ReplicateSecretToRegions", AddReplicaRegions=regions)


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
def test_a_replica_follows_its_primary_and_refuses_to_be_written():
    made = replicated().world
    changed = put(made, SECOND).world
    assert call(changed, "GetSecretValue", secret=REPLICA).response["SecretString"] == "another"
    tagged = call(changed, "TagResource", Tags=[{"Key": "a", "Value": "b"}]).world
    assert tagged.secret(REPLICA).tags == {"app": "shop", "a": "b"}
    refused = put(changed, "3" * 32, SecretId=REPLICA)
    assert refused.error.message == (
        "Operation not permitted on a replica secret. Call must be made in primary secret's region."
    )
    assert call(changed, "DescribeSecret", secret=REPLICA).response["PrimaryRegion"] == "us-east-1"


def test_of_a_replica_the_key_alone_can_be_changed():
    made = replicated().world
    changed = update(made, SecretId=REPLICA, KmsKeyId=EUROPEAN_KEY).world
    assert (changed.secret(REPLICA).key, changed.secret(SECRET).replicas[0].key) == (EUROPEAN_KEY, EUROPEAN_KEY)
    assert put(changed, SECOND).world.secret(REPLICA).key == EUROPEAN_KEY
    assert update(made, SecretId=REPLICA, Description="x").error.code == "InvalidParameterException"


def test_a_primary_is_deleted_only_without_replicas():
    made = replicated().world
    assert "still has replica regions [eu-west-1]" in call(made, "DeleteSecret").error.message
    removed = call(made, "RemoveRegionsFromReplication", RemoveReplicaRegions=["eu-west-1"]).world
    assert removed.secret(REPLICA) is None
    assert call(removed, "DeleteSecret").ok


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/standalone-secret.html
def test_a_promoted_replica_stands_alone():
    promoted = call(replicated().world, "StopReplicationToReplica", secret="prod/db", region="eu-west-1").world
    assert promoted.secret(SECRET).replicas == ()
    assert put(promoted, SECOND, SecretId=REPLICA).ok
    assert call(promoted, "GetSecretValue").response["SecretString"] == "example"


# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
def test_replication_reads_under_one_key_and_writes_under_the_other():
    outcome = replicated(KmsKeyId=EUROPEAN_KEY)
    assert outcome.ok
    assert actions(outcome)[1:] == ["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"]
    contexts = [authorization.evaluation.request.context for authorization in outcome.authorizations]
    assert contexts[2]["kms:ViaService"] == "secretsmanager.eu-west-1.amazonaws.com"


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-encryption-key.html
def test_after_a_change_of_keys_either_key_reads():
    changed = update(store(), KmsKeyId=NEW_KEY)
    assert changed.ok
    assert changed.world.secret(SECRET).versions[0].keys == (NEW_KEY, KEY)
    for disabled in (KEY, NEW_KEY):
        made = changed.world.with_key(replace(changed.world.key(disabled), state="Disabled"))
        assert call(made, "GetSecretValue").ok


@pytest.mark.parametrize(
    ("action", "key"), [("kms:Decrypt", KEY), ("kms:Encrypt", NEW_KEY)], ids=["old key", "new key"]
)
def test_without_permission_to_encrypt_anew_the_key_changes_all_the_same(action, key):
    """The version stays under the old key alone."""
    changed = update(store(but(action, Resource=key)), KmsKeyId=NEW_KEY)
    assert changed.ok
    assert changed.world.secret(SECRET).key == NEW_KEY
    assert changed.world.secret(SECRET).versions[0].keys == (KEY,)


def test_a_version_with_other_labels_stays_under_the_old_key():
    other = SecretVersion("7" * 32, ("MINE",), "old", created=NOON)
    made = store(versions=(*store().secret(SECRET).versions, other))
    assert update(made, KmsKeyId=NEW_KEY).world.secret(SECRET).version("7" * 32).keys == (KEY,)


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
def test_a_new_key_is_tried_out_before_anything_is_written():
    outcome = play(
        store(),
        "CreateSecret",
        {"Name": "new", "KmsKeyId": "alias/secrets", "SecretString": "x", "ClientRequestToken": SECOND},
    )
    assert outcome.ok
    assert actions(outcome) == [
        "secretsmanager:CreateSecret",
        "kms:GenerateDataKey",
        "kms:Decrypt",
        "kms:GenerateDataKey",
    ]
    versions = [
        a.evaluation.request.context.get("kms:EncryptionContext:SecretVersionId") for a in outcome.authorizations
    ]
    assert versions == [None, "RequestToValidateKeyAccess", "RequestToValidateKeyAccess", SECOND]
    assert outcome.authorizations[0].evaluation.request.context["secretsmanager:KmsKeyArn"] == KEY


@pytest.mark.parametrize(
    ("token", "expected"),
    [(SECOND, ["kms:GenerateDataKey"]), (FIRST, ["kms:GenerateDataKey", "kms:Decrypt"])],
    ids=["new token", "known token"],
)
def test_a_value_is_decrypted_only_to_compare_it(token, expected):
    assert actions(put(store(), token, "example"))[1:] == expected


def test_a_secret_has_20_labels_at_most():
    made = put(store(), SECOND, VersionStages=[f"label{number}" for number in range(19)])
    assert made.ok
    refused = put(made.world, "3" * 32, VersionStages=["one more"])
    assert refused.error.code == "LimitExceededException"


@pytest.mark.parametrize(("hours", "code"), [(23, "LimitExceededException"), (24, None)])
def test_of_100_versions_the_oldest_without_labels_goes_after_a_day(hours, code):
    old = [SecretVersion(f"{number:032d}", (), "old", created=NOON) for number in range(99)]
    made = store(versions=(*old, *store().secret(SECRET).versions))
    outcome = play(
        made,
        "PutSecretValue",
        {"SecretId": SECRET, "ClientRequestToken": SECOND, "SecretString": "x"},
        time=NOON + timedelta(hours=hours),
    )
    assert (outcome.error and outcome.error.code) == code
    if code is None:
        ids = [version.id for version in outcome.world.secret(SECRET).versions]
        assert (len(ids), old[0].id in ids, old[1].id in ids) == (100, False, True)


# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
def test_who_would_lose_its_permission_with_a_tag_may_not_take_it():
    condition = {"StringEquals": {"aws:ResourceTag/app": "shop"}}
    made = store((policy("identity", {**EVERYTHING, "Condition": condition}),))
    assert call(made, "UntagResource", TagKeys=["app"]).error.code == "AccessDeniedException"
    assert call(made, "TagResource", Tags=[{"Key": "b", "Value": "c"}]).ok


def test_tags_and_parameters_of_a_request_are_condition_keys():
    given = {"Name": "new", "Tags": [{"Key": "team", "Value": "red"}], "ClientRequestToken": SECOND, "Description": "d"}
    outcome = play(store(), "CreateSecret", given)
    context = outcome.authorizations[0].evaluation.request.context
    expected = {
        "secretsmanager:Name": "new",
        "secretsmanager:Description": "d",
        "aws:RequestTag/team": "red",
        "aws:TagKeys": ["team"],
    }
    assert {key: context[key] for key in expected} == expected
    assert context.get("secretsmanager:KmsKeyArn") is None
    assert actions(outcome) == ["secretsmanager:CreateSecret", "secretsmanager:TagResource"]


# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
def test_a_batch_tells_of_each_secret_by_itself():
    outcome = play(store(), "BatchGetSecretValue", {"SecretIdList": [SECRET, "nobody"]})
    assert outcome.ok
    assert [value["SecretString"] for value in outcome.response["SecretValues"]] == ["example"]
    assert [(e["SecretId"], e["ErrorCode"]) for e in outcome.response["Errors"]] == [
        ("nobody", "ResourceNotFoundException")
    ]
    assert outcome.world.secret(SECRET).versions[0].accessed == NOON.replace(hour=0)


def test_filters_of_a_batch_need_the_permission_to_list():
    filters = {"Filters": [{"Key": "name", "Values": ["prod/"]}]}
    assert len(play(store(), "BatchGetSecretValue", filters).response["SecretValues"]) == 1
    refused = play(store(but("secretsmanager:ListSecrets")), "BatchGetSecretValue", filters)
    assert refused.decision is Decision.EXPLICIT_DENY


def test_a_password_is_drawn_by_the_seed():
    given = {"PasswordLength": 40, "ExcludePunctuation": True, "ExcludeCharacters": "abc"}
    drawn = [
        play(store(), "GetRandomPassword", given, seed=seed).response["RandomPassword"] for seed in ("a", "a", "b")
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 40
    assert drawn[0].isalnum()
    assert not set(drawn[0]) & set("abc")


# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html
def test_a_policy_is_judged_before_it_is_attached():
    text = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "%s", "Principal": "*", "Action": "*", "Resource": "*"}]}'
    )
    checks = [
        [
            e["CheckName"]
            for e in call(store(), "ValidateResourcePolicy", ResourcePolicy=given).response["ValidationErrors"]
        ]
        for given in (text % "Allow", text % "Deny", "{")
    ]
    assert checks == [["PUBLIC_POLICY_CHECK"], ["LOCKOUT_CHECK"], ["SYNTAX_CHECK"]]
    blocked = call(store(), "PutResourcePolicy", ResourcePolicy=text % "Allow", BlockPublicPolicy=True)
    assert blocked.error.code == "PublicPolicyException"


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("PutSecretValue", {"SecretString": "x", "ClientRequestToken": FIRST}),
        ("PutSecretValue", {"ClientRequestToken": SECOND}),
        ("UpdateSecret", {"SecretString": "x", "ClientRequestToken": FIRST, "Description": "new"}),
        ("UpdateSecretVersionStage", {"VersionStage": "AWSCURRENT", "MoveToVersionId": SECOND}),
        ("UpdateSecretVersionStage", {"VersionStage": "AWSCURRENT", "RemoveFromVersionId": FIRST}),
        ("DeleteSecret", {"RecoveryWindowInDays": 3}),
        ("PutResourcePolicy", {"ResourcePolicy": "{}"}),
        ("ReplicateSecretToRegions", {"AddReplicaRegions": [{"Region": "us-east-1"}]}),
        ("RemoveRegionsFromReplication", {"RemoveReplicaRegions": ["eu-west-1"]}),
        ("StopReplicationToReplica", {}),
        ("TagResource", {"Tags": [{"Key": "a", "Value": "b"}]}),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_call_that_fails_leaves_the_very_world_it_met(operation, parameters):
    made = store(deleted=NOON if operation == "TagResource" else None)
    outcome = call(made, operation, **parameters)
    assert outcome.error is not None
    assert outcome.world is made
    refused = call(made, operation, caller=CONSUMER_ROLE, **parameters)
    assert not refused.ok
    assert refused.world is made


def test_no_secret_value_stands_in_a_repr_or_an_error():
    outcome = put(store(), FIRST, "hunter2-value")
    assert "hunter2" not in repr(outcome) + repr(outcome.world) + str(outcome.error)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("TagResource", {"Tags": ["a"]}),
        ("TagResource", {"Tags": [{"Value": "b"}]}),
        ("UntagResource", {"TagKeys": [1]}),
        ("ReplicateSecretToRegions", {"AddReplicaRegions": [{"Region": 1}]}),
        ("PutSecretValue", {"SecretString": "x", "ClientRequestToken": SECOND, "VersionStages": ["x" * 257]}),
    ],
    ids=["no structure", "no key", "no text", "no region", "too long"],
)
def test_members_of_lists_are_checked(operation, parameters):
    assert call(store(), operation, **parameters).error.code == "ValidationException"


# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("name", "prod/", True),
        ("name", "PROD/", False),
        ("name", "db", False),
        ("name", "!prod/", False),
        ("tag-key", "ap", True),
        ("tag-value", "!shop", False),
        ("description", "ORDERS of", True),
        ("description", "base", False),
        ("all", "db", True),
        ("all", "!orders", False),
    ],
)
def test_a_filter_matches_beginnings(key, value, found):
    made = store(description="database of orders")
    listed = play(made, "ListSecrets", {"Filters": [{"Key": key, "Values": [value]}]})
    assert bool(listed.response["SecretList"]) is found


# aws-facts G2: recorded as `ls-cross-account-access` and its companion under a customer managed key
def test_across_accounts_a_customer_key_opens_what_the_default_key_does_not():
    made = store(policy=policy("secretPolicy", OPEN))
    for operation, parameters in (
        ("GetSecretValue", {}),
        ("PutSecretValue", {"SecretString": "x", "ClientRequestToken": SECOND}),
        ("DeleteSecret", {"RecoveryWindowInDays": 7}),
        ("RestoreSecret", {}),
        ("UpdateSecret", {"Description": "new", "ClientRequestToken": "3" * 32}),
    ):
        outcome = call(made, operation, caller=CONSUMER_ROLE, **parameters)
        assert outcome.ok, operation
        made = outcome.world
    refused = call(made, "UpdateSecret", caller=CONSUMER_ROLE, KmsKeyId="", ClientRequestToken="4" * 32)
    assert "default KMS service key" in refused.error.message


@pytest.mark.parametrize(
    ("operation", "given"), [("CreateSecret", {"Name": "new"}), ("UpdateSecret", {"SecretId": SECRET})]
)
def test_what_is_the_arn_of_something_else_is_no_key(operation, given):
    outcome = play(store(), operation, {**given, "KmsKeyId": "arn:aws:s3:::bucket"})
    assert outcome.error.code == "InvalidParameterException"
