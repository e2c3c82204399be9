"""AWS Secrets Manager.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.engine.rules import ServiceRules
from iamsim.model.policy import PolicyType
from iamsim.services.operation import Demand, Operation, ServiceError, Subject, Target

if TYPE_CHECKING:
    from iamsim.engine.request import ContextValue
    from iamsim.services.operation import Derived

WITHOUT_RESOURCE = frozenset({"batchgetsecretvalue", "getrandompassword", "listsecrets"})
"""Actions without a resource type: only Resource `*` matches them, and no RCP reaches them."""

CROSS_ACCOUNT = frozenset(
    [
        "cancelrotatesecret",
        "deleteresourcepolicy",
        "deletesecret",
        "describesecret",
        "getrandompassword",
        "getresourcepolicy",
        "getsecretvalue",
        "listsecretversionids",
        "putresourcepolicy",
        "putsecretvalue",
        "removeregionsfromreplication",
        "replicatesecrettoregions",
        "restoresecret",
        "rotatesecret",
        "stopreplicationtoreplica",
        "tagresource",
        "untagresource",
        "updatesecret",
        "updatesecretversionstage",
        "validateresourcepolicy",
    ]
)
"""The actions for which a permission given to another account is effective."""


def rules_for(action: str) -> ServiceRules:
    """A secret's policy is one way of two in its own account; some actions are not open to others."""
    return ServiceRules(
        policy_type=PolicyType.SECRET_POLICY,
        cross_account=action in CROSS_ACCOUNT,
        unsigned_requests=False,
        rcp=action not in WITHOUT_RESOURCE,
    )


def _secret_context(subject: Subject) -> Derived:
    """The keys that Secrets Manager adds to its own authorization of a read."""
    secret, tags = subject.secret, subject.secret.tags
    return {
        "secretsmanager:SecretId": secret.arn,
        "secretsmanager:VersionId": _text(subject.parameters.get("VersionId")),
        "secretsmanager:VersionStage": _text(subject.parameters.get("VersionStage")),
        "secretsmanager:SecretPrimaryRegion": subject.region,
        **{f"secretsmanager:ResourceTag/{name}": value for name, value in tags.items()},
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _key_context(subject: Subject) -> Derived:
    """The keys of the request that Secrets Manager makes of KMS in the caller's name.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    context: dict[str, ContextValue] = {
        "kms:ViaService": f"secretsmanager.{subject.region}.amazonaws.com",
        "kms:CallerAccount": subject.caller_account,
        "kms:EncryptionContext:SecretARN": subject.secret.arn,
        "kms:EncryptionContextKeys": ["SecretARN", "SecretVersionId"],
        "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "kms:KeySpec": "SYMMETRIC_DEFAULT",
        "kms:KeyUsage": "ENCRYPT_DECRYPT",
        "kms:RequestAlias": None,
    }
    if subject.version_id is not None:
        context["kms:EncryptionContext:SecretVersionId"] = subject.version_id
    if subject.key is not None and subject.key.aliases:
        context["kms:ResourceAliases"] = [f"alias/{alias.removeprefix('alias/')}" for alias in subject.key.aliases]
    return context


KMS_REFUSED = ServiceError("AccessDeniedException", "Access to KMS is not allowed")
"""All that AWS says when KMS refuses a request that Secrets Manager makes in the caller's name."""

DEFAULT_KEY_ACROSS_ACCOUNTS = ServiceError(
    "InvalidRequestException",
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
)
KEY_UNUSABLE = ServiceError(
    "DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key."
)
NOT_FOUND = ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

GET_SECRET_VALUE = Operation(
    "secretsmanager",
    "GetSecretValue",
    (
        Demand("secretsmanager:GetSecretValue", Target.SECRET, _secret_context),
        Demand("kms:Decrypt", Target.KEY, _key_context, via="secretsmanager.amazonaws.com", hides=KMS_REFUSED),
    ),
)

OPERATIONS = {operation.name: operation for operation in (GET_SECRET_VALUE,)}
"""The operations that are modelled as whole calls."""
