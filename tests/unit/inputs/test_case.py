"""Cases of a batch: policies that many lines bring are read once, and each keeps its own name and type."""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.case import read_case
from iamsim.language.errors import PolicyError

REQUEST = {
    "principal": "arn:aws:iam::111122223333:role/app",
    "action": "kms:Decrypt",
    "resource": "arn:aws:kms:us-east-1:111122223333:key/1",
}
FULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def policies_of(**fields):
    return read_case(json.dumps({"request": REQUEST, **fields}), "line").policies


def identity(*documents):
    return [compiled.policy for compiled in policies_of(identity_policies=list(documents)).identity.policies]


def test_a_policy_that_comes_again_is_the_same_policy():
    assert identity(FULL)[0] is identity(FULL)[0]


def test_each_keeps_its_own_name_and_type():
    first, second = identity({"name": "a", "policy": FULL}, {"name": "b", "policy": FULL})
    [scp] = policies_of(scps=[{"org": "root", "policies": [FULL]}]).scps[0].policies
    assert [first.name, second.name, first.type, scp.policy.type] == ["a", "b", "identity", "scp"]


def test_values_that_python_takes_for_equal_are_told_apart():
    values = [True, 1, "1", 1.5, "true"]
    documents = [
        {**FULL, "Statement": [{**FULL["Statement"][0], "Condition": {"StringEquals": {"k": value}}}]}
        for value in values
    ]
    for _ in range(2):
        found = [policy.statements[0].conditions[0].values for policy in identity(*documents)]
        assert found == [("true",), ("1",), ("1",), ("1.5",), ("true",)]


def test_a_long_policy_is_not_kept():
    long = {**FULL, "Statement": [{"Effect": "Allow", "Action": ["s3:Get" + "x" * 9_000], "Resource": "*"}]}
    assert identity(long)[0] is not identity(long)[0]
    assert identity(long) == identity(long)


def test_a_policy_without_a_clear_meaning_is_refused_every_time():
    for _ in range(2):
        with pytest.raises(PolicyError, match="has no `Effect`"):
            identity({"Version": "2012-10-17", "Statement": [{}]})
