"""The oracle against cases written here by hand, and against the conformance files where they are at hand.

The oracle is what the engine is compared with; here it is itself compared with what the AWS guides say.
"""

import json
import runpy
from pathlib import Path

import pytest

decide = runpy.run_path(str(Path(__file__).with_name("oracle.py")))["decide"]

CONFORMANCE = Path(__file__).parents[2] / "shared" / "conformance"
MEANT = {
    "ALLOWED": {"allowed"},
    "EXPLICIT_DENY": {"explicitDeny"},
    "IMPLICIT_DENY": {"implicitDeny"},
    "DENIED": {"explicitDeny", "implicitDeny"},
}

OWNER, OTHER = "111122223333", "444455556666"
USER, ROLE, ROOT = (f"arn:aws:iam::{OWNER}:{name}" for name in ("user/alice", "role/ops/admin", "root"))
SESSION, FEDERATED = (f"arn:aws:sts::{OWNER}:{name}" for name in ("assumed-role/admin/bob", "federated-user/alice"))
LINKED = f"arn:aws:sts::{OWNER}:assumed-role/AWSServiceRoleForRDS/rds"
STRANGER = f"arn:aws:iam::{OTHER}:user/alice"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:db-AbCdEf"
KEY, FUNCTION, TRUST = f"arn:aws:kms:us-east-1:{OWNER}:key/1", f"arn:aws:lambda:us-east-1:{OWNER}:function:f", ROLE
READ, DECRYPT, ASSUME = "secretsmanager:GetSecretValue", "kms:Decrypt", "sts:AssumeRole"


def policy(**elements):
    return {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", **elements},
    }


def trust(**elements):
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", **elements}}


def named(*principals, **elements):
    return policy(Principal={"AWS": list(principals)}, **elements)


def level(*policies):
    return {"org": "level", "policies": list(policies)}


def request(principal=USER, action=READ, resource=SECRET, **more):
    return {"principal": principal, "action": action, "resource": resource, "context": {}, **more}


def when(condition, **context):
    context = {key.replace("__", ":"): value for key, value in context.items()}
    return {"request": request(context=context), "identity": [policy(Condition=condition)]}


def case(request, *, identity=(), boundary=None, session=None, grants=(), **more):
    return {
        "request": request,
        "identity_policies": [{"name": str(n), "policy": document} for n, document in enumerate(identity)],
        "permission_boundaries": boundary,
        "session_policies": session,
        "kms_grants": list(grants),
        **more,
    }


ALL, NONE, DENY = policy(), policy(Action="ec2:*"), policy(Effect="Deny")
GRANT = {"grantee": USER, "operations": ["Decrypt"], "constraints": {"EncryptionContextEquals": {"App": "shop"}}}
SHOP = {"kms:EncryptionContext:app": "shop"}

