"""Answers to the questions of a scenario, for people and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.engine.decision import Decision
from iamsim.outputs.explanation_text import explanation_text
from iamsim.outputs.headline import verdict_line, verdict_word
from iamsim.outputs.names import Names
from iamsim.outputs.paint import Paint, fold, painter
from iamsim.outputs.response import returned_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iamsim.analysis.answer import Answer
    from iamsim.model.question import Because, Question
    from iamsim.outputs.remedy_json import Fix
    from iamsim.simulator.rotation_run import RotationRun
    from iamsim.simulator.workload_run import WorkloadRun

SCHEMA = "iamsim/answers/1"


def scenario_text(
    title: str,
    answered: Sequence[tuple[Question, Sequence[Answer]]],
    *,
    width: int,
    color: bool,
    fix: Fix | None = None,
    brief: bool = False,
    reveal: bool = False,
) -> str:
    """Every question of a scenario with its answers, then its title and how many answers are as expected."""
    texts = [
        answers_text(question, answers, width=width, color=color, fix=fix, brief=brief, reveal=reveal)
        for question, answers in answered
    ]
    unmet = sum(any(not answer.met for answer in answers) for _, answers in answered)
    count = f"{len(answered)} question{'s' * (len(answered) != 1)}"
    said = f"{title}: {count}, {f'{unmet} NOT' if unmet else 'all' if len(answered) != 1 else ''} as expected"
    last = fold(" ".join(said.split(" ")), width, "Scenario  ")
    between = "\n" if brief else "\n\n"
    return between.join(texts) + "\n" + "\n".join(last) + "\n"


def answers_text(
    question: Question,
    answers: Sequence[Answer],
    *,
    width: int = 80,
    color: bool = False,
    fix: Fix | None = None,
    brief: bool = False,
    reveal: bool = False,
) -> str:
    """A question, each of its calls explained, whether that was expected, and the lesson.

    `fix` finds the remedies that are shown too; with `reveal`, so is what AWS returns, secret material too. Of a question
    about several calls, those that are as expected take one line each. In brief, only the calls in brief, their first
    remedies, and what is not as expected.
    """
    paint = painter(color=color)
    lines: list[str] = []
    for answer in answers:
        if answer.met and len(answers) > 1:
            lines += _one_line(answer, width, paint)
        else:
            lines += [explanation_text(answer.explanation, width=width, color=color, brief=brief).rstrip("\n"), ""]
            lines += _rotation(answer, width)
            lines += _start(answer, width)
            lines += returned_lines(answer.outcome) if reveal else ()
            lines += _fix(fix, answer, width, color=color, brief=brief)
    lines += [""] * bool(lines and lines[-1])
    if brief and all(answer.met for answer in answers):
        return "\n".join(lines[:-1]) + "\n"
    lines += [paint(line, "strong") for line in fold(question.ask, width, "Question  ")]
    lines += _expectation(question, answers, width, paint)
    if question.lesson:
        lines += fold(question.lesson, width, "Lesson    ")
    return "\n".join(lines) + "\n"


def _fix(fix: Fix | None, answer: Answer, width: int, *, color: bool, brief: bool) -> list[str]:
    if fix is None:
        return []
    from iamsim.outputs.remedy_text import remedies_text

    found = fix(answer.outcome)
    text = remedies_text(found, answer.outcome.world, width=width, color=color, brief=brief)
    return [text.rstrip("\n"), ""] if text else []


def _rotation(answer: Answer, width: int) -> list[str]:
    """In which step a rotation ended, and where every step is shown."""
    run = answer.rotation
    if run is None:
        return []
    from iamsim.outputs.rotation_words import ended

    names = Names(run.world)
    end = f"{ended(run)}; `iamsim rotate SCENARIO {names.thing(run.start.secret)}` shows every step"
    return [*fold(end, width, "Rotation  "), ""]


def _start(answer: Answer, width: int) -> list[str]:
    """Where the start of a workload ended, and whose permission would have done."""
    if answer.start is None:
        return []
    from iamsim.outputs.workload_words import ended, note

    said = note(answer.start)
    return [*fold(ended(answer.start), width, "Start     "), *(fold(said, width, "Note      ") if said else ()), ""]


def _one_line(answer: Answer, width: int, paint: Paint) -> list[str]:
    word, style = verdict_word(answer.explanation)
    lines = fold(verdict_line(answer.explanation, Names(answer.outcome.world)), width, f"{word:<8}")
    return [paint(lines[0][: len(word)], style) + lines[0][len(word) :], *lines[1:]]


def _expectation(question: Question, answers: Sequence[Answer], width: int, paint: Paint) -> list[str]:
    unmet = [answer for answer in answers if not answer.met]
    if not unmet:
        words = ", ".join(dict.fromkeys(answer.asked.expect for answer in answers))
        reason = f" because of {_because(question, answers[0])}" if question.because else ""
        said = f"as expected: {words}{reason}"
        return [paint(line, "good") for line in fold(said, width, "Answer    ")]
    lines: list[str] = []
    for answer in unmet:
        lines += [paint(line, "bad") for line in fold(_surprise(question, answer), width, "Answer    ")]
    return lines


def _surprise(question: Question, answer: Answer) -> str:
    error = answer.outcome.error
    found = answer.outcome.decision.value + (f" with {error.code}" if error else "")
    if answer.verdict_met and answer.message_met is False:
        return f"NOT as expected: the message `{question.message}` was expected, and it is `{error.message if error else ''}`"
    if answer.verdict_met and answer.labels_met is False:
        found = _labels(answer.labels or {})
        return f"NOT as expected: {_labels(question.labels or {})} was expected, and it is {found}"
    if answer.verdict_met and question.because:
        by = ", ".join(kind.value for kind in answer.outcome.decided_by)
        return f"NOT as expected: it is {found}, but because of {by}, not of {_because(question, answer)}"
    who = Names(answer.outcome.world).principal(answer.asked.caller)
    return f"NOT as expected: {answer.asked.expect} was expected for {who}, and it is {found}"


def _labels(labels: Mapping[str, int]) -> str:
    """`AWSCURRENT on version 2, AWSPREVIOUS on version 1`."""
    return ", ".join(f"{stage} on version {version}" for stage, version in sorted(labels.items())) or "no label"


def _because(question: Question, answer: Answer) -> str:
    """`keyPolicy of owner`."""
    because = question.because
    if because is None:
        return ""
    account = f" of {Names(answer.outcome.world).alias(because.account)}" if because.account else ""
    return because.policy_type.value + account + (f" sid {because.sid}" if because.sid else "")


def answers_json(
    title: str,
    answered: Sequence[tuple[Question, Sequence[Answer]]],
    fix: Fix | None = None,
    *,
    reveal: bool = False,
) -> dict[str, Any]:
    """All questions of a scenario with their explanations, and with what `fix` finds; with `reveal`, secret material too."""
    return {
        "schema": SCHEMA,
        "title": title,
        "met": all(answer.met for _, answers in answered for answer in answers),
        "questions": [
            {
                "ask": question.ask,
                "because": question.because and _because_json(question.because),
                "lesson": question.lesson or None,
                "answers": [_answer(answer, fix, reveal=reveal) for answer in answers],
            }
            for question, answers in answered
        ],
    }


def _because_json(because: Because) -> dict[str, Any]:
    return {"policy_type": because.policy_type.value, "account": because.account, "sid": because.sid}


def _answer(answer: Answer, fix: Fix | None, *, reveal: bool) -> dict[str, Any]:
    from iamsim.outputs.explanation_json import explanation_json

    return {
        "expected": answer.asked.expect,
        "met": answer.met,
        "reason_met": answer.reason_met,
        "message_met": answer.message_met,
        "labels_met": answer.labels_met,
        "decided": answer.outcome.decision is not Decision.UNKNOWN,
        "rotation": answer.rotation and _rotation_json(answer.rotation),
        "start": answer.start and _start_json(answer.start),
        "explanation": explanation_json(answer.explanation, fix, reveal=reveal),
    }


def _start_json(run: WorkloadRun) -> dict[str, Any]:
    from iamsim.outputs.workload_words import start_json

    return start_json(run)


def _rotation_json(run: RotationRun) -> dict[str, Any]:
    from iamsim.outputs.rotation_words import cause

    return {
        "decision": run.decision.value,
        "completed": run.completed,
        "stopped_in": run.stopped.name if run.stopped else None,
        "cause": cause(run, Names(run.world)),
    }
