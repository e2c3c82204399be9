"""ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.model.world import Replica
from iamsim.services.operation import Demand, Effect, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.keys import VIA, can_encrypt, chosen_key, key_occasion
from iamsim.services.secretsmanager.naming import about_secret, gone, valid_name
from iamsim.services.secretsmanager.reading import SECRET_ID, on_secret, present
from iamsim.services.secretsmanager.replicas import FAILED, IN_SYNC, carried, replica_arn, replicated
from iamsim.services.secretsmanager.shapes import members_are_well_formed
from iamsim.services.secretsmanager.versions import CURRENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import Secret, World
    from iamsim.services.operation import Occasion, ServiceError, Subject

REGIONS = Parameter("AddReplicaRegions", list, required=True, low=1)
NAME_TAKEN = "Replication failed: Secret with this name already exists in this region."


def regions_are_others(subject: Subject) -> ServiceError | None:
    """The Regions are not the secret's own."""
    own = any(not region or region == subject.region for region, _ in _asked(subject))
    return errors.INVALID_REPLICA_REGION if own else None


def on_replica_keys(subject: Subject, secret: Secret) -> Iterator[Occasion]:
    """On the customer managed key of each new replica, in its Region (that `kms:ViaService` names that Region is inferred)."""
    current = secret.labelled(CURRENT)
    for region, key in _asked(subject):
        if key is not None:
            replica = replicated(secret, Replica(region, key))
            yield key_occasion(subject, replica, key, current.id if current else None)


def can_encrypt_replicas(subject: Subject) -> ServiceError | None:
    """The keys of the new replicas can be used in their Regions."""
    found = (can_encrypt(subject, (key,), region) for region, key in _asked(subject))
    return next((error for error in found if error), None)


def with_replicas(subject: Subject, secret: Secret) -> tuple[World, Secret]:
    """The world with the replicas that the call asks for, and their primary. One that fails does not fail the call.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html
    """
    world, force = subject.world, bool(subject.get("ForceOverwriteReplicaSecret"))
    known = {replica.region: replica for replica in secret.replicas}
    for region, key in _asked(subject):
        if region in known and known[region].status == IN_SYNC:
            continue
        there = world.account(secret.account)
        other = there.secret_named(secret.name, region) if there else None
        if other is not None and not force and not gone(other, subject.time):
            known[region] = Replica(region, key, FAILED, NAME_TAKEN)
            continue
        world = world.without_secret(other.arn) if other else world
        known[region] = Replica(region, key)
    primary = replace(secret, replicas=tuple(known.values()))
    return carried(world, primary), primary


def replication_status(secret: Secret) -> list[dict[str, Any]]:
    """The replicas as AWS lists them."""
    return [
        present(
            Region=replica.region,
            KmsKeyId=replica.key or "alias/aws/secretsmanager",
            Status=replica.status,
            StatusMessage=replica.message or None,
        )
        for replica in secret.replicas
    ]


def _asked(subject: Subject) -> list[tuple[str, str | None]]:
    """The Regions to replicate to, each with the ARN of its key."""
    asked = subject.get("AddReplicaRegions", ())
    regions = ((str(each.get("Region", "")), each.get("KmsKeyId")) for each in asked)
    return [(region, chosen_key(subject, key, region)) for region, key in regions]


def _on_the_primary_key(subject: Subject) -> Iterator[Occasion]:
    """The value is read; for a customer managed key only."""
    secret = subject.secret
    current = secret.labelled(CURRENT) if secret else None
    if secret is None or current is None:
        return
    for key in secret.keys_of(current):
        if key is not None:
            yield key_occasion(subject, secret, key, current.id)


def _on_the_new_keys(subject: Subject) -> Iterator[Occasion]:
    yield from on_replica_keys(subject, subject.secret) if subject.secret else ()


def _replicate(subject: Subject) -> Effect:
    world, primary = with_replicas(subject, subject.found)
    return Effect(world, {"ARN": primary.arn, "ReplicationStatus": replication_status(primary)})


def _are_replicas(subject: Subject) -> ServiceError | None:
    known = {replica.region for replica in subject.found.replicas}
    return None if known.issuperset(subject.get("RemoveReplicaRegions", ())) else errors.INVALID_REPLICA_REGION


def _remove(subject: Subject) -> Effect:
    """The replicas go at once, without a recovery window."""
    world, removed = subject.world, set(subject.get("RemoveReplicaRegions", ()))
    primary = replace(subject.found, replicas=tuple(r for r in subject.found.replicas if r.region not in removed))
    for replica in subject.found.replicas:
        if replica.region in removed and replica.status == IN_SYNC:
            world = world.without_secret(replica_arn(primary, replica.region))
    return Effect(world.with_secret(primary), {"ARN": primary.arn, "ReplicationStatus": replication_status(primary)})


def _is_a_replica(subject: Subject) -> ServiceError | None:
    return None if subject.found.primary else errors.NO_REPLICA


def _stop(subject: Subject) -> Effect:
    """The replica becomes a secret of its own.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/standalone-secret.html
    """
    promoted = replace(subject.found, primary=None, changed=subject.time)
    world = subject.world.with_secret(promoted)
    primary = world.secret(replica_arn(promoted, subject.found.primary or ""))
    if primary is not None:
        left = tuple(replica for replica in primary.replicas if replica.region != promoted.region)
        world = world.with_secret(replace(primary, replicas=left))
    return Effect(world, {"ARN": promoted.arn})


REPLICATE_SECRET_TO_REGIONS = Operation(
    "secretsmanager",
    "ReplicateSecretToRegions",
    parameters=(SECRET_ID, REGIONS, Parameter("ForceOverwriteReplicaSecret", bool)),
    before=(valid_name, members_are_well_formed),
    about=about_secret,
    steps=(
        Demand("secretsmanager:ReplicateSecretToRegions", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        rules.not_a_replica,
        regions_are_others,
        Demand("kms:Decrypt", _on_the_primary_key, via=VIA, hides=errors.KMS_REFUSED, any_of=True),
        Demand("kms:GenerateDataKey", _on_the_new_keys, via=VIA, hides=errors.KMS_REFUSED),
        Demand("kms:Encrypt", _on_the_new_keys, via=VIA, hides=errors.KMS_REFUSED),
        can_encrypt_replicas,
    ),
    effect=_replicate,
    named_by="SecretId",
)
REMOVE_REGIONS_FROM_REPLICATION = Operation(
    "secretsmanager",
    "RemoveRegionsFromReplication",
    parameters=(SECRET_ID, Parameter("RemoveReplicaRegions", list, required=True, low=1)),
    before=(valid_name, members_are_well_formed),
    about=about_secret,
    steps=(
        Demand("secretsmanager:RemoveRegionsFromReplication", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        rules.not_a_replica,
        _are_replicas,
    ),
    effect=_remove,
    named_by="SecretId",
)
STOP_REPLICATION_TO_REPLICA = Operation(
    "secretsmanager",
    "StopReplicationToReplica",
    parameters=(SECRET_ID,),
    before=(valid_name,),
    about=about_secret,
    steps=(
        Demand("secretsmanager:StopReplicationToReplica", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        _is_a_replica,
    ),
    effect=_stop,
    named_by="SecretId",
)
