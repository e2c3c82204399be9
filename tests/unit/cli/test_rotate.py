"""`iamsim rotate`: exit codes, whom its options name, what it never shows, and that its commands do what it says."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime

import pytest
from running import ROOT, run

from iamsim.inputs.scenario import load_scenario
from iamsim.simulator.call import Call
from iamsim.simulator.rotation import rotate
from iamsim.simulator.rotation_run import RotationStart
from iamsim.simulator.simulate import simulate

COMPLETES = "scenarios/rotation/single-user-completes.iamsim.yaml"
LACKS = "scenarios/rotation/role-lacks-almost-everything.iamsim.yaml"
WORLD = "tests/snapshots/inputs/rotations.iamsim.yaml"
SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:{}-AbCdEf"
SECRETS = ("managed", "away", "off", "unfit", "vpc", "office", "forbidden", "waiting", "half-way")
ADMIN = "arn:aws:iam::111122223333:user/ana"


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def data(*arguments):
    return json.loads(run("rotate", *arguments, "--format=json").out)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, [COMPLETES, "prod/orders-db"]),
        (0, [COMPLETES, "prod/orders-db", "--audit"]),
        (0, [COMPLETES, "prod/orders-db", "--next=1"]),
        (0, [COMPLETES, "prod/orders-db", "--at=2026-02-01"]),
        (1, [LACKS, "prod/orders-db"]),
        (1, [LACKS, "prod/orders-db", "--audit"]),
        (1, [COMPLETES, "prod/orders-db", "--by=shop:role/rotate-orders-db"]),
        (3, [WORLD, "office"]),
        (0, [WORLD, "office", "--context=aws:SourceIp=203.0.113.9"]),
        (1, [WORLD, "office", "--context=aws:SourceIp=198.51.100.7"]),
        (0, [WORLD, "managed"]),
        (0, [WORLD, "half-way", "--by=shop:user/ana", "--no-rotate-immediately"]),
        (1, [WORLD, "half-way", "--by=shop:user/ana"]),
        (0, ["--schedule=rate(10 days)"]),
        (2, []),
        (2, [COMPLETES]),
        (2, ["none.iamsim.yaml", "db"]),
        (2, [COMPLETES, "db"]),
        (2, [COMPLETES, "shop:secret/db"]),
        (2, [COMPLETES, "shop:role/rotate-orders-db"]),
        (2, [COMPLETES, SECRET.format("nowhere")]),
        (2, [WORLD, "idle"]),
        (2, [WORLD, "*"]),
        (2, [WORLD, "waiting", "--by=shop:user/nobody"]),
        (2, [WORLD, "waiting", "--by=service:rds.amazonaws.com"]),
        (2, [WORLD, "waiting", "--at=soon"]),
        (2, [WORLD, "waiting", "--no-rotate-immediately"]),
        (2, [WORLD, "waiting", "--next=0"]),
        (2, [WORLD, "waiting", "--next=1", "--audit"]),
        (2, [WORLD, "waiting", "--duration=3h"]),
        (2, [WORLD, "waiting", "--schedule=rate(1 day)"]),
        (2, [WORLD, "waiting", "--context=aws:SourceIp"]),
        (2, [WORLD, "waiting", "--format=xml"]),
        (2, ["--schedule=rate(10 years)"]),
        (2, ["--schedule=rate(10 days)", "--duration=3d"]),
        (2, ["--schedule=rate(4 hours)", "--duration=5h"]),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else str(value),
)
def test_every_exit_code(code, arguments):
    ended = run("rotate", *arguments)
    assert ended.code == code
    assert (ended.err == "") == (code != 2)
    assert "a bug" not in ended.err


@pytest.mark.parametrize("written", ["prod/orders-db", "shop:secret/prod/orders-db", SECRET.format("prod/orders-db")])
def test_a_secret_is_called_in_three_ways(written):
    assert data(COMPLETES, written)["secret"] == SECRET.format("prod/orders-db")


def test_a_name_that_two_accounts_have_is_ambiguous(tmp_path):
    file = tmp_path / "two.iamsim.yaml"
    file.write_text(
        'accounts:\n  a: {id: "111122223333", secrets: {db: {}}}\n  b: {id: "444455556666", secrets: {db: {}}}\n'
    )
    ended = run("rotate", file, "db")
    assert ended.code == 2
    assert "write one of `a:secret/db`, `b:secret/db`" in ended.err


@pytest.mark.parametrize("secret", SECRETS)
def test_no_value_of_a_secret_is_shown(secret):
    for options in ([], ["--audit"], ["--format=json"], ["--audit", "--format=json"], ["--by=shop:user/ana"]):
        ended = run("rotate", WORLD, secret, *options)
        assert ended.out
        assert "hush" not in ended.out + ended.err


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("option", ["--at=2026-02-01", "--audit"])
def test_no_line_is_wider_than_the_terminal_unless_it_is_to_be_copied(columns, secret, option):
    lines = run("rotate", WORLD, secret, option, columns=columns).out.splitlines()
    wide = [line for line in lines if len(line) > columns]
    copied = ("aws ", "--", "+", "-", "@", '"', "{", "}", "[", "]")
    assert [line for line in wide if not line.strip().startswith(copied) and len(line.split()) > 2] == []


def commands(document):
    """The commands of every advice, by what it is."""
    return {advice["do"]: advice["commands"] for advice in document["aftermath"]["advice"]}


OPERATIONS = {
    "update-secret-version-stage": "UpdateSecretVersionStage",
    "cancel-rotate-secret": "CancelRotateSecret",
    "rotate-secret": "RotateSecret",
}


def carried_out(secret, lines):
    """The world after a rotation of the secret, and after commands that an administrator then gives."""
    world = rotate(load_scenario(WORLD).world, RotationStart(SECRET.format(secret))).world
    for line in lines:
        aws, service, name, *options = shlex.split(line)
        assert (aws, service) == ("aws", "secretsmanager")
        given = dict(zip(options[::2], options[1::2], strict=True))
        region = given.pop("--region")
        parameters = {"".join(part.title() for part in key[2:].split("-")): value for key, value in given.items()}
        outcome = simulate(world, Call(OPERATIONS[name], ADMIN, parameters, region=region))
        assert outcome.ok, (line, outcome.error)
        world = outcome.world
    return world.secret(SECRET.format(secret))


def test_what_gives_a_version_up_lets_the_next_rotation_begin():
    lines = commands(data(WORLD, "forbidden"))["clear"]
    given_up = carried_out("forbidden", lines[:2])
    assert given_up.labelled("AWSPENDING") is None
    assert given_up.rotation.enabled is False
    anew = carried_out("forbidden", lines)
    assert anew.rotation.enabled is True
    assert anew.labelled("AWSPENDING").id != given_up.versions[-1].id


def test_what_promotes_a_version_gives_readers_the_password_that_the_database_has():
    document = data(WORLD, "half-way")
    assert document["aftermath"]["works"] is False
    assert document["aftermath"]["pending_works"] is True
    secret = carried_out("half-way", commands(document)["promote"])
    assert secret.labelled("AWSCURRENT").id == document["version"]
    assert "clear" not in commands(document)


def test_a_rotation_is_called_and_told_with_its_caller():
    document = data(WORLD, "half-way", "--by=shop:user/ana", "--at=2026-02-01T12:00:00+02:00")
    assert document["by"] == ADMIN
    assert document["at"] == "2026-02-01T12:00:00+02:00"
    assert [act["what"] for act in document["steps"][0]["acts"]] == ["RotateSecret"]
    asked = [each["action"] for each in document["steps"][0]["acts"][0]["authorizations"]]
    assert asked == ["secretsmanager:RotateSecret", "lambda:InvokeFunction", "lambda:InvokeFunction"]


def test_a_trial_leaves_the_labels_alone():
    document = data(WORLD, "half-way", "--by=shop:user/ana", "--no-rotate-immediately")
    assert document["rotate_immediately"] is False
    assert [step["name"] for step in document["steps"]] == ["start", "invoke", "testSecret"]
    assert document["aftermath"]["current"]["number"] == 1
    assert document["aftermath"]["blocked"] is False


def test_one_remedy_for_all_that_is_lacking_is_proved():
    """The eight permissions: rotating-secrets-required-permissions-function.html, and DescribeSecret is there already."""
    audit = data(LACKS, "prod/orders-db", "--audit")["audit"]
    assert {each["action"] for each in audit["lacking"]} == {
        "secretsmanager:GetSecretValue",
        "secretsmanager:GetRandomPassword",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
        "kms:Decrypt",
        "kms:GenerateDataKey",
    }
    assert [each["policy_type"] for each in audit["additions"]] == ["identity", "keyPolicy"]
    assert audit["repaired"]["completed"] is True


def test_a_deny_is_told_beside_the_remedy_of_the_rest():
    audit = data(WORLD, "forbidden", "--audit")["audit"]
    assert audit["repaired"]["completed"] is False
    assert [obstacle["why"] for each in audit["in_the_way"] for obstacle in each["obstacles"]] == ["explicitDeny"]


def test_a_fact_that_pages_contradict_is_cautioned_where_it_shows():
    assert [each["id"] for each in data(COMPLETES, "prod/orders-db")["cautions"]] == ["C7.4a"]
    assert data(LACKS, "prod/orders-db")["cautions"] == []
    assert data(WORLD, "managed")["cautions"] == []


def test_what_is_assumed_or_taken_up_again_is_told():
    waiting = data(WORLD, "waiting")
    assert (waiting["program"], waiting["reattempted"]) == ({"name": "single-user", "assumed": True}, True)
    known = data(COMPLETES, "prod/orders-db")
    assert (known["program"], known["reattempted"]) == ({"name": "single-user", "assumed": False}, False)
    assert known["notes"] == []
    assert len(waiting["notes"]) == 2


def test_a_function_that_is_nowhere_never_rotates_for_certain():
    assert data(WORLD, "away")["stopped_in"] == "start"
    assert data(WORLD, "away", "--audit")["audit"]["failing"][0]["step"] == "invoke"


def test_windows_are_those_of_the_guide():
    """The examples of rotate-secrets_schedule.html: 8:00 UTC on the first day of every month, a window of three hours."""
    document = data("--schedule=cron(0 8 1 * ? *)", "--duration=3h", "--next=2", "--at=2026-02-01T11:00:00Z")
    assert document["windows"] == [
        {"opens": "2026-03-01T08:00:00+00:00", "closes": "2026-03-01T11:00:00+00:00"},
        {"opens": "2026-04-01T08:00:00+00:00", "closes": "2026-04-01T11:00:00+00:00"},
    ]


def test_a_window_that_is_open_counts():
    document = data("--schedule=cron(0 8 1 * ? *)", "--duration=3h", "--next=1", "--at=2026-02-01T10:59:00Z")
    assert document["windows"][0]["opens"] == "2026-02-01T08:00:00+00:00"


def test_the_clock_is_read_for_windows_only():
    told = datetime.fromisoformat(data("--schedule=rate(10 days)", "--next=1")["at"])
    assert abs((datetime.now(UTC) - told).total_seconds()) < 60
    assert data(COMPLETES, "prod/orders-db")["at"] is None


def test_colour_is_for_terminals_only():
    assert "\x1b" not in run("rotate", LACKS, "prod/orders-db").out
    assert "\x1b" in run("rotate", LACKS, "prod/orders-db", terminal=True).out


def test_help_names_every_option():
    text = run("rotate", "--help").out
    options = ("audit", "by", "no-rotate-immediately", "context", "at", "next", "schedule", "duration", "format")
    assert all(f"  --{name} " in text for name in options)


def test_a_question_about_a_rotation_tells_where_it_stops_and_what_shows_more():
    text = run("explain", LACKS).out
    assert "Rotation  it stops in createSecret, at GetSecretValue AWSCURRENT; `iamsim rotate" in text
    (question,) = json.loads(run("explain", LACKS, "--format=json").out)["questions"]
    assert question["answers"][0]["rotation"]["stopped_in"] == "createSecret"
    assert question["answers"][0]["rotation"]["completed"] is False


STEPS = """
accounts:
  shop:
    id: "111122223333"
    secrets: {{db: {{value: hush-hush, rotation: {{function: f}}}}}}
    functions:
      f:
        role: r
        policy:
          Version: "2012-10-17"
          Statement:
            - {{Effect: Allow, Principal: {{Service: secretsmanager.amazonaws.com}}, Action: "lambda:*", Resource: "*"}}
        steps: {{createSecret: {acts}}}
    roles:
      r:
        trust:
          Version: "2012-10-17"
          Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: "sts:AssumeRole"}}
        policies:
          all: {{Version: "2012-10-17", Statement: {{Effect: Allow, Action: "*", Resource: "*"}}}}
