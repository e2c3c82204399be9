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
    """The keys that tell of the secret; a key of a parameter that is not given is absent.

    So is the function that rotates a secret that none rotates. Of a secret that is only named, whose policy is not known, it
    is not known either.
    """
    secret = subject.secret
    context: dict[str, ContextValue] = {
        "secretsmanager:SecretId": subject.arn,
        "secretsmanager:SecretPrimaryRegion": (secret and secret.primary) or subject.region,
        "secretsmanager:VersionId": _text(subject.get("VersionId")),
        "secretsmanager:VersionStage": _text(subject.get("VersionStage")),
    }
    if secret is not None:
        context |= {f"secretsmanager:ResourceTag/{name}": value for name, value in secret.tags.items()}
        function = secret.rotation.function if secret.rotation else None
        described = secret.policy is None or secret.policy.known
        if function or (secret.rotation is None and described):
            context["secretsmanager:resource/AllowRotationLambdaArn"] = function
    return {**context, **request_context(subject)}


def creation_context(subject: Subject, key_arn: str | None) -> dict[str, ContextValue]:
    """The keys of a CreateSecret: there is no secret yet to tell of."""
    return {"secretsmanager:Name": _text(subject.get("Name")), **key_arn_context(key_arn), **request_context(subject)}


def key_arn_context(key_arn: str | None) -> dict[str, ContextValue]:
    """The key that a call chooses; absent where it chooses none.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
    """
    return {"secretsmanager:KmsKeyArn": key_arn}


_OF_PARAMETERS = {
    "BlockPublicPolicy": "secretsmanager:BlockPublicPolicy",
    "Description": "secretsmanager:Description",
    "ForceDeleteWithoutRecovery": "secretsmanager:ForceDeleteWithoutRecovery",
    "ForceOverwriteReplicaSecret": "secretsmanager:ForceOverwriteReplicaSecret",
    "KmsKeyId": "secretsmanager:KmsKeyId",
    "RecoveryWindowInDays": "secretsmanager:RecoveryWindowInDays",
    "RotateImmediately": "secretsmanager:RotateImmediately",
    "RotationLambdaARN": "secretsmanager:RotationLambdaARN",
}
"""Condition keys that hold a parameter as it is given, and are absent without it."""


def request_context(subject: Subject) -> dict[str, ContextValue]:
    """The keys that tell what the call asks for: its parameters, the Regions it adds, the tags it sets or removes."""
    context = {key: _text(subject.get(name)) for name, key in _OF_PARAMETERS.items() if subject.get(name) is not None}
    found: dict[str, ContextValue] = dict(context)
    if subject.get("RotationRules") is not None:
        found["secretsmanager:ModifyRotationRules"] = "true"
    if regions := subject.get("AddReplicaRegions"):
        found["secretsmanager:AddReplicaRegions"] = [str(each.get("Region", "")) for each in regions]
    tags = {str(tag.get("Key", "")): str(tag.get("Value", "")) for tag in subject.get("Tags", ())}
    names = [*tags, *subject.get("TagKeys", ())]
    if names:
        found["aws:TagKeys"] = names
    return {**found, **{f"aws:RequestTag/{name}": value for name, value in tags.items()}}


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
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
