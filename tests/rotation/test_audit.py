"""What the audit of a rotation finds in the shipped scenarios, held against sets that are written by hand.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html lists what the
execution role needs, and the policy of the function; API_RotateSecret asks lambda:InvokeFunction of the caller;
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html tells of the network interfaces.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from rotation import given
from running import ROOT

from iamsim.analysis.amend import amended
from iamsim.analysis.answer import ROTATE
from iamsim.analysis.obstacles import Why
from iamsim.analysis.rotation_audit import audit
from iamsim.engine.decision import Decision
from iamsim.inputs.scenario import load_scenario
from iamsim.model.world import Rotation
from iamsim.simulator.rotation import rotate
from iamsim.simulator.rotation_run import RotationStart

FOLDER = ROOT / "scenarios" / "rotation"
SHOP = "111122223333"
SM, LAMBDA = "secretsmanager.amazonaws.com", "lambda.amazonaws.com"
KEY, KEY_OF_MASTER = (f"arn:aws:kms:us-east-1:{SHOP}:key/00000000-0000-0000-0000-00000000000{n}" for n in (1, 2))


def secret(name):
    return f"arn:aws:secretsmanager:us-east-1:{SHOP}:secret:{name}-AbCdEf"


def function(name):
    return f"arn:aws:lambda:us-east-1:{SHOP}:function:{name}"


def iam_role(name):
    return f"arn:aws:iam::{SHOP}:role/{name}"


def session(role, name):
    return f"arn:aws:sts::{SHOP}:assumed-role/{role}/{name}"


def of(who, *wanted):
    """The same caller with each action and resource."""
    return {(who, action, resource) for action, resource in wanted}


GET, PUT = "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"
DESCRIBE, MOVE = "secretsmanager:DescribeSecret", "secretsmanager:UpdateSecretVersionStage"
RANDOM, INVOKE, ASSUME = "secretsmanager:GetRandomPassword", "lambda:InvokeFunction", "sts:AssumeRole"
KMS = DECRYPT, DATA_KEY = "kms:Decrypt", "kms:GenerateDataKey"
MAKE, SEE, CLEAR = (f"ec2:{verb}NetworkInterface{s}" for verb, s in (("Create", ""), ("Describe", "s"), ("Delete", "")))
DB, MASTER, PAYROLL = secret("prod/db"), secret("prod/master"), secret("prod/payroll")

STOPS = {
    INVOKE: "start",
    ASSUME: "invoke",
    MAKE: "invoke",
    SEE: "invoke",
    CLEAR: "invoke",
    DESCRIBE: "createSecret",
    GET: "createSecret",
    DECRYPT: "createSecret",
    RANDOM: "createSecret",
    PUT: "createSecret",
    DATA_KEY: "createSecret",
    MOVE: "finishSecret",
}
"""The step in which a rotation stops that lacks this one action alone; where it is for the master secret, `setSecret`."""

LACKING = {
    ("role-permissions", "without-describe"): of(session("lacks-describe", "without-describe"), (DESCRIBE, DB)),
    ("role-permissions", "without-get"): of(session("lacks-get", "without-get"), (GET, DB)),
    ("role-permissions", "without-random"): of(session("lacks-random", "without-random"), (RANDOM, "*")),
    ("role-permissions", "without-put"): of(session("lacks-put", "without-put"), (PUT, DB)),
    ("role-permissions", "without-move"): of(session("lacks-move", "without-move"), (MOVE, DB)),
    ("role-permissions", "without-decrypt"): of(session("lacks-decrypt", "without-decrypt"), (DECRYPT, KEY)),
    ("role-permissions", "without-data-key"): of(session("lacks-data-key", "without-data-key"), (DATA_KEY, KEY)),
    ("role-permissions", "for-another-secret"): of(
        session("lacks-context", "for-another-secret"), (DECRYPT, KEY), (DATA_KEY, KEY)
    ),
    ("role-permissions", "with-two"): of(
        session("lacks-nothing-but", "with-two"), (GET, DB), (MOVE, DB), (RANDOM, "*"), (DECRYPT, KEY), (DATA_KEY, KEY)
    ),
    ("alternating-users", "without-master"): of(session("reads-no-master", "without-master"), (GET, MASTER)),
    ("alternating-users", "without-key-of-master"): of(
        session("decrypts-no-master", "without-key-of-master"), (DECRYPT, KEY_OF_MASTER)
    ),
    ("network-interfaces", "cannot-attach"): of(
        session("without-network", "cannot-attach"), (MAKE, "*"), (SEE, "*"), (CLEAR, "*")
    ),
    ("network-interfaces", "cannot-describe"): of(session("without-describe", "cannot-describe"), (SEE, "*")),
    ("network-interfaces", "cannot-delete"): of(session("without-delete", "cannot-delete"), (CLEAR, "*")),
    ("secrets-of-a-function", "rotate-payroll"): of(
        session("rotates", "rotate-payroll"), (DESCRIBE, PAYROLL), (GET, PAYROLL), (PUT, PAYROLL), (MOVE, PAYROLL)
    ),
    ("who-may-invoke", "open-to-nobody"): of(SM, (INVOKE, function("open-to-nobody"))),
    ("who-may-invoke", "without-trust"): of(LAMBDA, (ASSUME, iam_role("trusts-nobody"))),
    ("who-may-invoke", "admin open-to-nobody"): of(SM, (INVOKE, function("open-to-nobody"))),
    ("who-may-invoke", "admin open-to-another-account"): of(SM, (INVOKE, function("open-to-another-account"))),
    ("who-may-invoke", "admin open-to-another-secret"): of(SM, (INVOKE, function("open-to-another-secret"))),
    ("who-may-invoke", "admin without-trust"): of(LAMBDA, (ASSUME, iam_role("trusts-nobody"))),
    ("who-may-invoke", "operator open"): of(iam_role("operator"), (INVOKE, function("open"))),
    ("half-failed", "admin"): of(session("cannot-draw", "rotate-db"), (RANDOM, "*")),
    ("password-changed-behind", "admin"): of(session("cannot-move", "rotate-db"), (MOVE, DB)),
    ("role-lacks-almost-everything", "rotate-orders-db"): of(
        session("rotate-orders-db", "rotate-orders-db"),
        *((action, secret("prod/orders-db")) for action in (GET, PUT, MOVE)),
        *((action, f"arn:aws:kms:us-east-1:{SHOP}:key/1234abcd-12ab-34cd-56ef-1234567890ab") for action in KMS),
        (RANDOM, "*"),
    ),
}
"""What is missing, by scenario and function, or by who calls RotateSecret and the function that the call names."""

IN_THE_WAY = {("address-in-a-deny", "in-the-vpc"), ("address-in-a-deny", "outside")}
"""What no added statement opens: a Deny, and one of which it is not known whether it applies."""

STATE = {("alternating-users", "for-payroll"), ("copied-function", "copied"), ("copied-function", "with-the-token")}
"""What fails although nothing is refused."""

COMPLETE = {
    ("completes", "rotate-token"),
    ("completes", "rotate-db"),
    ("completes", "rotate-orders-db"),
    ("completes", "admin"),
    ("completes", "admin rds!cluster-1234"),
    ("alternating-users", "complete"),
    ("network-interfaces", "rotate-db"),
    ("network-interfaces", "outside"),
    ("secrets-of-a-function", "rotate-db"),
    ("address-in-a-deny", "in-the-vpc prod/mended"),
    ("copied-function", "with-both"),
    ("who-may-invoke", "admin open"),
    ("single-user-completes", "rotate-orders-db"),
}
SCENARIOS = sorted({scenario for scenario, _ in (*LACKING, *IN_THE_WAY, *STATE, *COMPLETE)})


@cache
def rotations(scenario):
    """Every rotation that a scenario asks about, its world and what begins it, by function or by caller and function.

    Where that is the same for two secrets, the second one is called by its secret, too.
    """
    loaded, found = load_scenario(FOLDER / f"{scenario}.iamsim.yaml"), {}
    for question in loaded.questions:
        asked, world = question.calls[0], loaded.world
        last = asked.caller.rpartition("/")[2].rpartition(":")[2]
        if asked.action == ROTATE:
            known = world.secret(asked.resource)
            rotation = replace(known.rotation or Rotation(), function=asked.caller)
            world, start = world.with_secret(replace(known, rotation=rotation)), RotationStart(asked.resource)
        elif asked.action == "RotateSecret":
            start = RotationStart(asked.resource, asked.caller, asked.parameters)
            last += " " + asked.parameters.get("RotationLambdaARN", "").rpartition(":")[2]
        else:
            continue
        name = last.strip()
        again = name in found and found[name][1].secret != asked.resource
        found.setdefault(f"{name} {world.secret(asked.resource).name}" if again else name, (world, start))
    return found


def case(named):
    scenario, name = named
    return rotations(scenario)[name]


@cache
def audited(named):
    return audit(*case(named))


def less(addition, number, without):
    """An addition without some actions of one statement, and without the statement if that was all of it."""
    statements = list(addition.statements)
    actions = statements[number]["Action"]
    kept = [action for action in ([actions] if isinstance(actions, str) else actions) if action not in without]
    statements[number : number + 1] = [{**statements[number], "Action": kept}] if kept else []
    return replace(addition, statements=tuple(statements))


lacking_ones = pytest.mark.parametrize("named", LACKING, ids=" ".join)


def test_every_rotation_of_these_scenarios_stands_in_one_table():
    assert not [again for again, n in Counter([*LACKING, *IN_THE_WAY, *STATE, *COMPLETE]).items() if n > 1]
    asked = {(scenario, name) for scenario in SCENARIOS for name in rotations(scenario)}
    assert asked == {*LACKING, *IN_THE_WAY, *STATE, *COMPLETE}


@lacking_ones
def test_it_names_exactly_what_is_missing(named):
    found = audited(named)
    assert {(each.by, each.action, each.resource) for each in found.lacking} == LACKING[named]
    assert not any(each.unknown for each in found.lacking)
    assert not found.in_the_way
    assert found.run.stopped
    assert found.run.stopped.name == min((step_of(*each[1:]) for each in LACKING[named]), key=ORDER.index)


ORDER = ("start", "invoke", "createSecret", "setSecret", "testSecret", "finishSecret")


def step_of(action, resource):
    """Where a rotation stops that lacks nothing else."""
    return "setSecret" if resource in (MASTER, KEY_OF_MASTER) else STOPS[action]


@lacking_ones
def test_it_completes_with_the_remedy(named):
    found = audited(named)
    assert found.repaired
    assert found.repaired.completed
    world, start = case(named)
    assert rotate(amended(world, found.remedy.additions), start).completed


@lacking_ones
def test_it_stops_again_without_any_one_statement_or_action_of_the_remedy(named):
    world, start = case(named)
    additions, dropped = audited(named).remedy.additions, set()
    for i, addition in enumerate(additions):
        for number, statement in enumerate(addition.statements):
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            for without in {*((action,) for action in actions), tuple(actions)}:
                fewer = less(addition, number, without)
                kept = [*additions[:i], *([fewer] if fewer.statements else []), *additions[i + 1 :]]
                run = rotate(amended(world, kept), start)
                assert run.stopped
                steps = [step_of(action, statement.get("Resource")) for action in without]
                assert run.stopped.name == min(steps, key=ORDER.index)
                dropped.update(without)
    assert dropped == {action for _, action, _ in LACKING[named]}


@pytest.mark.parametrize("named", sorted(COMPLETE), ids=" ".join)
def test_of_one_that_completes_there_is_nothing_to_say(named):
    found = audited(named)
    assert found.run.completed
    assert not found.lacking
    assert not found.in_the_way
    assert found.remedy is None
    assert found.repaired is None


@pytest.mark.parametrize("named", sorted(STATE), ids=" ".join)
def test_where_nothing_is_refused_nothing_is_missing(named):
    found = audited(named)
    assert found.run.stopped
    assert not found.lacking
    assert found.remedy is None


def test_a_deny_is_in_the_way_and_nothing_is_proposed():
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip"""
    found = audited(("address-in-a-deny", "in-the-vpc"))
    denied = (session("rotates", "in-the-vpc"), GET, DB)
    assert [(each.by, each.action, each.resource) for each in found.lacking] == [denied]
    assert {obstacle.why for each in found.in_the_way for obstacle in each.obstacles} == {Why.EXPLICIT_DENY}
    assert {each.step for each in found.in_the_way} == {"createSecret", "setSecret"}
    assert found.run.stopped.name == "createSecret"
    assert found.remedy is None


def test_what_hangs_on_the_address_of_lambda_is_unknown_and_not_missing():
    found = audited(("address-in-a-deny", "outside"))
    assert found.run.decision is Decision.UNKNOWN
    assert [(each.action, each.unknown) for each in found.lacking] == [(GET, True)]
    assert found.remedy is None


def test_one_key_for_two_secrets_is_opened_for_both():
    """Secrets Manager sends the ARN of each secret as encryption context.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    made = given.world("alternating-users", {"decrypt", "decrypt the master"})
    secrets = made.accounts[given.OWNER].secrets
    same_key = {**secrets, given.MASTER: replace(secrets[given.MASTER], key=given.KEY)}
    made = given.with_account(made, secrets=same_key)
    found = audit(made, given.START)
    (addition,) = found.remedy.additions
    assert len(addition.statements) == 2
    assert found.repaired.completed
    for number, stopped in enumerate(("createSecret", "setSecret")):
        fewer = less(addition, number, [DECRYPT])
        assert rotate(amended(made, [fewer]), given.START).stopped.name == stopped
