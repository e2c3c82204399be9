"""Answers to the questions of a scenario."""

from __future__ import annotations

import json

import pytest

from iamsim.analysis.answer import answers
from iamsim.inputs.scenario import load_scenario
from iamsim.outputs.answers import answers_json, scenario_text

ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
SHOP = {
    "id": "111122223333",
    "secrets": {"db": {}},
    "users": {"ana": {"policies": {"all": ALL}}, "bob": {}},
}


@pytest.fixture
def answered(tmp_path):
    """The title of a scenario and its questions, each with its answers."""

    def answer(*questions, title="A title"):
        file = tmp_path / "s.iamsim.yaml"
        document = {"title": title, "accounts": {"shop": SHOP}, "questions": list(questions)}
        file.write_text(json.dumps(document), encoding="utf-8")
        scenario = load_scenario(file)
        return scenario.title, [(q, list(answers(scenario.world, q))) for q in scenario.questions]

    return answer


def last(text, lines):
    return text.splitlines()[-lines:]


def test_a_question_ends_with_its_answer_and_lesson(answered):
    question = {
        "ask": "shop:user/bob can GetSecretValue on shop:secret/db",
        "expect": "denied",
        "because": "identity of shop",
        "lesson": "Nobody gave bob anything.",
    }
    assert last(scenario_text(*answered(question), width=80, color=False), 5) == [
        "Question  shop:user/bob can GetSecretValue on shop:secret/db",
        "Answer    as expected: denied because of identity of shop",
        "Lesson    Nobody gave bob anything.",
        "",
        "Scenario  A title: 1 question, as expected",
    ]


def test_what_is_not_as_expected_is_told_with_what_it_is(answered):
    first = {"ask": "shop:user/bob can GetSecretValue on shop:secret/db"}
    second = {"ask": "shop:user/bob cannot GetSecretValue on shop:secret/db", "because": "scp sid Guard"}
    text = scenario_text(*answered(first, second), width=200, color=False)
    assert [line[10:] for line in text.splitlines() if line.startswith("Answer")] == [
        "NOT as expected: allowed was expected for shop:user/bob, and it is implicitDeny with AccessDeniedException",
        "NOT as expected: it is implicitDeny with AccessDeniedException, but because of identity, not of scp sid Guard",
    ]
    assert last(text, 1) == ["Scenario  A title: 2 questions, 2 NOT as expected"]


def test_several_calls_take_a_line_each(answered):
    text = scenario_text(
        *answered({"ask": "only shop:root, shop:user/ana can GetSecretValue on shop:secret/db"}), width=80, color=False
    )
    assert text.splitlines() == [
        "ALLOWED shop:root can GetSecretValue on shop:secret/db",
        "ALLOWED shop:user/ana can GetSecretValue on shop:secret/db",
        "DENIED  shop:user/bob cannot GetSecretValue on shop:secret/db",
        "DENIED  000000000000:root cannot GetSecretValue on shop:secret/db",
        "",
        "Question  only shop:root, shop:user/ana can GetSecretValue on shop:secret/db",
        "Answer    as expected: allowed, denied",
        "",
        "Scenario  A title: 1 question, as expected",
    ]


def test_of_several_calls_only_the_surprising_one_is_explained(answered):
    text = scenario_text(*answered({"ask": "shop:user/* can GetSecretValue on shop:secret/db"}), width=80, color=False)
    assert text.splitlines()[:2] == [
        "ALLOWED shop:user/ana can GetSecretValue on shop:secret/db",
        "DENIED  shop:user/bob cannot GetSecretValue on shop:secret/db",
    ]
    assert text.count("\n1. ") == 1


def test_nothing_in_a_file_reaches_the_terminal(answered):
    question = {
        "ask": 'shop:user/ana can GetSecretValue on shop:secret/db with aws:x = "\\u001b[2J"',
        "lesson": "\u202eevil \x1b]0;title\x07",
    }
    text = scenario_text(*answered(question, title="\x1b[31mred"), width=80, color=False)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "Scenario  �[31mred: 1 question" in text


def test_as_data(answered):
    question = {"ask": "shop:user/bob can GetSecretValue on shop:secret/db", "expect": "denied", "because": "scp"}
    document = answers_json(*answered(question))
    assert (document["schema"], document["title"], document["met"]) == ("iamsim/answers/1", "A title", False)
    (asked,) = document["questions"]
    assert asked["because"] == {"policy_type": "scp", "account": None, "sid": None}
    (answer,) = asked["answers"]
    assert {**answer, "explanation": 0} == {
        "expected": "denied",
        "met": False,
        "reason_met": False,
        "message_met": None,
        "labels_met": None,
        "decided": True,
        "rotation": None,
        "start": None,
        "explanation": 0,
    }
