"""The database behind a secret, as far as a rotation has to do with it: which user's password holds there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.services.secretsmanager.versions import CURRENT, PENDING, PREVIOUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.model.rotation import DatabaseAct
    from iamsim.model.world import Secret, World

NO_CREDENTIALS = "the value is no JSON object with `username` and `password`"
NO_ENTRY = "neither the new, the current nor the previous password opens the database"
NOT_ACCEPTED = "the database does not accept the new password"


class Credentials(NamedTuple):
    """A user of a database and its password."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials({self.user!r}, …)"


def fields_of(value: str | bytes | None) -> Mapping[str, Any]:
    """The fields of a value that is a JSON object; of any other value none."""
    try:
        fields = json.loads(value) if value else None
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def credentials(secret: Secret, stage: str) -> Credentials | None:
    """The credentials in the version with that staging label."""
    version = secret.labelled(stage)
    fields = fields_of(version.value if version else None)
    user, password = fields.get("username"), fields.get("password")
    return Credentials(user, password) if isinstance(user, str) and isinstance(password, str) else None


def passwords(world: World, secret: Secret) -> Mapping[str, str]:
    """The passwords that hold in the database behind a secret, by user."""
    if secret.arn in world.databases:
        return world.databases[secret.arn]
    found = (credentials(secret, stage) for stage in (PREVIOUS, CURRENT))
    return {each.user: each.password for each in found if each}


def accepts(world: World, secret: Secret, stage: str) -> bool | None:
    """Whether the database accepts what stands in a version; None where it holds no credentials."""
    wanted = credentials(secret, stage)
    return None if wanted is None else passwords(world, secret).get(wanted.user) == wanted.password


def acted(world: World, secret: Secret, act: DatabaseAct) -> tuple[World, str]:
    """The world after a function tried or set the pending password, and what went wrong, if anything did.

    A user can only set its own password while one of those that the secret holds is accepted. The user of the master secret
    always can: that its own password holds is taken for granted.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
    """
    pending = credentials(secret, PENDING)
    if pending is None:
        return world, NO_CREDENTIALS
    if accepts(world, secret, PENDING):
        return world, ""
    if act.does == "try":
        return world, NOT_ACCEPTED
    known = [credentials(secret, stage) for stage in (CURRENT, PREVIOUS)]
    mine = [each for each in known if each and each.user == pending.user]
    holding = passwords(world, secret)
    if act.by == "own" and not any(holding.get(each.user) == each.password for each in mine):
        return world, NO_ENTRY
    return world.with_database(secret.arn, {**holding, pending.user: pending.password}), ""
