"""A text with a name, and where in it each part stands.

Positions are looked up lazily and never take part in a decision: a `Pointer` names a part of a document, `Source.spans`
maps pointers to character ranges and is built only when something must be underlined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Pointer = tuple[str | int, ...]
"""The way from the root of a document to a part of it: `("Statement", 0, "Action", 2)`."""


class Span(NamedTuple):
    """A range of characters of a text, end excluded."""

    start: int
    end: int


class Position(NamedTuple):
    """A place as people count: line and column, both from 1."""

    line: int
    column: int


class Spans(NamedTuple):
    """Where the values of a document stand, and the keys that name them.

    `offsets` are for strings that are not written as in JSON: where in the string's span each of its characters stands,
    and after them its end.
    """

    values: dict[Pointer, Span]
    keys: dict[Pointer, Span]
    offsets: Mapping[Pointer, Sequence[int]] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Source:
    """A document's text. `name` is what the user called it; `base` is set where the document is part of a larger one.

    `locate` finds the spans of all parts in the text; it is called once, when first needed. Secret
    values are never part of it: whoever reads a text that may hold some covers them first.
    """

    name: str
    text: str = field(repr=False)
    locate: Callable[[str], Spans] = field(repr=False)
    base: Pointer = ()
    parent: Source | None = field(default=None, repr=False)

    @cached_property
    def spans(self) -> Spans:
        """Spans of the whole text, pointers counted from the root of the text (not from `base`)."""
        return self.parent.spans if self.parent else self.locate(self.text)

    def child(self, pointer: Pointer) -> Source:
        """The part at `pointer` as a source of its own, in the same text."""
        return Source(self.name, self.text, self.locate, self.base + pointer, self.parent or self)

    def span_of(self, pointer: Pointer, *, key: bool = False) -> Span:
        """Where the part at `pointer` stands; its key when `key`.

        A single value may stand without its list (`"Action": "s3:*"`), so an index 0 that the text lacks is dropped.
        A part that is missing altogether gives the nearest part around it.
        """
        at = self._nearest(pointer)
        if key and at in self.spans.keys:
            return self.spans.keys[at]
        return self.spans.values.get(at, Span(0, min(1, len(self.text))))

    def _nearest(self, pointer: Pointer) -> Pointer:
        at: Pointer = ()
        for step in self.base + pointer:
            longer = (*at, step)
            if longer in self.spans.values:
                at = longer
            elif step != 0:
                break
        return at

    def text_span(self, pointer: Pointer, start: int, end: int) -> Span:
        """Where the characters `start` to `end` of the string at `pointer` stand, escapes counted."""
        span = self.span_of(pointer)
        offsets = self.spans.offsets.get(self._nearest(pointer)) or _character_offsets(self.text[span.start : span.end])
        if not offsets or start >= len(offsets):
            return span
        stop = offsets[end] if end < len(offsets) else offsets[-1]
        return Span(span.start + offsets[start], span.start + max(stop, offsets[start] + 1))

    def position(self, offset: int) -> Position:
        """Line and column of a character offset."""
        line = self.text.count("\n", 0, offset) + 1
        return Position(line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1)

    def line_text(self, line: int) -> str:
        """The text of a line, counted from 1, without its end."""
        lines = self._lines
        return lines[line - 1].removesuffix("\r") if line <= len(lines) else ""

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")


def _character_offsets(raw: str) -> list[int]:
    r"""Offsets in a raw scalar of each character of its value, and of its end: `"a\u0062"` gives [1, 2, 8]."""
    if not raw.startswith(('"', "'")):
        return list(range(len(raw) + 1))
    offsets, at = [], 1
    while at < len(raw) - 1:
        offsets.append(at)
        at += len(_ESCAPE.match(raw, at)[0]) if raw[0] == '"' and raw[at] == "\\" else 1  # type: ignore[index]
    return [*offsets, len(raw) - 1]


_ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.?", re.DOTALL)
"""One character of a JSON string, written with a backslash; beyond U+FFFF with two."""
