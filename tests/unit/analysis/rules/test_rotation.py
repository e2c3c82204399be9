"""Rotations that stop, and functions that others may invoke.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.analysis.rules.worlds import (
    CONSUMER,
    KEY,
    OWNER,
    SECRET,
    Making,
    allow,
    find,
    not_known,
    policy,
    share,
)

from iamsim.analysis.report import State
from iamsim.analysis.rules import RULES
from iamsim.analysis.solve import applied
from iamsim.language.diagnostic import Severity

FINISH, OPEN = "rotation-cannot-finish", "rotation-function-open"
SERVICE = {"Service": "secretsmanager.amazonaws.com"}
INVOKE = "lambda:InvokeFunction"
ON_SECRET = [
    f"secretsmanager:{name}"
    for name in ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
]
KMS = ["kms:Decrypt", "kms:GenerateDataKey"]
RANDOM = allow("secretsmanager:GetRandomPassword")
OF_OWNER = {"StringEquals": {"aws:SourceAccount": OWNER}}
BOUND = policy("functionPolicy", share(INVOKE, SERVICE, Condition=OF_OWNER), name="function")


def rotator(on_secret=ON_SECRET, on_key=KMS):
    statements = [allow(on_secret, SECRET), RANDOM, *([allow(on_key, KEY)] if on_key else [])]
    return (policy("identity", *statements, name="rotates"),)


def rotation(**made):
    return find(FINISH, **{"rotated": True, "function": BOUND, "rotator": rotator(), **made})


def test_a_rotation_that_finishes():
    assert rotation() == []
    assert find(FINISH, rotator=()) == []


LACKING = {
    "the key": ({"rotator": rotator(on_key=[])}, "createSecret", "kms:Decrypt"),
    "the move of the label": ({"rotator": rotator(ON_SECRET[:3])}, "finishSecret", ON_SECRET[3]),
    "the invocation": ({"function": policy("functionPolicy", name="function")}, "start", INVOKE),
}


@pytest.mark.parametrize(("made", "step", "action"), LACKING.values(), ids=LACKING)
def test_a_rotation_that_stops(made, step, action):
    (result,) = rotation(**made)
    assert result.state is State.FAILED
    assert result.message == f"the rotation of `prod/db-AbCdEf` by `rotator` stops in {step}: {action} is denied"
    assert any(note.startswith(f"{step}: ") and f"lacks {action} on" in note for note in result.notes)
    checked = Making(**{"rotated": True, "function": BOUND, "rotator": rotator(), **made}).checked()
    assert list(RULES[FINISH].find(replace(checked, world=applied(result.world, result.remedy)))) == []


def test_everything_that_is_lacking_is_told():
    (result,) = rotation(rotator=())
    said = "\n".join(result.notes)
    assert all(action in said for action in (*ON_SECRET, *KMS, "secretsmanager:GetRandomPassword"))


@pytest.mark.parametrize("made", [made for made, _, _ in LACKING.values()], ids=LACKING)
def test_a_finding_never_goes_away_by_knowing_less(made):
    for unknown in ({"rotator": (not_known("identity", "rotates"),)}, {"key_policy": not_known("keyPolicy", "key")}):
        assert {r.state for r in rotation(**{**made, **unknown})} <= {State.FAILED, State.UNDECIDED}
        assert rotation(**{**made, **unknown})


def test_policies_that_are_not_known():
    (result,) = rotation(rotator=(not_known("identity", "rotates"),))
    assert (result.state, [unknown.name for unknown in result.unknowns]) == (State.UNDECIDED, ["rotates"])
    assert rotation(function=not_known("functionPolicy", "function"))[0].state is State.UNDECIDED


def function(*statements):
    return find(OPEN, rotated=True, function=policy("functionPolicy", *statements, name="function"))


@pytest.mark.parametrize("rule", [FINISH, OPEN])
def test_of_a_function_that_aws_makes_nothing_is_said(rule):
    """As the transform of Secrets Manager makes it: neither its policy nor anything of its role stands in the files.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
    """
    made = Making(rotated=True, function=not_known("functionPolicy", "function")).checked()
    (account,) = made.world.accounts.values()
    (role,) = account.roles.values()
    role = replace(role, policies=(not_known("identity", "policies"),), trust=not_known("trustPolicy", "trust"))
    world = replace(made.world, accounts={OWNER: replace(account, roles={role.arn: role})})
    assert list(RULES[rule].find(replace(made, world=world))) == []
    assert list(RULES[rule].find(made)) != []  # where its role is told, it is undecided or found


def test_secrets_manager_for_its_own_account():
    assert function(share(INVOKE, SERVICE, Condition=OF_OWNER)) == []
    own = {"ArnLike": {"aws:SourceArn": f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:*"}}
    assert function(share(INVOKE, SERVICE, Condition=own)) == []


def test_secrets_manager_for_any_account():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html."""
    (result,) = function(share(INVOKE, SERVICE))
    assert result.severity is Severity.WARNING
    assert result.message == "Secrets Manager may invoke `rotator` for secrets of any account"
    assert OWNER in result.help


def test_everybody_may_invoke():
    (result,) = function(share(INVOKE, SERVICE, Condition=OF_OWNER), share("lambda:*", "*"))
    assert result.severity is Severity.ERROR
    assert result.message.startswith("anybody in any AWS account can InvokeFunction on the rotation function `rotator`")


def test_another_account_may_invoke():
    (result,) = function(share(INVOKE, {"AWS": CONSUMER}))
    assert (result.severity, result.message) == (
        Severity.ERROR,
        f"account {CONSUMER} may invoke the rotation function `rotator`",
    )
    vpce = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    assert function(share(INVOKE, {"AWS": CONSUMER}, Condition=vpce)) == []


def test_a_function_that_rotates_nothing():
    assert find(OPEN, function=policy("functionPolicy", share(INVOKE, "*"))) == []


def test_a_function_policy_that_is_not_known():
    (result,) = find(OPEN, rotated=True, function=not_known("functionPolicy", "function"))
    assert result.state is State.UNDECIDED
