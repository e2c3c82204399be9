"""A whole GetSecretValue: which authorizations it needs, what AWS answers, whom the guardrails concern."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from unit.simulator.worlds import (
    ALL,
    CONSUMER,
    CONSUMER_ROLE,
    EVERYTHING,
    FEDERATED,
    KEY,
    MANAGEMENT,
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

from iamsim.engine.decision import Decision
from iamsim.language.errors import InputError
from iamsim.model.policy import PolicyType
from iamsim.model.world import Account, Endpoint, Key, Organization, Role, Secret, Unit, World
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

ALLOWED, IMPLICIT, EXPLICIT, UNKNOWN = (
    Decision.ALLOWED,
    Decision.IMPLICIT_DENY,
    Decision.EXPLICIT_DENY,
    Decision.UNKNOWN,
)
DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def with_secret(**fields):
    return owner(secrets={SECRET: replace(owner().secrets[SECRET], **fields)})


@pytest.mark.parametrize("caller", [USER, ROLE, SESSION, FEDERATED, ROOT], ids=lambda arn: arn.split(":", 5)[5])
@pytest.mark.parametrize("key", [KEY, None], ids=["customer key", "managed key"])
def test_everyone_in_the_account_with_every_permission_may_read(caller, key):
    outcome = read(world(with_secret(key=key)), caller)
    assert (outcome.ok, outcome.error) == (True, None)
    assert [a.demand.action for a in outcome.authorizations] == ["secretsmanager:GetSecretValue", "kms:Decrypt"]


@pytest.mark.parametrize("secret", ["prod/db", SECRET, SECRET[:-7]], ids=["name", "arn", "arn without suffix"])
def test_a_secret_is_found_by_name_and_arn(secret):
    assert read(world(), USER, secret).ok


def test_a_name_is_looked_up_in_the_account_of_the_caller():
    outcome = read(world(), CONSUMER_ROLE, "prod/db")
    assert (outcome.error.code, outcome.decided_by) == ("ResourceNotFoundException", (PolicyType.STATE,))
    assert outcome.error.message == "Secrets Manager can't find the specified secret."


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
def test_across_accounts_the_managed_key_serves_nobody():
    outcome = read(world(with_secret(key=None, policy=policy("secretPolicy", OPEN))), CONSUMER_ROLE)
    assert outcome.decided_by == (PolicyType.MANAGED_KEY,)
    assert outcome.error.code == "InvalidRequestException"
    assert outcome.error.message == (
        "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key."
    )


def test_across_accounts_the_secret_comes_first():
    outcome = read(world(with_secret(key=None)), CONSUMER_ROLE)
    assert (outcome.error.code, outcome.decided_by) == ("AccessDeniedException", (PolicyType.SECRET_POLICY,))


def test_a_refusal_of_kms_is_told_in_one_opaque_sentence():
    made = owner(keys={KEY: Key(KEY, policy("keyPolicy", {**OPEN, "Principal": {"AWS": ROOT}}))})
    narrow = policy("identity", {**EVERYTHING, "Action": "secretsmanager:*"})
    made = replace(made, users={USER: replace(made.users[USER], policies=(narrow,))})
    outcome = read(world(made), USER)
    assert (outcome.decision, outcome.decided_by) == (IMPLICIT, (PolicyType.IDENTITY,))
    assert (outcome.error.code, outcome.error.message) == ("AccessDeniedException", "Access to KMS is not allowed")


def test_kms_is_not_asked_once_the_secret_is_refused_but_worked_out_all_the_same():
    made = owner(users={USER: replace(owner().users[USER], policies=())})
    outcome = read(world(made), USER)
    assert [a.asked for a in outcome.authorizations] == [True, False]
    assert [a.decision for a in outcome.authorizations] == [IMPLICIT, ALLOWED]
    assert outcome.error.message.endswith(
        "because no identity-based policy allows the secretsmanager:GetSecretValue action"
    )


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion", "PendingImport", "Unavailable"])
def test_a_key_that_is_not_enabled_decrypts_nothing(state):
    made = owner(keys={KEY: replace(owner().keys[KEY], state=state)})
    outcome = read(world(made), USER)
    assert (outcome.error.code, outcome.decided_by) == ("DecryptionFailure", (PolicyType.STATE,))
    assert [a.decision for a in outcome.authorizations] == [ALLOWED, ALLOWED]


def test_of_a_key_that_the_world_does_not_hold_the_policy_is_not_known():
    outcome = read(world(owner(keys={})), USER)
    assert (outcome.decision, outcome.decided_by) == (UNKNOWN, (PolicyType.KEY_POLICY,))


@pytest.mark.parametrize("caller", [f"arn:aws:iam::{OWNER}:user/nobody", "arn:aws:iam::123456789012:role/stranger"])
def test_of_a_caller_that_the_world_does_not_hold_the_policies_are_not_known(caller):
    """They may deny, whatever the secret's policy allows."""
    outcome = read(world(with_secret(policy=policy("secretPolicy", OPEN))), caller)
    assert (outcome.decision, outcome.decided_by[0]) == (UNKNOWN, PolicyType.IDENTITY)


