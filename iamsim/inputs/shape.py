"""The shape of a document, as data: which keys a mapping has and what each may hold.

A mapping of a document is a frozen dataclass whose fields are made by `part`; `read` makes a value of the class from
plain values, and notes every problem where it stands. Nothing below has a message about Python's types.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import MISSING, dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from iamsim.language.diagnostic import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from iamsim.inputs.problems import Problems
    from iamsim.language.source import Pointer, Source


Plain = Any
"""Whatever JSON or YAML can hold."""

EMPTY: Plain = MappingProxyType({})
"""The default of a mapping that may be left out."""


shaped = dataclass(frozen=True, eq=False, repr=False, kw_only=True)
"""Makes the class of a mapping. It has no repr: the value of a secret must not get into any message."""


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
        self.wrong("wrong-type", f"{what} is expected here, and {_kind(found)} stands here", help_)


def _kind(value: Plain) -> str:
    return next(name for types, name in _KINDS if isinstance(value, types))


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "`true` or `false`"),
    ((int, Decimal), "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "a mapping"),
    (object, "nothing"),
)


class Reader(Protocol):
    """What makes a value of a field from a plain value."""

    def read(self, value: Plain, spot: Spot) -> Plain:
        """The value; anything at all, once a problem is noted."""


@dataclass(frozen=True)
class Text:
    """Text, perhaps of a certain form. `what` is what a wrong one is no good as."""

    form: str = r"(?s:.*)"
    what: str = ""
    help: str = ""

    def read(self, value: Plain, spot: Spot, *, key: bool = False) -> Plain:
        """The text."""
        if not isinstance(value, str):
            spot.expected("text", value)
        elif not re.fullmatch(self.form, value, re.ASCII):
            spot.wrong("malformed-text", f"`{value[:100]}` is no {self.what}", self.help, key=key)
        return value


@dataclass(frozen=True)
class AccountId:
    """The 12 digits of an account, as text: a number would lose its leading zeros."""

    def read(self, value: Plain, spot: Spot) -> Plain:
        """The digits."""
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            span = spot.source.span_of(spot.pointer)
            written = spot.source.text[span.start : span.end]
            help_ = f'put it in quotes: `"{written}"`' if re.fullmatch(r"\d{12}", written) else _ACCOUNT_HELP
            spot.wrong("account-id-unquoted", "the account id is a number, and should be text", help_)
            return ""
        return Text(r"\d{12}", "account id", _ACCOUNT_HELP).read(value, spot)


_ACCOUNT_HELP = 'write 12 digits in quotes: `"111122223333"`'


@dataclass(frozen=True)
class Word:
    """One of a list of words."""

    words: tuple[str, ...]
    what: str

    def read(self, value: Plain, spot: Spot) -> Plain:
        """The word."""
        if not isinstance(value, str):
            spot.expected("text", value)
        elif value not in self.words:
            spot.wrong("unknown-word", f"`{value[:100]}` is no {self.what}", spot.nearest(value, self.words))
        return value


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def read(self, value: Plain, spot: Spot) -> Plain:
        """The boolean."""
        if not isinstance(value, bool):
            spot.expected("`true` or `false`", value)
        return value


@dataclass(frozen=True)
class Anything:
    """Whatever was written."""

    def read(self, value: Plain, spot: Spot) -> Plain:
        """The value itself."""
        return value


@dataclass(frozen=True)
class Document:
    """A policy: the path of a JSON file, or the document itself."""

    def read(self, value: Plain, spot: Spot) -> Plain:
        """The path or the document."""
        if not isinstance(value, str | dict) or not value:
            help_ = "write the path of a JSON file beside this one, or the document itself"
            spot.wrong("policy-reference", f"a policy is expected here, and {_kind(value)} stands here", help_)
        return value


@dataclass(frozen=True)
class ListOf:
    """A list."""

    item: Reader

    def read(self, value: Plain, spot: Spot) -> Plain:
        """The items."""
        if not isinstance(value, list):
            spot.expected("a list", value)
            return ()
        return tuple(self.item.read(item, spot.at(i)) for i, item in enumerate(value))


@dataclass(frozen=True)
class MapOf:
    """A mapping from names that the file chooses; `key` is the form of a name."""

    key: Text
    item: Reader

    def read(self, value: Plain, spot: Spot) -> Plain:
        """The items by name."""
        if not isinstance(value, dict):
            spot.expected("a mapping", value)
            return {}
        for name in value:
            self.key.read(name, spot.at(name), key=True)
        return {name: self.item.read(item, spot.at(name)) for name, item in value.items()}


@dataclass(frozen=True)
class PartOf:
    """A mapping with fixed keys. The dataclass is called for, since one can hold itself."""

    shape: Callable[[], type]

    def read(self, value: Plain, spot: Spot) -> Plain:
        """A value of the class, or None after a problem."""
        return read(self.shape(), value, spot)


def part(reader: Reader, default: Plain = MISSING, about: str = "") -> Plain:
    """A field of a mapping; without a default it must stand there. `about` says what it means."""
    factory: Any = MISSING if default is MISSING else lambda: default
    return dataclasses.field(default_factory=factory, metadata={"reader": reader, "about": about})


@cache
def fields(shape: type) -> dict[str, dataclasses.Field[Any]]:
    """The fields of a mapping by key."""
    return {field.name: field for field in dataclasses.fields(shape)}


def read(shape: type, value: Plain, spot: Spot) -> Plain:
    """A value of a dataclass of `part`s; nothing at all (`app:` with nothing behind it) reads as an empty mapping."""
    if value is not None and not isinstance(value, dict):
        spot.expected("a mapping", value)
        return None
    known = fields(shape)
    for key in value or ():
        if key not in known:
            message = f"the field `{key[:100]}` is not known here"
            spot.at(key).wrong("unknown-field", message, spot.nearest(key, known), key=True)
    made = {}
    for name, field in known.items():
        written = (value or {}).get(name)
        if written is not None:
            made[name] = field.metadata["reader"].read(written, spot.at(name))
        elif field.default_factory is MISSING:
            spot.wrong("missing-field", f"the field `{name}` is missing", field.metadata["about"], key=True)
            made[name] = None
    return shape(**made)


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
