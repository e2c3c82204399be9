"""The secret store as a state machine: what holds after any sequence of calls.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, Function, Key, Role, World
from iamsim.services.secretsmanager.rotation_functions import ALTERNATING_USERS, SINGLE_USER
from iamsim.simulator.call import Call
from iamsim.simulator.rotation import rotate
from iamsim.simulator.rotation_run import RotationStart
from iamsim.simulator.simulate import simulate

OWNER = "111122223333"
ADMIN, READER = f"arn:aws:iam::{OWNER}:role/admin", f"arn:aws:iam::{OWNER}:role/reader"
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/00000000-0000-0000-0000-000000000001"
FUNCTION = f"arn:aws:lambda:us-east-1:{OWNER}:function:rotate"
CANARY = "canary-7c1f"
NAMES = st.sampled_from(["db", "api"])
LABELS = st.sampled_from(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "blue"])
TAGS = st.dictionaries(st.sampled_from(["team", "env"]), st.sampled_from(["red", "blue"]), min_size=1)
RANDOM = st.integers(1, 2**30)


def policy(kind, **statement):
    return Policy.parse({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}}, kind, "p")


ALL = policy(PolicyType.IDENTITY, Action="*", Resource="*")
READ = policy(PolicyType.IDENTITY, Action="secretsmanager:GetSecretValue", Resource="*")
BY_LAMBDA = policy(PolicyType.TRUST_POLICY, Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
BY_SECRETS_MANAGER = policy(
    PolicyType.FUNCTION_POLICY,
    Action="lambda:InvokeFunction",
    Resource="*",
    Principal={"Service": "secretsmanager.amazonaws.com"},
)
OPEN = policy(PolicyType.KEY_POLICY, Action="kms:*", Resource="*", Principal={"AWS": OWNER})


class Store(RuleBasedStateMachine):
    """Random calls by one who may do everything and one who may only read."""

    @initialize()
    def start(self):
        roles = {ADMIN: Role(ADMIN, "AROAADMIN", (ALL,), trust=BY_LAMBDA), READER: Role(READER, "AROAREADER", (READ,))}
        functions = {FUNCTION: Function(FUNCTION, BY_SECRETS_MANAGER, ADMIN)}
        keys = {KEY: Key(KEY, OPEN)}
        self.world = World({OWNER: Account(OWNER, "owner", roles=roles, keys=keys, functions=functions)})
        self.time = datetime(2026, 1, 1, tzinfo=UTC)
        self.printed = []
        self.values = 0

    def call(self, operation, seed, caller=ADMIN, region="us-east-1", **parameters):
        self.time += timedelta(hours=1)
        given = {name: value for name, value in parameters.items() if value is not None}
        before = self.world
        outcome = simulate(before, Call(operation, caller, given, region=region, time=self.time, seed=str(seed)))
        assert outcome.ok or outcome.world is before, "a call that fails leaves the world as it was"
        assert (outcome.error is None) == (outcome.response is not None)
        self.world = outcome.world
        self.printed.append(repr(outcome) + repr(outcome.call) + json.dumps(outcome.events, default=str))
        return outcome

    def value(self):
        self.values += 1
        return json.dumps({"username": CANARY, "password": f"{CANARY}-{self.values}", "masterarn": "api"})

    @property
    def secrets(self):
        return self.world.accounts[OWNER].secrets.values()

    @rule(name=NAMES, seed=RANDOM, valued=st.booleans(), key=st.sampled_from([None, KEY]))
    def create(self, name, seed, valued, key):
        self.call("CreateSecret", seed, Name=name, SecretString=self.value() if valued else None, KmsKeyId=key)

    @rule(name=NAMES, seed=RANDOM, stages=st.none() | st.lists(LABELS, min_size=1, max_size=3, unique=True))
    def put(self, name, seed, stages):
        self.call("PutSecretValue", seed, SecretId=name, SecretString=self.value(), VersionStages=stages)

    @rule(name=NAMES, seed=RANDOM, valued=st.booleans(), key=st.sampled_from([None, KEY, ""]))
    def update(self, name, seed, valued, key):
        self.call("UpdateSecret", seed, SecretId=name, SecretString=self.value() if valued else None, KmsKeyId=key)

    @rule(name=NAMES, seed=RANDOM, label=LABELS, data=st.data())
    def move(self, name, seed, label, data):
        secret = self.world.accounts[OWNER].secret_named(name, "us-east-1")
        ids = [version.id for version in secret.versions] if secret else []
        version = st.none() | st.sampled_from(ids) if ids else st.none()
        chosen = {"MoveToVersionId": data.draw(version), "RemoveFromVersionId": data.draw(version)}
        self.call("UpdateSecretVersionStage", seed, SecretId=name, VersionStage=label, **chosen)

    @rule(name=NAMES, seed=RANDOM, caller=st.sampled_from([ADMIN, READER]), label=st.none() | LABELS)
    def read(self, name, seed, caller, label):
        outcome = self.call("GetSecretValue", seed, caller, SecretId=name, VersionStage=label)
        if outcome.ok:
            assert CANARY in outcome.response["SecretString"]

    @rule(name=NAMES, seed=RANDOM)
    def one_who_may_only_read_changes_nothing(self, name, seed):
        for operation in ("DeleteSecret", "PutSecretValue", "DescribeSecret"):
            value = {"SecretString": self.value()} if operation == "PutSecretValue" else {}
            outcome = self.call(operation, seed, READER, SecretId=name, **value)
            assert outcome.error.code == "AccessDeniedException"

    @rule(name=NAMES, seed=RANDOM, tags=TAGS)
    def tag(self, name, seed, tags):
        self.call("TagResource", seed, SecretId=name, Tags=[{"Key": k, "Value": v} for k, v in tags.items()])

    @rule(name=NAMES, seed=RANDOM, force=st.booleans())
    def delete(self, name, seed, force):
        self.call("DeleteSecret", seed, SecretId=name, ForceDeleteWithoutRecovery=force or None)

    @precondition(lambda self: any(secret.deleted for secret in self.secrets))
    @rule(seed=RANDOM)
    def restore_inside_the_window(self, seed):
        waiting = next(s for s in self.secrets if s.deleted and self.time + timedelta(hours=1) < s.deletion)
        assert self.call("RestoreSecret", seed, SecretId=waiting.arn).ok
        assert self.world.secret(waiting.arn).deleted is None

    @rule(name=NAMES, seed=RANDOM)
    def replicate(self, name, seed):
        self.call("ReplicateSecretToRegions", seed, SecretId=name, AddReplicaRegions=[{"Region": "eu-west-1"}])

    @rule(name=NAMES, seed=RANDOM)
    def promote(self, name, seed):
        self.call("StopReplicationToReplica", seed, region="eu-west-1", SecretId=name)

    @rule(name=NAMES, seed=RANDOM)
    def stop_replication(self, name, seed):
        self.call("RemoveRegionsFromReplication", seed, SecretId=name, RemoveReplicaRegions=["eu-west-1"])

    @rule(
        name=NAMES,
        seed=RANDOM,
        program=st.sampled_from([SINGLE_USER, ALTERNATING_USERS]),
        faults=st.frozensets(st.integers(0, 18), max_size=2),
        caller=st.sampled_from([ADMIN, None]),
        immediately=st.booleans(),
    )
    def rotate(self, name, seed, program, faults, caller, immediately):
        """A rotation, with failures at any of the things that the function does."""
        secret = self.world.accounts[OWNER].secret_named(name, "us-east-1")
        if secret is None or (caller is None and (secret.rotation is None or secret.rotation.function is None)):
            return
        self.time += timedelta(hours=1)
        account = self.world.accounts[OWNER]
        functions = {FUNCTION: replace(account.functions[FUNCTION], rotation=program)}
        self.world = replace(self.world, accounts={OWNER: replace(account, functions=functions)})
        parameters = {"RotationLambdaARN": FUNCTION, "RotateImmediately": immediately} if caller else {}
        start = RotationStart(secret.arn, caller, parameters, time=self.time, seed=str(seed), faults=faults)
        run = rotate(self.world, start)
        current, after = secret.labelled("AWSCURRENT"), run.secret.labelled("AWSCURRENT")
        if run.completed and not run.only_tried:
            assert after.id == run.token
            assert after.value is not None
            assert after.value not in repr(run)
        else:
            assert (after and after.id) == (current and current.id), "a failed rotation leaves AWSCURRENT where it was"
        if run.only_tried:
            assert [v.id for v in run.secret.versions] == [v.id for v in secret.versions]
        assert CANARY not in repr(run)
        self.printed += [json.dumps(act.outcome.events, default=str) for act in run.acts if act.outcome]
        self.world = run.world

    @rule(name=NAMES, seed=RANDOM)
    def cancel_rotation(self, name, seed):
        secret = self.world.accounts[OWNER].secret_named(name, "us-east-1")
        before = [v.stages for v in secret.versions] if secret else []
        if self.call("CancelRotateSecret", seed, SecretId=name).ok:
            assert [v.stages for v in self.world.secret(secret.arn).versions] == before, "labels stay where they are"

    @rule(name=NAMES, seed=RANDOM)
    def clear_what_is_pending(self, name, seed):
        """What AWS advises before the next rotation."""
        secret = self.world.accounts[OWNER].secret_named(name, "us-east-1")
        pending = secret.labelled("AWSPENDING") if secret else None
        if pending is None or "AWSCURRENT" in pending.stages:
            return
        blocked = self.call("RotateSecret", seed, SecretId=name, RotationLambdaARN=FUNCTION)
        assert not blocked.ok
        self.call(
            "UpdateSecretVersionStage",
            seed,
            SecretId=name,
            VersionStage="AWSPENDING",
            RemoveFromVersionId=pending.id,
        )

    @invariant()
    def a_label_is_on_at_most_one_version(self):
        for secret in self.secrets:
            labels = [label for version in secret.versions for label in version.stages]
            assert len(labels) == len(set(labels)) <= 20

    @invariant()
    def a_secret_that_holds_a_value_has_a_current_version(self):
        for secret in self.secrets:
            if any(version.value is not None for version in secret.versions):
                current = secret.labelled("AWSCURRENT")
                assert current is not None
                assert current.value is not None

    @invariant()
    def a_replica_in_sync_equals_its_primary(self):
        account = self.world.accounts[OWNER]
        for secret in account.secrets.values():
            for replica in (r for r in secret.replicas if r.status == "InSync"):
                copy = account.secret_named(secret.name, replica.region)
                assert copy.primary == secret.region
                assert (copy.tags, copy.policy, copy.description) == (secret.tags, secret.policy, secret.description)
                held = [[(v.id, v.stages, v.value) for v in s.versions] for s in (secret, copy)]
                assert held[0] == held[1]

    @invariant()
    def no_value_is_printed(self):
        assert not any(CANARY in text for text in self.printed)


TestStore = Store.TestCase