def organization(**policies):
    """The owner alone below the root, with policies at the root."""
    return Organization("o-1", MANAGEMENT, Unit("root", accounts=(OWNER, CONSUMER), **policies))


def test_an_scp_binds_callers_and_not_resources():
    denied = organization(scps=(policy("scp", DENY),))
    assert read(world(organization=denied), USER).decision is EXPLICIT
    outside = Role("arn:aws:iam::123456789012:role/x", "AROAX", ALL)
    made = world(with_secret(policy=policy("secretPolicy", OPEN)), organization=denied)
    accounts = {**made.accounts, "123456789012": Account("123456789012", "outside", roles={outside.arn: outside})}
    assert read(World(accounts, denied), outside.arn).decision is ALLOWED


def test_an_rcp_binds_resources_whoever_calls():
    denied = organization(rcps=(policy("rcp", {**DENY, "Action": "secretsmanager:*", "Principal": "*"}),))
    outcome = read(world(organization=denied), ROOT)
    assert (outcome.decision, outcome.decided_by) == (EXPLICIT, (PolicyType.RCP,))


def test_neither_binds_the_management_account():
    denied = Organization(
        "o-1", OWNER, Unit("root", (policy("scp", DENY),), (policy("rcp", {**DENY, "Action": "kms:*", "Principal": "*"}),),
                           accounts=(OWNER,)),
    )  # fmt: skip
    assert read(world(organization=denied), USER).ok


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
def test_an_rcp_does_not_reach_the_managed_key():
    denied = organization(rcps=(policy("rcp", {**DENY, "Action": "kms:*", "Principal": "*"}),))
    assert read(world(with_secret(key=None), organization=denied), USER).ok
    assert read(world(organization=denied), USER).decision is EXPLICIT


def test_full_aws_access_stands_at_every_level_until_it_is_taken_away():
    assert read(world(organization=organization()), USER).ok
    assert read(world(organization=organization(full_access=False)), USER).decided_by == (PolicyType.SCP,)


def test_the_policy_of_an_endpoint_concerns_the_secret_and_not_the_key():
    only_read = {**OPEN, "Action": "secretsmanager:GetSecretValue"}
    endpoints = {"vpce-1": Endpoint("vpce-1", "secretsmanager", policy("endpoint", only_read), "vpc-1"),
                 "vpce-2": Endpoint("vpce-2", "secretsmanager", policy("endpoint", {**OPEN, "Action": "s3:*"}))}  # fmt: skip
    made = world(owner(endpoints=endpoints))
    assert read(made, USER, context={"aws:SourceVpce": "vpce-1"}).ok
    assert read(made, USER, context={"aws:SourceVpce": "vpce-2"}).decided_by == (PolicyType.ENDPOINT,)
    assert read(made, USER).ok


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("ReadSecret", {"SecretId": SECRET}, "unknown-operation"),
        ("GetSecretValue", {}, "missing-parameter"),
        ("GetSecretValue", {"SecretId": 5}, "parameter-type"),
        ("GetSecretValue", {"SecretId": SECRET, "VersionStages": "AWSCURRENT"}, "unknown-parameter"),
    ],
)
def test_a_call_that_cannot_be_played(operation, parameters, code):
    with pytest.raises(InputError) as raised:
        simulate(world(), Call(operation, USER, parameters))
    assert [d.code for d in raised.value.diagnostics] == [code]


def test_a_read_leaves_its_day_and_nothing_else():
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html (LastAccessedDate)."""
    made = world()
    once = read(made, USER).world
    version = once.secret(SECRET).versions[0]
    assert version.accessed == datetime(2026, 1, 1, tzinfo=UTC)
    unread = replace(once.secret(SECRET), versions=(replace(version, accessed=None),))
    assert once.with_secret(unread) == made
    assert read(once, USER).world is once


def test_a_call_that_fails_leaves_the_world_as_it_was():
    made = world(owner(users={}))
    assert read(made, CONSUMER_ROLE).world is made


def test_no_secret_value_in_any_repr():
    made = with_secret(versions=(replace(owner().secrets[SECRET].versions[0], value="hunter2"),))
    outcome = read(world(made), USER)
    assert "hunter2" not in repr(outcome)
    assert isinstance(made.secrets[SECRET], Secret)
