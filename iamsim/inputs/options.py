"""Options that name something of a scenario, a time or a schedule. What is wrong is underlined in the option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.inputs.problems import Problems
from iamsim.inputs.resolve import Resolver
from iamsim.inputs.spot import Spot, nearest
from iamsim.inputs.times import time_of
from iamsim.language.assertion import Kind
from iamsim.language.assertion_parser import parse_name
from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.language.errors import InputError, LanguageError
from iamsim.language.source import Source, Span, Spans
from iamsim.services.secretsmanager.schedules import DURATION, EXPRESSION, problem_with_rules, schedule_of

if TYPE_CHECKING:
    from datetime import datetime

    from iamsim.inputs.scenario import Scenario

SECRET, BY, AT = "SECRET", "--by", "--at"
_OPTIONS = {EXPRESSION: "--schedule", DURATION: "--duration"}


def secret_of(scenario: Scenario, text: str) -> str:
    """The ARN of a secret: `ACCOUNT:secret/NAME`, a name that only one account has, or an ARN.

    Raises:
        InputError: there is no such secret, or there are several.
    """
    names = scenario.names
    bare = ":" not in text
    written = [f"{alias}:secret/{text}" for alias in names.accounts] if bare else [text]
    found, error = _all_called(scenario, written)
    known = [name for account in names.accounts.values() for name in names.of(account, Kind.SECRET)]
    if len(found) > 1:
        help_ = f"write one of {', '.join(f'`{name}`' for name in found.values())}"
        raise _wrong(SECRET, text, "several-secrets", f"`{text[:200]}` stands for several secrets", help_)
    if not found and error is not None and not bare:
        raise _located(SECRET, "unknown-name", error)
    if not found:
        message = f"the scenario has no secret `{text[:200]}`"
        raise _wrong(SECRET, text, "unknown-secret", message, nearest(text, known) or "write `ACCOUNT:secret/NAME`")
    return next(iter(found))


def _all_called(scenario: Scenario, written: list[str]) -> tuple[dict[str, str], LanguageError | None]:
    """The secrets of the world that names stand for, with the name of each; and what is wrong with the last that is wrong."""
    resolver, found, wrong = Resolver(scenario.names), dict[str, str](), None
    for text in written:
        try:
            arns = resolver.resources(parse_name(text), text)
        except LanguageError as error:
            wrong = error
            continue
        found |= {arn: text if len(arns) == 1 else arn for arn in arns if scenario.world.secret(arn)}
    return found, wrong


def caller_of_option(scenario: Scenario, text: str) -> str:
    """The ARN of somebody who calls: `ACCOUNT:role/NAME` and its like, or an ARN.

    Raises:
        InputError: nobody is called so, or the name stands for several or for a service.
    """
    try:
        found = Resolver(scenario.names).callers(parse_name(text), text)
    except LanguageError as error:
        raise _located(BY, "unknown-name", error) from None
    if len(found) != 1 or not isinstance(found[0], str):
        message = f"`{text[:200]}` is not one user, role or session"
        raise _wrong(BY, text, "no-caller", message, "write `ACCOUNT:role/NAME`, `ACCOUNT:user/NAME` or an ARN")
    return found[0]


def time_of_option(text: str | None) -> datetime | None:
    """The time of `--at`; without an offset it is UTC.

    Raises:
        InputError: the text is no time.
    """
    problems = Problems()
    time = time_of(text, Spot(_source(AT, text or ""), (), problems))
    problems.raise_any()
    return time


def rules_of_options(schedule: str, duration: str | None) -> dict[str, Any]:
    """`RotationRules` of `--schedule` and `--duration`.

    Raises:
        InputError: AWS takes no such rules.
    """
    rules = {EXPRESSION: schedule} | ({DURATION: duration} if duration is not None else {})
    try:
        schedule_of(rules)
    except LanguageError as error:
        raise _located(_OPTIONS[EXPRESSION], "schedule-syntax", error) from None
    problem = problem_with_rules(rules)
    if problem:
        raise _wrong(_OPTIONS[DURATION], duration or "", "rotation-rules", problem)
    return rules


def _source(name: str, text: str) -> Source:
    return Source(name, text, lambda whole: Spans({(): Span(0, len(whole))}, {}))


def _located(option: str, code: str, error: LanguageError) -> InputError:
    """What is wrong with an option's text, underlined in it."""
    label = Label(_source(option, error.text), offset=Span(error.start, error.end))
    return InputError([Diagnostic(code, error.message, (label,), help=error.help)])


def _wrong(option: str, text: str, code: str, message: str, help_: str = "") -> InputError:
    return InputError([Diagnostic(code, message, (Label(_source(option, text)),), help=help_)])
