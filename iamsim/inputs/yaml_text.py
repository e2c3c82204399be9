"""Single texts of YAML: what a plain one means, and where the characters of a quoted or folded one stand."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.inputs.spot import Plain

TAG = "tag:yaml.org,2002:"
"""What stands before the name of each of YAML's own tags: `!!int` is `tag:yaml.org,2002:int`."""

TEXT_TAG = TAG + "str"

_LONG_NUMBER = 1000  # digits; Python refuses to convert longer ones quickly

_RESOLVERS: tuple[tuple[str, re.Pattern[str], Callable[[str], Plain]], ...] = (
    ("null", re.compile(r"null|Null|NULL|~|"), lambda text: None),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    ("int", re.compile(r"[-+]?[0-9]+"), lambda text: int(text) if len(text) < _LONG_NUMBER else Decimal(text)),
    ("float", re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,6})?"), Decimal),
)


class Mark(Protocol):
    """A place in the text, as either of PyYAML's two parsers tells it."""

    index: int


def offset_of(mark: Mark | None) -> int:
    """The character offset of a mark."""
    return mark.index if mark else 0


def resolve_scalar(text: str, tag: str | None) -> Plain:
    """What a scalar means: null, a boolean or a number if it is written as one, else the text itself.

    With a tag, only what has that type counts.
    """
    for name, pattern, make in _RESOLVERS:
        if tag in (None, TAG + name) and pattern.fullmatch(text):
            return make(text)
    return text


def character_offsets(raw: str, value: str, style: str | None) -> list[int]:
    """Offsets in a raw scalar of each character of its value, and of its end, whatever its style."""
    if style == '"':
        return _escaped_offsets(raw)
    at = {"'": 1, "|": raw.find("\n") + 1, ">": raw.find("\n") + 1}.get(style or "", 0)
    offsets = []
    for character in value:
        if character.isspace():  # folded: a line break may stand for a space
            offsets.append(at)
            at += raw[at : at + 1].isspace()
            continue
        while raw[at : at + 1].isspace():
            at += 1
        offsets.append(at)
        at += 2 if style == "'" and character == "'" else 1
    return [*(min(offset, len(raw)) for offset in offsets), min(at, len(raw))]


def _escaped_offsets(raw: str) -> list[int]:
    offsets: list[int] = []
    for piece in _PIECE.finditer(raw, 1, len(raw) - 1):
        breaks = piece[0].count("\n")
        if piece["continued"]:
            continue
        offsets += [piece.start()] * max(breaks - 1, 1)
    return [*offsets, len(raw) - 1]


_PIECE = re.compile(
    r"""(?P<continued>\\\r?\n[ \t]*)
      | \\x[0-9a-fA-F]{2} | \\u[0-9a-fA-F]{4} | \\U[0-9a-fA-F]{8} | \\.
      | [ \t]*(?:\r?\n[ \t]*)+
      | .""",
    re.VERBOSE,
)
"""One character of a value in double quotes as it is written; a line break with the blanks around it is one space."""
