"""Workloads in scenario files: what their kinds want, and questions about their start."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from running import run

from iamsim.analysis.answer import answers
from iamsim.analysis.stale_readers import stale_readers
from iamsim.inputs.scenario import load_scenario
from iamsim.language.errors import InputError
from iamsim.model.workload import Read
from iamsim.simulator.rotation import rotate
from iamsim.simulator.rotation_run import RotationStart

A = "111122223333"
SECRET = f"arn:aws:secretsmanager:us-east-1:{A}:secret:db-AbCdEf"
WORLD = f"""
    secrets: {{db: {{value: {{username: app, password: hunter2}}}}}}
    roles:
      reads:
        path: /teams/
        trust: &tasks
          Version: "2012-10-17"
          Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: "sts:AssumeRole"}}
        policies:
          p: {{Version: "2012-10-17", Statement: {{Effect: Allow, Action: "secretsmanager:*", Resource: "*"}}}}
      bare: {{trust: *tasks}}
      poor: {{trust: *tasks}}
    functions: {{f: {{role: reads}}}}
    workloads:
      web: {{kind: ecs-task, execution_role: reads, reads: ["{SECRET}:password::"]}}
      swapped: {{kind: ecs-task, execution_role: bare, role: reads, reads: ["{SECRET}"]}}
      swapped-twice: {{kind: ecs-task, execution_role: bare, role: poor, reads: ["{SECRET}"]}}
      batch: {{kind: client, role: reads, reads: [db], ttl: 0}}
"""


@pytest.fixture
def file(tmp_path):
    def written(account, questions="  []"):
        path = tmp_path / "s.iamsim.yaml"
        path.write_text(f"accounts:\n  a:\n    id: '{A}'\n{account}\nquestions:\n{questions}\n", encoding="utf-8")
        return path

    return written


def ask(*lines):
    return "\n".join(f"  - ask: '{line}'" for line in lines)


def test_a_workload_has_the_arns_of_what_it_names(file):
    workload = load_scenario(file(WORLD)).world.workload(f"arn:aws:iamsim:us-east-1:{A}:workload/web")
    assert workload.execution_role == f"arn:aws:iam::{A}:role/teams/reads"
    assert workload.reads == (Read(f"{SECRET}:password::", "parameter"),)
    assert (workload.reads[0].id, workload.reads[0].key) == (SECRET, "password")


@pytest.mark.parametrize(
    ("kind", "written", "ttl"),
    [
        ("lambda", "function: f", 300),  # userguide/retrieving-secrets_lambda.html: SECRETS_MANAGER_TTL
        ("client", "role: reads", 3600),  # userguide/retrieving-secrets_cache-python.html: secret_refresh_interval
        ("client", "role: reads, ttl: 60", 60),
        ("ecs-task", "execution_role: reads", None),  # "must launch a new task"
    ],
)
def test_how_long_a_value_is_kept(file, kind, written, ttl):
    account = f"{WORLD}      other: {{kind: {kind}, {written}, reads: [db]}}"
    assert load_scenario(file(account)).world.workload(f"arn:aws:iamsim:us-east-1:{A}:workload/other").ttl == ttl


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{kind: task, reads: [db]}", "`task` is no kind of workload"),
        ("{role: reads}", "`kind`"),
        ("{kind: ecs-task, reads: [db]}", "the kind `ecs-task` needs `execution_role`"),
        ("{kind: client, role: reads}", "the kind `client` needs `reads`"),
        ("{kind: client, role: reads, reads: [db], cluster: x}", "the kind `client` takes no `cluster`"),
        ("{kind: client, role: nobody, reads: [db]}", "the account has no role `nobody`"),
        ("{kind: lambda, function: nothing, reads: [db]}", "the account has no function `nothing`"),
        (
            "{kind: eks-irsa, role: reads, provider: p, namespace: n, service_account: s, reads: [db]}",
            "the account has no oidc provider `p`",
        ),
        ("{kind: eventbridge-rule, function: f, rotates: other}", "the account has no secret `other`"),
        ("{kind: client, role: reads, reads: ['arn:aws:ssm']}", "ARN"),
        ("{kind: client, role: reads, reads: ['arn::::::']}", "ARN"),
        ("{kind: client, role: reads, reads: ['arn:aws:s3:::bucket']}", "the ARN of no secret and no parameter"),
        ("{kind: eventbridge-rule, function: f, rotates: 'arn:aws:secretsmanager'}", "ARN"),
        ("{kind: client, role: reads, reads: [db], ttl: -1}", "kept for 0 to 31,536,000 seconds"),
        ("{kind: client, role: reads, reads: [db], ttl: 99999999999999}", "kept for 0 to 31,536,000 seconds"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(file, written, says):
    path = file(f"{WORLD}      other: {written}")
    with pytest.raises(InputError, match=says):
        load_scenario(path)
    ended = run("explain", path)
    assert (ended.code, ended.out) == (2, "")
    assert "s.iamsim.yaml:" in ended.err
    assert "hunter2" not in ended.err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a:role/reads can start", "no role starts"),
        ("a:workload/other can start", "`a` has no workload `other`"),
        (f"arn:aws:iamsim:us-east-1:{A}:workload/web can start", "no ARN starts"),
        ("a:workload/web can GetSecretValue on a:secret/db", "no workload calls"),
        ("a:role/reads can GetSecretValue on a:workload/web", "no workload can be asked for"),
    ],
)
def test_only_workloads_start_and_that_is_all_they_do(file, line, says):
    with pytest.raises(InputError, match=says):
        load_scenario(file(WORLD, ask(line)))


def test_a_glob_asks_about_every_workload_by_itself(file):
    scenario = load_scenario(file(WORLD, ask("a:workload/* can start")))
    found = {
        a.asked.caller.rpartition("/")[2]: a.outcome.decision for a in answers(scenario.world, scenario.questions[0])
    }
    assert found == {"web": "allowed", "swapped": "implicitDeny", "swapped-twice": "implicitDeny", "batch": "allowed"}


def test_the_other_role_is_named_where_it_may(file):
    path = file(WORLD, ask("a:workload/swapped can start", "a:workload/swapped-twice can start"))
    printed = json.loads(run("explain", path, "--format", "json").out)
    found, without = (question["answers"][0]["start"] for question in printed["questions"])
    assert "the task role, a:role/teams/reads, may GetSecretValue" in found["note"]
    assert [act["what"] for act in found["acts"]] == ["AssumeRole", "AssumeRole", "GetSecretValue"]
    assert (found["decision"], without["note"]) == ("implicitDeny", None)
    shown = " ".join(run("explain", path).out.split())
    assert "a:workload/swapped does not start: GetSecretValue fails with AccessDeniedException" in shown
    assert shown.count("Note the task role") == 1


def test_no_value_is_shown_but_in_the_answer_of_a_call(file):
    path = file(WORLD, ask("a:workload/* can start", "a:workload/web can start"))
    for form in ("text", "json", "cases"):
        assert "hunter2" not in run("explain", path, "--format", form, "--reveal").out


ROTATES = """
    secrets:
      master: {value: {username: admin, password: example}}
      db:
        value: {VALUE}
        rotation: {function: rotate}
    functions:
      rotate:
        role: all
        rotation: TEMPLATE
        policy:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Principal: {Service: secretsmanager.amazonaws.com}, Action: "lambda:*", Resource: "*"}
    roles:
      all:
        trust:
          Version: "2012-10-17"
          Statement:
            Effect: Allow
            Principal: {Service: [lambda.amazonaws.com, ecs-tasks.amazonaws.com]}
            Action: sts:AssumeRole
        policies:
          p: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "*", Resource: "*"}}
      bare: {}
    workloads:
      hour: {kind: client, role: all, reads: [db]}
      minute: {kind: client, role: all, reads: [db], ttl: 60}
      task: {kind: ecs-task, execution_role: all, reads: ["SECRET"]}
      pinned: {kind: client, role: all, reads: ["SECRET:::00000000-0000-0000-0000-000000000001"]}
      elsewhere: {kind: client, role: all, reads: [master]}
      refused: {kind: client, role: bare, reads: [db]}
