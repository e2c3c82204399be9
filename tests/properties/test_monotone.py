"""Laws: a Deny never widens access and an Allow never narrows it; limits and guardrails never widen it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from properties.deciding import ALLOWED, EXPLICIT, changed, decided, documents, listed, readable_cases
from properties.strategies import policies, statements


def widened(before, after):
    return decided(after) is ALLOWED and decided(before) is not ALLOWED


@given(readable_cases(), st.data())
def test_a_deny_never_widens(case, data):
    held = list(documents(case))
    assume(held)
    at = data.draw(st.integers(0, len(held) - 1))
    kind = held[at][0]
    deny = data.draw(statements(kind, case["request"])) | {"Effect": "Deny"}
    if not {"Resource", "NotResource"} & set(deny) and kind != "resource":
        deny["Resource"] = "*"
    after = changed(case)
    document = [document for _, document in documents(after)][at]
    document["Statement"] = [*listed(document), deny]
    assert not widened(case, after)
    assert decided(case) is not EXPLICIT or decided(after) is EXPLICIT


@given(readable_cases(), st.data())
def test_an_allow_of_an_identity_policy_never_narrows(case, data):
    allow = data.draw(statements("identity", case["request"])) | {"Effect": "Allow"}
    allow.setdefault("Resource", "*") if "NotResource" not in allow else None
    document = {"Version": "2012-10-17", "Statement": [allow]}
    after = changed(case, identity_policies=[*case["identity_policies"], {"name": "more", "policy": document}])
    assert not widened(after, case)
    assert (decided(case) is EXPLICIT) == (decided(after) is EXPLICIT)


@given(readable_cases(), st.data())
def test_an_allow_of_a_resource_policy_never_narrows(case, data):
    assume(case["resource_policy"])
    allow = data.draw(statements("resource", case["request"])) | {"Effect": "Allow"}
    after = changed(case)
    after["resource_policy"]["Statement"] = [*listed(after["resource_policy"]), allow]
    assert not widened(after, case)


@given(readable_cases(), st.data())
def test_a_boundary_never_widens(case, data):
    limited = changed(case, permission_boundaries=[data.draw(readable(policies("boundary", case["request"])))])
    assert not widened(changed(case, permission_boundaries=None), limited)


@given(readable_cases(), st.data())
def test_a_session_policy_never_widens_but_for_a_federated_user(case, data):
    assume(":federated-user/" not in str(case["request"]["principal"]))
    limited = changed(case, session_policies=[data.draw(readable(policies("session", case["request"])))])
    assert not widened(changed(case, session_policies=None), limited)


def test_a_session_policy_is_what_gives_a_federated_user_the_permissions_of_its_user():
    account = "111122223333"
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    case = {
        "request": {
            "principal": f"arn:aws:sts::{account}:federated-user/alice",
            "action": "secretsmanager:GetSecretValue",
            "resource": f"arn:aws:secretsmanager:us-east-1:{account}:secret:db-AbCdEf",
        },
        "identity_policies": [{"name": "0", "policy": everything}],
    }
    assert widened(case, changed(case, session_policies=[everything]))


@pytest.mark.parametrize(("holder", "kind"), [("scps", "scp"), ("rcps", "rcp")])
@given(case=readable_cases(), data=st.data())
def test_one_more_level_never_widens(holder, kind, case, data):
    level = {"org": "more", "policies": [data.draw(readable(policies(kind, case["request"])))]}
    at = data.draw(st.integers(0, len(case[holder])))
    limited = changed(case, **{holder: [*case[holder][:at], level, *case[holder][at:]]})
    assert not widened(case, limited)


@given(readable_cases(), st.data())
def test_an_endpoint_policy_never_widens(case, data):
    more = data.draw(readable(policies("endpoint", case["request"])))
    assert not widened(case, changed(case, endpoint_policies=[*case["endpoint_policies"], more]))


@given(readable_cases())
def test_a_grant_never_narrows(case):
    assume(case.get("kms_grants"))
    assert not widened(case, changed(case, kms_grants=[]))


def readable(drawn):
    """The documents that `evaluate` reads: every statement has a Resource."""
    return drawn.filter(lambda document: all({"Resource", "NotResource"} & set(s) for s in listed(document)))
