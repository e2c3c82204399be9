"""Whether a text with parts that are not known matches a pattern: for certain, for certain not, or it depends.

The same part on both sides is the same text. It depends on an unknown part wherever some text in its place would match and
another would not; where that cannot be told cheaply, it is said to depend.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from iamsim.engine.glob import InField, matcher
from iamsim.language.pattern import Wildcard
from iamsim.language.unknown_text import OPEN, is_known, split_unknown

if TYPE_CHECKING:
    from iamsim.engine.glob import Glob
    from iamsim.engine.kleene import Truth
    from iamsim.language.unknown_text import UnknownPart

_ANY, _ONE = object(), object()
_LARGEST = 4_000_000
"""Pairs of characters that are compared at most; beyond, a match is taken to depend."""


@lru_cache(maxsize=4096)
def matches_for_certain(glob: Glob, text: str) -> Truth:
    """Whether a text matches a glob, either of which may have unknown parts; None where it depends on them."""
    if glob == (text,):
        return True
    if not _begin_alike(glob, text):
        return False
    tokens = tuple(_as_characters(token) if isinstance(token, str) else token for token in glob)
    certain = matcher(tokens)(_as_characters(text))
    if certain and not _counts_characters(glob, text):
        return True
    return None if certain or could_match(glob, text) else False


def could_match(glob: Glob, text: str) -> bool:
    """Whether some text in the place of each unknown part would match. Two different parts may be the same text."""
    if not _begin_alike(glob, text):
        return False
    pattern, units = _units(glob), _units((text,))
    if len(pattern) * len(units) > _LARGEST:
        return True
    return _intersect(pattern, units)


def _begin_alike(glob: Glob, text: str) -> bool:
    """Whether what is fixed at the beginning of both is the same, as far as it goes: most that do not match differ there."""
    first = glob[0] if glob and isinstance(glob[0], str) else ""
    ours, theirs = first.partition(OPEN)[0], text.partition(OPEN)[0]
    return ours.startswith(theirs) or theirs.startswith(ours)


def is_unsure(*texts: str) -> bool:
    """Whether any of some texts has a part that is not known."""
    return not all(map(is_known, texts))


def _counts_characters(glob: Glob, text: str) -> bool:
    """Whether a match hangs on how long a part is whose length is not known."""
    if not any(token in (Wildcard.ONE, InField.ONE) for token in glob):
        return False
    return any(not isinstance(piece, str) and piece.length is None for piece in split_unknown(text))


def _as_characters(text: str) -> str:
    """A text whose unknown parts have as many characters as they have: such as stand in no other text."""
    if is_known(text):
        return text
    return "".join(piece if isinstance(piece, str) else _characters(piece) for piece in split_unknown(text))


@lru_cache(maxsize=512)
def _characters(part: UnknownPart) -> str:
    """Private-use characters in place of a part, drawn from its name; 12 where its length is not known."""
    length = part.length or 12
    drawn = b"".join(sha256(f"{i} {part.name}".encode()).digest() for i in range(length // 16 + 1))
    return "".join(chr(0xF0000 + int.from_bytes(drawn[2 * i : 2 * i + 2]) % 0xFFF0) for i in range(length))


def _units(tokens: Glob) -> list[object]:
    """Characters, any one character, and any run of them; an unknown part is as many of these as it has, or a run."""
    units: list[object] = []
    for token in tokens:
        if isinstance(token, str):
            for piece in split_unknown(token):
                units += piece if isinstance(piece, str) else [_ONE] * piece.length if piece.length else [_ANY]
        else:
            units.append(_ANY if token.value == "*" else _ONE)
    return units


def _intersect(left: list[object], right: list[object]) -> bool:
    """Whether one text matches both. `open_` are the places in `right` that can be reached behind what is read of `left`."""
    open_ = _closure({0}, right)
    for unit in left:
        if unit is _ANY:
            open_ = set(range(min(open_, default=len(right) + 1), len(right) + 1))
            continue
        behind = {at for at in open_ if at < len(right) and right[at] is _ANY}
        behind |= {at + 1 for at in open_ if at < len(right) and _same(unit, right[at])}
        open_ = _closure(behind, right)
        if not open_:
            return False
    return len(right) in open_


def _closure(places: set[int], units: list[object]) -> set[int]:
    """The places with those behind a run, which may be empty."""
    found = set(places)
    for place in sorted(places):
        at = place
        while at < len(units) and units[at] is _ANY:
            at += 1
            found.add(at)
    return found


def _same(one: object, other: object) -> bool:
    return other is not _ANY and (one is _ONE or other is _ONE or one == other)
