"""A place in a document, and the problems that are noted there."""

from __future__ import annotations

from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.language.diagnostic import Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.inputs.problems import Problems
    from iamsim.language.source import Pointer, Source

Plain = Any
"""Whatever JSON or YAML can hold."""


class Spot(NamedTuple):
    """A place in a document, and where its problems are noted."""

    source: Source
    pointer: Pointer
    problems: Problems

    def at(self, *steps: str | int) -> Spot:
        """A place further in."""
        return self._replace(pointer=self.pointer + steps)

    def wrong(self, code: str, message: str, help_: str = "", *, key: bool = False) -> None:
        """Note a problem here; with `key`, the key is underlined and not the value."""
        self.problems.add(code, message, self.label(key=key), help_=help_)

    def label(self, text: str = "", *, key: bool = False) -> Label:
        """The place as a label of a diagnostic."""
        return Label(self.source, self.pointer, text, key=key)

    def nearest(self, word: str, known: Iterable[str]) -> str:
        """A help: what a wrong word was perhaps meant to be; nothing once so much is wrong that nobody will read it."""
        return "" if self.problems.many else nearest(word, known)

    def expected(self, what: str, found: Plain) -> None:
        """Note that something of another type stands here."""
        help_ = "put it in quotes" if what == "text" and isinstance(found, bool | int | Decimal) else ""
        self.wrong("wrong-type", f"{what} is expected here, and {kind_of(found)} stands here", help_)


def kind_of(value: Plain) -> str:
    """What a value is, in words."""
    return next(name for types, name in _KINDS if isinstance(value, types))


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "`true` or `false`"),
    ((int, Decimal), "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "a mapping"),
    (object, "nothing"),
)


def nearest(word: str, known: Iterable[str]) -> str:
    """A help: the known word that is nearest to a wrong one, or all of them if there are few."""
    words = [w for w in list(known)[:_COMPARED] if len(w) <= _LONG_WORD]
    near = get_close_matches(word[:_LONG_WORD], words, 1)
    if near:
        return f"did you mean `{near[0]}`?"
    listed = ", ".join(f"`{w}`" for w in words)
    return f"write one of {listed}" if words and len(listed) <= _LONG_HELP else ""


_COMPARED = 1000  # names; more would take noticeable time
_LONG_WORD = 200
_LONG_HELP = 300
