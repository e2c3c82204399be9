"""The condition keys that Secrets Manager adds: to its own authorizations, and to the requests that it makes of KMS.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamsim.engine.request import ContextValue
    from iamsim.model.world import Key
    from iamsim.services.operation import Derived, Subject


def secret_context(subject: Subject) -> dict[str, ContextValue]:
    """The keys that tell of the secret; a key of a parameter that is not given is absent."""
    secret = subject.secret
    context: dict[str, ContextValue] = {
        "secretsmanager:SecretId": subject.arn,
        "secretsmanager:SecretPrimaryRegion": (secret and secret.primary) or subject.region,
        "secretsmanager:VersionId": _text(subject.get("VersionId")),
        "secretsmanager:VersionStage": _text(subject.get("VersionStage")),
    }
    if secret is not None:
        context |= {f"secretsmanager:ResourceTag/{name}": value for name, value in secret.tags.items()}
    return context


def key_context(subject: Subject, secret_arn: str, version_id: str | None, key: Key | None, region: str) -> Derived:
    """The keys of the request that Secrets Manager makes of KMS in the caller's name, in a Region.

    A version id of None is not known: its key is left out.
    """
    context: dict[str, ContextValue] = {
        "kms:ViaService": f"secretsmanager.{region}.amazonaws.com",
        "kms:CallerAccount": subject.caller.account,
        "kms:EncryptionContext:SecretARN": secret_arn,
        "kms:EncryptionContextKeys": ["SecretARN", "SecretVersionId"],
        "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "kms:KeySpec": "SYMMETRIC_DEFAULT",
        "kms:KeyUsage": "ENCRYPT_DECRYPT",
        "kms:RequestAlias": None,
    }
    if version_id is not None:
        context["kms:EncryptionContext:SecretVersionId"] = version_id
    if key is not None and key.aliases:
        context["kms:ResourceAliases"] = [f"alias/{alias.removeprefix('alias/')}" for alias in key.aliases]
    return context


def _text(value: object) -> str | None:
    return None if value is None else str(value)
