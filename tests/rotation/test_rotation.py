"""What a rotation does, step by step, in worlds that are made by hand.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rotation.given import (
    ADMIN,
    BY_HAND,
    FIRST,
    FUNCTION,
    KEY,
    MASTER_PASSWORD,
    NEEDED,
    OTHER,
    OWNER,
    PASSWORD,
    ROLE,
    SECRET,
    SESSION,
    START,
    TOKEN,
    allow,
    changed,
    labels,
    policy,
    secret,
    value,
    with_account,
    world,
)

from iamsim.analysis.rotation_aftermath import Advice, advice, aftermath
from iamsim.engine.decision import Decision
from iamsim.language.errors import InputError
from iamsim.model.rotation import DatabaseAct, FunctionCall, RotationProgram
from iamsim.model.world import Account, Function, Role, Rotation, SecretVersion
from iamsim.services.secretsmanager.rotation_functions import SINGLE_USER, TEMPLATES
from iamsim.simulator.call import Call
from iamsim.simulator.rotation import following, rotate
from iamsim.simulator.rotation_run import RotationStart
from iamsim.simulator.row import simulate_row
from iamsim.simulator.simulate import simulate

ALL_STEPS = ["start", "invoke", "createSecret", "setSecret", "testSecret", "finishSecret"]
COMPLETE = {"AWSPREVIOUS": 1, "AWSCURRENT": 2, "AWSPENDING": 2}
WAITING = {"AWSCURRENT": 1, "AWSPENDING": 2}
strategies = pytest.mark.parametrize("strategy", NEEDED)


def names(run):
    return [step.name for step in run.steps]


def played(made, start=START, **fields):
    return rotate(made, replace(start, **fields))


def called(made, operation, **parameters):
    """A call of the administrator's, and the world behind it."""
    outcome = simulate(made, Call(operation, ADMIN, {"SecretId": SECRET, **parameters}))
    assert outcome.ok, outcome.error
    return outcome.world


# the steps


@strategies
def test_the_labels_move_in_the_first_and_in_the_last_step(strategy):
    run = played(world(strategy), BY_HAND)
    first, announced = {"AWSCURRENT": FIRST}, {"AWSCURRENT": FIRST, "AWSPENDING": TOKEN}
    ended = {"AWSCURRENT": TOKEN, "AWSPENDING": TOKEN, "AWSPREVIOUS": FIRST}
    assert names(run) == ALL_STEPS
    assert [step.before for step in run.steps] == [first, *[announced] * 5]
    assert [step.after for step in run.steps] == [*[announced] * 5, ended]
    assert run.completed
    assert run.token == TOKEN


def test_a_single_user_keeps_everything_but_the_password():
    run = played(world())
    assert value(run, "AWSPREVIOUS")["password"] == PASSWORD
    now = value(run, "AWSCURRENT")
    assert {**now, "password": PASSWORD} == value(run, "AWSPREVIOUS")
    assert now["password"] != PASSWORD
    assert run.world.databases[SECRET] == {"app": now["password"]}


def test_a_generic_value_is_the_drawn_password():
    run = played(world("generic"))
    assert run.secret.labelled("AWSPREVIOUS").value == "a-plain-token"
    assert len(run.secret.labelled("AWSCURRENT").value) == 32  # PasswordLength of GetRandomPassword
    assert run.world.databases == {}


def test_alternating_users_take_turns_and_the_one_before_still_works():
    """The user that is not in use gets the password, and its name ends in `_clone` every other time."""
    first = played(world("alternating-users"))
    assert value(first, "AWSCURRENT")["username"] == "app_clone"
    assert first.world.databases[SECRET] == {"app": PASSWORD, "app_clone": value(first, "AWSCURRENT")["password"]}
    second = played(first.world, seed="again")
    assert second.completed
    assert labels(second) == {"AWSPREVIOUS": 2, "AWSCURRENT": 3, "AWSPENDING": 3}
    assert value(second, "AWSCURRENT")["username"] == "app"
    assert value(second, "AWSCURRENT")["password"] != PASSWORD
    assert second.world.databases[SECRET]["app_clone"] == value(second, "AWSPREVIOUS")["password"]


