"""Assertions: what has to hold in a world, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.analysis.answer import answers, answers_in_a_row
from iamsim.analysis.report import ASSERTION, Place, Result, State, Unknown
from iamsim.analysis.strangers import UNKNOWN_OF_STRANGERS, UNLISTED, outside_organization, with_strangers
from iamsim.engine.decision import Decision
from iamsim.language.assertion import Form
from iamsim.language.diagnostic import Label, Severity
from iamsim.language.unknown_text import readable, unknown_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iamsim.analysis.answer import Answer
    from iamsim.analysis.checked import Checked
    from iamsim.analysis.explain import AuthorizationExplanation, Cause
    from iamsim.language.source import Source
    from iamsim.model.policy import Policy
    from iamsim.model.question import AskedCall, Because, ContextText, Party, Question
    from iamsim.model.world import World

MAX_SHOWN = 3
"""Callers of one assertion that are told of one by one."""

OPEN_FORMS = (Form.ONLY, Form.NO_ONE_OUTSIDE)
"""The forms that say something of everybody, also of those whom no file lists."""


@dataclass(frozen=True)
class Asserted:
    """A question that has to be answered as it says. `reason` is why.

    `open`: what it says of everybody has to hold also for those whom no file lists; `inside` are the accounts of which it
    says nothing, `organization` whether it says nothing of the organization, `also` callers of other files.
    """

    question: Question
    severity: Severity = Severity.ERROR
    reason: str = ""
    open: bool = False
    inside: frozenset[str] = frozenset()
    organization: bool = False
    also: tuple[str, ...] = ()


class _Found(NamedTuple):
    """One call of an assertion: whether it surely is as expected, surely not (False) or neither; who calls, if made up."""

    answer: Answer
    met: bool | None
    words: str = ""


def results_of(checked: Checked, asserted: Asserted) -> Iterator[Result]:
    """What becomes of an assertion, and of those that are asked after it.

    Raises:
        InputError: it asks for an operation that is not modelled.
    """
    question = _with_context(asserted.question, checked)
    if question.assertion.form in OPEN_FORMS and question.calls and asserted.open:
        yield _result(checked, asserted, question, list(_of_everybody(checked, asserted, question)))
        return
    for asked, found in answers_in_a_row(checked.world, question):
        yield _result(checked, asserted, asked, [_Found(answer, _met(answer)) for answer in found])


def _of_everybody(checked: Checked, asserted: Asserted, question: Question) -> Iterator[_Found]:
    """The calls of those whom the files list, and of those whom they do not."""
    first, spared = question.calls[0], {call.caller for call in question.calls if isinstance(call.caller, str)}
    resources = dict.fromkeys(call.resource for call in question.calls)
    contexts = outside_organization(checked.world) if asserted.organization else ({},)

    def played(world: World, calls: Iterable[AskedCall], because: Because | None = None) -> Iterator[Answer]:
        asked = tuple(_outside(call, context) for call in calls for context in contexts)
        return answers(world, replace(question, calls=asked, because=because))

    also = [arn for arn in asserted.also if arn not in spared]
    denied = [replace(first, caller=arn, resource=resource, expect="denied") for arn in also for resource in resources]
    for answer in (*played(checked.world, question.calls, question.because), *played(checked.world, denied)):
        yield _Found(answer, _met(answer))
    listed = frozenset(arn.split(":", 5)[4] for arn in checked.places if arn.count(":") >= 5)
    partition = next((arn.split(":")[1] for arn in resources if ":" in arn), "aws")
    world, strangers = with_strangers(
        checked.world, listed, asserted.inside, partition, organization=asserted.organization
    )
    for stranger in strangers:
        asked = replace(first, caller=stranger.arn, expect="denied", unknown=(*first.unknown, *UNKNOWN_OF_STRANGERS))
        calls = [_outside(replace(asked, resource=resource), stranger.context) for resource in resources]
        for answer in played(world, calls):
            met = _met(answer)
            yield _Found(answer, None if met is False and not stranger.certain else met, stranger.words)


def _outside(call: AskedCall, context: Mapping[str, ContextText]) -> AskedCall:
    """The call with what is known of its caller; what is said of every call goes before."""
    said = {key.lower() for key in (*call.context, *call.absent)}
    told = {key: value for key, value in context.items() if key.lower() not in said}
    keys = {key.lower() for key in told} | said
    unknown = tuple(key for key in call.unknown if key.lower() not in keys)
    return replace(call, context={**call.context, **told}, unknown=unknown)


def _with_context(question: Question, checked: Checked) -> Question:
    """The question with what is said of every call, and nothing said of what the files do not say."""
    given = {key.lower() for key in checked.context}
    calls = []
    for asked in question.calls:
        told = given | {key.lower() for key in (*asked.context, *asked.absent)}
        unknown = tuple(key for key in checked.unknown if key.lower() not in told)
        context: dict[str, Any] = {k: v for k, v in checked.context.items() if k.lower() not in _lower(asked)}
        calls.append(replace(asked, context={**context, **asked.context}, unknown=(*asked.unknown, *unknown)))
    then = tuple(_with_context(following, checked) for following in question.then)
    return replace(question, calls=tuple(calls), then=then)


def _lower(asked: AskedCall) -> set[str]:
    return {key.lower() for key in (*asked.context, *asked.absent, *asked.unknown)}


def _met(answer: Answer) -> bool | None:
    if answer.reason_open and False not in (answer.message_met, answer.labels_met):
        return None
    if answer.met:
        return True
    return None if answer.outcome.decision is Decision.UNKNOWN and not answer.verdict_met else False


def _result(checked: Checked, asserted: Asserted, question: Question, found: list[_Found]) -> Result:
    wrong = [each for each in found if each.met is False]
    unsure = [each for each in found if each.met is None]
    state = State.FAILED if wrong else State.UNDECIDED if unsure else State.PASSED
    decisive = wrong or unsure
    notes = [_told(each, checked) for each in decisive[1:MAX_SHOWN]]
    more = len(decisive) - MAX_SHOWN
    notes += [f"and {more} more calls of it"] if more > 0 else []
    return Result(
        ASSERTION,
        asserted.severity,
        _told(decisive[0], checked) if decisive else "it holds",
        question.ask,
        tuple(dict.fromkeys((*_ask_place(question), *_blamed(checked, decisive[:MAX_SHOWN])))),
        state,
        asserted.reason or question.lesson if state is not State.PASSED else "",
        tuple(notes),
        unknowns=tuple(dict.fromkeys(_unknowns(checked, unsure))) if state is State.UNDECIDED else (),
        ask=question.ask,
        world=checked.world,
    )


def _told(found: _Found, checked: Checked) -> str:
    """What came of a call, in the words of `ask` and `because` lines."""
    asked, outcome = found.answer.asked, found.answer.outcome
    who = found.words or _called(asked.caller, checked)
    what = asked.action if asked.resource == "*" else f"{asked.action} on {_called(asked.resource, checked)}"
    if found.words and found.met is None and outcome.decision is Decision.ALLOWED:
        return f"{who} could {what}, if there is one"
    code = f" ({outcome.error.code})" if outcome.error else ""
    why = ", ".join(kind.value for kind in outcome.decided_by)
    because = f" because of {why}" if why and outcome.decision is not Decision.ALLOWED else ""
    if found.answer.verdict_met:
        missed = "whether for the reason given is not known" if found.met is None else f"{_missed(found.answer)} is not"
        return f"{who}: {what} is `{outcome.decision.value}`{because} as expected, but {missed}"
    return f"{who}: {what} is `{outcome.decision.value}`{code}{because}, and `{asked.expect}` is expected"


def _missed(answer: Answer) -> str:
    wrong = {"the reason": answer.reason_met, "the message": answer.message_met, "the labels": answer.labels_met}
    return " and ".join(what for what, met in wrong.items() if met is False)


def _called(party: Party, checked: Checked) -> str:
    if not isinstance(party, str):
        return ", ".join(party.values())
    return checked.thing(party) or readable(party)


def _ask_place(question: Question) -> Iterator[Place]:
    if question.source is not None:
        yield Place(Label(question.source))


def _blamed(checked: Checked, found: Iterable[_Found]) -> Iterator[Place]:
    """The policies that decided against what is asserted: the nearest statement, or the policy."""
    for each in found:
        deciding = each.answer.explanation.deciding
        if deciding is None:
            yield from (place for e in each.answer.explanation.authorizations for place in _granting(checked, e))
            continue
        for cause in deciding.main_causes:
            yield from _place_of_cause(checked, cause)
        for seen in deciding.undecided[:1]:
            if seen.policy.source is not None:
                yield _place(checked, seen.policy, seen.index)


def _granting(checked: Checked, explained: AuthorizationExplanation) -> Iterator[Place]:
    """The statement that grants most directly."""
    path = explained.trace.nearest
    steps = [s for step in path.steps for s in step.statements if s.matched] if path else []
    for trace in [*([path.granted] if path and path.granted else []), *steps][:1]:
        if trace.policy.policy.source is not None:
            yield _place(checked, trace.policy.policy, trace.statement.index)


def _place_of_cause(checked: Checked, cause: Cause) -> Iterator[Place]:
    for seen in cause.statements[:1]:
        if seen.policy.source is not None:
            yield _place(checked, seen.policy, seen.index)
    if not cause.statements:
        yield from (_place(checked, policy, None) for policy in cause.policies[:1] if policy.source is not None)


def _place(checked: Checked, policy: Policy, statement: int | None) -> Place:
    assert policy.source is not None  # noqa: S101 - the callers look
    pointer = () if statement is None else ("Statement", statement)
    source = policy.source
    things = (p.thing for p in checked.places.values() if p.thing and _holds(p.label.source, source))
    return Place(Label(source, pointer), next(things, "") or readable(policy.name))


def _holds(outer: Source, inner: Source) -> bool:
    """Whether one source is a part of the other."""
    return outer.name == inner.name and bool(outer.base) and inner.base[: len(outer.base)] == outer.base


def _not_told(checked: Checked, answer: Answer) -> Iterator[Unknown]:
    """What a workload reads of which no file tells."""
    for act in answer.start.acts if answer.start else ():
        if act.outcome and act.decision is Decision.UNKNOWN and not act.outcome.authorizations:
            about = act.outcome.about
            told = [checked.unknowns[part] for part in unknown_names(about) if part in checked.unknowns]
            yield from told or (Unknown(readable(about), "no file tells what it is, or its value"),)


def _unknowns(checked: Checked, found: Iterable[_Found]) -> Iterator[Unknown]:
    """What an answer hangs on, each with the option that would tell it."""
    for each in found:
        if each.met is None and each.answer.outcome.decision is Decision.ALLOWED:
            yield Unknown("the caller", f"whether there is {each.words}")
            continue
        yield from _not_told(checked, each.answer)
        for explained in each.answer.explanation.authorizations:
            evaluation = explained.evaluation
            for part in evaluation.unknown_parts:
                named = Unknown("the caller", each.words) if part == UNLISTED else Unknown(part, "")
                yield checked.unknowns.get(part) or named
            for key in evaluation.missing_context_values:
                yield Unknown(key, "a context key that nobody gives", f"--context {key}=VALUE")
            for seen in explained.undecided:
                if not seen.policy.known:
                    yield checked.unknowns.get(seen.policy.name) or Unknown(readable(seen.policy.name), "its text")
