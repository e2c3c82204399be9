"""Whatever a document holds: a policy or a PolicyError with located diagnostics, and soon."""

from __future__ import annotations

import json
import random
import time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iamsim.analysis.lint import lint_policy
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import PolicyError
from iamsim.model.document import diagnose_policy
from iamsim.model.policy import Policy
from iamsim.model.validation.requirements import DOCUMENT_TYPES
from iamsim.outputs.diagnostics import diagnostic_json, render_diagnostics

SLOW = 20  # seconds on a busy machine; each of these takes a second or two

ELEMENTS = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
]
WORDS = [
    "2012-10-17", "Allow", "Deny", "*", "s3:*", "sts:AssumeRole", "arn:aws:s3:::b/${aws:username}", "${", "arn:aws:iam::*:role/x",
    "111122223333", "AWS", "Service", "Federated", "lambda.amazonaws.com", "StringEquals", "ArnLike", "DateLessThan", "IpAddress",
    "NumericEquals", "BinaryEquals", "Bool", "Null", "ForAllValues:StringLike", "aws:SourceIp", "", "\ud800", "é", "“", "\x00",
]  # fmt: skip

words = st.one_of(st.sampled_from(WORDS), st.text(max_size=12))
names = st.one_of(st.sampled_from([*ELEMENTS, "NotResource", "Condition"]), words)
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=5)),
    max_leaves=20,
)
statements = st.dictionaries(names, values, max_size=8)
documents = st.fixed_dictionaries(
    {
        "Version": st.one_of(st.just("2012-10-17"), values),
        "Statement": st.one_of(st.lists(statements, max_size=3), values),
    }
)
types = st.sampled_from(DOCUMENT_TYPES)
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(document, policy_type, *, lenient):
    """Whether it was accepted; everything that is said about it can be shown in every format."""
    found = []
    try:
        policy = Policy.parse(document, policy_type, lenient=lenient)
    except PolicyError as error:
        found = error.diagnostics
    if not found:
        return isinstance(policy, Policy)
    assert {type(diagnostic) for diagnostic in found} == {Diagnostic}
    shown(found)
    return False


def shown(diagnostics):
    for width in (30, 80):
        render_diagnostics(diagnostics, width=width).encode()
    for diagnostic in diagnostics:
        json.dumps(diagnostic_json(diagnostic))


@relaxed
@given(document=documents, policy_type=types)
def test_a_document_of_any_shape_is_read_or_refused(document, policy_type):
    strict = judged(document, policy_type, lenient=False)
    lenient = judged(document, policy_type, lenient=True)
    assert lenient or not strict
    policy, found = diagnose_policy(document, policy_type)
    assert (policy is not None) == lenient
    assert ("error" not in [d.severity for d in found]) == strict
    shown(lint_policy(document, policy_type))


@relaxed
@given(document=documents, policy_type=types)
def test_text_and_mapping_are_judged_alike(document, policy_type):
    text = json.dumps(document, allow_nan=False, default=str) if _finite(document) else None
    if text is not None:
        assert judged(text, policy_type, lenient=False) == judged(json.loads(text), policy_type, lenient=False)


def _finite(value):
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


@relaxed
@given(text=st.one_of(st.text(), st.binary().map(lambda data: data.decode("latin-1"))), policy_type=types)
def test_any_text_is_read_or_refused(text, policy_type):
    judged(text, policy_type, lenient=True)


def test_a_good_document_with_one_character_changed_is_read_or_refused():
    good = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Sid": "a",
                "Effect": "Deny",
                "Principal": {"AWS": ["arn:aws:iam::111122223333:role/app", "*"]},
                "Action": ["secretsmanager:Get*"],
                "Resource": "arn:aws:secretsmanager:*:111122223333:secret:${aws:PrincipalTag/team, 'x'}-??????",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}, "Bool": {"aws:x": True}},
            },
        }
    )
    assert judged(good, "secretPolicy", lenient=False)
    dice = random.Random(7)
    for _ in range(800):
        at = dice.randrange(len(good))
        changed = (
            good[:at]
            + dice.choice(['"', "{", "}", "[", "]", ":", ",", "*", "$", "\\", "0", "x", "é", ""])
            + good[at + 1 :]
        )
        judged(changed, "secretPolicy", lenient=dice.random() < 0.5)


