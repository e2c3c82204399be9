"""The rules that read documents: ARNs without their suffix, conditions that are never true, Deny with NotPrincipal.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import gzip
import json

import pytest
from unit.analysis.rules.worlds import APP, CONSUMER, OWNER, READER, allow, find, not_known, policy

from iamsim.analysis.checked import Checked
from iamsim.analysis.report import State
from iamsim.analysis.rules import RULES
from iamsim.language.diagnostic import Severity
from iamsim.language.unknown_text import unknown_text
from iamsim.model.policy import Policy
from iamsim.model.world import Account, Role, World

SUFFIX, NEVER, LISTED = "secret-arn-without-suffix", "condition-never-true", "not-principal-with-boundary"
ARN = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/db"


def of(id_, statement):
    return find(id_, app=(policy("identity", statement, name="own"),))


@pytest.mark.parametrize(
    ("statement", "severity", "effect"),
    [
        (allow("secretsmanager:*", ARN), Severity.WARNING, "allows nothing on it"),
        ({**allow("secretsmanager:*", ARN), "Effect": "Deny"}, Severity.ERROR, "denies nothing"),
        ({"Effect": "Allow", "Action": "secretsmanager:*", "NotResource": ARN}, Severity.ERROR, "leaves nothing out"),
        ({"Effect": "Deny", "Action": "secretsmanager:*", "NotResource": ARN}, Severity.WARNING, "spares nothing"),
    ],
)
def test_an_arn_without_its_suffix(statement, severity, effect):
    (result,) = of(SUFFIX, statement)
    assert result.severity is severity
    assert effect in result.message
    assert result.help == f"write `{ARN}-??????`"
    assert result.places[0].label.pointer[2:] in (("Resource", 0), ("NotResource", 0))


@pytest.mark.parametrize(
    "arn",
    [f"{ARN}-AbCdEf", f"{ARN}-??????", f"{ARN}*", f"{ARN}-{unknown_text('S.Db.suffix', 6)}", unknown_text("S.P"), "*"],
)
def test_an_arn_that_may_be_a_secret(arn):
    assert of(SUFFIX, allow("secretsmanager:*", arn)) == []


def condition(operator, key, *values, effect="Allow", action="secretsmanager:GetSecretValue", **others):
    own = {operator: {key: list(values)}, **others}
    return of(NEVER, {"Effect": effect, "Action": action, "Resource": "*", "Condition": own})


NEVER_TRUE = {
    "no bool": ("Bool", "aws:SecureTransport", "yes"),
    "no number": ("NumericLessThan", "aws:MultiFactorAuthAge", "an hour"),
    "no date": ("DateLessThan", "aws:CurrentTime", "tomorrow"),
    "no address": ("IpAddress", "aws:SourceIp", "office"),
    "no ARN": ("ArnLike", "aws:PrincipalArn", "role/app"),
    "a wildcard": ("StringEquals", "aws:PrincipalArn", f"arn:aws:iam::{OWNER}:role/*"),
    "a wildcard in an organization": ("StringEquals", "aws:PrincipalOrgID", "o-*"),
    "a key of KMS": ("StringEquals", "kms:ViaService", "secretsmanager.us-east-1.amazonaws.com"),
    "a key that is none": ("StringEquals", "secretsmanager:SecretName", "prod/db"),
    "for any value": ("ForAnyValue:StringEquals", "secretsmanager:SecretName", "prod/db"),
    "null": ("Null", "secretsmanager:SecretName", "false"),
}


@pytest.mark.parametrize("written", NEVER_TRUE.values(), ids=NEVER_TRUE)
def test_a_condition_that_is_never_true(written):
    (result,) = condition(*written)
    assert (result.severity, result.state) == (Severity.WARNING, State.FAILED)
    assert "allows nothing" in result.message
    assert result.places[0].label.pointer == ("Statement", 0, "Condition", *written[:2])
    (result,) = condition(*written, effect="Deny")
    assert result.severity is Severity.ERROR
    assert "denies nobody" in result.message


MAY_BE_TRUE = {
    "one of its values": ("Bool", "aws:SecureTransport", "yes", "true"),
    "if it exists": ("BoolIfExists", "aws:SecureTransport", "yes"),
    "for all values": ("ForAllValues:StringEquals", "secretsmanager:SecretName", "prod/db"),
    "negated": ("StringNotEquals", "aws:PrincipalArn", f"arn:aws:iam::{OWNER}:role/*"),
    "a negated number": ("NumericNotEquals", "aws:MultiFactorAuthAge", "an hour"),
    "absent": ("Null", "secretsmanager:SecretName", "true"),
    "a wildcard where one works": ("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{OWNER}:role/*"),
    "a tag may hold a star": ("StringEquals", "aws:PrincipalTag/team", "*"),
    "a variable": ("StringEquals", "aws:PrincipalArn", "${aws:PrincipalArn}*"),
    "not known": ("Bool", "aws:SecureTransport", unknown_text("Stack.Parameter")),
    "an ARN of any kind": ("ArnLike", "aws:PrincipalArn", "*"),
    "no prefix length": ("IpAddress", "aws:SourceIp", "2001:db8::1"),
    "seconds": ("DateGreaterThan", "aws:CurrentTime", "1700000000"),
}


@pytest.mark.parametrize("written", MAY_BE_TRUE.values(), ids=MAY_BE_TRUE)
def test_a_condition_that_may_be_true(written):
    assert condition(*written) == []


def test_via_service():
    """https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service."""
    (result,) = condition("StringEquals", "kms:ViaService", "secretsmanager.amazonaws.com", action="kms:Decrypt")
    assert "is no service of the form" in result.message
    for good in ("secretsmanager.us-gov-west-1.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn"):
        assert condition("StringEquals", "kms:ViaService", good, action="kms:Decrypt") == []
    assert condition("StringLike", "kms:ViaService", "secretsmanager.*", action="kms:Decrypt") == []


def test_a_key_of_another_service_among_several():
    key = ("StringEquals", "kms:ViaService", "secretsmanager.us-east-1.amazonaws.com")
    assert condition(*key, action=["secretsmanager:GetSecretValue", "kms:Decrypt"]) == []
    assert condition(*key, action="*") == []


def test_conditions_that_contradict_each_other():
    two = {"StringLike": {"aws:PrincipalOrgID": "o-b*"}}
    (result,) = condition("StringEquals", "aws:PrincipalOrgID", "o-aaaa123456", **two)
    assert "meets both StringEquals and StringLike" in result.message
    assert condition("StringEquals", "aws:PrincipalOrgID", "o-aaaa123456", "o-bbbb123456", **two) == []
    (result,) = condition("StringEquals", "aws:PrincipalAccount", OWNER, Null={"aws:principalaccount": "true"})
    assert "meets both StringEquals and Null" in result.message
    several = {"StringNotEquals": {"aws:CalledVia": "a.amazonaws.com"}}
    assert condition("StringEquals", "aws:CalledVia", "a.amazonaws.com", **several) == []


def test_no_aws_managed_policy_is_found_fault_with(shared):
    table = json.loads(gzip.decompress((shared / "aws-managed-policies.json.gz").read_bytes()))["policies"]
    policies = [
        Policy.parse(entry["document"], "identity", f"copy of {arn.rpartition('/')[2]}", lenient=True)
        for arn, entry in table.items()
    ]
    assert len(policies) == 1567
    checked = Checked(World({OWNER: Account(OWNER, OWNER, roles={APP: Role(APP, "", tuple(policies))})}))
    assert [r.message for id_ in (NEVER, SUFFIX) for r in RULES[id_].find(checked)] == []


BOUNDARY = policy("boundary", allow("*"), name="limits")


def spared(*listed, **made):
    statement = {"Effect": "Deny", "NotPrincipal": {"AWS": list(listed)}, "Action": "secretsmanager:*", "Resource": "*"}
    return find(LISTED, secret_policy=policy("secretPolicy", statement, name="shared"), **made)


def test_a_listed_role_with_a_boundary():
    (result,) = spared(f"arn:aws:iam::{OWNER}:root", APP, app=(), boundary=BOUNDARY)
    assert result.severity is Severity.ERROR
    assert result.message == "`role/app` has a permissions boundary: this Deny hits it although it is listed"
    assert result.places[0].label.pointer == ("Statement", 0, "NotPrincipal", "AWS", 1)
    (result,) = spared(f"arn:aws:sts::{OWNER}:assumed-role/app/run", app=(), boundary=BOUNDARY)
    assert result.severity is Severity.ERROR


def test_a_boundary_whose_text_is_not_known_is_a_boundary():
    (result,) = spared(APP, app=(), boundary=not_known("boundary", "limits"))
    assert result.severity is Severity.ERROR


def test_a_listed_role_of_an_account_with_boundaries():
    (result,) = spared(f"arn:aws:iam::{OWNER}:role/other", app=(), boundary=BOUNDARY)
    assert result.severity is Severity.WARNING


def test_no_boundary_that_matters():
    assert spared(APP, app=()) == []
    assert spared(READER, app=(), boundary=BOUNDARY) == []
    assert spared(CONSUMER, f"arn:aws:iam::{OWNER}:root", app=(), boundary=BOUNDARY) == []
    deny = {"Effect": "Deny", "Principal": {"AWS": APP}, "Action": "secretsmanager:*", "Resource": "*"}
    assert find(LISTED, app=(), boundary=BOUNDARY, secret_policy=policy("secretPolicy", deny)) == []
