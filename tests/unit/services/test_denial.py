"""The sentences of AccessDenied, as AWS writes them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import pytest
from unit.engine.asking import ALICE, BOB, EC2, FULL, READ, ROLE, SECRET, SESSION, STRANGER, allow, ask, deny, policy

from iamsim.services.denial import access_denied

DENY, CLOSED = policy(deny(READ)), policy()
ON_ALL = policy(deny(READ, "*", "*"))
ASSUME = {"action": "sts:AssumeRole", "resource": ROLE}

EXPLICIT = [
    ({"scps": [[FULL, DENY]]}, "a service control policy"),
    ({"rcps": [[policy(deny("secretsmanager:*", "*", "*"))]]}, "a resource control policy"),
    ({"endpoint": [ON_ALL]}, "a VPC endpoint policy"),
    ({"boundary": DENY}, "a permissions boundary"),
    ({"principal": SESSION, "session": DENY}, "a session policy"),
    ({"on": ON_ALL}, "a resource-based policy"),
    ({"identity": [DENY]}, "an identity-based policy"),
    ({**ASSUME, "on": policy(deny("sts:AssumeRole", None, ALICE))}, "the role trust policy"),
]
IMPLICIT = [
    ({"identity": [FULL], "scps": [[EC2]]}, "service control policy"),
    ({"identity": [FULL], "endpoint": [CLOSED]}, "VPC endpoint policy"),
    ({"identity": [FULL], "boundary": EC2}, "permissions boundary"),
    ({"principal": SESSION, "identity": [FULL], "session": EC2}, "session policy"),
    ({"principal": STRANGER, "identity": [FULL]}, "resource-based policy"),
    ({}, "identity-based policy"),
    ({**ASSUME, "identity": [FULL], "on": policy(allow("sts:AssumeRole", None, BOB))}, "role trust policy"),
]


def refused(case, shown="shown"):
    return access_denied(ask(**case), shown)


@pytest.mark.parametrize(("case", "who"), EXPLICIT, ids=[row[1] for row in EXPLICIT])
def test_an_explicit_deny(case, who):
    action = case.get("action", READ)
    head = f"User: {case.get('principal', ALICE)} is not authorized to perform: {action} on resource: shown"
    error = refused(case)
    assert (error.code, error.status) == (
        ("AccessDenied", 403) if action == "sts:AssumeRole" else ("AccessDeniedException", 400)
    )
    assert error.message == f"{head} with an explicit deny in {who}"


@pytest.mark.parametrize(("case", "who"), IMPLICIT, ids=[row[1] for row in IMPLICIT])
def test_an_implicit_deny(case, who):
    action = case.get("action", READ)
    head = f"User: {case.get('principal', ALICE)} is not authorized to perform: {action} on resource: shown"
    assert refused(case).message == f"{head} because no {who} allows the {action} action"


def test_only_one_policy_type_is_named_however_many_refuse():
    error = refused({"identity": [DENY], "boundary": DENY, "on": ON_ALL, "scps": [[DENY]]})
    assert error.message.count("explicit deny") == 1
    assert error.message.endswith("in a service control policy")


def test_the_resource_is_echoed_as_the_caller_wrote_it():
    assert "on resource: prod/db because" in refused({}, "prod/db").message
    assert f"on resource: {SECRET} because" in refused({}, SECRET).message
