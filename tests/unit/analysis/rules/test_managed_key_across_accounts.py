"""Secrets under the AWS managed key and other accounts.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""

from __future__ import annotations

from unit.analysis.rules.worlds import CONSUMER, OWNER, READER, find, not_known, policy, share

from iamsim.analysis.report import State
from iamsim.language.unknown_text import unknown_text

ID = "managed-key-across-accounts"
GET = "secretsmanager:GetSecretValue"


def shared(principal, *, key_arn=None, **more):
    return find(ID, key_arn=key_arn, secret_policy=policy("secretPolicy", share(GET, principal, **more), name="shared"))


def test_an_account_a_role_and_a_user_that_are_named():
    for who in (f"arn:aws:iam::{CONSUMER}:root", CONSUMER, READER, f"arn:aws:iam::{CONSUMER}:user/ann"):
        (result,) = shared({"AWS": who})
        assert result.state is State.FAILED
        assert (
            result.message
            == f"`prod/db-AbCdEf` is under the AWS managed key, with which account {CONSUMER} cannot read it"
        )
        assert result.places[0].label.pointer == ("Statement", 0, "Principal")


def test_an_organization():
    (result,) = shared("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcd123456"}})
    assert "another account of o-abcd123456" in result.message


def test_the_own_account():
    assert shared({"AWS": f"arn:aws:iam::{OWNER}:root"}) == []
    assert shared("*", Condition={"StringEquals": {"aws:PrincipalAccount": OWNER}}) == []


def test_a_customer_managed_key():
    assert shared({"AWS": READER}, key_arn=f"arn:aws:kms:us-east-1:{OWNER}:key/1") == []


def test_an_account_that_a_deny_keeps_out():
    deny = {"Effect": "Deny", "Principal": {"AWS": CONSUMER}, "Action": "*", "Resource": "*"}
    both = policy("secretPolicy", share(GET, {"AWS": CONSUMER}), deny)
    assert find(ID, key_arn=None, secret_policy=both) == []


def test_a_key_or_a_policy_that_is_not_known():
    (result,) = shared({"AWS": READER}, key_arn=unknown_text("Stack.KeyParameter"))
    assert (result.state, result.unknowns[0].name) == (State.UNDECIDED, "Stack.KeyParameter")
    (result,) = find(ID, key_arn=None, secret_policy=not_known("secretPolicy", "shared"))
    assert (result.state, result.unknowns[0].name) == (State.UNDECIDED, "shared")
