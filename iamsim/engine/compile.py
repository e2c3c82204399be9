"""Policies, compiled once: statements by effect, indexed by the action that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.engine.statement import Statement, action_test, any_action, compile_statement, unknown_statements
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
    """A policy ready to be asked.

    Most statements of real policies are never asked for: of each, only the test of its actions is made at once, the
    rest when an action that matches is asked for. `matching` is an index, built action by action in the same way.
    """

    __slots__ = ("_actions", "_index", "_made", "policy")

    def __init__(self, policy: Policy) -> None:
        """Compile the Action element of every statement."""
        self.policy = policy
        if policy.known:
            self._actions = [action_test(written.actions) for written in policy.statements]
            self._made: list[Statement | None] = [None] * len(self._actions)
        else:
            self._made = [*unknown_statements()]
            self._actions = [any_action] * len(self._made)
        self._index: dict[str, tuple[Found, ...]] = {}

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement, compiled."""
        return tuple(map(self._statement, range(len(self._made))))

    def matching(self, case: Case) -> tuple[Found, ...]:
        """The statements that can matter to the case: the first check, of Action or NotAction, matches."""
        found = self._index.get(case.action)
        if found is None:
            found = tuple((self, self._statement(i)) for i, test in enumerate(self._actions) if test(case).matched)
            remember(self._index, case.action, found)
        return found

    def _statement(self, index: int) -> Statement:
        made = self._made[index]
        if made is None:
            made = compile_statement(self.policy.statements[index], self.policy, self._actions[index])
            self._made[index] = made
        return made


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
