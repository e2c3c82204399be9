"""The scenarios that are shipped, from end to end: each loads, answers as it says, and is explained at any width."""

from __future__ import annotations

import json
from functools import cache

import pytest
from running import ROOT, run

from iamsim.analysis.answer import answers
from iamsim.inputs.scenario import load_scenario

FILES = sorted((ROOT / "scenarios").rglob("*.iamsim.yaml"))
NAMES = [str(file.relative_to(ROOT / "scenarios")).removesuffix(".iamsim.yaml") for file in FILES]
scenarios = pytest.mark.parametrize("file", FILES, ids=NAMES)
HIDDEN = "Access to KMS is not allowed"


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@cache
def shown(file, columns=80):
    ended = run("explain", file.relative_to(ROOT), columns=columns)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


@cache
def data(file):
    return json.loads(run("explain", file.relative_to(ROOT), "--format", "json").out)


@scenarios
def test_it_names_the_folder_that_it_stands_in_and_has_a_lesson(file):
    scenario = load_scenario(file)
    assert scenario.topic == file.parent.name
    assert scenario.title
    assert any(question.lesson for question in scenario.questions)


@scenarios
def test_every_answer_is_as_expected(file):
    scenario = load_scenario(file)
    found = [answer for question in scenario.questions for answer in answers(scenario.world, question)]
    assert found
    assert all(answer.met for answer in found)


@scenarios
def test_it_is_explained_with_its_title_and_lessons(file):
    scenario = load_scenario(file)
    out = " ".join(shown(file).split())
    assert " ".join(scenario.title.split()) in out
    assert all(" ".join(question.lesson.split()) in out for question in scenario.questions)
    assert "NOT as expected" not in out


@scenarios
@pytest.mark.parametrize("columns", [40, 80, 132])
def test_no_line_is_wider_than_the_terminal_unless_a_single_word_is(file, columns):
    for line in shown(file, columns).splitlines():
        label = line[:12].split()  # what stands before the text: a number, a label, an arrow, a bar
        assert len(line) <= columns or len(line.split()) <= 1 + len(label), line


@scenarios
def test_nothing_is_coloured_when_piped_and_all_text_is_the_same_in_colour(file):
    plain = shown(file)
    colored = run("explain", file.relative_to(ROOT), terminal=True).out
    assert "\x1b" not in plain
    assert "\x1b" in colored
    assert _without_color(colored) == plain


def _without_color(text):
    pieces = text.split("\x1b[")
    return pieces[0] + "".join(piece.partition("m")[2] for piece in pieces[1:])


@scenarios
def test_verdict_and_cause_are_in_the_first_two_lines(file):
    printed = data(file)
    first = printed["questions"][0]["answers"][0]["explanation"]
    verdict, cause = shown(file).splitlines()[:2]
    word = {"allowed": "ALLOWED", "unknown": "UNKNOWN"}.get(first["decision"], "DENIED")
    assert verdict.startswith(word)
    assert first["call"]["operation"] in verdict
    assert cause.startswith("  ")
    if first["error"] and first["error"]["message"] == HIDDEN:
        assert cause.endswith(f": {HIDDEN}")
        assert any(name in cause for name in ("key policy", "identity policy", "KMS grant"))


@scenarios
def test_every_statement_that_is_to_blame_is_shown_with_its_file(file):
    out = shown(file)
    printed = data(file)
    explained = [a["explanation"] for q in printed["questions"] if len(q["answers"]) == 1 for a in q["answers"]]
    authorizations = [authorization for explanation in explained for authorization in explanation["authorizations"]]
    causes = [c for a in authorizations for c in (*a["causes"], *(c for way in a["ways"] for c in way["causes"]))]
    for statement in (statement for cause in causes for statement in cause["statements"]):
        blamed = [check for check in statement["checks"] if check["matched"] is (statement["effect"] == "Deny")]
        assert blamed
        for check in blamed:
            assert f"   --> {check['file']}:" in out
            assert f"{check['line']:>4} | " in out
            assert " ".join(check["says"].split()) in " ".join(out.replace("     | ", " ").split())