def test_without_a_template_the_value_tells_what_the_function_does():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html"""
    for strategy in NEEDED:
        made = world(strategy)
        silent = replace(made.function(FUNCTION), rotation=None)
        run = played(with_account(made, functions={FUNCTION: silent}))
        assert run.program is TEMPLATES[strategy]
        assert run.assumed
        assert run.completed


def test_the_rotation_is_the_last_one_only_if_it_ends():
    time = datetime(2026, 5, 1, tzinfo=UTC)
    assert played(world(), time=time).secret.rotation.last == time
    assert played(world(without={"promote"}), time=time).secret.rotation.last is None


def test_the_service_that_owns_a_secret_rotates_it_without_a_function():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html"""
    without = {"allow the service", "trust Lambda", "describe", "read", "write", "promote", "draw"}
    owned = world(without=without, owning_service="rds", rotation=Rotation())
    for start in (START, BY_HAND):
        run = played(owned, start)
        assert names(run) == ["start", "managed"]
        assert run.completed
        assert value(run, "AWSCURRENT")["username"] == "app"
        assert value(run, "AWSCURRENT")["password"] != PASSWORD
        assert labels(run) == {"AWSPREVIOUS": 1, "AWSCURRENT": 2}


def test_an_act_can_be_made_to_fail():
    run = played(world(), faults=frozenset({3}))
    assert names(run)[-1] == "createSecret"
    assert run.stopped.failing.what == "GetRandomPassword"
    assert run.stopped.failing.outcome is None
    assert labels(run) == WAITING


# a function of one's own

PUT_ANOTHER = FunctionCall(
    "PutSecretValue", {"SecretId": "{secret}", "SecretString": "another", "VersionStages": ["AWSPENDING"]}
)
MOVE = {"SecretId": "{secret}", "VersionStage": "AWSCURRENT", "RemoveFromVersionId": "{current}"}
CLEAR = {"SecretId": "{secret}", "VersionStage": "AWSPENDING", "RemoveFromVersionId": "{token}"}


def by_own(**steps):
    """The rotation by a function that does just this."""
    made = world()
    program = RotationProgram("own", {name: tuple(acts) for name, acts in steps.items()}, value="password")
    return played(with_account(made, functions={FUNCTION: replace(made.function(FUNCTION), rotation=program)}))


def test_a_function_that_does_nothing_rotates_nothing():
    run = by_own()
    assert run.stopped.name == "finishSecret"
    assert run.stopped.failing.problem == "AWSPENDING is on a version that is not AWSCURRENT"
    assert labels(run) == WAITING


def test_who_only_clears_the_pending_version_has_rotated_nothing():
    run = by_own(finishSecret=[FunctionCall("UpdateSecretVersionStage", CLEAR)])
    assert run.stopped.name == "finishSecret"
    assert labels(run) == {"AWSCURRENT": 1}


