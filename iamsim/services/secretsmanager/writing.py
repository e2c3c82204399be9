"""PutSecretValue, and what every call that writes a value has in common.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.model.world import SecretVersion
from iamsim.services.operation import Demand, Effect, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.keys import VIA, can_encrypt, key_occasion
from iamsim.services.secretsmanager.naming import about_secret, valid_name
from iamsim.services.secretsmanager.reading import SECRET_ID, on_secret, present
from iamsim.services.secretsmanager.replicas import carried
from iamsim.services.secretsmanager.shapes import members_are_well_formed
from iamsim.services.secretsmanager.versions import MOST_LABELS, MOST_VERSIONS, labels, with_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import Secret
    from iamsim.services.operation import Occasion, ServiceError, Subject

TOKEN = Parameter("ClientRequestToken", low=32, high=64)
VALUES = (
    Parameter("SecretString", low=1, high=65_536, hidden=True),
    Parameter("SecretBinary", bytes, low=1, high=65_536, hidden=True),
)


def value_of(subject: Subject) -> str | bytes | None:
    """The value that the call brings, if any."""
    value: str | bytes | None = subject.get("SecretString", subject.get("SecretBinary"))
    return value


def one_value(subject: Subject) -> ServiceError | None:
    """The call brings no two values."""
    return errors.TWO_VALUES if subject.get("SecretString") and subject.get("SecretBinary") else None


def brings_a_value(subject: Subject) -> ServiceError | None:
    """The call brings a value."""
    return errors.VALUE_MISSING if value_of(subject) is None else None


def written_before(subject: Subject) -> SecretVersion | None:
    """The version with a value that the token of a call with a value names already: the call is a repetition."""
    version = subject.secret.version(str(subject.get("ClientRequestToken"))) if subject.secret else None
    return version if version and version.value is not None and value_of(subject) is not None else None


def on_keys_of_the_repeated(subject: Subject) -> Iterator[Occasion]:
    """On the keys of the version that the token names, whose value is compared."""
    version, secret = written_before(subject), subject.secret
    if version is None or secret is None:
        return
    for key_arn in secret.keys_of(version):
        yield key_occasion(subject, secret, key_arn, version.id)


def same_value(subject: Subject) -> ServiceError | None:
    """A version is never changed: who repeats a token repeats the value."""
    version = written_before(subject)
    if version is None or version.value == value_of(subject):
        return None
    return errors.token_in_use(version.id, subject.found.arn)


def new_version(subject: Subject) -> SecretVersion:
    """The version that the call writes: its id is the token."""
    return SecretVersion(str(subject.get("ClientRequestToken")), value=value_of(subject), created=subject.time)


def within_quotas(secret: Secret) -> ServiceError | None:
    """A secret may be so.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
    """
    if labels(secret) > MOST_LABELS:
        return errors.TOO_MANY_LABELS
    return errors.TOO_MANY_VERSIONS if len(secret.versions) > MOST_VERSIONS else None


def _on_the_key(subject: Subject) -> Iterator[Occasion]:
    """On the secret's key, also for a repetition (as AWS's table of KMS requests has it; not recorded)."""
    if subject.secret is not None:
        yield key_occasion(subject, subject.secret, subject.secret.key, str(subject.get("ClientRequestToken")))


def _key_can_encrypt(subject: Subject) -> ServiceError | None:
    return can_encrypt(subject, (subject.found.key,))


def _written(subject: Subject) -> Secret:
    written = with_value(subject.found, new_version(subject), subject.get("VersionStages"), time=subject.time)
    return replace(written, changed=subject.time)


def _fits(subject: Subject) -> ServiceError | None:
    return None if written_before(subject) else within_quotas(_written(subject))


def _put(subject: Subject) -> Effect:
    """A new version; nothing where the call is a repetition."""
    repeated = written_before(subject)
    secret = subject.found if repeated else _written(subject)
    world = subject.world if repeated else carried(subject.world, secret)
    version = secret.version(str(subject.get("ClientRequestToken")))
    stages = list(version.stages) if version else []
    response = present(
        ARN=secret.arn, Name=secret.name, VersionId=subject.get("ClientRequestToken"), VersionStages=stages
    )
    return Effect(world, response)


PUT_SECRET_VALUE = Operation(
    "secretsmanager",
    "PutSecretValue",
    parameters=(
        SECRET_ID,
        TOKEN,
        *VALUES,
        Parameter("VersionStages", list, low=1, high=20),
        Parameter("RotationToken", low=36, high=256, hidden=True),
    ),
    before=(rules.has_token, valid_name, one_value, members_are_well_formed),
    about=about_secret,
    steps=(
        Demand("secretsmanager:PutSecretValue", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        rules.not_a_replica,
        rules.not_managed,
        brings_a_value,
        rules.default_key_within_the_account,
        Demand("kms:GenerateDataKey", _on_the_key, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:Decrypt", on_keys_of_the_repeated, via=VIA, hides=errors.KMS_REFUSED, any_of=True),
        _key_can_encrypt,
        same_value,
        _fits,
    ),
    effect=_put,
    named_by="SecretId",
)
