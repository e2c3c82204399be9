"""How long documents may be; each quota is the one of the AWS page that the table names."""

from __future__ import annotations

import json

import pytest

from iamsim.language.errors import PolicyError
from iamsim.model.document import diagnose_policy
from iamsim.model.policy import Policy

ON_RESOURCE = {"secretPolicy", "keyPolicy", "functionPolicy", "endpoint", "trustPolicy"}


def text_of(length, policy_type, *, blanks=0, filler="x"):
    """A document of that many characters, and as many blanks more."""
    statement = {"Effect": "Deny", "Action": "sts:FILL", "Resource": "*", "Principal": "*"}
    if policy_type == "trustPolicy":
        del statement["Resource"]
    if policy_type not in ON_RESOURCE | {"rcp"}:
        del statement["Principal"]
    text = json.dumps({"Version": "2012-10-17", "Statement": statement}, separators=(",", ":"))
    return text.replace("FILL", filler * (length - len(text) + 4)) + " " * blanks


def errors(text, policy_type, **options):
    _, found = diagnose_policy(text, policy_type, **options)
    return [d.code for d in found if d.severity == "error"]


def warnings(text, policy_type, **options):
    _, found = diagnose_policy(text, policy_type, **options)
    return [d.code for d in found if d.severity == "warning"]


@pytest.mark.parametrize(
    ("policy_type", "most"),
    [
        ("identity", 6_144),
        ("boundary", 6_144),
        ("session", 2_048),
        ("scp", 10_240),
        ("rcp", 5_120),
        ("trustPolicy", 8_192),
    ],
)
def test_some_quotas_leave_white_space_out(policy_type, most):
    assert errors(text_of(most, policy_type, blanks=500), policy_type) == []
    assert errors(text_of(most + 1, policy_type), policy_type) == ["policy-too-long"]


@pytest.mark.parametrize(
    ("policy_type", "most"),
    [("secretPolicy", 20_480), ("endpoint", 20_480), ("functionPolicy", 20_480), ("keyPolicy", 32_768)],
)
def test_others_count_every_character(policy_type, most):
    assert errors(text_of(most - 5, policy_type, blanks=5), policy_type) == []
    assert errors(text_of(most - 5, policy_type, blanks=6), policy_type) == ["policy-too-long"]


def test_a_key_policy_is_measured_in_bytes():
    assert errors(text_of(20_000, "keyPolicy", filler="é"), "keyPolicy") == ["policy-too-long"]
    assert errors(text_of(20_000, "keyPolicy", filler="e"), "keyPolicy") == []


def test_an_inline_policy_may_be_longer_but_not_everywhere():
    assert errors(text_of(10_240, "identity"), "identity", inline=True) == []
    assert errors(text_of(10_241, "identity"), "identity", inline=True) == ["policy-too-long"]
    assert warnings(text_of(2_049, "identity"), "identity", inline=True) == ["quota-at-risk"]
    assert warnings(text_of(2_048, "identity"), "identity", inline=True) == []


def test_a_trust_policy_beyond_the_default_quota_is_a_warning():
    assert warnings(text_of(2_049, "trustPolicy"), "trustPolicy") == ["quota-at-risk"]
    assert warnings(text_of(2_048, "trustPolicy"), "trustPolicy") == []


@pytest.mark.parametrize(("policy_type", "most"), [("scp", 10_240), ("rcp", 5_120), ("session", 2_048)])
def test_white_space_that_may_count_is_a_warning(policy_type, most):
    assert "quota-at-risk" in warnings(text_of(most - 100, policy_type, blanks=101), policy_type)
    assert "quota-at-risk" not in warnings(text_of(most - 100, policy_type, blanks=100), policy_type)


def test_a_mapping_is_measured_as_its_shortest_text():
    assert errors(json.loads(text_of(6_144, "identity")), "identity") == []
    assert errors(json.loads(text_of(6_145, "identity")), "identity") == ["policy-too-long"]


def test_any_resource_policy_may_be_as_long_as_can_be_read():
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:" + "x" * 200_000, "Resource": "*"}
    assert errors({"Version": "2012-10-17", "Statement": statement}, "resourcePolicy") == []


def test_what_is_just_short_enough_is_read():
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": statement}
    statement["Action"] += "x" * (262_144 - len(json.dumps(document, separators=(",", ":"))))
    assert errors(document, "resourcePolicy") == []
    statement["Action"] += "x"
    assert errors(document, "resourcePolicy") == ["policy-too-long"]


@pytest.mark.parametrize("form", ["text", "mapping"])
def test_what_is_longer_than_any_policy_is_refused_unread_in_every_mode(form):
    text = text_of(262_145, "identity")
    given = text if form == "text" else json.loads(text)
    for lenient in (False, True):
        with pytest.raises(PolicyError) as caught:
            Policy.parse(given, "identity", lenient=lenient)
        assert [d.code for d in caught.value.diagnostics] == ["policy-too-long"]


def test_a_policy_that_carries_the_name_of_an_aws_managed_one_is_not_bound_by_a_customers_quota():
    text = text_of(7_000, "identity")
    assert Policy.parse(text, "identity", "arn:aws:iam::aws:policy/ReadOnlyAccess").statements
    with pytest.raises(PolicyError):
        Policy.parse(text, "identity", "arn:aws:iam::111122223333:policy/ReadOnlyAccess")