"""
MASTER = f"arn:aws:secretsmanager:us-east-1:{A}:secret:master-AbCdEf"
STRATEGIES = [
    ("single-user", "username: app, password: example", False),
    ("alternating-users", f"username: app, password: example, masterarn: {MASTER}", True),
    ("generic", "token: example", None),
]


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
@pytest.mark.parametrize(("template", "value", "works"), STRATEGIES)
def test_who_may_hold_the_old_value_and_whether_it_still_works(file, template, value, works):
    text = ROTATES.replace("TEMPLATE", template).replace("VALUE", value).replace("SECRET", SECRET)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    played = rotate(load_scenario(file(text)).world, RotationStart(SECRET, time=noon))
    assert played.completed
    found = {reader.workload.name: (reader.until, reader.works) for reader in stale_readers(played)}
    assert found == {
        "hour": (datetime(2026, 3, 1, 13, tzinfo=UTC), works),
        "minute": (datetime(2026, 3, 1, 12, 1, tzinfo=UTC), works),
        "task": (None, works),
    }


def test_nobody_holds_an_old_value_where_none_was_replaced(file):
    text = ROTATES.replace("TEMPLATE", "single-user").replace("VALUE", STRATEGIES[0][1]).replace("SECRET", SECRET)
    made = load_scenario(
        file(text.replace("[lambda.amazonaws.com, ecs-tasks.amazonaws.com]", "ecs-tasks.amazonaws.com"))
    )
    played = rotate(made.world, RotationStart(SECRET))
    assert not played.completed
    assert stale_readers(played) == ()


def test_rotate_names_who_may_hold_the_old_value(file):
    text = ROTATES.replace("TEMPLATE", "single-user").replace("VALUE", STRATEGIES[0][1]).replace("SECRET", SECRET)
    path = file(text)
    shown = " ".join(run("rotate", path, "db", "--at", "2026-03-01T12:00:00Z").out.split())
    assert (
        "Cached a:workload/hour may hold the old value until 2026-03-01T13:00:00Z, and the database does NOT" in shown
    )
    assert "Cached a:workload/task may hold the old value until it starts anew" in shown
    printed = json.loads(run("rotate", path, "db", "--format", "json").out)
    assert [(r["workload"].rpartition("/")[2], r["works"]) for r in printed["aftermath"]["stale"]] == [
        ("hour", False),
        ("minute", False),
        ("task", False),
    ]