HOSTILE = {
    "deep lists": "[" * 100_000,
    "deep closed lists": "[" * 50_000 + "]" * 50_000,
    "deep objects": '{"Statement":' * 10_000,
    "deep statement": '{"Version":"2012-10-17","Statement":' + "[" * 70 + "]" * 70 + "}",
    "a string of a megabyte": '"' + "x" * 1_000_000 + '"',
    "a long number": "9" * 200_000,
    "a huge exponent": '{"Statement":{"Condition":{"NumericEquals":{"a":1e999999999}}}}',
    "an open string": '"' + "\\" * 200_000,
    "many stars": '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:' + "*a" * 50_000 + '","Resource":"*"}}',
    "many variables": '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::'
    + "${a}" * 20_000 + '"}}',
    "many open variables": '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::'
    + "${" * 50_000 + '"}}',
    "many elements": json.dumps({f"Elemen{i}": i for i in range(15_000)}),
    "many operators": json.dumps({"Statement": {"Condition": {f"StringEqual{i}": {"a": "b"} for i in range(5_000)}}}),
    "many statements": json.dumps({"Version": "2012-10-17", "Statement": [1] * 40_000}),
    "many members": json.dumps({"Statement": {"Effect": "Allow", "Action": ["a:b:c"] * 25_000, "Resource": ["x"] * 5_000}}),
    "many repeated keys": "{" + ",".join('"a":1' for _ in range(20_000)) + "}",
    "many strange characters": json.dumps({"Id": "".join(map(chr, range(0x100, 0x9000)))}, ensure_ascii=False),
    "long date": json.dumps({"Statement": {"Condition": {"DateEquals": {"a": "1" * 200_000}}}}),
    "long principal": json.dumps({"Statement": {"Principal": {"AWS": "arn:aws:iam::" + ":" * 200_000}}}),
    "long service": json.dumps({"Statement": {"Principal": {"Service": "a." * 100_000}}}),
    "long provider": json.dumps({"Statement": {"Principal": {"Federated": "a." * 100_000}}}),
    "long address": json.dumps({"Statement": {"Condition": {"IpAddress": {"a": "1" * 200_000}}}}),
}  # fmt: skip


@pytest.mark.parametrize("policy_type", ["identity", "trustPolicy"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_answered_soon(text, policy_type):
    begin = time.perf_counter()
    judged(text, policy_type, lenient=False)
    judged(text, policy_type, lenient=True)
    shown(lint_policy(text, policy_type))
    assert time.perf_counter() - begin < SLOW


def _circle():
    circle = {"Version": "2012-10-17"}
    circle["Statement"] = circle
    return circle


STRANGE = {
    "a circle": _circle(),
    "a huge integer": {"Version": "2012-10-17", "Statement": {"Condition": {"NumericEquals": {"a": 10**5_000}}}},
    "no number": {"Version": "2012-10-17", "Statement": {"Condition": {"NumericEquals": {"a": float("nan")}}}},
    "a decimal": {"Version": Decimal("2012.10"), "Statement": Decimal(1)},
    "keys that are no text": {1: 2, None: 3, "Statement": {("a",): 1}},
    "values that JSON does not have": {"Version": b"2012-10-17", "Statement": {1, 2}, "Id": object()},
    "a lone surrogate": {"Version": "\ud800", "Statement": [{"Sid": "\udfff"}]},
}


@pytest.mark.parametrize("policy_type", DOCUMENT_TYPES)
@pytest.mark.parametrize("document", STRANGE.values(), ids=STRANGE)
def test_a_strange_mapping_is_refused_with_diagnostics(document, policy_type):
    assert not judged(document, policy_type, lenient=True)
    shown(lint_policy(document, policy_type))


def test_a_valid_document_of_middle_size_is_read_quickly():
    actions = [f"mgh:Action{i}" for i in range(14)]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "arn:aws:mgh:*:*:progressUpdateStream/SMS"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement, statement, statement]})
    Policy.parse(text, "identity")
    best = min(_seconds(lambda: Policy.parse(text, "identity")) for _ in range(200))
    assert best < 0.001  # a tenth of that on an idle machine; here it only keeps positions out of the way


def _seconds(run):
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin
