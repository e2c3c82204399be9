"""Questions answered: each call of a question is played, and held against what is expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iamsim.analysis.explain import Explanation, explain
from iamsim.engine.decision import Decision
from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.language.errors import InputError
from iamsim.model.policy import PolicyType
from iamsim.simulator.call import REFUSED, Call, Outcome
from iamsim.simulator.simulate import simulate, simulate_authorization

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.model.question import AskedCall, Because, ContextText, Question
    from iamsim.model.world import World

DENIED = "denied"


@dataclass(frozen=True)
class Answer:
    """One call of a question, explained, and whether it is as expected; `reason_met` is None where no reason is given."""

    asked: AskedCall
    explanation: Explanation
    verdict_met: bool
    reason_met: bool | None = None

    @property
    def outcome(self) -> Outcome:
        """What came of the call."""
        return self.explanation.outcome

    @property
    def met(self) -> bool:
        """Whether everything is as expected."""
        return self.verdict_met and self.reason_met is not False


def answers(world: World, question: Question) -> Iterator[Answer]:
    """Play every call of a question.

    Raises:
        InputError: the question asks for an operation that is not modelled.
    """
    for asked in question.calls:
        explanation = explain(play(world, asked, question))
        met = meets(explanation.outcome, asked.expect)
        expected = met and question.because is not None and explanation.outcome.decision is not Decision.ALLOWED
        reason = decided_as(explanation, question.because) if expected and question.because else None
        yield Answer(asked, explanation, met, reason)


def with_expectation(
    question: Question, expect: str | None, context: Mapping[str, ContextText], unknown: tuple[str, ...]
) -> Question:
    """The question with another expectation, if one is given, and with more said of every call's context."""
    absent = tuple(key for key, value in context.items() if value is None)
    given = {key: value for key, value in context.items() if value is not None}
    calls = tuple(
        replace(
            asked,
            context={**asked.context, **given},
            absent=(*asked.absent, *absent),
            unknown=(*asked.unknown, *unknown),
            expect=expect or asked.expect,
        )
        for asked in question.calls
    )
    return replace(question, calls=calls, because=None if expect else question.because)


def play(world: World, asked: AskedCall, question: Question) -> Outcome:
    """Play one call: the whole call, or a single authorization where the action has a service prefix."""
    context = {**asked.context, **dict.fromkeys(asked.absent)}
    call = Call(asked.action, asked.caller, {"SecretId": asked.resource}, context, asked.unknown)
    if ":" in asked.action:
        return simulate_authorization(world, call, asked.resource)
    try:
        return simulate(world, call)
    except InputError as error:
        raise _located(error, question) from None


def _located(error: InputError, question: Question) -> InputError:
    """The same diagnostics, pointing at the action of the `ask` line."""
    if question.source is None:
        return error
    label = Label(question.source, inside=question.assertion.action.span)
    return InputError([Diagnostic(d.code, d.message, (label,), d.severity, d.help, d.url) for d in error.diagnostics])


def meets(outcome: Outcome, expect: str) -> bool:
    """Whether an outcome is what was expected: a verdict, `denied` for either deny, or an AWS error code."""
    if expect == DENIED:
        return outcome.decision in REFUSED
    if expect in set(Decision):
        return outcome.decision.value == expect
    return outcome.error is not None and outcome.error.code == expect


def decided_as(explanation: Explanation, because: Because) -> bool:
    """Whether a policy type decided.

    It did when a policy of it denies explicitly, or when it is closed and opening it alone would allow the call. Where the
    outcome is not known, it did when something of that type is not known.
    """
    kind, outcome = because.policy_type, explanation.outcome
    if kind in (PolicyType.MANAGED_KEY, PolicyType.STATE) or outcome.decision is Decision.UNKNOWN:
        return kind in outcome.decided_by
    refused = [e for e in explanation.authorizations if e.evaluation.decision in REFUSED]
    alone = all(explained.evaluation.opened_alone_by(kind) for explained in refused)
    for explained in refused:
        evaluation = explained.evaluation
        denies = evaluation.decision is Decision.EXPLICIT_DENY and kind in evaluation.decided_by
        causes = [*explained.causes, *(cause for way in explained.ways for cause in way.causes)]
        here = [cause for cause in causes if cause.type is kind and because.account in (None, cause.account)]
        named = because.sid is None or any(s.sid == because.sid for cause in here for s in cause.statements)
        if (denies or alone) and here and named:
            return True
    return False
