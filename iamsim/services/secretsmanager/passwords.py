"""GetRandomPassword.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from iamsim.services.operation import Demand, Effect, Operation, Parameter
from iamsim.services.secretsmanager import errors
from iamsim.services.secretsmanager.listing import on_everything

if TYPE_CHECKING:
    from iamsim.services.operation import ServiceError, Subject

_TYPES = {
    "ExcludeLowercase": string.ascii_lowercase,
    "ExcludeUppercase": string.ascii_uppercase,
    "ExcludeNumbers": string.digits,
    "ExcludePunctuation": string.punctuation,
}
USUAL_LENGTH, LONGEST = 32, 4096


def _types(subject: Subject) -> list[str]:
    """The characters of each type that the call includes; a type of which none is left is not there."""
    types = [characters for name, characters in _TYPES.items() if not subject.get(name)]
    types += [" "] if subject.get("IncludeSpace") else []
    excluded = set(subject.get("ExcludeCharacters", ""))
    left = ("".join(c for c in characters if c not in excluded) for characters in types)
    return [characters for characters in left if characters]


def _can_be_made(subject: Subject) -> ServiceError | None:
    types = _types(subject)
    if not types:
        return errors.NO_CHARACTERS
    required = len(types) if subject.get("RequireEachIncludedType", True) else 0
    return errors.PASSWORD_TOO_SHORT if subject.get("PasswordLength", USUAL_LENGTH) < required else None


def _draw(subject: Subject) -> Effect:
    """Characters of all types together, where it is required at least one of each."""
    types, length = _types(subject), subject.get("PasswordLength", USUAL_LENGTH)
    source = subject.chance.random(f"password {subject.time.isoformat()}")
    each = [source.choice(characters) for characters in types] if subject.get("RequireEachIncludedType", True) else []
    drawn = each + [source.choice("".join(types)) for _ in range(length - len(each))]
    source.shuffle(drawn)
    return Effect(subject.world, {"RandomPassword": "".join(drawn)})


GET_RANDOM_PASSWORD = Operation(
    "secretsmanager",
    "GetRandomPassword",
    parameters=(
        Parameter("PasswordLength", int, low=1, high=LONGEST),
        Parameter("ExcludeCharacters", low=0, high=LONGEST),
        *(Parameter(name, bool) for name in (*_TYPES, "IncludeSpace", "RequireEachIncludedType")),
    ),
    steps=(Demand("secretsmanager:GetRandomPassword", on_everything), _can_be_made),
    effect=_draw,
    read_only=True,
)
