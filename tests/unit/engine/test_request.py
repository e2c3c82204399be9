"""What a request is read from, and what is said where it cannot be read."""

from __future__ import annotations

import pytest
from unit.engine.asking import ALICE, FULL, OTHER, OWNER, READ, SECRET, ask

from iamsim import PolicyError, PolicySet, Request, authorize
from iamsim.engine.request import CallerKind
from iamsim.language.errors import InputError

CALLERS = [
    (f"arn:aws:iam::{OWNER}:root", CallerKind.ROOT, "", False),
    (ALICE, CallerKind.USER, "alice", False),
    (f"arn:aws:iam::{OWNER}:user/a/b/carol", CallerKind.USER, "carol", False),
    (f"arn:aws:iam::{OWNER}:role/ops/admin", CallerKind.ROLE, "admin", False),
    (f"arn:aws:sts::{OWNER}:assumed-role/admin/bob", CallerKind.SESSION, "admin", False),
    (f"arn:aws:sts::{OWNER}:federated-user/bob", CallerKind.FEDERATED_USER, "bob", False),
    (f"arn:aws:iam::{OWNER}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX", CallerKind.ROLE,
     "AWSServiceRoleForX", True),
    (f"arn:aws:sts::{OWNER}:assumed-role/AWSServiceRoleForX/s", CallerKind.SESSION, "AWSServiceRoleForX", True),
    (f"arn:aws-cn:iam::{OWNER}:user/alice", CallerKind.USER, "alice", False),
]  # fmt: skip


@pytest.mark.parametrize(("arn", "kind", "name", "linked"), CALLERS, ids=[row[0].split(":", 5)[5] for row in CALLERS])
def test_a_caller_is_read_from_its_arn(arn, kind, name, linked):
    caller = Request(arn, READ, SECRET).caller
    assert (caller.kind, caller.id, caller.account, caller.service_linked) == (kind, arn, OWNER, linked)
    assert caller.name == name or kind is CallerKind.ROOT


@pytest.mark.parametrize(
    ("principal", "kind", "name"),
    [
        ("anonymous", CallerKind.ANONYMOUS, "anonymous"),
        ({"Service": "lambda.amazonaws.com"}, CallerKind.SERVICE, "lambda.amazonaws.com"),
        ({"Federated": "accounts.google.com"}, CallerKind.PROVIDER, "accounts.google.com"),
    ],
)
def test_callers_without_an_account(principal, kind, name):
    caller = Request(principal, READ, SECRET).caller
    assert (caller.kind, caller.id, caller.account) == (kind, name, None)


@pytest.mark.parametrize(
    "principal",
    [
        "",
        "alice",
        "*",
        OWNER,
        f"arn:aws:iam::{OWNER}:group/ops",
        f"arn:aws:iam::{OWNER}:user",
        f"arn:aws:iam::{OWNER}:root/x",
        f"arn:aws:s3:::{OWNER}",
        f"arn:aws:sts::{OWNER}:assumed-role",
        {"AWS": ALICE},
        {"Service": ["lambda.amazonaws.com"]},
        {"Service": "a", "Federated": "b"},
        {},
    ],
    ids=str,
)
def test_what_is_no_caller_is_said_with_what_to_write(principal):
    with pytest.raises(InputError) as raised:
        ask(principal=principal)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "request-principal"
    assert diagnostic.help


@pytest.mark.parametrize("action", ["", "GetSecretValue", "secretsmanager:", ":Get", "a:b:c", "*"])
def test_what_is_no_action_is_said(action):
    with pytest.raises(InputError, match="is no action"):
        ask(action=action, resource=SECRET)


def test_the_accounts_are_read_from_the_arns_unless_they_are_given():
    bucket = "arn:aws:s3:::bucket/key"
    with pytest.raises(InputError, match="account"):
        authorize(Request(ALICE, "s3:GetObject", bucket), PolicySet())
    for owner, decision in ((OWNER, "allowed"), (OTHER, "implicitDeny")):
        request = Request(ALICE, "s3:GetObject", bucket, resource_account=owner)
        assert authorize(request, PolicySet(identity=[FULL])).decision == decision
    moved = Request(ALICE, READ, SECRET, principal_account=OTHER)
    assert authorize(moved, PolicySet(identity=[FULL])).decision == "implicitDeny"


def test_a_star_concerns_the_account_of_the_caller():
    assert Request(ALICE, "secretsmanager:ListSecrets", "*").owner == OWNER


@pytest.mark.parametrize(
    ("context", "values"),
    [
        ({"A": "x"}, {"a": ("x",)}),
        ({"A": None, "b": [], "c": [None]}, {}),
        ({"a": ["x", 1, True, None]}, {"a": ("x", "1", "true")}),
        ({"a": ""}, {"a": ("",)}),
        ({"a": "x", "A": "y"}, {"a": ("x",)}),
    ],
)
def test_the_context_by_lower_case_key(context, values):
    assert Request(ALICE, READ, SECRET, context=context).values == values


@pytest.mark.parametrize(
    ("unknown", "known_as_absent"), [(["aws:SourceIp"], False), (["AWS:source*"], True), (["*"], True), ([], True)]
)
def test_a_key_that_is_given_as_absent_is_known_under_a_beginning(unknown, known_as_absent):
    request = Request(ALICE, READ, SECRET, context={"aws:SourceIp": None}, unknown=unknown)
    assert request.is_unknown("aws:sourceip") is not known_as_absent


@pytest.mark.parametrize(
    "document", [5, None, ["x"], {"Statement": 5}, "{", "[]", {"Statement": [{"Effect": "allow"}]}], ids=str
)
def test_what_is_no_policy_is_refused(document):
    with pytest.raises((InputError, PolicyError)):
        PolicySet(identity=[document])


@pytest.mark.parametrize(
    "grant",
    [
        {},
        {"grantee": ALICE},
        {"grantee": 5, "operations": ["Decrypt"]},
        {"grantee": ALICE, "operations": "Decrypt"},
        {"grantee": ALICE, "operations": [5]},
        {"grantee": ALICE, "operations": ["Decrypt"], "constraints": {"Other": {}}},
        {"grantee": ALICE, "operations": ["Decrypt"], "constraints": {"EncryptionContextSubset": "x"}},
        {"grantee": ALICE, "operations": ["Decrypt"], "constraints": {"EncryptionContextEquals": {"a": 1}}},
    ],
    ids=str,
)
def test_what_is_no_grant_is_refused(grant):
    with pytest.raises(InputError, match="grant 0"):
        PolicySet(grants=[grant])


def test_a_grant_as_the_command_line_of_aws_prints_it():
    grant = {"GrantId": "g", "GranteePrincipal": ALICE, "Operations": ["Decrypt"], "Constraints": {}}
    assert ask(action="kms:Decrypt", grants=[grant]).decision == "allowed"
