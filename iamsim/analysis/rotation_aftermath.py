"""Where a rotation leaves a secret: what its readers get, whether the next rotation can begin, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from iamsim.services.secretsmanager.rotating import is_pending
from iamsim.services.secretsmanager.versions import CURRENT, PENDING, PREVIOUS
from iamsim.simulator.database import accepts

if TYPE_CHECKING:
    from iamsim.model.world import SecretVersion
    from iamsim.simulator.rotation_run import RotationRun


class Advice(StrEnum):
    """What is to be done behind a rotation that stopped."""

    REATTEMPT = "reattempt"
    """Mend what it lacks: Secrets Manager takes the same version up again."""
    PROMOTE = "promote"
    """Only the pending password opens the database: move AWSCURRENT to it."""
    CLEAR = "clear"
    """Give the pending version up: take AWSPENDING from it."""
    RESET = "reset"
    """The database accepts the password of no version: an administrator of the database sets that of AWSCURRENT."""
    ROLL_BACK = "rollBack"
    """Move AWSCURRENT back to the version before; the database is not rolled back with it."""


@dataclass(frozen=True)
class Aftermath:
    """What holds behind a rotation.

    `readable` is whether AWSCURRENT has a value. `works` is whether the database accepts that value, None where the secret
    holds no credentials of one. `pending` is the version that a rotation waits for, which blocks the next one, and
    `pending_works` whether the database accepts it; `pending_empty` whether it never got a value.
    """

    readable: bool
    works: bool | None
    pending: SecretVersion | None
    pending_works: bool | None
    current: SecretVersion | None
    previous: SecretVersion | None

    @property
    def pending_empty(self) -> bool:
        """Whether the version that is waited for never got a value."""
        return self.pending is not None and self.pending.value is None

    @property
    def blocked(self) -> bool:
        """Whether RotateSecret refuses to begin: a previous rotation is not complete.

        https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
        """
        return self.pending is not None


def aftermath(run: RotationRun) -> Aftermath:
    """Where the rotation leaves the secret."""
    secret = run.secret
    current = secret.labelled(CURRENT)
    pending = secret.labelled(PENDING) if is_pending(secret) else None
    return Aftermath(
        readable=current is not None and current.value is not None,
        works=accepts(run.world, secret, CURRENT),
        pending=pending,
        pending_works=accepts(run.world, secret, PENDING) if pending else None,
        current=current,
        previous=secret.labelled(PREVIOUS),
    )


def advice(found: Aftermath) -> tuple[Advice, ...]:
    """What can be done, the best first.

    Clearing is no way out where the pending password is the one that the database has.
    """
    if found.pending is None:
        if found.works is not False:
            return ()
        return (Advice.ROLL_BACK, Advice.RESET) if found.previous else (Advice.RESET,)
    if found.works is False:
        return (Advice.REATTEMPT, Advice.PROMOTE) if found.pending_works else (Advice.RESET, Advice.REATTEMPT)
    return (Advice.REATTEMPT, Advice.CLEAR)
