"""The questions of a scenario file: what is asked of whom, and what is expected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from iamsim.inputs.own_account import elsewhere, stands_elsewhere
from iamsim.inputs.resolve import Resolver
from iamsim.inputs.secret_values import bytes_of
from iamsim.inputs.times import time_of
from iamsim.language.assertion import Assertion, Form, Given, Kind, Setting
from iamsim.language.assertion_parser import parse_assertion, parse_because
from iamsim.language.errors import LanguageError
from iamsim.model.policy import PolicyType
from iamsim.model.question import AskedCall, Because, Question
from iamsim.services.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from iamsim.inputs import scenario_file as written
    from iamsim.inputs.names import Names
    from iamsim.inputs.spot import Spot
    from iamsim.model.question import Party

Line = TypeVar("Line")

VERDICTS = ("allowed", "explicitDeny", "implicitDeny", "unknown", "denied")
"""What can be expected of a call, beside an AWS error code; `denied` is either deny."""

MAX_CALLS = 100_000
"""Calls that all questions of a file stand for, together."""


def questions_of(file: written.ScenarioFile, names: Names, spot: Spot) -> tuple[Question, ...]:
    """The questions of a file, without those that have problems, which are noted."""
    found = read_questions(file.questions, names, spot.at("questions"))
    return tuple(question for question in found if question)


def read_questions(listed: Iterable[written.Question], names: Names, spot: Spot) -> list[Question | None]:
    """The questions of a list; None for one that has problems, which are noted."""
    reader = _Reader(Resolver(names))
    return [reader.question(question, spot.at(i)) for i, question in enumerate(listed)]


@dataclass
class _Reader:
    """Reads questions one after the other."""

    resolver: Resolver
    calls: int = 0

    def question(self, question: written.Question, spot: Spot) -> Question | None:
        if spot.problems.many:
            return None
        assertion = _parsed(parse_assertion, question.ask, "ask-syntax", spot.at("ask"))
        because = self.because(question.because, spot.at("because"))
        if assertion is None or not _expectation_fits(assertion.form, question.expect, spot.at("expect")):
            return None
        time = time_of(question.at, spot.at("at"))
        try:
            calls = self.asked(
                assertion,
                question,
                time,
                parameters_of(assertion.action.text, question.parameters, spot.at("parameters")),
            )
        except LanguageError as error:
            spot.problems.add_language("unknown-name", error, spot.source, (*spot.pointer, "ask"))
            return None
        following = (self.question(next_, spot.at("then", i)) for i, next_ in enumerate(question.then))
        then = tuple(asked for asked in following if asked)
        if len(calls) > 1 and (then or question.labels):
            spot.at("ask").wrong("several-calls", "what follows needs one call, and this stands for several", _ONE_CALL)
        return Question(
            question.ask,
            assertion,
            calls,
            question.expect,
            because,
            question.lesson,
            question.message,
            question.labels,
            then,
            spot.source.child((*spot.pointer, "ask")),
        )

    def asked(
        self, assertion: Assertion, question: written.Question, time: datetime | None, parameters: dict[str, Any]
    ) -> tuple[AskedCall, ...]:
        """Every call of a question."""
        line = question.ask
        resources = self.resolver.asked(assertion.resource, line, assertion.action.text, question.parameters)
        if self.calls <= MAX_CALLS:
            callers = list(self.callers(assertion, line, question.expect or _EXPECTED[assertion.form]))
            self.calls += len(callers) * len(resources)
        if self.calls > MAX_CALLS:
            message = f"the questions of this file stand for more than {MAX_CALLS:,} calls"
            raise LanguageError(message, line, help_="ask less in one file")
        action = assertion.action.text
        context = _context(assertion.settings)
        calls = tuple(
            AskedCall(caller, action, resource, *context, expect, parameters, time)
            for caller, expect in callers
            for resource in resources
        )
        away = [asked for asked in calls if stands_elsewhere(action, asked.caller, asked.resource)]
        if not away:
            return calls
        # of everybody else, those of other accounts cannot even ask
        spared = assertion.form in (Form.ONLY, Form.NO_ONE_OUTSIDE) and len(away) < len(calls)
        if not spared or any(asked.expect != "denied" for asked in away):
            raise elsewhere(action, line, *assertion.resource.word.span)
        return tuple(asked for asked in calls if not stands_elsewhere(action, asked.caller, asked.resource))

    def callers(self, assertion: Assertion, line: str, expect: str) -> Iterator[tuple[Party, str]]:
        """Who is asked about, each with what is expected of the calls."""
        if assertion.form is Form.START:
            yield from ((arn, expect) for name in assertion.callers for arn in self.resolver.workloads(name, line))
            return
        also = (Kind.FUNCTION,) if assertion.form is Form.ROTATE else ()
        named = [party for name in assertion.callers for party in self.resolver.callers(name, line, also)]
        for caller in named:
            yield caller, expect
        if assertion.form is Form.ONLY:
            arns = frozenset(party for party in named if isinstance(party, str))
            spared = arns | self.resolver.sessions_of(arns)
            yield from ((arn, "denied") for arn in self.resolver.principals if arn not in spared)
        if assertion.scope is not None:
            inside = self.resolver.inside(assertion.scope, line)
            yield from ((arn, expect) for arn in self.resolver.principals if arn.split(":")[4] not in inside)

    def because(self, text: str | None, spot: Spot) -> Because | None:
        because = _parsed(parse_because, text, "because-syntax", spot) if text is not None else None
        if because is None:
            return None
        types = [kind.value for kind in PolicyType]
        if because.type.text not in types:
            message = f"`{because.type.text[:100]}` is no policy type"
            help_ = spot.nearest(because.type.text, types)
            error = LanguageError(message, text or "", *because.type.span, help_=help_)
            spot.problems.add_language("unknown-policy-type", error, spot.source, spot.pointer)
            return None
        account = self.resolver.names.account(because.account.text) if because.account else None
        if because.account and account is None:
            message = f"no account of the file is called `{because.account.text[:100]}`"
            help_ = spot.nearest(because.account.text, self.resolver.names.accounts)
            error = LanguageError(message, text or "", *because.account.span, help_=help_)
            spot.problems.add_language("unknown-account", error, spot.source, spot.pointer)
        return Because(PolicyType(because.type.text), account, because.sid.text if because.sid else None)


_EXPECTED = {
    Form.CAN: "allowed",
    Form.CANNOT: "denied",
    Form.ONLY: "allowed",
    Form.NO_ONE_OUTSIDE: "denied",
    Form.ROTATE: "allowed",
    Form.START: "allowed",
}
"""What a form expects of its callers where the file does not say."""

_ERROR_CODE = re.compile(r"[A-Z][a-z]+(?:[A-Z]+[a-z]*)+|[A-Z]{2,}(?:[A-Z][a-z]+)+")
_DENIALS = ("explicitDeny", "implicitDeny", "denied")


def _expectation_fits(form: Form, expect: str | None, spot: Spot) -> bool:
    if expect is None:
        return True
    word = expect[:1].lower() + expect[1:]
    if expect not in VERDICTS and (word in VERDICTS or not _ERROR_CODE.fullmatch(expect)):
        help_ = spot.nearest(word, VERDICTS) if word in VERDICTS else _EXPECT_HELP
        spot.wrong("unknown-expectation", f"`{expect[:100]}` is no verdict and no AWS error code", help_)
        return False
    contradicts = {Form.CANNOT: ("allowed",), Form.NO_ONE_OUTSIDE: ("allowed",), Form.ONLY: _DENIALS}
    if expect in contradicts.get(form, ()):
        help_ = f"leave `expect` out, or ask `… {'can' if form is Form.CANNOT else 'cannot'} …`"
        spot.wrong("expectation-contradicts", f"`{form.value} …` contradicts `{expect}`", help_)
        return False
    return True


_EXPECT_HELP = f"write {', '.join(f'`{verdict}`' for verdict in VERDICTS)} or a code such as `InvalidRequestException`"


def _context(
    settings: tuple[Setting, ...],
) -> tuple[dict[str, str | tuple[str, ...]], tuple[str, ...], tuple[str, ...]]:
    """What a `with` says: values, unknown keys, absent keys."""
    values: dict[str, str | tuple[str, ...]] = {}
    for setting in settings:
        if isinstance(setting.value, tuple):
            values[setting.key.text] = tuple(word.text for word in setting.value)
        elif not isinstance(setting.value, Given):
            values[setting.key.text] = setting.value.text
    unknown = tuple(s.key.text for s in settings if s.value is Given.UNKNOWN)
    return values, unknown, tuple(s.key.text for s in settings if s.value is Given.ABSENT)


def parameters_of(action: str, given: Mapping[str, Any], spot: Spot) -> dict[str, Any]:
    """The parameters of a call as they are written. What its operation takes as bytes stands in base64, as for the AWS CLI.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html#parameter-type-blob
    """
    operation = OPERATIONS.get(action) if given else None
    blobs = {parameter.name for parameter in operation.parameters if parameter.kind is bytes} if operation else set()
    return {
        name: bytes_of(value, spot.at(name)) if name in blobs and value is not None else value
        for name, value in given.items()
    }


_ONE_CALL = "ask about one caller and one resource"


def _parsed(parse: Callable[[str], Line], text: str, code: str, spot: Spot) -> Line | None:
    try:
        return parse(text)
    except LanguageError as error:
        spot.problems.add_language(code, error, spot.source, spot.pointer)
        return None
