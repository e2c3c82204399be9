"""DeleteSecret and RestoreSecret.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from iamsim.services.operation import Demand, Effect, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.naming import about_secret, secret_arn, valid_name
from iamsim.services.secretsmanager.reading import SECRET_ID, on_secret

if TYPE_CHECKING:
    from iamsim.services.operation import ServiceError, Subject

DEFAULT_WINDOW, SHORTEST_WINDOW, LONGEST_WINDOW = 30, 7, 30


def _forced(subject: Subject) -> bool:
    return bool(subject.get("ForceDeleteWithoutRecovery"))


def _forced_or_with_a_window(subject: Subject) -> ServiceError | None:
    """A forced deletion has no window; `false` together with a window is accepted (recorded)."""
    return errors.FORCED_WITH_WINDOW if _forced(subject) and subject.get("RecoveryWindowInDays") is not None else None


def _window_in_range(subject: Subject) -> ServiceError | None:
    days = subject.get("RecoveryWindowInDays", DEFAULT_WINDOW)
    return None if SHORTEST_WINDOW <= days <= LONGEST_WINDOW else errors.WINDOW_OUT_OF_RANGE


def _exists_unless_forced(subject: Subject) -> ServiceError | None:
    """A forced deletion of what is not there succeeds."""
    return None if _forced(subject) else rules.exists(subject)


def _not_marked_unless_forced(subject: Subject) -> ServiceError | None:
    return None if _forced(subject) else rules.not_marked_for_deletion(subject)


def _may_go(subject: Subject) -> ServiceError | None:
    """Not a replica, not a primary with replicas, not another service's."""
    secret = subject.secret
    if secret is None:
        return None
    if secret.replicas:
        return errors.still_replicated(secret.name, [replica.region for replica in secret.replicas])
    return rules.not_a_replica(subject) or rules.not_managed(subject)


def _delete(subject: Subject) -> Effect:
    """The secret awaits its end, or is gone at once: AWS's deletion runs on for some time, the simulator's does not."""
    secret = subject.secret
    if secret is None:
        return Effect(subject.world, _of_nothing(subject))
    if _forced(subject):
        world, end = subject.world.without_secret(secret.arn), subject.time
    else:
        end = subject.time + timedelta(days=subject.get("RecoveryWindowInDays", DEFAULT_WINDOW))
        world = subject.world.with_secret(replace(secret, deleted=subject.time, deletion=end))
    return Effect(world, {"ARN": secret.arn, "Name": secret.name, "DeletionDate": end})


def _of_nothing(subject: Subject) -> dict[str, object]:
    """AWS's answer to a forced deletion of a name that nobody has (recorded); the suffix in the ARN is made up."""
    written = str(subject.get("SecretId"))
    if written.startswith("arn:"):
        name, arn = subject.arn.rpartition(":secret:")[2], subject.arn
    else:
        name, arn = written, secret_arn(subject, written, subject.chance.suffix(f"no secret {written}"))
    return {"ARN": arn, "Name": name, "DeletionDate": subject.time}


def _restore(subject: Subject) -> Effect:
    """The secret no longer awaits its deletion. One that never did is left alone (inferred)."""
    secret = subject.found
    response = {"ARN": secret.arn, "Name": secret.name}
    if secret.deleted is None:
        return Effect(subject.world, response)
    return Effect(
        subject.world.with_secret(replace(secret, deleted=None, deletion=None, changed=subject.time)), response
    )


DELETE_SECRET = Operation(
    "secretsmanager",
    "DeleteSecret",
    parameters=(SECRET_ID, Parameter("RecoveryWindowInDays", int), Parameter("ForceDeleteWithoutRecovery", bool)),
    before=(valid_name, _forced_or_with_a_window, _window_in_range),
    about=about_secret,
    steps=(
        Demand("secretsmanager:DeleteSecret", on_secret),
        _exists_unless_forced,
        _not_marked_unless_forced,
        _may_go,
    ),
    effect=_delete,
    named_by="SecretId",
)
RESTORE_SECRET = Operation(
    "secretsmanager",
    "RestoreSecret",
    parameters=(SECRET_ID,),
    before=(valid_name,),
    about=about_secret,
    steps=(Demand("secretsmanager:RestoreSecret", on_secret), rules.exists),
    effect=_restore,
    named_by="SecretId",
)
