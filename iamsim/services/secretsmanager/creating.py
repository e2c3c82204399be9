"""CreateSecret.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html

With tags the call also needs TagResource, and with replicas ReplicateSecretToRegions: so says that page, not a recording.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.model.world import Account, Secret
from iamsim.services.operation import DEFAULT_REGION, Demand, Effect, Occasion, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.contexts import creation_context
from iamsim.services.secretsmanager.keys import (
    VALIDATION,
    VIA,
    can_encrypt,
    chosen_key,
    key_occasion,
    managed_key_arn,
    names_a_key,
)
from iamsim.services.secretsmanager.naming import gone, secret_arn, valid_name
from iamsim.services.secretsmanager.reading import present
from iamsim.services.secretsmanager.replication import (
    REGIONS,
    can_encrypt_replicas,
    on_replica_keys,
    regions_are_others,
    replication_status,
    with_replicas,
)
from iamsim.services.secretsmanager.shapes import members_are_well_formed
from iamsim.services.secretsmanager.tags import TAGS, tags_given
from iamsim.services.secretsmanager.versions import with_value
from iamsim.services.secretsmanager.writing import (
    TOKEN,
    VALUES,
    new_version,
    on_keys_of_the_repeated,
    one_value,
    same_value,
    value_of,
    written_before,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import World
    from iamsim.services.operation import ServiceError, Subject


def _about_a_name(subject: Subject) -> Subject:
    """The name in the caller's account: its ARN has a suffix that no policy can name; who has the name already is found."""
    placed = subject.with_(region=subject.region or DEFAULT_REGION)
    name = str(subject.get("Name", ""))
    account = subject.world.account(subject.account)
    known = account.secret_named(name, placed.region) if account else None
    known = None if known and gone(known, subject.time) else known
    return placed.with_(secret=known, arn=secret_arn(placed, name, "??????"))


def _draft(subject: Subject) -> Secret:
    """The secret as it comes to be."""
    name, tags = str(subject.get("Name")), tags_given(subject)
    account, start = subject.world.account(subject.account), secret_arn(subject, name, "")
    taken = {arn[-6:] for arn in account.secrets if arn.startswith(start)} if account else set()
    suffix = subject.chance.suffix(
        f"secret {subject.account} {subject.region} {name} {subject.time.isoformat()}", taken
    )
    secret = Secret(
        secret_arn(subject, name, suffix),
        name,
        chosen_key(subject, subject.get("KmsKeyId")),
        tags=tags,
        tagged=bool(tags),
        description=subject.get("Description", ""),
        created=subject.time,
        changed=subject.time,
    )
    return secret if value_of(subject) is None else with_value(secret, new_version(subject), None, time=subject.time)


def _on_the_name(subject: Subject) -> Iterator[Occasion]:
    chosen = subject.get("KmsKeyId")
    key_arn = (chosen_key(subject, chosen) or managed_key_arn(subject)) if chosen else None
    yield Occasion(subject.arn, creation_context(subject, key_arn))


def _on_the_name_with_tags(subject: Subject) -> Iterator[Occasion]:
    yield from _on_the_name(subject) if subject.get("Tags") else ()


def _on_the_name_with_replicas(subject: Subject) -> Iterator[Occasion]:
    yield from _on_the_name(subject) if subject.get("AddReplicaRegions") else ()


def _on_the_key_to_validate(subject: Subject) -> Iterator[Occasion]:
    draft = _draft(subject)
    if draft.key is not None and not written_before(subject):
        yield key_occasion(subject, draft, draft.key, VALIDATION)


def _on_the_key_to_write(subject: Subject) -> Iterator[Occasion]:
    draft = _draft(subject)
    if draft.versions and not written_before(subject):
        yield key_occasion(subject, draft, draft.key, draft.versions[0].id)


def _on_the_primary_key(subject: Subject) -> Iterator[Occasion]:
    """Replicating reads the value; for a customer managed key only."""
    draft = _draft(subject)
    if draft.key is not None and draft.versions and subject.get("AddReplicaRegions"):
        yield key_occasion(subject, draft, draft.key, draft.versions[0].id)


def _on_the_replica_keys(subject: Subject) -> Iterator[Occasion]:
    yield from on_replica_keys(subject, _draft(subject))


def _name_is_free(subject: Subject) -> ServiceError | None:
    """No other secret has the name, also none that awaits its deletion; a repetition finds its own."""
    if subject.secret is None:
        return None
    if subject.secret.deleted:
        return errors.SCHEDULED_FOR_DELETION
    return None if written_before(subject) else errors.exists_already(subject.secret.name)


def _key_can_encrypt(subject: Subject) -> ServiceError | None:
    return can_encrypt(subject, (_draft(subject).key,))


def _create(subject: Subject) -> Effect:
    """The secret, and its replicas; where the call is a repetition, the secret that it made."""
    repeated = written_before(subject)
    if repeated:
        return Effect(subject.world, present(ARN=subject.found.arn, Name=subject.found.name, VersionId=repeated.id))
    draft = _draft(subject)
    world = _ready(subject, draft).with_secret(draft)
    if subject.get("AddReplicaRegions"):
        world, draft = with_replicas(subject.with_(world=world), draft)
    version = draft.versions[0].id if draft.versions else None
    status = replication_status(draft) if draft.replicas else None
    return Effect(world, present(ARN=draft.arn, Name=draft.name, VersionId=version, ReplicationStatus=status))


def _ready(subject: Subject, draft: Secret) -> World:
    """The world with the account, and without a secret of the name whose recovery window has ended."""
    world = subject.world
    account = world.account(draft.account)
    if account is None:
        return replace(world, accounts={**world.accounts, draft.account: Account(draft.account, draft.account)})
    ended = [s for s in account.secrets.values() if (s.name, s.region) == (draft.name, draft.region)]
    for secret in ended:
        world = world.without_secret(secret.arn)
    return world


CREATE_SECRET = Operation(
    "secretsmanager",
    "CreateSecret",
    parameters=(
        Parameter("Name", required=True, low=1, high=512),
        TOKEN,
        Parameter("Description", high=2048),
        Parameter("KmsKeyId", high=2048),
        *VALUES,
        TAGS._replace(required=False),
        REGIONS._replace(required=False),
        Parameter("ForceOverwriteReplicaSecret", bool),
    ),
    before=(rules.has_token, valid_name, one_value, names_a_key, members_are_well_formed),
    about=_about_a_name,
    steps=(
        Demand("secretsmanager:CreateSecret", _on_the_name),
        Demand("secretsmanager:TagResource", _on_the_name_with_tags),
        Demand("secretsmanager:ReplicateSecretToRegions", _on_the_name_with_replicas),
        regions_are_others,
        _name_is_free,
        Demand("kms:GenerateDataKey", _on_the_key_to_validate, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:Decrypt", _on_the_key_to_validate, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:GenerateDataKey", _on_the_key_to_write, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:Decrypt", on_keys_of_the_repeated, via=VIA, hides=errors.KMS_REFUSED, any_of=True),
        Demand("kms:Decrypt", _on_the_primary_key, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:GenerateDataKey", _on_the_replica_keys, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:Encrypt", _on_the_replica_keys, via=VIA, hides=errors.KMS_REFUSED),
        _key_can_encrypt,
        can_encrypt_replicas,
        same_value,
    ),
    effect=_create,
    named_by="Name",
)
