"""The caution about what a service tells KMS of the caller's network stands by the answers that hang on it, and no other."""

from __future__ import annotations

import pytest
from running import ROOT
from unit.simulator.worlds import (
    CONSUMER_ROLE,
    EVERYTHING,
    KEY,
    OPEN,
    OWNER,
    SECRET,
    USER,
    VERSION,
    owner,
    policy,
    read,
    world,
)

from iamsim.analysis.explain import explain
from iamsim.engine.decision import Caution, Decision
from iamsim.inputs.scenario import load_scenario
from iamsim.model.world import Key, Secret, SecretVersion
from iamsim.outputs.call_answer import call_json
from iamsim.outputs.explanation_json import explanation_json
from iamsim.simulator.call import Call
from iamsim.simulator.cautions import cautions_of, cautions_of_rotation, hidden_keys
from iamsim.simulator.context import NETWORK_KEYS
from iamsim.simulator.rotation import rotate
from iamsim.simulator.rotation_run import RotationStart
from iamsim.simulator.simulate import simulate, simulate_authorization

OFFICE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
HIDDEN = (Caution.NETWORK_BEHIND_SERVICE,)


def behind(condition, effect="Allow", **more):
    """What is asked when the key's policy has a statement with this condition."""
    statement = {**EVERYTHING, "Effect": effect, "Principal": {"AWS": USER}, "Condition": condition}
    allow = {**EVERYTHING, "Principal": {"AWS": USER}}
    statements = (statement,) if effect == "Allow" else (allow, statement)
    made = owner(keys={KEY: Key(KEY, policy("keyPolicy", *statements))})
    return read(world(made), USER, **more)


@pytest.mark.parametrize("key", NETWORK_KEYS)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_an_answer_that_hangs_on_the_network_behind_a_service_carries_the_caution(key, effect):
    outcome = behind({"StringEquals": {key: "x"}}, effect, context={key: "x"})
    secret, decrypt = outcome.authorizations
    assert decrypt.decision is Decision.UNKNOWN
    assert (cautions_of(secret), cautions_of(decrypt)) == ((), HIDDEN)
    assert hidden_keys(decrypt) == (key,)


def test_it_does_in_any_case_of_the_key_and_beside_other_keys():
    outcome = behind({"StringEquals": {"AWS:sourceVPCE": "x", "aws:MultiFactorAuthPresent": "true"}}, unknown=("*",))
    assert cautions_of(outcome.authorizations[1]) == HIDDEN
    assert [key.lower() for key in hidden_keys(outcome.authorizations[1])] == ["aws:sourcevpce"]


def test_other_keys_that_are_not_known_are_no_such_matter():
    outcome = behind({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, unknown=("aws:MultiFactorAuthPresent",))
    assert outcome.decision is Decision.UNKNOWN
    assert cautions_of(outcome.authorizations[1]) == ()


@pytest.mark.parametrize(
    ("condition", "effect", "decision"),
    [
        ({**OFFICE, "StringEquals": {"kms:CallerAccount": "no"}}, "Allow", Decision.IMPLICIT_DENY),
        ({**OFFICE, "StringEquals": {"kms:CallerAccount": "no"}}, "Deny", Decision.ALLOWED),
        ({"StringEquals": {"kms:CallerAccount": OWNER}}, "Deny", Decision.EXPLICIT_DENY),
    ],
)
def test_a_decided_answer_carries_none(condition, effect, decision):
    authorization = behind(condition, effect).authorizations[1]
    assert (authorization.decision, cautions_of(authorization)) == (decision, ())


def test_what_the_caller_asks_for_itself_has_no_such_doubt():
    """The caller's own requests show its network; where that is not known, it can be given."""
    closed = policy("secretPolicy", {**EVERYTHING, "Effect": "Deny", "Principal": "*", "Condition": OFFICE})
    version = SecretVersion("v1", ("AWSCURRENT",), "example")
    made = owner(secrets={SECRET: Secret(SECRET, "prod/db", KEY, closed, (version,))})
    secret, _ = read(world(made), USER, unknown=("aws:SourceIp",)).authorizations
    assert (secret.decision, cautions_of(secret)) == (Decision.UNKNOWN, ())
    direct = owner(keys={KEY: Key(KEY, policy("keyPolicy", {**EVERYTHING, "Principal": "*", "Condition": OFFICE}))})
    call = Call("kms:Decrypt", USER, unknown=("aws:SourceIp",))
    (decrypt,) = simulate_authorization(world(direct), call, KEY).authorizations
    assert (decrypt.decision, cautions_of(decrypt)) == (Decision.UNKNOWN, ())


def test_the_explanation_holds_its_id():
    explanation = explanation_json(explain(behind(OFFICE)))
    found = [[caution["id"] for caution in made["cautions"]] for made in explanation["authorizations"]]
    assert found == [[], ["C4-network"]]


@pytest.mark.parametrize(("caller", "expected"), [(CONSUMER_ROLE, (Caution.BATCH_ACROSS_ACCOUNTS,)), (USER, ())])
def test_a_batch_that_reads_a_secret_of_another_account_is_cautioned(caller, expected):
    """auth-and-access_examples_cross.html lists what works across accounts: GetSecretValue, and not BatchGetSecretValue."""
    opened = Secret(SECRET, "prod/db", KEY, policy("secretPolicy", OPEN), (VERSION,))
    made = world(owner(secrets={SECRET: opened}))
    batch = simulate(made, Call("BatchGetSecretValue", caller, {"SecretIdList": [SECRET]}))
    assert batch.decision is Decision.ALLOWED
    assert [cautions_of(authorization) for authorization in batch.authorizations] == [(), expected, ()]
    assert [made["cautions"] for made in call_json(batch)["authorizations"]] == [[], list(expected), []]
    assert [cautions_of(authorization) for authorization in read(made, caller).authorizations] == [(), ()]


def test_where_awspending_stays_after_a_rotation_is_cautioned():
    """rotate-secrets_lambda-functions.html and the recordings of UpdateSecretVersionStage differ."""
    made = load_scenario(ROOT / "scenarios" / "rotation" / "single-user-completes.iamsim.yaml").world
    (arn,) = made.accounts[OWNER].secrets
    done = rotate(made, RotationStart(arn))
    assert done.completed
    assert cautions_of_rotation(done) == (Caution.PENDING_AFTER_FINISH,)
    stopped = rotate(made, RotationStart(arn, faults=frozenset({0})))
    assert cautions_of_rotation(stopped) == ()
