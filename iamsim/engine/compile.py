"""Policies, compiled once: statements by effect, indexed by the action that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.engine.statement import Statement, acts_on, compile_statement, unknown_statements
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


_Memo = tuple[list[Statement | None], dict[str, tuple[Statement, ...]]]
"""The statements of a policy, None where one is not compiled yet, and an index of them by action."""


class CompiledPolicy:
    """A policy ready to be asked.

    Most statements of real policies are never asked for, so each is compiled when an action that it matches is. What is
    compiled stays with the policy, and never refers back to it: a policy that is dropped is gone without a collector.
    """

    __slots__ = ("_compiled", "_index", "policy")

    def __init__(self, policy: Policy) -> None:
        """Take up what is compiled of the policy already."""
        self.policy = policy
        self._compiled, self._index = _memo(policy)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement, compiled."""
        return tuple(map(self._statement, range(len(self._compiled))))

    def matching(self, case: Case) -> tuple[Statement, ...]:
        """The statements that can matter to the case: the first check, of Action or NotAction, matches."""
        if not self.policy.known:
            return self.statements
        found = self._index.get(case.action)
        if found is None:
            written = enumerate(self.policy.statements)
            found = tuple([self._statement(i) for i, statement in written if acts_on(statement, case.action)])
            remember(self._index, case.action, found)
        return found

    def _statement(self, index: int) -> Statement:
        made = self._compiled[index]
        if made is None:
            made = self._compiled[index] = compile_statement(self.policy.statements[index], self.policy)
        return made


def _memo(policy: Policy) -> _Memo:
    memo: _Memo | None = policy.__dict__.get("_compiled")
    if memo is None:
        memo = ([None] * len(policy.statements) if policy.known else [*unknown_statements()], {})
        policy.__dict__["_compiled"] = memo  # as functools.cached_property keeps one
    return memo


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
            matching = [(policy, statement) for policy in self.policies for statement in policy.matching(case)]
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
    """The compiled form; what it compiles is shared by all that are made of the same policy."""
    return CompiledPolicy(policy)
