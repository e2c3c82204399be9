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

NO_TOKEN = ServiceError(
    "InvalidRequestException", "You must provide a ClientRequestToken value. We recommend a UUID-type value."
)
NO_TOKEN_TO_ROTATE = ServiceError("InvalidParameterException", NO_TOKEN.message)
NO_FUNCTION = ServiceError("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.")
ROTATION_INCOMPLETE = ServiceError(
    "InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted."
)
CANNOT_INVOKE = ServiceError(
    "AccessDeniedException",
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the "
    "principal secretsmanager.amazonaws.com.",
)
SCHEDULED_FOR_DELETION = ServiceError(
    "InvalidRequestException",
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
)
ON_A_REPLICA = ServiceError(
    "InvalidParameterException",
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    recorded=False,
)
NO_REPLICA = ServiceError("InvalidRequestException", "The secret is not a replica.", recorded=False)
INVALID_REPLICA_REGION = ServiceError("InvalidParameterException", "Invalid replica region.", recorded=False)
FUNCTION_IS_NO_ARN = ServiceError(
    "InvalidParameterException", "RotationLambdaARN is not the ARN of a function.", recorded=False
)
TWO_VALUES = ServiceError(
    "InvalidParameterException", "A secret value is either SecretString or SecretBinary, not both.", recorded=False
)
VALUE_MISSING = ServiceError(
    "InvalidParameterException", "You must provide either SecretString or SecretBinary.", recorded=False
)
TOO_MANY_LABELS = ServiceError(
    "LimitExceededException", "A secret can have at most 20 staging labels across all versions.", recorded=False
)
TOO_MANY_VERSIONS = ServiceError(
    "LimitExceededException",
    "A secret can have at most 100 versions, and none of these can be removed.",
    recorded=False,
)
LABEL_NOT_THERE = ServiceError(
    "InvalidParameterException",
    "The staging label is not attached to the version in RemoveFromVersionId.",
    recorded=False,
)
CURRENT_MUST_BE_SOMEWHERE = ServiceError(
    "InvalidParameterException",
    "The staging label AWSCURRENT can only be moved to another version, not removed.",
    recorded=False,
)
NO_MOVE = ServiceError(
    "InvalidParameterException", "You must provide RemoveFromVersionId, MoveToVersionId, or both.", recorded=False
)
FORCED_WITH_WINDOW = ServiceError(
    "InvalidParameterException",
    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    recorded=False,
)
WINDOW_OUT_OF_RANGE = ServiceError(
    "InvalidParameterException",
    "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    recorded=False,
)
ASYMMETRIC_KEY = ServiceError(
    "InvalidRequestException", "Cannot generate a data key with an asymmetric KMS key", recorded=False
)
NOT_A_KEY = ServiceError("InvalidParameterException", "KmsKeyId is no key.", recorded=False)
BAD_NEXT_TOKEN = ServiceError("InvalidNextTokenException", "The NextToken value is invalid.", recorded=False)
FILTERS_OR_LIST = ServiceError(
    "InvalidParameterException",
    "Provide either Filters or SecretIdList, and MaxResults or NextToken only with Filters.",
    recorded=False,
)
POLICY_SYNTAX = ServiceError(
    "MalformedPolicyDocumentException", "This resource policy contains a syntax error.", recorded=False
)
UNSUPPORTED_PRINCIPAL = ServiceError(
    "MalformedPolicyDocumentException", "This resource policy contains an unsupported principal."
)
PUBLIC_POLICY = ServiceError(
    "PublicPolicyException",
    "You can't attach a resource-based policy that allows broad access to the secret.",
    recorded=False,
)
NO_CHARACTERS = ServiceError(
    "InvalidParameterException", "No characters are left to make a password of.", recorded=False
)
PASSWORD_TOO_SHORT = ServiceError(
    "InvalidParameterException", "PasswordLength is too short to include every required type.", recorded=False
)


def exists_already(name: str) -> ServiceError:
    """There is a secret of that name."""
    return ServiceError("ResourceExistsException", f"The operation failed because the secret {name} already exists.")


def token_in_use(token: str, arn: str) -> ServiceError:
    """The token is the id of a version with another value."""
    message = (
        f"You can't use ClientRequestToken {token} because that value is already in use for a version of secret {arn}."
    )
    return ServiceError("ResourceExistsException", message)


def label_elsewhere(stage: str, version_id: str, *, recorded: bool) -> ServiceError:
    """A label moves only if the call names the version that has it (recorded where it names none)."""
    message = (
        f"The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version "
        f"{version_id}, so you must explicitly reference that version in RemoveFromVersionId."
    )
    return ServiceError("InvalidParameterException", message, recorded=recorded)


def still_replicated(name: str, regions: list[str]) -> ServiceError:
    """A primary is deleted only without replicas."""
    message = f"You can't delete secret {name} that still has replica regions [{', '.join(regions)}]"
    return ServiceError("InvalidParameterException", message, recorded=False)


def bad_rotation_rules(problem: str) -> ServiceError:
    """The rotation rules break a rule."""
    return ServiceError("InvalidParameterException", problem, recorded=False)


def managed_by(service: str) -> ServiceError:
    """The service that owns a secret changes it."""
    return ServiceError("InvalidRequestException", f"The secret is managed by {service}.", recorded=False)


def no_value(what: str) -> ServiceError:
    """There is no value for `staging label: AWSPREVIOUS` or `VersionId: …`."""
    return ServiceError(
        "ResourceNotFoundException", f"Secrets Manager can't find the specified secret value for {what}"
    )
