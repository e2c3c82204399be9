"""DescribeKey, and the operations that change a key's state.

https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from iamsim.services.kms import rules
from iamsim.services.kms.contexts import on_key
from iamsim.services.kms.naming import about_key, is_there
from iamsim.services.operation import Demand, Effect, Operation, Parameter

if TYPE_CHECKING:
    from iamsim.model.world import Key
    from iamsim.services.operation import Derived, Subject

_WINDOW = 30


def metadata(key: Key) -> dict[str, Any]:
    """What DescribeKey tells of a key.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
    """
    made = {
        "AWSAccountId": key.arn.split(":", 5)[4],
        "KeyId": key.arn.rpartition(":key/")[2],
        "Arn": key.arn,
        "CreationDate": key.created,
        "Enabled": key.state in ("Enabled", "Updating"),
        "Description": key.description,
        "KeyUsage": key.usage,
        "KeyState": key.state,
        "DeletionDate": key.deletion,
        "Origin": "AWS_KMS",
        "KeyManager": key.manager,
        "CustomerMasterKeySpec": key.spec,
        "KeySpec": key.spec,
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"] if key.spec == "SYMMETRIC_DEFAULT" else None,
        "MultiRegion": key.multi_region,
    }
    return {name: value for name, value in made.items() if value is not None}


def described(subject: Subject) -> Effect:
    """The key's metadata."""
    return Effect(subject.world, {"KeyMetadata": metadata(subject.found_key)})


def enabled(subject: Subject) -> Effect:
    """The key can be used."""
    return rules.kept(subject, replace(subject.found_key, state="Enabled"))


def disabled(subject: Subject) -> Effect:
    """The key cannot be used."""
    return rules.kept(subject, replace(subject.found_key, state="Disabled"))


def window(subject: Subject) -> int:
    """The days until the deletion."""
    return int(subject.get("PendingWindowInDays", _WINDOW))


def scheduled(subject: Subject) -> Effect:
    """The key awaits its deletion. Its replicas, for which a primary waits, are not looked for."""
    deletion = subject.time + timedelta(days=window(subject))
    key = replace(subject.found_key, state="PendingDeletion", deletion=deletion)
    days = window(subject)
    return rules.kept(subject, key, KeyId=key.arn, DeletionDate=deletion, KeyState=key.state, PendingWindowInDays=days)


def cancelled(subject: Subject) -> Effect:
    """The key stays, and is disabled (recorded)."""
    key = replace(subject.found_key, state="Disabled", deletion=None)
    return rules.kept(subject, key, KeyId=key.arn)


def window_context(subject: Subject) -> Derived:
    """The waiting period. A key of a request that does not say it holds the default (inferred)."""
    return {"kms:ScheduleKeyDeletionPendingWindowInDays": str(window(subject))}


DESCRIBE_KEY = Operation(
    "kms",
    "DescribeKey",
    parameters=(rules.KEY_ID, rules.GRANT_TOKENS),
    about=about_key,
    before=(is_there,),
    steps=(Demand("kms:DescribeKey", on_key()), rules.exists),
    effect=described,
    named_by="KeyId",
    read_only=True,
)
ENABLE_KEY = Operation(
    "kms",
    "EnableKey",
    parameters=(rules.KEY_ID,),
    about=about_key,
    before=(is_there,),
    steps=(Demand("kms:EnableKey", on_key()), rules.exists, rules.can_be_switched),
    effect=enabled,
    named_by="KeyId",
)
DISABLE_KEY = Operation(
    "kms",
    "DisableKey",
    parameters=(rules.KEY_ID,),
    about=about_key,
    before=(is_there,),
    steps=(Demand("kms:DisableKey", on_key()), rules.exists, rules.can_be_switched),
    effect=disabled,
    named_by="KeyId",
)
SCHEDULE_KEY_DELETION = Operation(
    "kms",
    "ScheduleKeyDeletion",
    parameters=(rules.KEY_ID, Parameter("PendingWindowInDays", int, low=7, high=30)),
    about=about_key,
    before=(is_there,),
    steps=(Demand("kms:ScheduleKeyDeletion", on_key(window_context)), rules.exists, rules.not_pending_deletion),
    effect=scheduled,
    named_by="KeyId",
)
CANCEL_KEY_DELETION = Operation(
    "kms",
    "CancelKeyDeletion",
    parameters=(rules.KEY_ID,),
    about=about_key,
    before=(is_there,),
    steps=(Demand("kms:CancelKeyDeletion", on_key()), rules.exists, rules.pending_deletion),
    effect=cancelled,
    named_by="KeyId",
)
