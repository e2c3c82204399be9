"""Reading of rotation schedules and of the length of a rotation window. What is read, and what not: `schedule`.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from iamsim.language.errors import LanguageError
from iamsim.language.grammar import load_grammar
from iamsim.language.schedule import Cron, Rate, Steps, Unit
from iamsim.language.schedule_field import (
    DAYS,
    DAYS_OF_WEEK,
    HOURS,
    MONTH,
    SHORTEST_HOURS,
    Reader,
    field_span,
    read_field,
    token_span,
)
from iamsim.language.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark.exceptions import UnexpectedInput

LONGEST_TEXT = 256
"""Characters of a schedule expression (API_RotationRulesType)."""

LONGEST_DAYS = 999
"""Days between two rotations."""

_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_HELP = "write `rate(10 days)`, or `cron(0 8 1,15 * ? *)` for 8:00 UTC on the 1st and 15th day of every month"
_CRON_HELP = "write `cron(Minutes Hours Day-of-month Month Day-of-week Year)`, such as `cron(0 8 1,15 * ? *)`"
_FIELDS = 6


def parse_schedule(text: str) -> Rate | Cron:
    """Read a schedule expression.

    Raises:
        LanguageError: AWS does not describe such an expression, or its day never comes.
    """
    from lark.exceptions import UnexpectedInput

    if len(text) > LONGEST_TEXT:
        raise LanguageError(
            f"a schedule expression has at most {LONGEST_TEXT} characters", text, LONGEST_TEXT, None, _HELP
        )
    try:
        tree = load_grammar("schedule").parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from None
    reader = Reader(text)
    return _rate(reader, *tree.children) if tree.data == "rate" else _cron(reader, tree.children)


def parse_duration(text: str) -> int:
    """Read the `Duration` of a rotation window: `3h` is 3 hours.

    AWS takes one or two digits; the window is at least an hour and, by the rule on the end of the UTC day, at most 24.

    Raises:
        LanguageError: the text is no such length.
    """
    found = re.fullmatch(r"([0-9]{1,2})h", text)
    if found is None:
        raise LanguageError(
            f"`{text[:100]}` is no length of a rotation window", text, help_="write hours, such as `3h`"
        )
    hours = int(found[1])
    if not 1 <= hours <= 24:
        raise LanguageError(
            f"a rotation window is 1 to 24 hours long, not {hours}", text, help_="write, for example, `3h`"
        )
    return hours


def _syntax_error(text: str, error: UnexpectedInput) -> LanguageError:
    at = getattr(error, "pos_in_stream", None)
    token = getattr(error, "token", None)
    help_ = _CRON_HELP if text.startswith("cron(") else _HELP
    if not text.startswith(("cron(", "rate(")):
        return LanguageError(f"`{text[:100]}` is no schedule expression", text, 0, None, help_)
    if at is None or at >= len(text) or getattr(token, "type", "") == "$END":
        return LanguageError("the schedule expression ends too early", text, len(text), None, help_)
    return LanguageError(f"{_shown(text[at])} cannot stand here", text, at, at + 1, help_)


def _shown(character: str) -> str:
    named = f"`{character}`" if character.isprintable() else "this character"
    return "a space" if character == " " else named


def _rate(reader: Reader, value: Any, unit: Any) -> Rate:
    if not value.isdigit() or not int(value):
        raise reader.refuse(
            f"`{value}` is no positive whole number", token_span(value), "write, for example, `rate(10 days)`"
        )
    number, name = int(value), str(unit).removesuffix("s")
    if name not in tuple(Unit) or unit not in (name, f"{name}s"):
        raise reader.refuse(f"`{unit}` is no unit of a rate", token_span(unit), "write `hours` or `days`")
    right = name if number == 1 else f"{name}s"
    if unit != right:
        raise reader.refuse(f"`{unit}` does not go with {number}", token_span(unit), f"write `rate({number} {right})`")
    hours = number * (1 if name == Unit.HOUR else 24)
    if hours < SHORTEST_HOURS:
        raise reader.refuse(
            "two rotations are at least 4 hours apart", token_span(value), "write `rate(4 hours)` or more"
        )
    if hours > LONGEST_DAYS * 24:
        raise reader.refuse(
            "two rotations are at most 999 days apart", token_span(value), "write `rate(999 days)` or less"
        )
    return Rate(number, Unit(name), Span(0, len(reader.text)))


def _cron(reader: Reader, fields: Sequence[Any]) -> Cron:
    if len(fields) != _FIELDS:
        message = f"a cron expression has 6 fields, and here are {len(fields)}"
        raise reader.refuse(message, Span(5, len(reader.text) - 1), _CRON_HELP)
    minutes, hours, days, months, weekdays, year = fields
    _fixed(reader, minutes, "0", "the minute must be 0: rotation windows open on the hour")
    read = [
        read_field(reader, node, field)
        for node, field in ((hours, HOURS), (days, DAYS), (months, MONTH), (weekdays, DAYS_OF_WEEK))
    ]
    _fixed(reader, year, "*", "the year must be `*`: a schedule holds for every year")
    _one_question_mark(reader, days, weekdays)
    cron = Cron(read[0][0], read[1] or None, read[2], read[3] or None, Span(0, len(reader.text)))  # type: ignore[arg-type]
    _day_comes(reader, cron, days)
    return cron


def _fixed(reader: Reader, node: Any, wanted: str, message: str) -> None:
    if reader.written(field_span(node)) != wanted:
        raise reader.refuse(message, field_span(node), f"write `{wanted}`")


def _one_question_mark(reader: Reader, days: Any, weekdays: Any) -> None:
    spans = field_span(days), field_span(weekdays)
    open_ = [reader.written(span) == "?" for span in spans]
    if all(open_):
        raise reader.refuse("no day is given: both day fields are `?`", spans[0], "write `*` here for every day")
    if not any(open_):
        help_ = "write `?` for the other one"
        raise reader.refuse(
            "only one of Day-of-month and Day-of-week can be given", Span(spans[0].start, spans[1].end), help_
        )


def _day_comes(reader: Reader, cron: Cron, node: Any) -> None:
    months = [number for month in cron.months for number in month.values]
    longest = max(_MONTH_LENGTHS[number - 1] for number in months)
    if cron.days and all(isinstance(day, Steps) and day.first > longest for day in cron.days):
        help_ = "write a day that one of the months has, or `L` for its last"
        raise reader.refuse("none of these months has such a day", field_span(node), help_)
