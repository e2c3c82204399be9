"""Reading of the fields of a cron expression: what each may hold, as a table. `schedule_parser` reads the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.language.errors import LanguageError
from iamsim.language.schedule import Day, LastDay, LastWeekday, NthWeekday, Steps
from iamsim.language.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTEST_HOURS = 4
"""Hours between two rotations. AWS says it of rotation as such; that it bounds the `/` of the hours too is inferred."""

_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class Field(NamedTuple):
    """A field of a cron expression: its numbers, the names of them, the special characters it takes, and an example."""

    name: str
    low: int
    high: int
    specials: str
    example: str
    names: tuple[str, ...] = ()
    least_step: int = 1


HOURS = Field("Hours", 0, 23, "/", "`8` or `/8`", least_step=SHORTEST_HOURS)
DAYS = Field("Day-of-month", 1, 31, ",-*?/L", "`1,15`, `1-15`, `1/2`, `*`, `?`, `L` or `SUNL`")
MONTH = Field("Month", 1, 12, ",-*/", "`JAN,JUL`, `1-3`, `1/3` or `*`", _MONTHS)
DAYS_OF_WEEK = Field("Day-of-week", 1, 7, ",-*?/L#", "`MON-FRI`, `1,4`, `TUE#3`, `*`, `?` or `L`", _WEEKDAYS)

_SPECIALS = {"range": "-", "increment": "/", "nth": "#", "all": "*", "none": "?"}
"""The special character of each form of an item, as the grammar names them."""


class Reader(NamedTuple):
    """The text that is read, for errors that point into it."""

    text: str

    def refuse(self, message: str, span: Span, help_: str) -> LanguageError:
        """The error about a part of the text."""
        return LanguageError(message, self.text, span.start, span.end, help_)

    def written(self, span: Span) -> str:
        """A part of the text."""
        return self.text[slice(*span)]


def token_span(token: Any) -> Span:
    """Where a token of the grammar stands."""
    return Span(token.start_pos, token.end_pos)


def field_span(node: Any) -> Span:
    """Where a field stands."""
    return Span(_item_span(node.children[0]).start, _item_span(node.children[-1]).end)


def _item_span(node: Any) -> Span:
    tokens = [token for token in node.children if token]
    return Span(tokens[0].start_pos, tokens[-1].end_pos)


def read_field(reader: Reader, node: Any, field: Field) -> tuple[Day, ...]:
    """The items of a field; none for `?`.

    Raises:
        LanguageError: the field does not take what is written there.
    """
    items, span = node.children, field_span(node)
    if len(items) > 1 and "," not in field.specials:
        raise _not_taken(reader, ",", span, field)
    read = [day for item in items if (day := _item(reader, item, field, alone=len(items) == 1)) is not None]
    return tuple(read)


def _not_taken(reader: Reader, special: str, span: Span, field: Field) -> LanguageError:
    return reader.refuse(f"the field {field.name} takes no `{special}`", span, f"write, for example, {field.example}")


def _item(reader: Reader, node: Any, field: Field, *, alone: bool) -> Day | None:
    kind, span = str(node.data), _item_span(node)
    special = _SPECIALS.get(kind)
    if special and special not in field.specials:
        raise _not_taken(reader, special, span, field)
    if kind == "word":
        day = _word(reader, node.children[0], field)
    elif kind in ("all", "none"):
        day = Steps(field.low, field.high, 1, span)
    else:
        day = _BUILD[kind](reader, node.children[::2], field, span)
    if not alone and (kind in ("all", "none") or not isinstance(day, Steps) or reader.written(span) == "L"):
        help_ = f"write it as the only value of the field {field.name}"
        raise reader.refuse(f"`{reader.written(span)}` cannot stand beside other values", span, help_)
    return None if kind == "none" else day


def _number(reader: Reader, token: Any, field: Field) -> int:
    """A number of the field, or the name of one."""
    number = field.names.index(token) + 1 if token in field.names else int(token) if token.isdigit() else None
    if number is None or not field.low <= number <= field.high:
        names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
        help_ = f"write a number from {field.low} to {field.high}{names}"
        raise reader.refuse(f"`{token}` is no value of the field {field.name}", token_span(token), help_)
    return number


def _word(reader: Reader, token: Any, field: Field) -> Day:
    span = token_span(token)
    if token == "L" and "L" in field.specials:
        return LastDay(span) if field is DAYS else Steps(field.high, field.high, 1, span)
    if token.removesuffix("L") in _WEEKDAYS and token.endswith("L"):
        if field is not DAYS:
            help_ = f"write `{token}` as Day-of-month and `?` as Day-of-week"
            raise reader.refuse(f"`{token}` is no value of the field {field.name}", span, help_)
        return LastWeekday(_WEEKDAYS.index(token[:-1]) + 1, span)
    number = _number(reader, token, field)
    return Steps(number, number, 1, span)


def _range(reader: Reader, tokens: Sequence[Any], field: Field, span: Span) -> Day:
    first, last = (_number(reader, token, field) for token in tokens)
    if first > last:
        help_ = "write the lower value first, and what goes past the end as two ranges with `,`"
        raise reader.refuse(f"the range `{reader.written(span)}` ends before it begins", span, help_)
    return Steps(first, last, 1, span)


def _increment(reader: Reader, tokens: Sequence[Any], field: Field, span: Span) -> Day:
    start, step = tokens
    first = field.low if start is None else _number(reader, start, field)
    if not step.isdigit() or not field.least_step <= int(step) <= field.high:
        help_ = f"write a number from {field.least_step} to {field.high} after the `/`"
        raise reader.refuse(f"`{step}` is no increment of the field {field.name}", token_span(step), help_)
    return Steps(first, field.high, int(step), span)


def _nth(reader: Reader, tokens: Sequence[Any], field: Field, span: Span) -> Day:
    weekday, nth = tokens
    number = _number(reader, weekday, field)
    if not nth.isdigit() or not 1 <= int(nth) <= 5:
        raise reader.refuse(
            f"a month has no weekday number `{nth}`", token_span(nth), "write a number from 1 to 5 after the `#`"
        )
    return NthWeekday(number, int(nth), span)


_BUILD = {"range": _range, "increment": _increment, "nth": _nth}
