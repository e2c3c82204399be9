"""Questions answered: each call of a question is played, and held against what is expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.analysis.explain import Explanation, explain
from iamsim.engine.decision import Decision
from iamsim.language.assertion import Form
from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.language.errors import InputError
from iamsim.model.policy import PolicyType
from iamsim.services.operations import OPERATIONS
from iamsim.services.ssm.naming import BY_NAME, name_in
from iamsim.simulator.call import REFUSED, Call, Outcome
from iamsim.simulator.row import rotation_behind
from iamsim.simulator.simulate import simulate, simulate_authorization

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.model.question import AskedCall, Because, ContextText, Question
    from iamsim.model.world import World
    from iamsim.simulator.rotation_run import RotationRun
    from iamsim.simulator.workload_run import WorkloadRun

DENIED = "denied"
ROTATE = "rotate"
"""What stands for an operation in `F can rotate S`."""


@dataclass(frozen=True)
class Answer:
    """One call of a question, explained, and whether it is as expected.

    `reason_met`, `message_met` and `labels_met` are None where nothing is said of them. `rotation` is the one that was asked
    about, whose outcome is that of the act that decides; `start` likewise the start of a workload. `reason_open`: what is not
    known could decide the reason otherwise.
    """

    asked: AskedCall
    explanation: Explanation
    verdict_met: bool
    reason_met: bool | None = None
    message_met: bool | None = None
    labels_met: bool | None = None
    rotation: RotationRun | None = None
    start: WorkloadRun | None = None
    reason_open: bool = False

    @property
    def outcome(self) -> Outcome:
        """What came of the call."""
        return self.explanation.outcome

    @property
    def labels(self) -> dict[str, int] | None:
        """Where the staging labels are afterwards, of the secret that is rotated or that the call is about."""
        about = self.rotation.start.secret if self.rotation else self.outcome.about
        return labels_after(self.outcome.world, about)

    @property
    def met(self) -> bool:
        """Whether everything is as expected."""
        return self.verdict_met and False not in (self.reason_met, self.message_met, self.labels_met)


def answers(world: World, question: Question) -> Iterator[Answer]:
    """Play every call of a question.

    Raises:
        InputError: the question asks for an operation that is not modelled.
    """
    for asked in question.calls:
        played = play(world, asked, question)
        explanation = explain(played.outcome)
        met = meets(explanation.outcome, asked.expect)
        expected = met and question.because is not None and explanation.outcome.decision is not Decision.ALLOWED
        reason = decided_as(explanation, question.because) if expected and question.because else None
        message = _message_met(explanation.outcome, question.message)
        answer = Answer(asked, explanation, met, reason, message, None, played.rotation, played.start)
        labels = None if question.labels is None else answer.labels == question.labels
        hangs = reason is not None and question.because is not None and reason_is_open(explanation, question.because)
        yield replace(answer, labels_met=labels, reason_open=hangs)


def answers_in_a_row(world: World, question: Question) -> Iterator[tuple[Question, list[Answer]]]:
    """A question with its answers, then those that are asked of the world that it leaves.

    A call whose outcome is not known, or that fails, leaves the world as it was.

    Raises:
        InputError: as `answers`.
    """
    found = list(answers(world, question))
    yield question, found
    for following in question.then:
        world = found[-1].outcome.world if found else world
        for asked, found in answers_in_a_row(world, following):
            yield asked, found


def _message_met(outcome: Outcome, expected: str | None) -> bool | None:
    if expected is None:
        return None
    return outcome.error is not None and outcome.error.message == expected


def labels_after(world: World, about: str) -> dict[str, int] | None:
    """The version that each staging label of a secret is on, by its number in the order they were made.

    None for what is no secret of that world.
    """
    secret = world.secret(about)
    if secret is None:
        return None
    return {stage: number for number, version in enumerate(secret.versions, 1) for stage in version.stages}


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
    then = tuple(with_expectation(following, expect, context, unknown) for following in question.then)
    return replace(question, calls=calls, because=None if expect else question.because, then=then)


class Played(NamedTuple):
    """What came of what is asked, and the rotation, or the start of a workload, if that is what is asked about."""

    outcome: Outcome
    rotation: RotationRun | None = None
    start: WorkloadRun | None = None


def play(world: World, asked: AskedCall, question: Question) -> Played:
    """Play one call: the whole call with all that it sets going, or a single authorization, a rotation, a start."""
    context = {**asked.context, **dict.fromkeys(asked.absent)}
    region = asked.resource.split(":")[3] if asked.resource.count(":") > 3 else ""
    call = Call(asked.action, asked.caller, _parameters(world, asked), context, asked.unknown, region, asked.time)
    if ":" in asked.action:
        return Played(simulate_authorization(world, call, asked.resource))
    try:
        if asked.action == ROTATE:
            return _rotated(world, call, asked.resource)
        return _started(world, call) if asked.action == Form.START else _called(world, call)
    except InputError as error:
        raise _located(error, question) from None


def _called(world: World, call: Call) -> Played:
    outcome = simulate(world, call)
    run = rotation_behind(outcome)
    return Played(replace(outcome, world=run.world), run) if run else Played(outcome)


def _rotated(world: World, call: Call, secret: str) -> Played:
    from iamsim.analysis.rotation_answer import outcome_of, rotated_by
    from iamsim.simulator.rotation_run import RotationStart

    start = RotationStart(secret, context=call.context, unknown=call.unknown, time=call.time)
    run = rotated_by(world, str(call.caller), start)
    return Played(outcome_of(run), run)


def _started(world: World, call: Call) -> Played:
    from iamsim.analysis.workload_answer import outcome_of, started

    run = started(world, call)
    return Played(outcome_of(run), start=run)


def _parameters(world: World, asked: AskedCall) -> dict[str, Any]:
    """The parameters of a call, with the one that names the resource."""
    operation = OPERATIONS.get(asked.action)
    named_by = operation.named_by if operation else "SecretId"
    if not named_by or asked.resource == "*":
        return dict(asked.parameters)
    return {named_by: written_as(world, asked.action, named_by, asked.resource), **asked.parameters}


def written_as(world: World, action: str, parameter: str, arn: str) -> str:
    """How a parameter of a call names what has an ARN: by its name where the call takes no ARN, else by the ARN."""
    if action in BY_NAME:
        return name_in(world, arn)
    return arn.partition(":secret:")[2][:-7] if parameter == "Name" and ":secret:" in arn else arn


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


def reason_is_open(explanation: Explanation, because: Because) -> bool:
    """Whether it hangs on what is not known that a policy type decided a refusal."""
    kind, outcome = because.policy_type, explanation.outcome
    found = [explained.evaluation for explained in explanation.authorizations]
    refused = [evaluation for evaluation in found if evaluation.decision in REFUSED]
    if kind in (PolicyType.MANAGED_KEY, PolicyType.STATE) or outcome.decision not in REFUSED or not refused:
        return False
    if any(evaluation.may_deny_by(kind) for evaluation in found if evaluation.decision is not Decision.EXPLICIT_DENY):
        return True
    sure = len(refused) + sum(e.decision is Decision.ALLOWED for e in found) == len(found)
    sure = sure and all(evaluation.opened_alone_by(kind) for evaluation in refused)
    return not sure and all(evaluation.opened_alone_by(kind, with_unknown=True) for evaluation in refused)


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
