"""What the stacks of one reading have in common, and where each of them is deployed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.inputs.cloudformation.unknowns import Unknowns
from iamsim.language.unknown_text import is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.cloudformation.settings import Settings
    from iamsim.language.diagnostic import Diagnostic

MAX_LEVELS = 50
"""Levels of values and of references to others that are followed at once."""

MAX_PROBLEMS = 500
"""Problems that are noted of all templates."""


class Environment(NamedTuple):
    """Where a stack is deployed. `certain` is whether the stack surely has its name.

    `beside` is the stack that it is surely deployed beside, and after which an unknown account and Region are called.
    """

    label: str
    name: str
    certain: bool = False
    account: str | None = None
    region: str | None = None
    beside: str = ""

    @property
    def home(self) -> str:
        """The stack after which account and Region are called."""
        return self.beside or self.label


class Shared:
    """What the stacks of one reading have in common: what is unknown, what is noted, what they export."""

    def __init__(self, settings: Settings) -> None:
        """Begin without stacks."""
        self.settings = settings
        self.unknowns = Unknowns()
        self.diagnostics: dict[tuple[Any, ...], Diagnostic] = {}
        self.stacks: list[Evaluator] = []
        self.names: dict[tuple[str, str], str] = {}
        self._levels = 0

    @contextmanager
    def deeper(self) -> Iterator[bool]:
        """One level further in; False where there are too many already."""
        self._levels += 1
        try:
            yield self._levels <= MAX_LEVELS
        finally:
            self._levels -= 1

    def note(self, diagnostic: Diagnostic) -> None:
        """Note something, once."""
        label = diagnostic.labels[0] if diagnostic.labels else None
        place = (label.source.name, label.source.base, label.pointer) if label else ()
        if len(self.diagnostics) < MAX_PROBLEMS:
            self.diagnostics.setdefault((diagnostic.code, diagnostic.message, place), diagnostic)

    def exported(self, name: str, account: str, region: str) -> str | None:
        """The value that a stack exports under a name: an export is of one account and Region.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-importvalue.html
        """
        found = [(stack, output) for stack in self.stacks for output in stack.exports_called(name)]
        here = [pair for pair in found if _may_be(pair[0].account, account) and _may_be(pair[0].region, region)]
        return here[0][0].output(here[0][1]) if len(here) == 1 else None


def _may_be(one: str, other: str) -> bool:
    return one == other or not (is_known(one) and is_known(other))
