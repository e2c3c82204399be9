"""Policies, compiled once: statements by effect, indexed by the action that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.engine.statement import Statement, compile_statement, unknown_statements
from iamsim.model.policy import Effect, Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.engine.check import Case
    from iamsim.engine.kleene import Truth

_MAX_INDEXED_ACTIONS = 512


Found = tuple["CompiledPolicy", Statement]
"""A statement and the policy that it stands in."""


class Candidates(NamedTuple):
    """The statements whose Action element matches an action."""

    denies: tuple[Found, ...]
    allows: tuple[Found, ...]


class CompiledPolicy:
    """A policy ready to be asked. `matching` is an index; it is built action by action, as they are asked for."""

    __slots__ = ("_index", "policy", "statements")

    def __init__(self, policy: Policy) -> None:
        """Compile every statement."""
        self.policy = policy
        self.statements = (
            tuple(compile_statement(written, policy) for written in policy.statements)
            if policy.known
            else unknown_statements()
        )
        self._index: dict[str, tuple[Found, ...]] = {}

    def matching(self, case: Case) -> tuple[Found, ...]:
        """The statements that can matter to the case: the first check, of Action or NotAction, matches."""
        found = self._index.get(case.action)
        if found is None:
            found = tuple((self, s) for s in self.statements if s.checks[0].test(case).matched)
            remember(self._index, case.action, found)
        return found


class Group:
    """Policies that are asked together: the caller's identity policies, an SCP level, those on a resource."""

    __slots__ = ("_index", "policies")

    def __init__(self, policies: Iterable[CompiledPolicy]) -> None:
        """Keep the policies in their order."""
        self.policies = tuple(policies)
        self._index: dict[str, Candidates] = {}

    def candidates(self, case: Case) -> Candidates:
        """The statements of all policies that can matter to the case, by effect."""
        found = self._index.get(case.action)
        if found is None:
            matching = [pair for policy in self.policies for pair in policy.matching(case)]
            found = Candidates(
                tuple(pair for pair in matching if pair[1].effect is Effect.DENY),
                tuple(pair for pair in matching if pair[1].effect is Effect.ALLOW),
            )
            remember(self._index, case.action, found)
        return found

    def allows(self, case: Case) -> Truth:
        """Whether a statement of theirs allows the case: `any_of`, written out, since most of the time goes into it."""
        unknown = False
        for _, statement in self.candidates(case).allows:
            applies = statement.applies(case)
            if applies:
                return True
            unknown = unknown or applies is None
        return None if unknown else False


def remember(index: dict[Any, Any], action: object, found: object) -> None:
    """Keep an index entry; an index that has grown large begins anew."""
    if len(index) >= _MAX_INDEXED_ACTIONS:
        index.clear()
    index[action] = found


def compile_policy(policy: Policy) -> CompiledPolicy:
    """The compiled form, made once and kept with the policy."""
    compiled: CompiledPolicy | None = policy.__dict__.get("_compiled")
    if compiled is None:
        compiled = CompiledPolicy(policy)
        policy.__dict__["_compiled"] = compiled  # a memo, as functools.cached_property keeps one
    return compiled
