"""What a primary and its replicas share.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn

if TYPE_CHECKING:
    from iamsim.model.world import Replica, Secret, SecretVersion, World

IN_SYNC, FAILED = "InSync", "Failed"


def replica_arn(secret: Secret, region: str) -> str:
    """The ARN of a secret's replica: the same, suffix included, in another Region."""
    return str(parse_arn(secret.arn)._replace(region=region))


def carried(world: World, secret: Secret) -> World:
    """The world with a secret as it is now, and with its replicas that are in sync as they follow from it."""
    world = world.with_secret(secret)
    for replica in secret.replicas:
        if replica.status == IN_SYNC:
            known = world.secret(replica_arn(secret, replica.region))
            world = world.with_secret(replicated(secret, replica, known))
    return _told(world, secret) if secret.primary else world


def _told(world: World, secret: Secret) -> World:
    """The world in which the primary of a replica lists the key that the replica has now."""
    primary = world.secret(replica_arn(secret, secret.primary or ""))
    if primary is None:
        return world
    listed = (replace(r, key=secret.key) if r.region == secret.region else r for r in primary.replicas)
    return world.with_secret(replace(primary, replicas=tuple(listed)))


def replicated(secret: Secret, replica: Replica, known: Secret | None = None) -> Secret:
    """A replica of a secret as it is now: all but the key, under which the replica keeps its own ciphertext, and its reads."""
    return replace(
        secret,
        arn=replica_arn(secret, replica.region),
        key=known.key if known else replica.key,
        versions=tuple(_copied(version, known) for version in secret.versions),
        primary=secret.region,
        replicas=(),
        created=known.created if known else secret.created,
    )


def _copied(version: SecretVersion, known: Secret | None) -> SecretVersion:
    there = known.version(version.id) if known else None
    return replace(version, keys=there.keys if there else (), accessed=there.accessed if there else None)
