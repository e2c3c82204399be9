"""The AWS managed keys of the services that are modelled, and their policies, which nobody can edit.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamsim.services.operation import ManagedKey

Statement = dict[str, Any]


def managed_key_policy(key: ManagedKey) -> dict[str, object]:
    """The policy of an AWS managed key."""
    return _POLICIES[key.service](key)


def _secrets_manager(key: ManagedKey) -> dict[str, object]:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-policies."""
    via = f"secretsmanager.{key.region}.amazonaws.com"
    owner = {"kms:CallerAccount": key.account}
    use = _for_everyone(
        "Allow access through AWS Secrets Manager for all principals in the account that are authorized",
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:CreateGrant", "kms:DescribeKey"],
        {"StringEquals": {**owner, "kms:ViaService": via}},
    )
    generate = _for_everyone(
        "Allow access through AWS Secrets Manager for all principals in the account",
        "kms:GenerateDataKey*",
        {"StringEquals": owner, "StringLike": {"kms:ViaService": via}},
    )
    return _document("auto-secretsmanager-2", use, generate, _metadata(key))


def _parameter_store(key: ManagedKey) -> dict[str, object]:
    """The page says what it allows; the wording is from memory.

    https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
    """
    via = f"ssm.{key.region}.amazonaws.com"
    use = _for_everyone(
        "Allow access through SSM for all principals in the account that are authorized to use SSM",
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        {"StringEquals": {"kms:CallerAccount": key.account, "kms:ViaService": via}},
    )
    return _document("auto-ssm-1", use, _metadata(key))


def _for_everyone(sid: str, action: str | list[str], condition: dict[str, dict[str, str]]) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": action,
        "Resource": "*",
        "Condition": condition,
    }


def _metadata(key: ManagedKey) -> Statement:
    return {
        "Sid": "Allow direct access to key metadata to the account",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:{key.partition}:iam::{key.account}:root"]},
        "Action": ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        "Resource": "*",
    }


def _document(id_: str, *statements: Statement) -> dict[str, object]:
    return {"Version": "2012-10-17", "Id": id_, "Statement": list(statements)}


_POLICIES = {"secretsmanager": _secrets_manager, "ssm": _parameter_store}

SERVICES = tuple(_POLICIES)
"""The services whose AWS managed keys are modelled."""
