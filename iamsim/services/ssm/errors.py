"""What Parameter Store says when it refuses.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html

No wording here was recorded.
"""

from __future__ import annotations

from iamsim.services.operation import ServiceError

NOT_FOUND = ServiceError("ParameterNotFound", "", recorded=False)
EXISTS = ServiceError(
    "ParameterAlreadyExists",
    "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    recorded=False,
)
KMS_REFUSED = ServiceError(
    "AccessDeniedException",
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not "
    "allowed to access.",
    recorded=False,
)
"""What KMS says to Decrypt without a KeyId; Parameter Store passes it on."""

TYPE_CHANGED = ServiceError(
    "HierarchyTypeMismatchException", "The type of a parameter cannot be changed: create another one.", recorded=False
)
TOO_MANY_STANDARD = ServiceError(
    "ParameterLimitExceeded", "There are 10,000 standard parameters in this account and Region.", recorded=False
)
TOO_DEEP = ServiceError("HierarchyLevelLimitExceededException", "A hierarchy has at most 15 levels.", recorded=False)
DECRYPTION_NEEDED = ServiceError(
    "ValidationException", "WithDecryption flag must be True for retrieving a Secret Manager secret.", recorded=False
)
REFERENCE_REFUSED = ServiceError(
    "AccessDeniedException",
    "An error occurred (AccessDeniedException) when referencing Secrets Manager.",
    recorded=False,
)
RESERVED = ServiceError("AccessDeniedException", "No access to reserved parameter name.", recorded=False)


def validation(message: str) -> ServiceError:
    """A request that Parameter Store does not take, described."""
    return ServiceError("ValidationException", message, recorded=False)


def too_large(tier: str, longest: int) -> ServiceError:
    """The value is longer than its tier lets it be."""
    message = f"{tier} tier parameters support a maximum parameter value of {longest} characters."
    return validation(message)


def no_version(selector: str) -> ServiceError:
    """The parameter has no version of that number or label."""
    return ServiceError(
        "ParameterVersionNotFound", f"Systems Manager could not find version {selector}.", recorded=False
    )


def invalid_key(said: str) -> ServiceError:
    """The key cannot be used, with what KMS says of it."""
    return ServiceError("InvalidKeyId", said, recorded=False)


def referencing(error: ServiceError) -> ServiceError:
    """What Secrets Manager answers to a reference; a secret that is not there is a parameter that is not there."""
    missing = error.code == "ResourceNotFoundException"
    code = "ParameterNotFound" if missing else error.code
    message = f"An error occurred ({code}) when referencing Secrets Manager: {error.message}"
    return error._replace(code=code, message=message, recorded=False)
