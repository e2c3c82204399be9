"""ECS tasks of templates in assertion files: `Tasks:workload/Web can start`. Expected by hand from AWS's pages.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
"""

from __future__ import annotations

import json

import pytest
from running import ROOT, run

TASKS = (ROOT / "tests" / "data" / "tasks" / "Tasks.yaml").read_text(encoding="utf-8")
WORLDS = {
    "as it is": (),
    "another role reads": (("ExecutionRoleArn: !GetAtt Execution.Arn", "ExecutionRoleArn: !GetAtt Own.Arn"),),
    "nothing is granted": (
        ("Resource: !Ref Db", "Resource: arn:aws:secretsmanager:eu-west-1:111111111111:secret:a-AbCdEf"),
    ),
    "a parameter of the template": (('!Sub "${Db}:password::"', "!Ref Url"),),
    "a secret of no file": (('!Sub "${Db}:password::"', "arn:aws:secretsmanager:us-east-1:111111111111:secret:other"),),
    "a list that is a parameter": (
        ('[{Name: app, Secrets: [{Name: PASSWORD, ValueFrom: !Sub "${Db}:password::"}]}]', "!Ref Url"),
    ),
    "a key that nobody may have put there": (("${Db}:password::", "${Db}:host::"),),
}


@pytest.fixture
def result(tmp_path, monkeypatch):
    """The result of the assertion about the task."""
    monkeypatch.chdir(tmp_path)

    def of(name, *changes):
        text = TASKS
        for before, after in changes:
            assert before in text
            text = text.replace(before, after, 1)
        (tmp_path / "Tasks.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "a.iamsim.yaml").write_text(f"assertions:\n  - ask: {name} can start\n", encoding="utf-8")
        given = ("--account", "Tasks=111111111111", "--region", "Tasks=us-east-1", "--format", "json")
        ended = run("check", "Tasks.yaml", "a.iamsim.yaml", *given)
        assert ended.err == ""
        (found,) = [each for each in json.loads(ended.out)["results"] if each["rule"] == "assertion"]
        return found

    return of


@pytest.mark.parametrize("name", ["shop-web", "Web", "Tasks.Web", "Tasks/Shop/Web"])
def test_a_task_is_called_by_its_family_its_logical_id_or_its_path(result, name):
    assert result(f"Tasks:workload/{name}")["state"] == "passed"
    assert result(f"111111111111:workload/{name}")["state"] == "passed"


@pytest.mark.parametrize(
    ("world", "state"),
    [
        ("as it is", "passed"),
        ("another role reads", "failed"),
        ("nothing is granted", "failed"),
        ("a parameter of the template", "undecided"),
        ("a secret of no file", "undecided"),
        ("a list that is a parameter", "undecided"),
        ("a key that nobody may have put there", "undecided"),
    ],
)
def test_whether_it_starts(result, world, state):
    assert result("Tasks:workload/Web", *WORLDS[world])["state"] == state


def test_what_it_hangs_on_is_named(result):
    found = result("Tasks:workload/Web", *WORLDS["a secret of no file"])
    assert [(unknown["name"], unknown["words"]) for unknown in found["unknowns"]] == [
        ("arn:aws:secretsmanager:us-east-1:111111111111:secret:other", "no file tells what it is, or its value")
    ]
    assert "Tasks/Shop/Web" in found["message"]


def test_what_would_tell_it_is_named(result):
    found = result("Tasks:workload/Web", *WORLDS["a parameter of the template"])
    assert [unknown["option"] for unknown in found["unknowns"]] == ["--parameter Tasks.Url=VALUE"]
