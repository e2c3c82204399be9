"""The wildcard matcher: linear in the text, whatever the pattern.

`*` stands for any run of characters, `?` for exactly one.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

Theory: the runs between two `*` are found leftmost, one after the other; a match, if there is one, is found without going
back. A pattern that this cannot serve (a `?` between two `*`, or a `*` that must stay inside an ARN field) is run as a
set of states, one bit each, over the characters of the text.
"""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from functools import lru_cache
from itertools import groupby
from operator import methodcaller
from typing import TYPE_CHECKING, NamedTuple

from iamsim.language.pattern import Wildcard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ARN_FIELDS = 6


class InField(Enum):
    """Wildcards that do not match a colon: those inside one of the first five fields of an ARN pattern."""

    ANY = "*"
    ONE = "?"


Token = str | Wildcard | InField
Glob = tuple[Token, ...]


@lru_cache(maxsize=512)
def matcher(glob: Glob) -> Callable[[str], bool]:
    """The test of whether a whole text matches a glob."""
    merged = _merge(glob)
    if not any(isinstance(token, Wildcard | InField) for token in merged):
        return "".join(token for token in merged if isinstance(token, str)).__eq__
    if merged[1:] == (Wildcard.ANY,) and isinstance(merged[0], str):
        return methodcaller("startswith", merged[0])
    runs = [tuple(group) for star, group in groupby(merged, lambda t: t is Wildcard.ANY) if not star]
    inner = runs[(merged[0] is not Wildcard.ANY) : len(runs) - (merged[-1] is not Wildcard.ANY)]
    if any(isinstance(token, InField) for token in merged) or any(len(run) > 1 for run in inner) or _has_one(inner):
        return _StateMatcher(merged)
    return _RunMatcher(merged)


def field_glob(parts: Iterable[str | Wildcard]) -> Glob:
    """The glob of a Resource pattern: which of its wildcards may cross the colons of an ARN.

    A `*` that ends one of the first five fields may expand past its colon; any other wildcard there stays inside the
    field. In the sixth field nothing is special about colons. AWS's page states the first half; the second is inferred
    from its example (aws-facts B3.2), so `Caution.RESOURCE_WILDCARD` goes with an answer that hangs on it.
    """
    tokens = _merge(tuple(parts))
    colons = 0
    glob: list[Token] = []
    for i, token in enumerate(tokens):
        if isinstance(token, str):
            colons += token.count(":")
            glob.append(token)
            continue
        ends_field = i + 1 == len(tokens) or str(tokens[i + 1]).startswith(":")
        crosses = colons >= ARN_FIELDS - 1 or (token is Wildcard.ANY and ends_field)
        glob.append(token if crosses else InField[token.name])
    return tuple(glob)


def _merge(glob: Glob) -> Glob:
    """Adjacent texts joined, adjacent `*` made one."""
    merged: list[Token] = []
    for token in glob:
        if merged and isinstance(token, str) and isinstance(merged[-1], str):
            merged[-1] += token
        elif not (merged and token is merged[-1] and token in (Wildcard.ANY, InField.ANY)):
            merged.append(token)
    return tuple(merged)


def _has_one(runs: Iterable[Glob]) -> bool:
    return any(Wildcard.ONE in run for run in runs)


class _Run(NamedTuple):
    """What stands between two `*`: texts at fixed offsets, `?` in between."""

    length: int
    texts: tuple[tuple[int, str], ...]

    def stands_at(self, text: str, at: int) -> bool:
        for offset, piece in self.texts:
            if not text.startswith(piece, at + offset):
                return False
        return True


def _run(tokens: Iterable[Token]) -> _Run:
    texts, length = [], 0
    for token in tokens:
        if isinstance(token, str):
            texts.append((length, token))
        length += len(token) if isinstance(token, str) else 1
    return _Run(length, tuple(texts))


class _RunMatcher:
    """For globs whose inner runs are plain texts: they are found leftmost, the outer ones are compared in place."""

    __slots__ = ("first", "inner", "last", "length")

    def __init__(self, glob: Glob) -> None:
        groups: list[list[Token]] = [[]]
        for token in glob:
            if token is Wildcard.ANY:
                groups.append([])
            else:
                groups[-1].append(token)
        self.first = _run(groups[0])
        self.last = _run(groups[-1]) if len(groups) > 1 else None
        self.inner = tuple(str(group[0]) for group in groups[1:-1])
        self.length = self.first.length + (self.last.length if self.last else 0)

    def __call__(self, text: str) -> bool:
        first, last = self.first, self.last
        if last is None:
            return len(text) == first.length and first.stands_at(text, 0)
        at, end = first.length, len(text) - last.length
        if at > end or not first.stands_at(text, 0) or not last.stands_at(text, end):
            return False
        for piece in self.inner:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True


class _StateMatcher:
    """For every glob: bit i of a state is set when the first i characters of the glob are matched."""

    __slots__ = ("accept", "loop", "loop_colon", "one", "one_colon", "steps")

    def __init__(self, glob: Glob) -> None:
        self.loop = self.loop_colon = self.one = self.one_colon = 0
        steps: defaultdict[str, int] = defaultdict(int)
        bit = 1
        for token in glob:
            if isinstance(token, str):
                for character in token:
                    steps[character] |= bit
                    bit <<= 1
            elif token.value == "*":
                self.loop |= bit
                self.loop_colon |= bit if token is Wildcard.ANY else 0
            else:
                self.one |= bit
                self.one_colon |= bit if token is Wildcard.ONE else 0
                bit <<= 1
        self.steps = dict(steps)
        self.accept = bit

    def __call__(self, text: str) -> bool:
        state = 1
        for character in text:
            one, loop = (self.one_colon, self.loop_colon) if character == ":" else (self.one, self.loop)
            state = (state & (self.steps.get(character, 0) | one)) << 1 | state & loop
            if not state:
                return False
        return bool(state & self.accept)
