"""Problems while they are collected: light, unlocated, and only later made into diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.model.validation.catalog import RULES, Weight

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from iamsim.language.source import Pointer, Source

MAX_PROBLEMS = 200
"""Problems of one weight that are kept of one document; who has more learns how many."""

_SHOWN = 80  # characters of a user's own words in a message


class Flaw(NamedTuple):
    """What is wrong with one part, before anybody asks where it stands; `inside` is a range of its characters."""

    code: str
    message: str
    help: str = ""
    inside: tuple[int, int] | None = None


class Problem(NamedTuple):
    """A flaw at a place of the document: of the name there when `key`; `other` is what it conflicts with."""

    flaw: Flaw
    pointer: Pointer
    key: bool = False
    other: Pointer | None = None

    def diagnostic(self, source: Source) -> Diagnostic:
        """The problem as it is shown, located in the source."""
        flaw, rule = self.flaw, RULES[self.flaw.code]
        labels = [Label(source, self.pointer, key=self.key, inside=flaw.inside)]
        if self.other is not None:
            labels.append(Label(source, self.other, text="conflicts with this", key=self.key))
        return Diagnostic(flaw.code, flaw.message, tuple(labels), rule.weight.severity, flaw.help, rule.url)


class Report:
    """The problems of one document, in the order in which they were found.

    A `lenient` one is for reading what has a clear meaning: rules whose problems weigh less are not asked at all.
    """

    def __init__(self, *, lenient: bool = False) -> None:
        self.lenient = lenient
        self.problems: list[Problem] = []
        self.counts: dict[Weight, int] = {}

    @property
    def left_out(self) -> int:
        """How many problems were counted and not kept."""
        return sum(self.counts.values()) - len(self.problems)

    @property
    def full(self) -> bool:
        """Whether there is no more to be said: further problems that leave the meaning open are only counted."""
        return self.counts.get(Weight.UNCLEAR, 0) >= MAX_PROBLEMS

    def add(self, flaw: Flaw, pointer: Pointer, *, key: bool = False, other: Pointer | None = None) -> None:
        """Keep a problem, unless there are `MAX_PROBLEMS` of its weight already."""
        weight = RULES[flaw.code].weight
        self.counts[weight] = self.counts.get(weight, 0) + 1
        if self.counts[weight] <= MAX_PROBLEMS:
            self.problems.append(Problem(flaw, pointer, key, other))

    def weighs(self, *weights: Weight) -> bool:
        """Whether a problem of one of these weights was found."""
        return bool(self.problems) and any(weight in self.counts for weight in weights)


def shown(text: str) -> str:
    """A user's own words in backticks, cut where they are long."""
    return f"`{text}`" if len(text) <= _SHOWN else f"`{text[:_SHOWN]}…`"


def suggestion(name: str, known: Collection[str], cutoff: float = 0.6) -> str:
    """A question for the known name that is nearest to this one; empty where none is near."""
    import difflib

    near = next((word for word in known if word.lower() == name.lower()), None)
    near = near or next(iter(difflib.get_close_matches(name[:60], known, 1, cutoff)), None)
    return f"did you mean `{near}`?" if near else ""


def wrong_type(name: str, value: Any, expected: str) -> Flaw:
    """The flaw of an element that holds another type than it may, in JSON's words."""
    return Flaw("wrong-type", f"{name} is {expected}, not {json_type(value)}", f"write {expected}")


def json_type(value: Any) -> str:
    """JSON's name for the type of a value."""
    return _TYPES.get(type(value).__name__, "a value that JSON does not have")


_TYPES: Mapping[str, str] = {
    "dict": "an object",
    "list": "a list",
    "str": "a string",
    "bool": "a boolean",
    "int": "a number",
    "float": "a number",
    "Decimal": "a number",
    "NoneType": "null",
}


def only_strings(values: list[Any]) -> bool:
    """Whether every member of a list is a string; True for an empty one."""
    return set(map(type, values)) <= _STRING


_STRING = {str}


def scalar_text(value: object) -> str:
    """A condition value as text: `true`, `10`; a number keeps its digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
