"""GetSecretValue.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.services.operation import Demand, Effect, Occasion, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.contexts import secret_context
from iamsim.services.secretsmanager.keys import VIA, key_occasion, key_of
from iamsim.services.secretsmanager.naming import about_secret, valid_name
from iamsim.services.secretsmanager.versions import CURRENT, with_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import SecretVersion
    from iamsim.services.operation import ServiceError, Subject

SECRET_ID = Parameter("SecretId", required=True, low=1, high=2048)


def on_secret(subject: Subject) -> Iterator[Occasion]:
    """Once, on the secret that the call names, be it there or not."""
    yield Occasion(subject.secret or subject.arn, secret_context(subject))


def wanted_version(subject: Subject) -> SecretVersion | None:
    """The version that `VersionId` and `VersionStage` name together; AWSCURRENT where neither is given."""
    id_, stage = subject.get("VersionId"), subject.get("VersionStage")
    if id_ is None:
        return subject.found.labelled(stage or CURRENT)
    version = subject.found.version(id_)
    return version if version and (stage is None or stage in version.stages) else None


def has_value(subject: Subject) -> ServiceError | None:
    """The version that is wanted is there, and has a value."""
    id_, stage = subject.get("VersionId"), subject.get("VersionStage")
    version = wanted_version(subject)
    if version is not None and version.value is not None:
        return None
    if id_ is not None and subject.found.version(id_) is not None and version is None:
        return errors.STAGE_NOT_ON_VERSION
    return errors.no_value(f"VersionId: {id_}" if id_ is not None else f"staging label: {stage or CURRENT}")


def on_its_keys(subject: Subject) -> Iterator[Occasion]:
    """On each key that the version's ciphertext is kept under: after a change of keys the old one still reads."""
    secret = subject.secret
    version = wanted_version(subject) if secret else None
    if secret is None or version is None:
        return
    for key_arn in secret.keys_of(version):
        yield key_occasion(subject, secret, key_arn, version.id)


def a_key_is_usable(subject: Subject) -> ServiceError | None:
    """One of the keys can be used."""
    version = wanted_version(subject)
    keys = subject.found.keys_of(version) if version else ()
    usable = any(rules.usable(key_of(subject.world, arn) if arn else None) for arn in keys)
    return None if usable else errors.KEY_CANNOT_DECRYPT


def read_value(subject: Subject) -> Effect:
    """The value; that it was read is noted, by the UTC day."""
    secret, version = subject.found, wanted_version(subject)
    assert version is not None  # noqa: S101 - `has_value` stands before it
    response = present(
        ARN=secret.arn,
        Name=secret.name,
        VersionId=version.id,
        SecretString=version.value if isinstance(version.value, str) else None,
        SecretBinary=version.value if isinstance(version.value, bytes) else None,
        VersionStages=list(version.stages),
        CreatedDate=version.created,
    )
    today = subject.time.replace(hour=0, minute=0, second=0, microsecond=0)
    if version.accessed == today:
        return Effect(subject.world, response)
    return Effect(subject.world.with_secret(with_version(secret, replace(version, accessed=today))), response)


def present(**fields: Any) -> dict[str, Any]:
    """The fields of a response that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


GET_SECRET_VALUE = Operation(
    "secretsmanager",
    "GetSecretValue",
    parameters=(SECRET_ID, Parameter("VersionId", low=32, high=64), Parameter("VersionStage", low=1, high=256)),
    before=(valid_name,),
    about=about_secret,
    steps=(
        Demand("secretsmanager:GetSecretValue", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        has_value,
        rules.default_key_within_the_account,
        Demand("kms:Decrypt", on_its_keys, via=VIA, hides=errors.KMS_REFUSED, any_of=True),
        a_key_is_usable,
    ),
    effect=read_value,
    named_by="SecretId",
    read_only=True,
)
