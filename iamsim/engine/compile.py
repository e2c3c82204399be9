"""Policies, compiled once: statements by effect, indexed by the action that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.statement import Statement, compile_statement, unknown_statements
from iamsim.model.policy import Effect, Policy

if TYPE_CHECKING:
    from iamsim.engine.check import Case

_MAX_INDEXED_ACTIONS = 512


class Candidates(NamedTuple):
    """The statements of a policy whose Action element matches an action."""

    denies: tuple[Statement, ...]
    allows: tuple[Statement, ...]


class CompiledPolicy:
    """A policy ready to be asked. `candidates` is the index; it is built action by action, as they are asked for."""

    __slots__ = ("_index", "policy", "statements")

    def __init__(self, policy: Policy) -> None:
        """Compile every statement."""
        self.policy = policy
        self.statements = (
            tuple(compile_statement(written, policy) for written in policy.statements)
            if policy.known
            else unknown_statements()
        )
        self._index: dict[str, Candidates] = {}

    def candidates(self, case: Case) -> Candidates:
        """The statements that can matter to the case: the first check, of Action or NotAction, matches."""
        found = self._index.get(case.action)
        if found is None:
            if len(self._index) >= _MAX_INDEXED_ACTIONS:
                self._index.clear()
            matching = [s for s in self.statements if s.checks[0].test(case).matched]
            found = Candidates(
                tuple(s for s in matching if s.effect is Effect.DENY),
                tuple(s for s in matching if s.effect is Effect.ALLOW),
            )
            self._index[case.action] = found
        return found


def compile_policy(policy: Policy) -> CompiledPolicy:
    """The compiled form, made once and kept with the policy."""
    compiled: CompiledPolicy | None = policy.__dict__.get("_compiled")
    if compiled is None:
        compiled = CompiledPolicy(policy)
        policy.__dict__["_compiled"] = compiled  # a memo, as functools.cached_property keeps one
    return compiled
