"""What AWS draws at random, as an argument of the call: the same seed draws the same."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

FIRST_SUFFIX = "AbCdEf"
"""The end of a secret's ARN where nothing is drawn."""

_LETTERS = string.ascii_letters + string.digits


def fixed_id(number: int) -> str:
    """The id of the N-th version, key or grant where nothing is drawn: `00000000-0000-0000-0000-00000000000N`."""
    return f"00000000-0000-0000-0000-{number:012d}"


@dataclass(frozen=True)
class Chance:
    """Draws ids and suffixes that are not taken yet.

    Without a seed nothing is drawn: everything has the fixed values that scenario files document, as far as they are free.
    """

    seed: str | None = None

    def id(self, purpose: str, taken: Container[str] = ()) -> str:
        """A UUID."""
        return next(drawn for drawn in self._ids(purpose) if drawn not in taken)

    def suffix(self, purpose: str, taken: Container[str] = ()) -> str:
        """The six characters at the end of a secret's ARN."""
        return next(drawn for drawn in self._suffixes(purpose) if drawn not in taken)

    def random(self, purpose: str) -> random.Random:
        """A source of random numbers of its own for a purpose."""
        return random.Random(f"{self.seed} {purpose}")  # noqa: S311 - a simulation: nothing is protected by it

    def _ids(self, purpose: str) -> Iterator[str]:
        if self.seed is None:
            number = 0
            while True:
                number += 1
                yield fixed_id(number)
        source = self.random(purpose)
        while True:
            yield str(UUID(int=source.getrandbits(128), version=4))

    def _suffixes(self, purpose: str) -> Iterator[str]:
        if self.seed is None:
            yield FIRST_SUFFIX
        source = self.random(purpose)
        while True:
            yield "".join(source.choice(_LETTERS) for _ in range(6))
