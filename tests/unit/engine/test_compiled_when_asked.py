"""A statement is compiled when its action is first asked for; nothing that is compiled outlives its policy."""

from __future__ import annotations

import gc
import weakref

import pytest
from unit.engine.asking import ALICE, READ, SECRET, allow, policy

from iamsim import Policy, PolicySet, PolicyType, Request, authorize
from iamsim.engine import compile as compiling
from iamsim.engine.compile import compile_policy


@pytest.fixture
def compiled(monkeypatch):
    """The indexes of the statements, in the order in which they are compiled."""
    indexes, compile_statement = [], compiling.compile_statement

    def remembering(written, policy):
        indexes.append(written.index)
        return compile_statement(written, policy)

    monkeypatch.setattr(compiling, "compile_statement", remembering)
    return indexes


def made():
    return Policy.parse(policy(allow("s3:Get*"), allow("secretsmanager:*"), allow("kms:Decrypt")), "identity")


def test_only_what_is_asked_for_is_compiled_and_only_once(compiled):
    parsed = made()
    for _ in range(2):
        assert authorize(Request(ALICE, READ, SECRET), PolicySet(identity=[parsed])).decision == "allowed"
    assert compiled == [1]


def test_all_statements_are_there_when_all_are_wanted(compiled):
    parsed = made()
    authorize(Request(ALICE, READ, SECRET), PolicySet(identity=[parsed]))
    statements = compile_policy(parsed).statements
    assert [statement.index for statement in statements] == [0, 1, 2]
    assert [[check.element for check in statement.checks] for statement in statements] == [["Action", "Resource"]] * 3
    assert compiled == [1, 0, 2]


def test_an_unknown_policy_may_allow_and_may_deny():
    unknown = compile_policy(Policy("plan", PolicyType.IDENTITY, None, (), known=False))
    assert [statement.effect for statement in unknown.statements] == ["Allow", "Deny"]


def test_a_policy_that_is_dropped_is_gone_without_the_collector():
    gc.disable()
    try:
        parsed = made()
        evaluation = authorize(Request(ALICE, READ, SECRET), PolicySet(identity=[parsed]))
        assert evaluation.trace().nearest.open
        gone = weakref.ref(parsed)
        del parsed, evaluation
        assert gone() is None
    finally:
        gc.enable()
