"""What AWS KMS says when it refuses.

https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html

The wordings were recorded on AWS or stand on its pages unless `recorded` is False.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.operation import ServiceError

if TYPE_CHECKING:
    from iamsim.model.world import Key

_INVALID_STATE = "KMSInvalidStateException"
_STATES = {
    "Disabled": ("DisabledException", "is disabled."),
    "PendingDeletion": (_INVALID_STATE, "is pending deletion"),
    "PendingReplicaDeletion": (_INVALID_STATE, "is pending deletion"),
    "PendingImport": (_INVALID_STATE, "is pending import."),
    "Unavailable": (_INVALID_STATE, "is unavailable."),
    "Creating": (_INVALID_STATE, "is creating."),
}
"""What a key says that cannot be used, by its state. For keys pending deletion AWS's page also lists a DisabledException
(DOC-CONFLICT); the code here was recorded."""

WRONG_CIPHERTEXT = ServiceError("InvalidCiphertextException", "")
"""Another encryption context, or a blob that is no ciphertext: AWS's message is empty (recorded)."""

INCORRECT_KEY = ServiceError(
    "IncorrectKeyException", "The key ID in the request does not identify the key that encrypted this.", recorded=False
)
NOT_FOR_THIS = ServiceError(
    "InvalidKeyUsageException", "The key is no symmetric encryption key, which this operation needs.", recorded=False
)
DRY_RUN = ServiceError(
    "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.", 412, recorded=False
)
LOCKOUT = ServiceError(
    "MalformedPolicyDocumentException",
    "The new key policy will not allow you to update the key policy in the future.",
    recorded=False,
)
MALFORMED = ServiceError("MalformedPolicyDocumentException", "The key policy is malformed.", recorded=False)
NO_SUCH_PRINCIPAL = ServiceError(
    "MalformedPolicyDocumentException",
    "Policy contains a statement with one or more invalid principals.",
    recorded=False,
)
INVALID_TOKEN = ServiceError("InvalidGrantTokenException", "The grant token is not valid.", recorded=False)
NO_SUCH_GRANTEE = ServiceError("InvalidArnException", "ARN does not refer to a valid principal", recorded=False)
NO_SUCH_POLICY = ServiceError("NotFoundException", "No such policy exists", recorded=False)


def validation(message: str) -> ServiceError:
    """A request that KMS does not take, described."""
    return ServiceError("ValidationException", message, recorded=False)


def unusable(key: Key) -> ServiceError | None:
    """Why the state of a key forbids its use, or None."""
    if key.state not in _STATES:
        return None
    code, what = _STATES[key.state]
    return ServiceError(code, f"{key.arn} {what}")


def not_pending_deletion(key: Key) -> ServiceError:
    """There is no deletion to cancel."""
    return ServiceError(_INVALID_STATE, f"{key.arn} is not pending deletion.", recorded=False)


def no_key(arn: str) -> ServiceError:
    """There is no key of that ARN."""
    return ServiceError("NotFoundException", f"Key '{arn}' does not exist")


def no_alias(arn: str) -> ServiceError:
    """There is no alias of that ARN."""
    return ServiceError("NotFoundException", f"Alias {arn} is not found.", recorded=False)


def no_key_id(text: str) -> ServiceError:
    """The text has not the form of a key id; its code is recorded."""
    return ServiceError("NotFoundException", f"Invalid keyId '{text}'")


def other_region(region: str) -> ServiceError:
    """The ARN names another Region than the one that is called."""
    return ServiceError("NotFoundException", f"Invalid arn {region}")


def no_grant(grant_id: str) -> ServiceError:
    """There is no grant of that id on the key."""
    return ServiceError("NotFoundException", f"Grant ID {grant_id} not found", recorded=False)