"""


def of_steps(tmp_path, acts, *options):
    file = tmp_path / "own.iamsim.yaml"
    file.write_text(STEPS.format(acts=acts), encoding="utf-8")
    return run("rotate", file, "db", *options)


PUT = '[{{call: PutSecretValue, parameters: {{SecretId: "{{secret}}", SecretString: hush-hush, {}}}}}]'


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("VersionStages: 5", "parameter-type"),
        ("ClientRequestToken: [1]", "parameter-type"),
        ("Stage: AWSPENDING", "unknown-parameter"),
    ],
)
def test_parameters_of_a_step_that_no_call_takes_are_told(tmp_path, parameter, said):
    ended = of_steps(tmp_path, PUT.format(parameter))
    assert ended.code == 2
    assert ended.err.startswith(f"error[{said}]")
    assert "hush" not in ended.err


def test_no_excerpt_of_a_step_shows_a_value(tmp_path):
    """`createSecret` is a list: the line with the mistake holds a value."""
    ended = of_steps(tmp_path, PUT.format("VersionStages: [AWSPENDING]")[1:-1])
    assert (ended.code, ended.out) == (2, "")
    assert "PutSecretValue" in ended.err
    assert "SecretString: h" not in ended.err


def test_nothing_in_a_file_reaches_the_terminal(tmp_path):
    ended = of_steps(tmp_path, PUT.format('VersionStages: ["\\u001b[2J"]'))
    assert "PutSecretValue" in ended.out
    assert "\x1b" not in ended.out
