"""Statements are indexed by action; the index stays small, and asking again gives the same."""

from __future__ import annotations

import sys

from unit.engine.asking import ALICE, FULL, OWNER, READ, SECRET, SESSION, allow, ask, deny, policy

from iamsim import Policy, PolicySet, Request, authorize
from iamsim.engine import compile as compiling
from iamsim.engine.compile import compile_policy

MANY = 3 * compiling._MAX_INDEXED_ACTIONS


def test_a_statement_is_compiled_once():
    parsed = Policy.parse(FULL, "identity", "p")
    assert compile_policy(parsed).statements[0] is compile_policy(parsed).statements[0]


def test_only_statements_of_the_action_are_asked():
    documents = [policy(*(allow(f"s3:Get{i}") for i in range(50)), allow(READ), deny("secretsmanager:Put*"))]
    evaluation = ask(identity=documents)
    law = evaluation.law
    found = law.policies.identity.candidates(law.case)
    assert [statement.index for _, statement in found.allows] == [50]
    assert found.denies == ()


def test_the_indexes_stay_small():
    policies = PolicySet(identity=[policy(allow("secretsmanager:*"), deny("s3:*"))], scps=[[FULL]])
    for i in range(MANY):
        action = f"secretsmanager:Get{i}"
        assert authorize(Request(ALICE, action, SECRET), policies).decision == "allowed"
    for i in range(20):
        assert authorize(Request(ALICE, f"s3:Get{i}", SECRET), policies).decision == "explicitDeny"
    groups = [policies.identity, policies.scps[0]]
    indexes = [policies._denies, *(g._index for g in groups), *(p._index for g in groups for p in g.policies)]
    assert max(map(len, indexes)) <= compiling._MAX_INDEXED_ACTIONS


def test_one_set_of_policies_answers_different_requests_independently():
    policies = PolicySet(
        identity=[policy(allow(READ, SECRET), allow("secretsmanager:Describe*", SECRET + "*"))],
        scps=[[policy(allow("secretsmanager:Get*"), allow("s3:*"))]],
    )
    asked = {
        (READ, SECRET): "allowed",
        (READ, SECRET + "x"): "implicitDeny",
        ("secretsmanager:DescribeSecret", SECRET + "x"): "implicitDeny",
        ("SECRETSMANAGER:getsecretvalue", SECRET): "allowed",
    }
    for _ in range(3):
        for (action, resource), decision in asked.items():
            assert authorize(Request(ALICE, action, resource), policies).decision == decision


def test_one_set_of_policies_answers_different_callers_independently():
    everything = policy(deny("*", "*", "*"))
    linked = f"arn:aws:iam::{OWNER}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    for kind, bound in (("scps", {ALICE, SESSION}), ("rcps", {ALICE, SESSION}), ("session", {SESSION})):
        policies = PolicySet(identity=[FULL], **{kind: everything_in(kind, everything)})
        for caller in (ALICE, linked, SESSION, linked, ALICE):
            denied = authorize(Request(caller, READ, SECRET), policies).decision == "explicitDeny"
            assert denied == (caller in bound or (kind == "session" and caller == linked)), (kind, caller)


def everything_in(kind, document):
    without = {
        **document,
        "Statement": [{k: v for k, v in s.items() if k != "Principal"} for s in document["Statement"]],
    }
    return without if kind == "session" else [[without if kind == "scps" else document]]


def test_small_texts_are_cached_within_bounds():
    modules = [module for name, module in sys.modules.items() if name.startswith(("iamsim.engine", "iamsim.language"))]
    cached = {thing for module in modules for thing in vars(module).values() if hasattr(thing, "cache_info")}
    unbounded = {
        f.__qualname__ for f in cached if f.cache_info().maxsize is None and f.__wrapped__.__code__.co_argcount
    }
    assert len(cached) > 5
    assert unbounded <= {"load_grammar"}