BY_HAND = {
    # Paths in one account (A3), and what follows each form of entry.
    "user ARN passes the boundary": ("allowed", request(), {"boundary": [NONE], "resource_policy": named(USER)}),
    "account needs identity": ("implicitDeny", request(), {"resource_policy": named(OWNER)}),
    "account and identity": ("allowed", request(), {"identity": [ALL], "resource_policy": named(ROOT)}),
    "role ARN stops at the boundary": (
        "implicitDeny",
        request(SESSION),
        {"boundary": [NONE], "resource_policy": named(ROLE)},
    ),
    "session ARN passes it": ("allowed", request(SESSION), {"boundary": [], "resource_policy": named(SESSION)}),
    "a role ARN is no one session": ("implicitDeny", request(ROLE), {"resource_policy": named(SESSION)}),
    "session policies bind no user": ("allowed", request(), {"identity": [ALL], "session": []}),
    "federated user without session policy": ("implicitDeny", request(FEDERATED), {"identity": [ALL]}),
    "federated user through its user": (
        "allowed",
        request(FEDERATED),
        {"session": [ALL], "resource_policy": named(USER)},
    ),
    "federated user by name": ("allowed", request(FEDERATED), {"resource_policy": named(FEDERATED)}),
    "root needs no identity policy": ("allowed", request(ROOT), {}),
    "root at a key that does not name it": ("implicitDeny", request(ROOT, DECRYPT, KEY), {}),
    "root at a key": ("allowed", request(ROOT, DECRYPT, KEY), {"resource_policy": named(OWNER)}),
    "unique ids match nobody": ("implicitDeny", request(), {"resource_policy": named("AIDAEXAMPLE")}),
    # Callers without an account.
    "service": (
        "allowed",
        request({"Service": "a.amazonaws.com"}),
        {"resource_policy": policy(Principal={"Service": ["a.amazonaws.com"]}), "scps": [level()]},
    ),
    "anonymous at a secret": ("implicitDeny", request("anonymous"), {"resource_policy": policy(Principal="*")}),
    "anonymous elsewhere": (
        "allowed",
        request("anonymous", "lambda:InvokeFunctionUrl", FUNCTION),
        {"resource_policy": policy(Principal="*")},
    ),
    # Across accounts (A2, C1.8, D1.3).
    "across accounts": ("allowed", request(STRANGER), {"identity": [ALL], "resource_policy": named(STRANGER)}),
    "across accounts without identity": ("implicitDeny", request(STRANGER), {"resource_policy": policy(Principal="*")}),
    "not open to other accounts": (
        "implicitDeny",
        request(STRANGER, "secretsmanager:CreateSecret"),
        {"identity": [ALL], "resource_policy": named(STRANGER)},
    ),
    # Gates and what they bind (A5, A6).
    "an SCP level that allows nothing": ("implicitDeny", request(), {"identity": [ALL], "scps": [level(ALL), level()]}),
    "SCPs spare a service-linked role": ("allowed", request(LINKED), {"identity": [ALL], "scps": [level(DENY)]}),
    "an endpoint policy": (
        "implicitDeny",
        request(),
        {"identity": [ALL], "endpoint_policies": [named(OWNER, Action="s3:*")]},
    ),
    "an RCP closes no gate": ("allowed", request(), {"identity": [ALL], "rcps": [level()]}),
    "an RCP denies": ("explicitDeny", request(), {"rcps": [level(policy(Effect="Deny", Principal="*"))]}),
    "an RCP spares lambda": (
        "allowed",
        request(action="lambda:InvokeFunction", resource=FUNCTION),
        {"identity": [ALL], "rcps": [level(policy(Effect="Deny", Principal="*"))]},
    ),
    "GetCallerIdentity under a deny": (
        "allowed",
        request(action="sts:GetCallerIdentity", resource="*"),
        {"identity": [DENY]},
    ),
    # Services that demand their resource policy (A1.10, A7, D1, D2).
    "trust policy names the user": (
        "allowed",
        request(USER, ASSUME, TRUST),
        {"resource_policy": trust(Principal={"AWS": USER})},
    ),
    "trust policy is missing": ("implicitDeny", request(USER, ASSUME, TRUST), {"identity": [ALL]}),
    "a key policy without Resource": (
        "implicitDeny",
        request(USER, DECRYPT, KEY),
        {"resource_policy": trust(Principal="*", Action="kms:*")},
    ),
    "a grant": ("allowed", request(USER, DECRYPT, KEY, context=SHOP), {"grants": [GRANT]}),
    "a grant for another context": (
        "implicitDeny",
        request(USER, DECRYPT, KEY, context={**SHOP, "kms:EncryptionContext:x": "y"}),
        {"grants": [GRANT]},
    ),
    # NotPrincipal (A4).
    "NotPrincipal spares whom it names": (
        "allowed",
        request(SESSION),
        {"identity": [ALL], "resource_policy": policy(Effect="Deny", NotPrincipal={"AWS": ROLE})},
    ),
    "NotPrincipal with the account alone": (
        "explicitDeny",
        request(),
        {"identity": [ALL], "resource_policy": policy(Effect="Deny", NotPrincipal={"AWS": OWNER})},
    ),
    "Allow with NotPrincipal": ("allowed", request(), {"resource_policy": policy(NotPrincipal={"AWS": OTHER})}),
    # Resources (B3).
    "a last * crosses colons": ("allowed", request(), {"resource_policy": named(USER, Resource="arn:aws:*:db-AbCdEf")}),
    "but is completed first": ("implicitDeny", request(), {"identity": [policy(Resource="arn:aws:*:db-AbCdEf")]}),
    "an inner * does not": (
        "implicitDeny",
        request(),
        {"identity": [policy(Resource="arn:aws:*r:us-east-1:*x:secret:db-*")]},
    ),
    "completed in an identity policy": (
        "allowed",
        request(),
        {"identity": [policy(Resource="arn:aws:secretsmanager")]},
    ),
    "not completed elsewhere": (
        "implicitDeny",
        request(),
        {"resource_policy": named(USER, Resource="arn:aws:secretsmanager")},
    ),
    "no resource wants a bare *": (
        "implicitDeny",
        request(action="secretsmanager:ListSecrets", resource="*"),
        {"identity": [policy(Resource="arn:aws:*:*:*:*:*")]},
    ),
}

