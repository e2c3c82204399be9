"""What a check is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from iamsim.engine.decision import Element, Finding
    from iamsim.engine.request import Caller, Request
    from iamsim.language.source import Pointer


class Case(NamedTuple):
    """A request as the checks see it, with the two facts that they need of the policies and the service around it.

    `doubtful`: some context keys are unknown, or stand twice in different case.
    `has_boundary`: Deny with NotPrincipal always reaches a caller with a permissions boundary.
    `trust`: a role trust policy carries no Resource.
    """

    request: Request
    caller: Caller
    action: str
    resource: str
    values: dict[str, tuple[str, ...]]
    doubtful: bool
    has_boundary: bool
    trust: bool


Test = Callable[[Case], "Finding"]


class Check(NamedTuple):
    """One element of a statement, compiled: all its meaning is in `test`. `pointer` says where it stands.

    `looks_at` tells what of the request it tests; only a trace asks for it.
    """

    element: Element
    pointer: Pointer
    test: Test
    looks_at: Callable[[Case], object]
