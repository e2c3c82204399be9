"""Three-valued logic: True, False, and None where the answer is not known (Kleene's strong logic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Truth = bool | None


def any_of(truths: Iterable[Truth]) -> Truth:
    """True as soon as one is true; else None if one is unknown; else False."""
    unknown = False
    for truth in truths:
        if truth:
            return True
        if truth is None:
            unknown = True
    return None if unknown else False


def all_of(truths: Iterable[Truth]) -> Truth:
    """False as soon as one is false; else None if one is unknown; else True."""
    unknown = False
    for truth in truths:
        if truth is None:
            unknown = True
        elif not truth:
            return False
    return None if unknown else True


def negation(truth: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return None if truth is None else not truth