def test_without_the_token_a_version_of_its_own_becomes_current_and_the_rotation_is_abandoned():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html (RotationAbandoned)"""
    finish = FunctionCall("UpdateSecretVersionStage", {**MOVE, "MoveToVersionId": "{pending}"})
    run = by_own(createSecret=[PUT_ANOTHER], finishSecret=[finish])
    assert not run.completed
    assert run.stopped.name == "finishSecret"
    assert labels(run) == {"AWSPREVIOUS": 1, "AWSCURRENT": 3, "AWSPENDING": 3}
    assert run.secret.rotation.last is None


def test_with_the_token_the_same_function_completes():
    put = FunctionCall("PutSecretValue", {**PUT_ANOTHER.parameters, "ClientRequestToken": "{token}"})
    finish = FunctionCall("UpdateSecretVersionStage", {**MOVE, "MoveToVersionId": "{pending}"})
    run = by_own(createSecret=[put], finishSecret=[finish])
    assert run.completed
    assert labels(run) == COMPLETE


# only tried


def test_with_rotate_immediately_false_only_the_test_runs_and_nothing_is_left():
    parameters = {"ClientRequestToken": TOKEN, "RotateImmediately": False}
    made = world()
    run = played(made, replace(BY_HAND, parameters=parameters))
    assert run.only_tried
    assert names(run) == ["start", "invoke", "testSecret"]
    assert run.completed
    assert run.secret.versions == made.secret(SECRET).versions
    assert run.secret.rotation == Rotation(FUNCTION)


@pytest.mark.parametrize("name", ["read", "describe", "decrypt"])
def test_such_a_test_fails_for_what_it_needs_and_leaves_nothing_either(name):
    start = replace(BY_HAND, parameters={"ClientRequestToken": TOKEN, "RotateImmediately": False})
    made = world(without={name})
    run = played(made, start)
    assert run.stopped.name == "testSecret"
    assert run.secret.versions == made.secret(SECRET).versions


@pytest.mark.parametrize("name", ["write", "promote", "draw", "encrypt"])
def test_such_a_test_passes_without_what_only_a_rotation_needs(name):
    start = replace(BY_HAND, parameters={"ClientRequestToken": TOKEN, "RotateImmediately": False})
    assert played(world(without={name}), start).completed
    assert not played(world(without={name}), BY_HAND).completed


def test_such_a_test_logs_in_with_the_current_password():
    start = replace(BY_HAND, parameters={"ClientRequestToken": TOKEN, "RotateImmediately": False})
    run = played(world().with_database(SECRET, {"app": "changed-by-somebody"}), start)
    assert run.stopped.name == "testSecret"
    assert run.stopped.failing.what == "log in to the database with the new password"
    assert run.secret.versions == world().secret(SECRET).versions


def test_a_password_that_was_never_set_does_not_pass_the_test():
    put = {**PUT_ANOTHER.parameters, "ClientRequestToken": "{token}", "SecretString": "{value}"}
    create, test = [FunctionCall("PutSecretValue", put)], [DatabaseAct("try")]
    run = by_own(createSecret=create, testSecret=test)
    assert run.stopped.name == "testSecret"
    run = by_own(createSecret=create, setSecret=[DatabaseAct("set")], testSecret=test)
    assert run.stopped.name == "finishSecret"


# tried again, cleared


def test_a_pending_version_is_taken_up_again_with_the_value_that_it_has():
    failed = played(world(without={"promote"}), BY_HAND)
    pending = value(failed, "AWSPENDING")
    assert failed.stopped.name == "finishSecret"
    assert failed.world.databases[SECRET] == {"app": pending["password"]}
    again = played(mended(failed.world))
    assert again.reattempted
    assert again.token == TOKEN
    assert again.completed
    assert labels(again) == COMPLETE
    assert value(again, "AWSCURRENT") == pending
    assert "GetRandomPassword" not in [act.what for act in again.acts]


def mended(made):
    """The same world with a role that lacks nothing."""
    return with_account(made, roles=world().accounts[OWNER].roles)


def test_a_pending_version_without_a_value_gets_one():
    failed = played(world(without={"write"}), BY_HAND)
    assert failed.secret.version(TOKEN).value is None
    again = played(mended(failed.world))
    assert again.reattempted
    assert again.completed
    assert len(again.secret.versions) == 2


def test_behind_set_secret_the_pending_password_is_the_one_that_works():
    found = aftermath(played(world(without={"promote"}), BY_HAND))
    assert found.readable
    assert found.works is False
    assert found.pending_works is True
    assert found.blocked
    assert not found.pending_empty
    assert advice(found) == (Advice.REATTEMPT, Advice.PROMOTE)


def test_who_clears_it_there_leaves_a_password_that_no_version_with_a_label_holds():
    """From then on every rotation stops in setSecret: neither the current nor the previous password lets the user in."""
    failed = played(world(without={"promote"}), BY_HAND)
    cleared = called(failed.world, "UpdateSecretVersionStage", VersionStage="AWSPENDING", RemoveFromVersionId=TOKEN)
    again = played(mended(cleared))
    assert not again.reattempted
    assert again.stopped.name == "setSecret"
    assert again.stopped.failing.what == "set the new password in the database"
    assert labels(again) == {"AWSCURRENT": 1, "AWSPENDING": 3}
    once_more = played(again.world)
    assert once_more.reattempted
    assert once_more.stopped.name == "setSecret"
    found = aftermath(once_more)
    assert found.works is False
    assert found.pending_works is False
    assert advice(found) == (Advice.RESET, Advice.REATTEMPT)


def test_who_promotes_it_can_rotate_again():
    failed = played(world(without={"promote"}), BY_HAND)
    promoted = called(
        failed.world,
        "UpdateSecretVersionStage",
        VersionStage="AWSCURRENT",
        MoveToVersionId=TOKEN,
        RemoveFromVersionId=FIRST,
    )
    again = played(mended(promoted))
    assert not again.reattempted
    assert again.completed
    assert labels(again) == {"AWSPREVIOUS": 2, "AWSCURRENT": 3, "AWSPENDING": 3}


def test_before_set_secret_readers_and_the_database_are_as_they_were():
    found = aftermath(played(world(without={"write"})))
    assert found.readable
    assert found.works is True
    assert found.pending_empty
    assert found.pending_works is None
    assert advice(found) == (Advice.REATTEMPT, Advice.CLEAR)


def test_a_pending_version_can_be_cleared_before_set_secret():
    failed = played(world(without={"write"}), BY_HAND)
    cleared = called(failed.world, "UpdateSecretVersionStage", VersionStage="AWSPENDING", RemoveFromVersionId=TOKEN)
    again = played(mended(cleared))
    assert again.completed
    assert labels(again) == {"AWSPREVIOUS": 1, "AWSCURRENT": 3, "AWSPENDING": 3}


def test_with_alternating_users_the_current_one_works_wherever_it_stops():
    for name in ("write", "read the master", "promote"):
        assert aftermath(played(world("alternating-users", {name}))).works is True


def test_what_completes_leaves_nothing_to_do():
    found = aftermath(played(world()))
    assert (found.works, found.blocked, found.pending) == (True, False, None)
    assert advice(found) == ()


def test_a_rollback_of_a_single_user_leaves_a_password_that_is_refused():
    """AWSCURRENT moves, the database does not."""
    ended = played(world(), BY_HAND)
    back = called(
        ended.world,
        "UpdateSecretVersionStage",
        VersionStage="AWSCURRENT",
        MoveToVersionId=FIRST,
        RemoveFromVersionId=TOKEN,
    )
    found = aftermath(replace(ended, world=back))
    assert found.works is False
    assert found.pending_works is True


# unknown


OFFICE = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "secretsmanager:GetSecretValue",
    "Resource": "*",
    "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
}


def outside_of_a_vpc(made):
    function = replace(made.function(FUNCTION), vpc=None)
    return with_account(made, functions={FUNCTION: function})


def test_of_a_function_without_a_vpc_the_address_is_not_known():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-network-rqmts.html"""
    made = outside_of_a_vpc(world(policy=policy("secretPolicy", OFFICE)))
    run = played(made)
    assert run.decision is Decision.UNKNOWN
    assert not run.completed
    assert run.stopped is None
    assert names(run) == ALL_STEPS
    assert played(made, context={"aws:SourceIp": "203.0.113.9"}).completed
    assert played(made, context={"aws:SourceIp": "198.51.100.9"}).stopped.name == "createSecret"


