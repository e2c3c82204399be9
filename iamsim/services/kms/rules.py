"""What calls of KMS need of the key, and of their parameters.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.kms import errors
from iamsim.services.operation import Effect, Parameter

if TYPE_CHECKING:
    from iamsim.model.world import Key
    from iamsim.services.operation import ServiceError, Subject

KEY_ID = Parameter("KeyId", required=True, low=1, high=2048)
GRANT_TOKENS = Parameter("GrantTokens", list, low=0, high=10)
DRY_RUN = Parameter("DryRun", bool)

_DEAD = frozenset({"PendingDeletion", "PendingReplicaDeletion"})


def exists(subject: Subject) -> ServiceError | None:
    """The key is there. Who may ask about a key of another account and finds none is told so (inferred)."""
    return None if subject.key else errors.no_key(subject.arn)


def usable(subject: Subject) -> ServiceError | None:
    """The state of the key lets it be used."""
    return errors.unusable(subject.found_key)


def symmetric(subject: Subject) -> ServiceError | None:
    """The key encrypts symmetrically: others keep no encryption context and make no data keys."""
    return None if subject.found_key.spec == "SYMMETRIC_DEFAULT" else errors.NOT_FOR_THIS


def can_be_switched(subject: Subject) -> ServiceError | None:
    """Enabled and disabled keys can be switched; one that awaits deletion, import or its creation cannot."""
    return None if subject.found_key.state in ("Disabled", "Unavailable") else errors.unusable(subject.found_key)


def not_pending_deletion(subject: Subject) -> ServiceError | None:
    """The deletion is not scheduled yet (code recorded); every other state is no hindrance (recorded for Disabled)."""
    return errors.unusable(subject.found_key) if subject.found_key.state in _DEAD else None


def pending_deletion(subject: Subject) -> ServiceError | None:
    """The deletion is scheduled."""
    key = subject.found_key
    return None if key.state in _DEAD else errors.not_pending_deletion(key)


def no_dry_run(subject: Subject) -> ServiceError | None:
    """A dry run ends here: everything before has passed.

    https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
    """
    return errors.DRY_RUN if subject.get("DryRun") else None


def kept(subject: Subject, key: Key, **response: object) -> Effect:
    """The key as it is now, in its account; a world that does not hold the account cannot keep it."""
    known = subject.world.account(key.arn.split(":", 5)[4]) is not None
    return Effect(subject.world.with_key(key) if known else subject.world, response)
