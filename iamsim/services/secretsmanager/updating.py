"""UpdateSecret.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-encryption-key.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.services.operation import Demand, Effect, ManagedKey, Occasion, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.contexts import key_arn_context, secret_context
from iamsim.services.secretsmanager.keys import (
    VALIDATION,
    VIA,
    can_encrypt,
    chosen_key,
    key_occasion,
    key_of,
    managed_key_arn,
    names_a_key,
)
from iamsim.services.secretsmanager.naming import about_secret, valid_name
from iamsim.services.secretsmanager.reading import SECRET_ID, present
from iamsim.services.secretsmanager.replicas import carried
from iamsim.services.secretsmanager.versions import CURRENT, PENDING, PREVIOUS, with_value
from iamsim.services.secretsmanager.writing import (
    TOKEN,
    VALUES,
    new_version,
    on_keys_of_the_repeated,
    one_value,
    same_value,
    value_of,
    within_quotas,
    written_before,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import Secret, SecretVersion
    from iamsim.services.operation import ServiceError, Subject

_REENCRYPTED = frozenset({CURRENT, PENDING, PREVIOUS})


def _names_a_key(subject: Subject) -> bool:
    return subject.get("KmsKeyId") is not None


def _key_after(subject: Subject) -> str | None:
    return chosen_key(subject, subject.get("KmsKeyId")) if _names_a_key(subject) else subject.found.key


def _changes_key(subject: Subject) -> bool:
    return subject.secret is not None and _key_after(subject) != subject.secret.key


def _on_secret(subject: Subject) -> Iterator[Occasion]:
    chosen = subject.get("KmsKeyId")
    key_arn = None
    if chosen is not None:
        key_arn = chosen_key(subject, chosen) or managed_key_arn(subject)
    yield Occasion(subject.secret or subject.arn, {**secret_context(subject), **key_arn_context(key_arn)})


def _read_only_but_for_its_key(subject: Subject) -> ServiceError | None:
    """Of a replica only the encryption key can be changed."""
    changed = {name for name in subject.parameters if subject.get(name) is not None}
    only_the_key = changed <= {"SecretId", "KmsKeyId", "ClientRequestToken"}
    return None if only_the_key else rules.not_a_replica(subject)


def _default_key_within_the_account(subject: Subject) -> ServiceError | None:
    """The AWS managed key serves its own account only; metadata alone need no key (inferred)."""
    needs_key = _names_a_key(subject) or value_of(subject) is not None
    across = subject.caller.account != subject.found.account
    return errors.DEFAULT_KEY_ACROSS_ACCOUNTS if needs_key and across and _key_after(subject) is None else None


def _on_the_new_key(subject: Subject) -> Iterator[Occasion]:
    """A customer managed key that is named is tried out."""
    if subject.secret is not None and _names_a_key(subject) and (key := _key_after(subject)) is not None:
        yield key_occasion(subject, subject.secret, key, VALIDATION)


def _on_the_key_to_write(subject: Subject) -> Iterator[Occasion]:
    if subject.secret is not None and value_of(subject) is not None:
        yield key_occasion(subject, subject.secret, _key_after(subject), str(subject.get("ClientRequestToken")))


def _reencrypted(secret: Secret) -> Iterator[SecretVersion]:
    """The versions that follow a change of keys."""
    return (v for v in secret.versions if v.value is not None and _REENCRYPTED.intersection(v.stages))


def _on_the_old_keys(subject: Subject) -> Iterator[Occasion]:
    if subject.secret is None or not _changes_key(subject):
        return
    for version in _reencrypted(subject.secret):
        for key_arn in subject.secret.keys_of(version):
            yield key_occasion(subject, subject.secret, key_arn, version.id)


def _on_the_new_key_to_reencrypt(subject: Subject) -> Iterator[Occasion]:
    if subject.secret is None or not _changes_key(subject):
        return
    for version in _reencrypted(subject.secret):
        yield key_occasion(subject, subject.secret, _key_after(subject), version.id)


def _key_can_encrypt(subject: Subject) -> ServiceError | None:
    needs_key = _names_a_key(subject) or value_of(subject) is not None
    return can_encrypt(subject, (_key_after(subject),)) if needs_key else None


def _rekeyed(subject: Subject) -> Secret:
    """The secret under its new key: what could be re-encrypted is kept under the new key and the old, the rest stays."""
    secret, key = subject.found, _key_after(subject)
    followed = {version.id for version in _reencrypted(secret)} if _may(subject, "kms:Encrypt", key) else set()
    versions = tuple(
        replace(version, keys=_keys(subject, version, key, follows=version.id in followed))
        for version in secret.versions
    )
    return replace(secret, key=key, versions=versions)


def _keys(subject: Subject, version: SecretVersion, key: str | None, *, follows: bool) -> tuple[str | None, ...]:
    old = subject.found.keys_of(version)
    readable = any(_may(subject, "kms:Decrypt", each) for each in old)
    return tuple(dict.fromkeys((key, *old))) if follows and readable else old


def _may(subject: Subject, action: str, key_arn: str | None) -> bool:
    """Whether a request on a key of the secret was not refused, and the key is usable."""
    secret = subject.found
    arn = key_arn or ManagedKey(subject.partition, secret.region, secret.account).arn
    usable = rules.usable(key_of(subject.world, key_arn) if key_arn else None)
    return usable and (action, arn) not in subject.refused


def _updated(subject: Subject) -> Secret:
    secret = _rekeyed(subject) if _changes_key(subject) else subject.found
    if value_of(subject) is not None and not written_before(subject):
        secret = with_value(secret, new_version(subject), None, time=subject.time)
    return replace(secret, description=subject.get("Description", secret.description), changed=subject.time)


def _fits(subject: Subject) -> ServiceError | None:
    return within_quotas(_updated(subject)) if value_of(subject) is not None else None


def _update(subject: Subject) -> Effect:
    """The secret as it is told to be, with a new version only for a value (recorded)."""
    secret = _updated(subject)
    version_id = subject.get("ClientRequestToken") if value_of(subject) is not None else None
    return Effect(carried(subject.world, secret), present(ARN=secret.arn, Name=secret.name, VersionId=version_id))


UPDATE_SECRET = Operation(
    "secretsmanager",
    "UpdateSecret",
    parameters=(SECRET_ID, TOKEN, Parameter("Description", high=2048), Parameter("KmsKeyId", high=2048), *VALUES),
    before=(rules.has_token, valid_name, one_value, names_a_key),
    about=about_secret,
    steps=(
        Demand("secretsmanager:UpdateSecret", _on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        _read_only_but_for_its_key,
        rules.not_managed,
        _default_key_within_the_account,
        Demand("kms:GenerateDataKey", _on_the_new_key, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:Decrypt", _on_the_new_key, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:Decrypt", _on_the_old_keys, via=VIA, optional=True),
        Demand("kms:Encrypt", _on_the_new_key_to_reencrypt, via=VIA, optional=True),
        Demand("kms:GenerateDataKey", _on_the_key_to_write, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:Decrypt", on_keys_of_the_repeated, via=VIA, hides=errors.KMS_REFUSED, any_of=True),
        _key_can_encrypt,
        same_value,
        _fits,
    ),
    effect=_update,
    named_by="SecretId",
)
