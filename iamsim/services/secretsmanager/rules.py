"""What calls of Secrets Manager need of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.secretsmanager import errors

if TYPE_CHECKING:
    from iamsim.model.world import Key
    from iamsim.services.operation import ServiceError, Subject


def exists(subject: Subject) -> ServiceError | None:
    """The secret is there. Who may not ask hears a refusal instead: authorization comes first (inferred, aws-facts C6.4)."""
    return None if subject.secret else errors.NOT_FOUND


def not_marked_for_deletion(subject: Subject) -> ServiceError | None:
    """The secret does not await its deletion.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
    """
    return errors.MARKED_FOR_DELETION if subject.found.deleted else None


def not_a_replica(subject: Subject) -> ServiceError | None:
    """A replica is read-only: its primary is what changes.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
    """
    return errors.ON_A_REPLICA if subject.found.primary else None


def not_managed(subject: Subject) -> ServiceError | None:
    """No other service manages the secret; which calls it then forbids is inferred.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html
    """
    owner = subject.found.owning_service
    return errors.managed_by(owner) if owner else None


def has_token(subject: Subject) -> ServiceError | None:
    """The call brings its idempotency token, as an SDK sees to. This comes before the secret is looked up (recorded)."""
    return None if subject.get("ClientRequestToken") else errors.NO_TOKEN


def default_key_within_the_account(subject: Subject) -> ServiceError | None:
    """The AWS managed key serves its own account only. Secrets Manager itself says so (recorded)."""
    across = subject.caller.account != subject.found.account
    return errors.DEFAULT_KEY_ACROSS_ACCOUNTS if across and subject.found.key is None else None


def usable(key: Key | None) -> bool:
    """Whether a key can be used; the AWS managed key (None) always can.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    return key is None or key.state in ("Enabled", "Updating")
