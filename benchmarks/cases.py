"""The two benchmark cases, in the conformance format: one read of a secret across accounts is both of them.

Thirty identity statements in six policies, five in the resource policy and three levels of SCPs. A role of
the consumer's account reads a secret of the owner's, and Secrets Manager then decrypts it in the role's name.
Only one or two statements of each kind are about either; both cases are allowed.

    python benchmarks/cases.py [secret|key]      prints them, one JSON object a line
"""

from __future__ import annotations

import json
import sys

OWNER, CONSUMER, ORGANIZATION, REGION = "111122223333", "444455556666", "o-exampleorg", "us-east-1"
ROLE = f"arn:aws:iam::{CONSUMER}:role/orders"
SESSION = f"arn:aws:sts::{CONSUMER}:assumed-role/orders/session-0"
SECRET = f"arn:aws:secretsmanager:{REGION}:{OWNER}:secret:prod/orders/db-AbCdEf"
KEY = f"arn:aws:kms:{REGION}:{OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
VIA = f"secretsmanager.{REGION}.amazonaws.com"


def main() -> None:
    """Print the cases that are asked for, or both."""
    for name in sys.argv[1:] or CASES:
        print(json.dumps(CASES[name]))


def document(*statements: dict) -> dict:
    """Return a policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(effect: str, action: str | list[str], resource: str | list[str] = "*", **more: object) -> dict:
    """Return one statement."""
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def allow(action: str | list[str], resource: str | list[str] = "*", **condition: dict) -> dict:
    """Return an Allow of an identity policy, with its condition blocks as keywords."""
    return statement("Allow", action, resource, **({"Condition": condition} if condition else {}))


def deny(action: str | list[str], resource: str | list[str] = "*", **condition: dict) -> dict:
    """Return a Deny of an identity policy or an SCP."""
    return statement("Deny", action, resource, **({"Condition": condition} if condition else {}))


def identity_policies() -> list[dict]:
    """Return six policies of thirty statements, like those that a role collects."""
    policies = {
        "runtime": runtime(),
        "storage": storage(),
        "messaging": messaging(),
        "read-only": read_only(),
        "secrets": secrets(),
        "guardrails": guardrails(),
    }
    return [{"name": name, "policy": policy} for name, policy in policies.items()]


def runtime() -> dict:
    """Return what a function in a VPC needs."""
    mine = f"arn:aws:logs:{REGION}:{CONSUMER}:log-group:/aws/lambda/orders*"
    interfaces = ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"]
    return document(
        allow("logs:CreateLogGroup", mine),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{mine}:*"),
        allow([f"ec2:{name}" for name in [*interfaces, "DescribeSubnets", "AssignPrivateIp*"]]),
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSampling*"]),
        allow("cloudwatch:PutMetricData", StringEquals={"cloudwatch:namespace": ["orders", "orders/jobs"]}),
    )


def storage() -> dict:
    """Return its buckets and tables."""
    bucket, table = "arn:aws:s3:::orders-data", f"arn:aws:dynamodb:{REGION}:{CONSUMER}:table/orders"
    items = ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"]
    return document(
        allow(["s3:ListBucket", "s3:GetBucketLocation"], bucket, StringLike={"s3:prefix": ["in/*", "out/*"]}),
        allow(["s3:GetObject*", "s3:PutObject", "s3:AbortMultipartUpload"], f"{bucket}/*"),
        allow("s3:DeleteObject", f"{bucket}/old/*", Bool={"aws:SecureTransport": "true"}),
        allow([f"dynamodb:{name}" for name in items], [table, f"{table}/index/*"]),
        allow(["dynamodb:DescribeTable", "dynamodb:DescribeStream", "dynamodb:Get*", "dynamodb:List*"]),
        allow("kms:GenerateDataKey*", "*", StringEquals={"kms:ViaService": f"s3.{REGION}.amazonaws.com"}),
    )


def messaging() -> dict:
    """Return its queues, topics and events."""
    return document(
        allow(["sqs:SendMessage*", "sqs:GetQueue*"], f"arn:aws:sqs:{REGION}:{CONSUMER}:orders-*"),
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage*", "sqs:Change*"], "arn:aws:sqs:*:*:jobs-?"),
        allow("sns:Publish", f"arn:aws:sns:{REGION}:{CONSUMER}:orders", StringEquals={"sns:Protocol": "sqs"}),
        allow("events:PutEvents", f"arn:aws:events:{REGION}:{CONSUMER}:event-bus/*"),
        allow(["states:StartExecution", "states:Describe*"], f"arn:aws:states:*:{CONSUMER}:stateMachine:*"),
    )


def read_only() -> dict:
    """Return a slice of a view-only policy."""
    services = ["autoscaling", "ec2", "ecs", "eks", "elasticache", "rds", "route53", "tag"]
    verbs = ["Describe*", "Get*", "List*"]
    return document(
        allow([f"{service}:{verb}" for service in services for verb in verbs]),
        allow(["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*", "logs:Filter*", "logs:Get*"]),
        allow(["iam:GetRole", "iam:GetPolicy*", "iam:List*"], f"arn:aws:iam::{CONSUMER}:*"),
        allow(["kms:DescribeKey", "kms:List*"], f"arn:aws:kms:*:{CONSUMER}:key/*"),
        allow(["secretsmanager:Describe*", "secretsmanager:List*"], f"arn:aws:secretsmanager:*:{CONSUMER}:*"),
    )


def secrets() -> dict:
    """Return the two statements that matter, among their neighbours."""
    shared = f"arn:aws:secretsmanager:{REGION}:{OWNER}:secret:prod/orders/*"
    parameters = f"arn:aws:ssm:{REGION}:{CONSUMER}:parameter/orders/*"
    through, ours = {"kms:ViaService": "secretsmanager.*.amazonaws.com"}, {"aws:ResourceOrgID": ORGANIZATION}
    return document(
        allow(["ssm:GetParameter*", "ssm:DescribeParameters"], parameters),
        allow("secretsmanager:*", f"arn:aws:secretsmanager:*:{CONSUMER}:secret:${{aws:PrincipalTag/team}}/*"),
        allow(["secretsmanager:GetSecretValue", "secretsmanager:Describe*"], shared, StringEquals=ours),
        allow(["kms:Decrypt", "kms:DescribeKey"], f"arn:aws:kms:{REGION}:{OWNER}:key/*", StringLike=through),
        allow("secretsmanager:GetRandomPassword"),
    )


def guardrails() -> dict:
    """Return denials that do not hit."""
    return document(
        deny(["iam:CreateUser", "iam:CreateAccessKey", "iam:Put*", "iam:Attach*"]),
        deny("*", "*", Bool={"aws:SecureTransport": "false"}),
        deny(["secretsmanager:Put*", "secretsmanager:Delete*", "kms:Schedule*", "kms:Put*"]),
        deny("sts:AssumeRole", "*", StringNotEquals={"aws:ResourceOrgID": ORGANIZATION}),
    )


def scps() -> list[dict]:
    """Return FullAWSAccess and one denial at each level, from the root down."""
    full = document(statement("Allow", "*"))
    regions = {"aws:RequestedRegion": [REGION, "eu-west-1"]}
    keepers = {"aws:PrincipalArn": "arn:aws:iam::*:role/key"}
    lists = {
        "root": deny(["organizations:LeaveOrganization", "account:*", "cloudtrail:StopLogging"]),
        "workloads": deny(["ec2:*", "lambda:*", "secretsmanager:*", "rds:*"], "*", StringNotEquals=regions),
        "consumer": deny(["kms:Disable*", "kms:Schedule*"], "*", ArnNotLike=keepers),
    }
    return [{"org": level, "policies": [full, document(one)]} for level, one in lists.items()]


def entry(effect: str, principal: object, action: str | list[str], **condition: dict) -> dict:
    """Return a statement of a resource policy."""
    more = {"Condition": condition} if condition else {}
    return statement(effect, action, "*", Principal=principal, **more)


def account(number: str) -> dict:
    """Return the principal that stands for an account."""
    return {"AWS": f"arn:aws:iam::{number}:root"}


def secret_policy() -> dict:
    """Return the policy on the secret."""
    read = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    stage = {"secretsmanager:VersionStage": "AWSCURRENT"}
    admins = {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}
    return document(
        entry("Allow", account(OWNER), "secretsmanager:*"),
        entry("Allow", {"AWS": f"arn:aws:iam::{OWNER}:role/rotation"}, "secretsmanager:PutSecretValue"),
        entry("Allow", {"AWS": [f"arn:aws:iam::{CONSUMER}:role/audit", ROLE]}, read, StringEquals=stage),
        entry("Deny", "*", "secretsmanager:*", StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION}),
        entry("Deny", "*", "secretsmanager:DeleteSecret", ArnNotLike=admins),
    )


def key_policy() -> dict:
    """Return the policy on the key."""
    admin = ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*"]
    through, use = {"kms:ViaService": VIA, "kms:CallerAccount": CONSUMER}, ["kms:Decrypt", "kms:DescribeKey"]
    others = {"aws:PrincipalOrgID": ORGANIZATION}
    ours = {"kms:EncryptionContext:SecretARN": f"arn:aws:secretsmanager:{REGION}:{OWNER}:secret:prod/*"}
    return document(
        entry("Allow", account(OWNER), "kms:*"),
        entry("Allow", {"AWS": f"arn:aws:iam::{OWNER}:role/admin"}, admin),
        entry("Allow", account(CONSUMER), use, StringEquals=through, StringLike=ours),
        entry("Allow", account(OWNER), "kms:CreateGrant", Bool={"kms:GrantIsForAWSResource": "true"}),
        entry("Deny", "*", ["kms:Decrypt", "kms:ReEncrypt*"], StringNotEquals=others),
    )


def context() -> dict:
    """Return the keys that AWS sends with either request."""
    return {
        "aws:PrincipalArn": ROLE,
        "aws:PrincipalAccount": CONSUMER,
        "aws:PrincipalOrgID": ORGANIZATION,
        "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalTag/team": "orders",
        "aws:userid": "AROAEXAMPLEEXAMPLE:session-0",
        "aws:RequestedRegion": REGION,
        "aws:ResourceAccount": OWNER,
        "aws:ResourceOrgID": ORGANIZATION,
        "aws:SecureTransport": "true",
        "aws:CurrentTime": "2026-11-20T12:00:00Z",
    }


def case(name: str, action: str, resource: str, policy: dict, own: dict) -> dict:
    """Return one case."""
    request = {
        "principal": SESSION,
        "principal_account": CONSUMER,
        "action": action,
        "resource": resource,
        "resource_account": OWNER,
        "context": context() | own,
    }
    return {
        "id": f"benchmark/{name}",
        "feature": "benchmark",
        "request": request,
        "identity_policies": identity_policies(),
        "permission_boundaries": None,
        "session_policies": None,
        "scps": scps(),
        "rcps": [],
        "resource_policy": policy,
        "endpoint_policies": [],
        "expected": "ALLOWED",
    }


def secret_case() -> dict:
    """Return the caller's own request."""
    own = {
        "secretsmanager:VersionStage": "AWSCURRENT",
        "secretsmanager:SecretId": SECRET,
        "aws:ViaAWSService": "false",
    }
    return case("secret", "secretsmanager:GetSecretValue", SECRET, secret_policy(), own)


def key_case() -> dict:
    """Return the request that Secrets Manager makes of KMS in the caller's name."""
    own = {
        "kms:ViaService": VIA,
        "kms:CallerAccount": CONSUMER,
        "kms:EncryptionContext:SecretARN": SECRET,
        "kms:EncryptionContext:SecretVersionId": "a1b2c3d4-5678-90ab-cdef-111122223333",
        "aws:ViaAWSService": "true",
        "aws:CalledVia": ["secretsmanager.amazonaws.com"],
    }
    return case("key", "kms:Decrypt", KEY, key_policy(), own)


CASES = {"secret": secret_case(), "key": key_case()}


if __name__ == "__main__":
    main()
