"""Which documents are one document. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html."""

from __future__ import annotations

from dataclasses import replace

from iamsim.analysis.documents import own_policy, same_document, sharing_boundary
from iamsim.language.json_document import json_source
from iamsim.model.policy import Policy
from iamsim.model.world import Account, Role, User

MANAGED = "arn:aws:iam::111122223333:policy/read"
TEXT = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "%s:*", "Resource": "*"}]}'
S3, KMS = TEXT % "s3", TEXT % "kms"


def inline(name, text=S3):
    return Policy.parse(text, "identity", name)


def test_one_file_is_one_document_under_any_name():
    policy = Policy.parse(json_source("p.json", S3), "identity", "p")
    assert same_document(policy, replace(policy, name="q"))


def test_a_managed_policy_is_known_by_its_arn_and_an_inline_one_belongs_to_its_owner():
    assert same_document(inline(MANAGED), inline(MANAGED))
    assert not same_document(inline("read"), inline("read"))


def account(user, *roles):
    arns = [f"arn:aws:iam::111122223333:role/r{i}" for i in range(len(roles))]
    held = {arn: Role(arn, "", policies, boundary) for arn, (policies, boundary) in zip(arns, roles, strict=True)}
    return Account("111122223333", "shop", users={user.arn: user}, roles=held)


ANN = "arn:aws:iam::111122223333:user/ann"


def test_the_policy_that_speaks_of_the_service_comes_first():
    assert own_policy(account(User(ANN, "", (inline("a"), inline("b", KMS)))), ANN, "kms") == 1
    assert own_policy(account(User(ANN, "", (inline("a"), inline("b", KMS)))), ANN, "sts") == 0


def test_what_is_awss_a_groups_or_anothers_too_is_nobodys_own():
    aws = inline("arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert own_policy(account(User(ANN, "", (aws,))), ANN, "s3") is None
    assert own_policy(account(User(ANN, "", (inline("a"), inline("g/kms", KMS)), from_groups=1)), ANN, "kms") == 0
    managed = inline(MANAGED, KMS)
    assert own_policy(account(User(ANN, "", (inline("a"), managed)), ((managed,), None)), ANN, "kms") == 0
    assert own_policy(account(User(ANN, "", (inline("a"), managed)), ((), managed)), ANN, "kms") == 1


def test_everybody_with_the_boundary_shares_it():
    shared = Policy.parse(S3, "boundary", MANAGED)
    own = Policy.parse(S3, "boundary", "own")
    shop = account(User(ANN, "", (), shared), ((), shared), ((), own), ((), None))
    assert sharing_boundary(shop, shared) == [ANN, "arn:aws:iam::111122223333:role/r0"]