def test_behind_what_is_not_known_a_refusal_is_found():
    made = outside_of_a_vpc(world(without={"promote"}, policy=policy("secretPolicy", OFFICE)))
    run = played(made)
    assert run.decision is Decision.IMPLICIT_DENY
    assert run.stopped.name == "finishSecret"


def test_through_an_endpoint_there_is_no_address():
    run = played(world(policy=policy("secretPolicy", OFFICE)))
    assert run.decision is Decision.EXPLICIT_DENY
    assert run.stopped.name == "createSecret"


def test_a_key_that_is_said_to_be_unknown_leaves_it_open():
    condition = {"StringNotEquals": {"aws:PrincipalTag/team": "red"}}
    made = world(policy=policy("secretPolicy", {**OFFICE, "Condition": condition}))
    assert played(made).decision is Decision.EXPLICIT_DENY
    assert played(made, unknown=("aws:PrincipalTag/team",)).decision is Decision.UNKNOWN


# what cannot begin


@pytest.mark.parametrize(
    "fields",
    [
        {"deleted": datetime(2026, 1, 1, tzinfo=UTC), "deletion": datetime(2026, 1, 31, tzinfo=UTC)},
        {"primary": "eu-west-1"},
        {"rotation": Rotation(FUNCTION, enabled=False)},
    ],
    ids=["deleted", "replica", "turned off"],
)
def test_a_schedule_does_not_begin(fields):
    made = changed(world(), **fields)
    run = played(made)
    assert names(run) == ["start"]
    assert run.stopped
    assert run.decision is Decision.IMPLICIT_DENY
    assert run.secret.versions == made.secret(SECRET).versions


