"""The new value that a rotation gives a secret.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.model.world import SecretVersion
from iamsim.services.chance import Chance
from iamsim.services.secretsmanager.versions import CURRENT, with_value
from iamsim.simulator.database import credentials, fields_of

if TYPE_CHECKING:
    from datetime import datetime

    from iamsim.model.world import Secret

_CLONE = "_clone"


def new_password(seed: str | None, token: str) -> str:
    """A password drawn for a version, where the function asks AWS for none."""
    return Chance(f"{seed or ''} {token}").id("password")


def new_value(secret: Secret, made_of: str, password: str) -> str | None:
    """The new value, as `RotationProgram.value` has it; None where the current one holds no credentials to renew."""
    if made_of == "random":
        return password
    known, current = credentials(secret, CURRENT), secret.labelled(CURRENT)
    if known is None or current is None:
        return None
    user = other_user(known.user) if made_of == "other user" else known.user
    return json.dumps({**fields_of(current.value), "username": user, "password": password})


def other_user(user: str) -> str:
    """The one of two users that take turns who is not this one."""
    return user.removesuffix(_CLONE) if user.endswith(_CLONE) else user + _CLONE


def renewed_by_its_service(secret: Secret, token: str, seed: str | None, time: datetime | None) -> Secret:
    """A secret after the service that owns it gave it a new value: its password, or the whole where it has none."""
    current = secret.labelled(CURRENT)
    password = new_password(seed, token)
    fields = fields_of(current.value if current else None)
    value = json.dumps({**fields, "password": password}) if "password" in fields else password
    kept = tuple(version for version in secret.versions if version.id != token)
    return with_value(replace(secret, versions=kept), SecretVersion(token, value=value, created=time), None)