CONDITIONS = [
    (True, {"StringEquals": {"aws:username": "${*}${AWS:Nick, 'x'}"}}, {"aws__username": "*x"}),
    (False, {"StringLike": {"aws:username": "${aws:nick}"}}, {"aws__username": "ab", "aws__nick": "a*"}),
    (True, {"StringNotEquals": {"aws:username": "${aws:nick}"}}, {"aws__username": "a", "aws__nick": ["a", "b"]}),
    (False, {"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {}),
    (True, {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, {"aws__TagKeys": ""}),
    (True, {"StringNotEquals": {"aws:TagKeys": "a"}}, {"aws__TagKeys": ["a", "b"]}),
    (True, {"Null": {"aws:TagKeys": True}}, {"aws__TagKeys": []}),
    (True, {"Bool": {"aws:SecureTransport": "TRUE"}}, {"aws__SecureTransport": True}),
    (True, {"NumericEquals": {"app:n": "1.50"}}, {"app__n": 1.5}),
    (True, {"NumericNotEquals": {"app:n": "1"}}, {"app__n": "one"}),
    (True, {"DateEquals": {"aws:CurrentTime": 1577836800}}, {"aws__CurrentTime": "2020-01-01T01:00:00+01:00"}),
    (True, {"NotIpAddress": {"aws:SourceIp": "2001:db8::/32"}}, {"aws__SourceIp": "203.0.113.7"}),
    (False, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*"}}, {"aws__SourceArn": "arn:aws:s3:::b"}),
    (True, {"ArnEquals": {"aws:SourceArn": "arn:aws:*:*:*:f*:b"}}, {"aws__SourceArn": "arn:aws:x:y:z:f:a:b"}),
    (True, {"BinaryEquals": {"app:b": "aGk="}}, {"app__b": "aGk="}),
]


def lines(name):
    path = CONFORMANCE / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@pytest.mark.parametrize(("expected", "request_", "policies"), BY_HAND.values(), ids=list(BY_HAND))
def test_the_oracle_decides_a_case_written_by_hand(expected, request_, policies):
    assert decide(case(request_, **policies)) == expected


@pytest.mark.parametrize(("holds", "condition", "context"), CONDITIONS)
def test_the_oracle_reads_a_condition(holds, condition, context):
    assert decide(case(**when(condition, **context))) == ("allowed" if holds else "implicitDeny")


@pytest.mark.parametrize("name", ["aws-docs", "aws-recorded", "arsenal"])
def test_the_oracle_agrees_with_a_conformance_file(name):
    if not CONFORMANCE.is_dir():
        pytest.skip(f"the conformance files are not at hand: no folder {CONFORMANCE}")
    wrong = {each["id"]: decide(each) for each in lines(name) if decide(each) not in MEANT[each["expected"]]}
    assert lines(name)
    assert wrong == {}


def test_the_oracle_refuses_what_it_does_not_know():
    with pytest.raises(AssertionError):
        decide(case(request(unknown=["aws:SourceIp"])))
