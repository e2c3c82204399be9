"""The KMS keys behind a secret, and the requests that Secrets Manager makes of them in the caller's name.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.model.world import Key
from iamsim.services.operation import DEFAULT_REGION, ManagedKey, Occasion
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.contexts import key_context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.model.world import Secret, World
    from iamsim.services.operation import ServiceError, Subject

VIA = "secretsmanager.amazonaws.com"
VALIDATION = "RequestToValidateKeyAccess"
"""What stands for the version id where Secrets Manager only tries out a key."""

_COLONS = 5
_MANAGED = ("alias/aws/secretsmanager", "key/aws/secretsmanager")


def key_of(world: World, arn: str) -> Key:
    """A key; of one that the world does not hold, only the ARN is known."""
    return world.key(arn) or Key(arn)


def key_occasion(subject: Subject, secret: Secret, key_arn: str | None, version_id: str | None) -> Occasion:
    """A request on a key of a secret, None for the AWS managed one, for one version of it (None: not known which)."""
    key = None if key_arn is None else key_of(subject.world, key_arn)
    context = key_context(subject, secret.arn, version_id, key, secret.region)
    managed = ManagedKey(parse_arn(secret.arn).partition, secret.region, secret.account)
    return Occasion(key or managed, context)


def chosen_key(subject: Subject, written: str | None, region: str = "") -> str | None:
    """The ARN of the key that a `KmsKeyId` names, None for `aws/secretsmanager`: an ARN, an id, or an alias.

    What is no ARN stands in the caller's account and the secret's Region. An alias that the world does not hold stays as it
    is: nothing is known of its key.
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
    """
    if not written or written.endswith(_MANAGED):
        return None
    arn = written
    if not written.startswith("arn:") or written.count(":") < _COLONS:
        name = written if written.startswith("alias/") else f"key/{written}"
        place = f"{region or subject.region or DEFAULT_REGION}:{subject.caller.account}"
        arn = f"arn:{subject.partition}:kms:{place}:{name}"
    return _behind_alias(subject.world, arn)


def _behind_alias(world: World, arn: str) -> str:
    try:
        alias = parse_arn(arn)
    except LanguageError:
        return arn
    if not alias.resource.startswith("alias/") or (account := world.account(alias.account)) is None:
        return arn
    wanted = alias.resource.removeprefix("alias/")
    named = (
        key.arn
        for key in account.keys.values()
        if key.region == alias.region and wanted in {each.removeprefix("alias/") for each in key.aliases}
    )
    return next(named, arn)


def names_a_key(subject: Subject) -> ServiceError | None:
    """A `KmsKeyId` that is an ARN is that of a key or an alias; what AWS says of another one is not known."""
    written = str(subject.get("KmsKeyId", ""))
    is_other = written.startswith("arn:") and written.split(":")[2:3] != ["kms"]
    return errors.NOT_A_KEY if is_other else None


def managed_key_arn(subject: Subject) -> str:
    """What stands for the ARN of `aws/secretsmanager` where the call works."""
    return ManagedKey(subject.partition, subject.region or DEFAULT_REGION, subject.account).arn


def can_encrypt(subject: Subject, key_arns: Iterable[str | None], region: str = "") -> ServiceError | None:
    """The keys are symmetric, usable, and stand in the secret's Region.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-encryption-key.html
    """
    for arn in key_arns:
        key = None if arn is None else key_of(subject.world, arn)
        if key is None:
            continue
        if key.spec != "SYMMETRIC_DEFAULT" or key.usage != "ENCRYPT_DECRYPT":
            return errors.ASYMMETRIC_KEY
        elsewhere = arn is not None and key.region != (region or subject.region)
        if elsewhere or not rules.usable(key):
            return errors.KEY_CANNOT_ENCRYPT
    return None
