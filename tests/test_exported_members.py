"""The names that `from iamsim import …` gives. Deliberately pinned: a name that is here once has to stay."""

from __future__ import annotations

import subprocess
import sys

import pytest

import iamsim

NAMES = [
    "Call",
    "Decision",
    "Diagnostic",
    "Policy",
    "PolicyError",
    "PolicySet",
    "PolicyType",
    "Request",
    "World",
    "authorize",
    "load_world",
    "simulate",
]


def test_the_list_of_names():
    assert iamsim.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_name_loads_and_says_what_it_is(name):
    member = getattr(iamsim, name)
    assert member.__name__ == name
    assert member.__doc__


def test_a_star_gives_the_names_and_dir_lists_them():
    given = {}
    exec("from iamsim import *", given)  # noqa: S102 - what a user may write
    assert set(given) - {"__builtins__"} == set(NAMES)
    assert set(NAMES) <= set(dir(iamsim))


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'iamsim' has no attribute 'nothing'"):
        _ = iamsim.nothing


def test_importing_loads_nothing_heavy():
    heavy = ("lark", "pydantic", "rich", "typer", "yaml", "iamsim.engine", "iamsim.model")
    code = f"import sys, iamsim; print([m for m in {heavy!r} if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_example_of_the_package():
    secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"
    allow = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret}
    evaluation = iamsim.authorize(
        iamsim.Request(
            principal="arn:aws:iam::111122223333:user/alice", action="secretsmanager:GetSecretValue", resource=secret
        ),
        iamsim.PolicySet(identity=[{"Version": "2012-10-17", "Statement": allow}]),
    )
    assert evaluation.decision is iamsim.Decision.ALLOWED
    assert evaluation.decided_by == (iamsim.PolicyType.IDENTITY,)
    assert [(m.policy, m.statement) for m in evaluation.matched_statements] == [("identity", 0)]
    assert evaluation.trace().decision == "allowed"