def test_rotate_secret_turns_rotation_on_again():
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html"""
    run = played(changed(world(), rotation=Rotation(FUNCTION, enabled=False)), BY_HAND)
    assert run.completed
    assert run.secret.rotation.enabled


def test_a_rotation_that_is_turned_off_meanwhile_stops_at_the_first_look():
    """AWS's templates raise an error where rotation is not enabled."""
    failed = played(world(without={"write"}), BY_HAND)
    off = called(mended(failed.world), "CancelRotateSecret")
    assert labels(replace(failed, world=off)) == WAITING
    assert played(off).stopped.name == "start"


def test_nothing_rotates_a_secret_without_a_function_and_an_owner():
    for fields in ({"rotation": None}, {"rotation": Rotation()}):
        with pytest.raises(InputError) as raised:
            played(world(**fields))
        assert [each.code for each in raised.value.diagnostics] == ["no-rotation"]


def test_a_secret_that_is_not_there_is_bad_input():
    with pytest.raises(InputError) as raised:
        rotate(world(), RotationStart(SECRET.replace("AbCdEf", "XxXxXx")))
    assert [each.code for each in raised.value.diagnostics] == ["unknown-secret"]


@pytest.mark.parametrize("start", [START, BY_HAND], ids=["by schedule", "by hand"])
@pytest.mark.parametrize("account", [OWNER, OTHER])
def test_a_function_of_which_nothing_is_known_rotates_nothing_for_certain(account, start):
    gone = FUNCTION.replace(OWNER, account).replace("rotate", "gone")
    assert not played(world(rotation=Rotation(gone)), start).completed
    assert not played(world(rotation=Rotation(gone)), start, as_if_allowed=True).completed


def test_a_function_without_a_role_comes_to_no_step():
    made = world()
    run = played(with_account(made, functions={FUNCTION: replace(made.function(FUNCTION), role=None)}))
    assert names(run) == ["start", "invoke"]
    assert run.stopped.name == "invoke"


@pytest.mark.parametrize("strategy", ["single-user", "alternating-users"])
def test_a_value_without_credentials_gives_no_new_one(strategy):
    versions = (SecretVersion(FIRST, ("AWSCURRENT",), "a-plain-token"),)
    run = played(changed(world(strategy), versions=versions))
    assert run.stopped.name == "createSecret"
    assert run.stopped.failing.what == "PutSecretValue AWSPENDING"
    assert labels(run) == WAITING


def test_a_secret_that_never_had_a_value_stops_where_it_is_read():
    run = played(changed(world(), versions=()))
    assert run.stopped.name == "createSecret"
    assert run.stopped.failing.outcome.error.code == "ResourceNotFoundException"


# the function of another account


THEIR_ROLE = f"arn:aws:iam::{OTHER}:role/rotates"
THEIRS = FUNCTION.replace(OWNER, OTHER)


def handing_on():
    """The single user template, with the RotationToken that AWS's page on PutSecretValue wants across accounts."""
    given = [call for call in SINGLE_USER.steps["createSecret"] if call.operation != "PutSecretValue"]
    put = SINGLE_USER.steps["createSecret"][-1]
    put = replace(put, parameters={**put.parameters, "RotationToken": "{rotationToken}"})
    return replace(SINGLE_USER, steps={**SINGLE_USER.steps, "createSecret": (*given, put)})


