"""One request asked of few policies: what the unit tests of the engine share."""

from __future__ import annotations

from iamsim import PolicySet, Request, authorize

OWNER, OTHER = "111122223333", "444455556666"
ALICE, BOB = f"arn:aws:iam::{OWNER}:user/alice", f"arn:aws:iam::{OWNER}:user/bob"
ROLE, SESSION = f"arn:aws:iam::{OWNER}:role/app", f"arn:aws:sts::{OWNER}:assumed-role/app/run"
FEDERATED = f"arn:aws:sts::{OWNER}:federated-user/alice"
STRANGER = f"arn:aws:iam::{OTHER}:role/app"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:db-AbCdEf"
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd"
READ, DECRYPT = "secretsmanager:GetSecretValue", "kms:Decrypt"


def policy(*statements, version="2012-10-17"):
    return {"Version": version, "Statement": list(statements)}


def statement(effect, action="*", resource="*", principal=None, condition=None, **more):
    who = {"AWS": principal} if isinstance(principal, str | list) and principal != "*" else principal
    elements = {"Principal": who, "Action": action, "Resource": resource, "Condition": condition}
    return {"Effect": effect, **{name: value for name, value in elements.items() if value is not None}, **more}


def allow(*elements, **more):
    return statement("Allow", *elements, **more)


def deny(*elements, **more):
    return statement("Deny", *elements, **more)


FULL, EC2 = policy(allow()), policy(allow("ec2:*"))


def ask(principal=ALICE, action=READ, resource=None, context=None, unknown=(), on=None, **policies):
    """The evaluation of a request. `on` is the policy on the resource, `policies` the other fields of `PolicySet`."""
    resource = resource or (KEY if action.startswith("kms:") else SECRET)
    request = Request(principal, action, resource, context=context or {}, unknown=unknown)
    return authorize(request, PolicySet(resource=on, **policies))
