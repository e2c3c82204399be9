"""What AccessDenied says of the resource, and of the policy's ARN.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import pytest
from unit.engine.asking import ALICE, FULL, READ, allow, ask, deny

from iamsim.model.policy import Policy
from iamsim.services.denial import access_denied

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
SCP = "arn:aws:organizations::999999999999:policy/o-x/service_control_policy/p-y"
OWN = "arn:aws:iam::111122223333:policy/no-reads"


def named(kind, name, *statements):
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind, name, lenient=True)


def test_without_a_resource_none_is_named():
    """Aws-facts C6.1: ListSecrets."""
    message = access_denied(ask(action="secretsmanager:ListSecrets", resource="*"), "").message
    assert message == (
        f"User: {ALICE} is not authorized to perform: secretsmanager:ListSecrets "
        "because no identity-based policy allows the secretsmanager:ListSecrets action"
    )


@pytest.mark.parametrize(
    ("around", "end"),
    [
        ({"identity": [named("identity", OWN, deny(READ))]}, f"an identity-based policy: {OWN}"),
        ({"boundary": named("boundary", OWN, deny(READ))}, f"a permissions boundary: {OWN}"),
        ({"scps": [[FULL, named("scp", SCP, deny(READ))]]}, f"a service control policy: {SCP}"),
        ({"identity": [named("identity", "no-reads", deny(READ))]}, "an identity-based policy"),
        ({"on": named("secretPolicy", OWN, deny(READ, "*", "*"))}, "a resource-based policy"),
    ],
)
def test_the_arn_of_a_denying_policy_is_told_where_it_is_known(around, end):
    assert access_denied(ask(**around), "db").message.endswith(f"with an explicit deny in {end}")


def test_an_implicit_deny_never_tells_an_arn():
    ec2 = named("boundary", OWN, allow("ec2:*"))
    assert OWN not in access_denied(ask(identity=[FULL], boundary=ec2), "db").message


def test_kms_tells_the_arn_of_the_key_however_it_was_named():
    message = access_denied(
        ask(action="kms:Decrypt", resource=KEY, on=named("keyPolicy", "k")), "alias/secrets"
    ).message
    assert f"on resource: {KEY} because no resource-based policy allows" in message
