"""Secrets and keys that anybody may use.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (`*` is everybody)
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
"""

from __future__ import annotations

import pytest
from unit.analysis.rules.worlds import CONSUMER, OWNER, ROOT, find, not_known, policy, share

from iamsim.analysis.report import State
from iamsim.language.unknown_text import unknown_text

SECRET_RULE, KEY_RULE = "secret-open-to-strangers", "key-open-to-strangers"
GET = "secretsmanager:GetSecretValue"
OWN = f"arn:aws:iam::{OWNER}:root"


def on_secret(*statements):
    return find(SECRET_RULE, secret_policy=policy("secretPolicy", *statements, name="shared"))


def on_key(*statements):
    return find(KEY_RULE, key_policy=policy("keyPolicy", ROOT, *statements, name="key"))


def test_everybody():
    (result,) = on_secret(share(GET, {"AWS": "*"}))
    assert result.state is State.FAILED
    assert result.message == (
        "anybody in any AWS account can GetSecretValue on the secret `prod/db-AbCdEf`: "
        "its Principal is everybody, and it has no condition"
    )
    assert result.places[0].label.pointer == ("Statement", 0, "Principal")


def test_each_statement_by_itself():
    found = on_secret(share(GET, {"AWS": OWN}), share(GET, "*", Sid="First"), share("secretsmanager:DeleteSecret", "*"))
    assert [result.subject for result in found] == ["prod/db-AbCdEf: statement First", "prod/db-AbCdEf: statement 3"]


BOUND = {
    "own organization": {"StringEquals": {"aws:PrincipalOrgID": "o-abcd123456"}},
    "own account": {"StringEquals": {"aws:PrincipalAccount": OWNER}},
    "paths of the organization": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abcd123456/*"}},
    "VPC endpoint": {"StringEquals": {"aws:SourceVpce": "vpce-1234"}},
    "VPC": {"StringEquals": {"aws:SourceVpc": "vpc-1234"}},
    "addresses": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8"]}},
    "principals": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWNER}:role/*"}},
    "source account": {"StringEquals": {"aws:SourceAccount": OWNER}},
}


@pytest.mark.parametrize("condition", BOUND.values(), ids=BOUND)
def test_a_condition_that_binds_it(condition):
    assert on_secret(share(GET, "*", Condition=condition)) == []
    assert on_key(share("kms:Decrypt", "*", Condition=condition)) == []


LOOSE = {
    "TLS": {"Bool": {"aws:SecureTransport": "true"}},
    "absent in no organization": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abcd123456"}},
    "any organization": {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
    "another organization": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abcd123456"}},
    "any address": {"IpAddress": {"aws:SourceIp": ["0.0.0.0/0"]}},
    "not some addresses": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    "no VPC endpoint": {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1234"}},
    "any VPC endpoint": {"StringLike": {"aws:SourceVpce": "vpce-*"}},
    "a VPC endpoint": {"Null": {"aws:SourceVpc": "false"}},
}


@pytest.mark.parametrize("condition", LOOSE.values(), ids=LOOSE)
def test_a_condition_that_binds_nothing(condition):
    (result,) = on_secret(share(GET, "*", Condition=condition))
    assert result.state is State.FAILED
    assert "bind it to no account or organization" in result.message


def test_a_deny_for_other_organizations_binds_it():
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-abcd123456"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*", "Condition": outside}
    assert on_secret(share(GET, "*"), deny) == []


NETWORK = {
    "other VPC endpoints": {"StringNotEquals": {"aws:SourceVpce": "vpce-1234"}},
    "other addresses": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
}


@pytest.mark.parametrize("condition", NETWORK.values(), ids=NETWORK)
def test_a_deny_for_other_networks_binds_it(condition):
    deny = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*", "Condition": condition}
    assert on_secret(share(GET, "*"), deny) == []


def test_an_account_that_is_named_is_no_stranger():
    assert on_secret(share(GET, {"AWS": f"arn:aws:iam::{CONSUMER}:root"})) == []


def test_a_key_for_everybody():
    (result,) = on_key(share(["kms:Decrypt", "kms:CreateGrant"], "*"))
    assert "can Decrypt, CreateGrant on the key `key/1234abcd`" in result.message


def test_via_service_alone_binds_nothing():
    """Whoever has a secret can have Secrets Manager use a key for it; kms:CallerAccount binds it.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
    """
    via = {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}
    assert [r.state for r in on_key(share("kms:Decrypt", "*", Condition={"StringEquals": via}))] == [State.FAILED]
    own = {"StringEquals": {**via, "kms:CallerAccount": OWNER}}
    assert on_key(share("kms:Decrypt", "*", Condition=own)) == []


@pytest.mark.parametrize("id_", [SECRET_RULE, KEY_RULE])
def test_a_policy_whose_text_is_not_known(id_):
    made = {"secret_policy": not_known("secretPolicy", "shared"), "key_policy": not_known("keyPolicy", "key")}
    assert [(r.state, len(r.unknowns)) for r in find(id_, **made)] == [(State.UNDECIDED, 1)]


def test_a_key_that_is_only_named():
    assert find(KEY_RULE, key_policy=not_known("keyPolicy", "key"), places=()) == []


def test_a_principal_that_is_not_known_may_be_everybody():
    (result,) = on_secret(share(GET, {"AWS": unknown_text("Stack.Reader")}))
    assert result.state is State.UNDECIDED
    assert [unknown.name for unknown in result.unknowns] == ["Stack.Reader"]


def test_an_account_or_organization_that_is_not_known_is_somebody():
    assert on_secret(share(GET, {"AWS": f"arn:aws:iam::{unknown_text('Stack.Other', 12)}:root"})) == []
    own = {"StringEquals": {"aws:PrincipalOrgID": unknown_text("Stack.OrgId")}}
    assert on_secret(share(GET, "*", Condition=own)) == []
