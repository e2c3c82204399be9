"""Answers to the questions of a scenario, for people and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.engine.decision import Decision
from iamsim.outputs.explanation_json import explanation_json
from iamsim.outputs.explanation_text import explanation_text
from iamsim.outputs.headline import verdict_line
from iamsim.outputs.names import Names
from iamsim.outputs.paint import Paint, fold, painter
from iamsim.outputs.phrases import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iamsim.analysis.answer import Answer
    from iamsim.model.question import Question

SCHEMA = "iamsim/answers/1"


def answers_text(
    question: Question, answers: Sequence[Answer], *, width: int = 80, color: bool = False, brief: bool = False
) -> str:
    """A question, each of its calls explained, whether that was expected, and the lesson.

    Of a question about several calls, those that are as expected take one line each; so they do all when `brief`.
    """
    paint = painter(color=color)
    lines: list[str] = []
    for answer in answers:
        if answer.met and (brief or len(answers) > 1):
            lines += fold(_one_line(answer), width, f"{_WORDS[answer.outcome.decision]:<8}")
        else:
            lines += [explanation_text(answer.explanation, width=width, color=color).rstrip(), ""]
    lines += [paint(line, "strong") for line in fold(question.ask, width, "Question  ")]
    lines += _expectation(question, answers, width, paint)
    if question.lesson:
        lines += fold(question.lesson, width, "Lesson    ")
    return "\n".join(lines) + "\n"


_WORDS = {decision: word for decision, (word, _) in VERDICTS.items()}


def _one_line(answer: Answer) -> str:
    return verdict_line(answer.explanation, Names(answer.outcome.world))


def _expectation(question: Question, answers: Sequence[Answer], width: int, paint: Paint) -> list[str]:
    unmet = [answer for answer in answers if not answer.met]
    if not unmet:
        return [
            paint(line, "good") for line in fold(f"as expected ({_expected(question, answers)})", width, "Expected  ")
        ]
    lines: list[str] = []
    for answer in unmet:
        error = answer.outcome.error
        found = answer.outcome.decision.value + (f" with {error.code}" if error else "")
        why = f"{answer.asked.expect} was expected, and it is {found}"
        if answer.verdict_met and question.because:
            why = f"it is {found}, but not because of {question.because.policy_type.value}"
        lines += [paint(line, "bad") for line in fold(f"NOT as expected: {why}", width, "Expected  ")]
    return lines


def _expected(question: Question, answers: Sequence[Answer]) -> str:
    words = ", ".join(dict.fromkeys(answer.asked.expect for answer in answers))
    return words + (f" because of {question.because.policy_type.value}" if question.because else "")


def answers_json(title: str, answered: Sequence[tuple[Question, Sequence[Answer]]]) -> dict[str, Any]:
    """All questions of a scenario with their explanations."""
    return {
        "schema": SCHEMA,
        "title": title,
        "questions": [
            {
                "ask": question.ask,
                "lesson": question.lesson or None,
                "answers": [_answer(answer) for answer in answers],
            }
            for question, answers in answered
        ],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "expected": answer.asked.expect,
        "met": answer.met,
        "reason_met": answer.reason_met,
        "decided": answer.outcome.decision is not Decision.UNKNOWN,
        "explanation": explanation_json(answer.explanation),
    }
