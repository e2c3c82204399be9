"""What Secrets Manager says when it refuses.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html

The wordings were recorded on AWS unless `recorded` is False. Every one has HTTP status 400.
"""

from __future__ import annotations

from iamsim.model.policy import PolicyType
from iamsim.services.operation import ServiceError

KMS_REFUSED = ServiceError("AccessDeniedException", "Access to KMS is not allowed")
"""All that AWS says when KMS refuses a request that Secrets Manager makes in the caller's name."""

DEFAULT_KEY_ACROSS_ACCOUNTS = ServiceError(
    "InvalidRequestException",
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
    kind=PolicyType.MANAGED_KEY,
)
KEY_CANNOT_DECRYPT = ServiceError(
    "DecryptionFailure",
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    recorded=False,
)
KEY_CANNOT_ENCRYPT = ServiceError(
    "EncryptionFailure",
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key. "
    "Check that the KMS key is available, enabled, and not in an invalid state.",
    recorded=False,
)
NOT_FOUND = ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
INVALID_NAME = ServiceError(
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
)
MARKED_FOR_DELETION = ServiceError(
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
)
STAGE_NOT_ON_VERSION = ServiceError(
    "InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId."
)


def no_value(what: str) -> ServiceError:
    """There is no value for `staging label: AWSPREVIOUS` or `VersionId: …`."""
    return ServiceError(
        "ResourceNotFoundException", f"Secrets Manager can't find the specified secret value for {what}"
    )