def across(*, with_secret_policy=True, with_key_policy=True, source=OWNER, program=None):
    """The function stands in another account, with all that its role can be given there."""
    made = world(rotation=Rotation(THEIRS))
    invoked = {
        **allow("lambda:InvokeFunction", THEIRS, "secretsmanager.amazonaws.com"),
        "Condition": {"StringEquals": {"aws:SourceAccount": source}},
    }
    trusted = allow("sts:AssumeRole", service="lambda.amazonaws.com")
    identity = policy("identity", allow(["secretsmanager:*", "kms:*"], "*"))
    role = Role(THEIR_ROLE, "AROATHEIRS", (identity,), trust=policy("trustPolicy", trusted))
    function = Function(THEIRS, policy("functionPolicy", invoked), THEIR_ROLE, program or handing_on())
    other = Account(OTHER, "other", roles={THEIR_ROLE: role}, functions={THEIRS: function})
    open_to_them = {"Effect": "Allow", "Principal": {"AWS": THEIR_ROLE}, "Resource": "*"}
    if with_secret_policy:
        made = changed(made, policy=policy("secretPolicy", {**open_to_them, "Action": "secretsmanager:*"}))
    if with_key_policy:
        keys = made.accounts[OWNER].keys
        opened = replace(keys[KEY], policy=policy("keyPolicy", {**open_to_them, "Action": "kms:*"}))
        made = with_account(made, keys={**keys, KEY: opened})
    return replace(made, accounts={**made.accounts, OTHER: other})


def test_a_function_of_another_account_needs_the_policies_of_secret_and_key():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html"""
    assert played(across()).completed
    without_secret_policy = played(across(with_secret_policy=False))
    assert without_secret_policy.stopped.failing.what == "DescribeSecret"
    without_key_policy = played(across(with_key_policy=False))
    assert without_key_policy.stopped.failing.what == "GetSecretValue AWSCURRENT"


def test_a_function_of_another_account_must_hand_on_the_rotation_token():
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"""
    run = played(across(program=SINGLE_USER))
    assert run.stopped.name == "createSecret"
    assert "RotationToken" in run.stopped.failing.problem


def test_the_source_account_is_that_of_the_secret():
    assert played(across(source=OTHER)).stopped.name == "start"


# calls


def test_what_a_call_of_rotate_secret_leads_to_is_the_same_rotation():
    parameters = {"SecretId": SECRET, "ClientRequestToken": TOKEN}
    outcome = simulate(world(), Call("RotateSecret", ADMIN, parameters))
    run = following(outcome)
    assert names(run) == ALL_STEPS[1:]
    assert run.completed
    assert labels(run) == COMPLETE
    assert following(simulate(world(), Call("DescribeSecret", ADMIN, {"SecretId": SECRET}))) is None
    refused = simulate(world(without={"allow the service"}), Call("RotateSecret", ADMIN, parameters))
    assert following(refused) is None
    assert refused.world == world(without={"allow the service"})


def test_calls_in_a_row_see_the_rotation_ended():
    rotated, read = (
        Call("RotateSecret", ADMIN, {"SecretId": SECRET}),
        Call("GetSecretValue", ADMIN, {"SecretId": SECRET}),
    )
    before, _, after = simulate_row(world(), [read, rotated, read])
    assert before.response["VersionId"] == FIRST
    assert after.response["VersionId"] not in (FIRST, None)
    assert after.response["SecretString"] != before.response["SecretString"]


def test_the_function_calls_in_the_session_of_its_role():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"""
    run = played(world())
    by = {act.by for step in run.steps[2:] for act in step.acts}
    assert by == {SESSION}
    assert ROLE.endswith("role/service/rotates")  # the path of a role is not in its sessions
    context = next(act for act in run.acts if act.what == "DescribeSecret").outcome.call.context
    assert context["lambda:SourceFunctionArn"] == FUNCTION


# secrecy


@strategies
@pytest.mark.parametrize("without", [(), ("promote",), ("write",), ("read",)], ids=str)
def test_no_value_stands_in_any_repr(strategy, without):
    made = world(strategy, without)
    run = played(made, BY_HAND, as_if_allowed=bool(without))
    drawn = [version.value for version in run.secret.versions if version.value]
    drawn += [password for users in run.world.databases.values() for password in users.values()]
    hidden = [PASSWORD, MASTER_PASSWORD, "a-plain-token", *drawn]
    shown = repr((made, run, run.acts, aftermath(run)))
    assert not [text for text in hidden if text in shown]


def test_a_value_that_a_function_of_ones_own_writes_stands_in_no_repr():
    call = FunctionCall("PutSecretValue", {"SecretString": PASSWORD})
    assert PASSWORD not in repr(call)


def test_another_secret_is_left_alone():
    made = world("alternating-users")
    other = secret(SECRET.replace("prod/db", "prod/other"), "prod/other", "a-plain-token", None)
    made = made.with_secret(other)
    assert played(made).world.secret(other.arn) == other
