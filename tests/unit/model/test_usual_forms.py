"""What is taken at a glance, because it has a usual form, has no flaw by the rules that say what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamsim import PolicyType
from iamsim.language.errors import PolicyError
from iamsim.model.policy import Policy
from iamsim.model.validation.actions import action_flaw, well_formed
from iamsim.model.validation.resources import resource_flaw, unremarkable

PARTS = [
    "aws",
    "aws-cn",
    "*",
    "?",
    "iam",
    "s3",
    "kms",
    "us-east-1",
    "111122223333",
    "role/",
    "user/a",
    "root",
    "",
    "x",
    "\n",
    "${a}",
]
fields = st.lists(st.lists(st.sampled_from(PARTS), max_size=2).map("".join), min_size=3, max_size=7)
arns = st.tuples(st.sampled_from(PARTS[:4]), st.sampled_from(PARTS[4:7]), fields)


@given(arn=arns)
def test_an_unremarkable_resource_has_no_flaw(arn):
    partition, service, others = arn
    text = ":".join(["arn", partition, service, *others])
    if unremarkable([text]):
        assert resource_flaw(text, complete=True) is None
        assert "${" not in text


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "arn:aws:kms:us-east-1:111122223333:key/*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:iam::*:role/app",
        "arn:*:ec2:*:*:a:b",
    ],
)
def test_usual_resources_are_taken_at_a_glance(text):
    assert unremarkable([text])


@pytest.mark.parametrize(
    "text", ["arn:aws:s3:eu-west-1::b", "arn:aws:iam:x:1:role/a", "arn:aws:iam::1:*\n", "key/1", ""]
)
def test_a_resource_with_a_flaw_never_is(text):
    assert resource_flaw(text, complete=True)
    assert not unremarkable(["*", text])


@given(text=st.lists(st.sampled_from(["s3", ":", "*", "Get", "", "-", " ", "?", "\n"]), max_size=5).map("".join))
def test_a_well_formed_action_is_one_without_a_flaw(text):
    assert well_formed([text]) == (action_flaw(text) is None)


LENIENT = {
    "policy-too-long": {"Resource": ["arn:aws:s3:::" + "x" * 9_000]},
    "unsupported-character": {"Sid": "日本"},
    "sid-characters": {"Sid": "a b"},
    "resource-format": {"Resource": ["*", "key/1"]},
    "invalid-date": {"Condition": {"DateEquals": {"aws:CurrentTime": "today"}}},
}


@pytest.mark.parametrize("code", LENIENT)
def test_what_aws_only_refuses_to_keep_is_read_leniently(code):
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"} | LENIENT[code]
    document = {"Version": "2012-10-17", "Statement": [statement]}
    with pytest.raises(PolicyError) as caught:
        Policy.parse(document, PolicyType.IDENTITY)
    assert code in [diagnostic.code for diagnostic in caught.value.diagnostics]
    assert Policy.parse(document, PolicyType.IDENTITY, lenient=True).statements[0].sid == statement.get("Sid")


def test_beside_a_problem_of_meaning_only_such_are_named_leniently():
    statement = {"Effect": "allow", "Action": "s3:*", "Resource": "key/1"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    for lenient, codes in ((True, {"unknown-effect"}), (False, {"unknown-effect", "resource-format"})):
        with pytest.raises(PolicyError) as caught:
            Policy.parse(document, PolicyType.IDENTITY, lenient=lenient)
        assert {diagnostic.code for diagnostic in caught.value.diagnostics} == codes
