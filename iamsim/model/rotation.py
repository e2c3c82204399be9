"""What a rotation function does, as data: in each of the four steps its calls, and what it does in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
"""The steps in which Secrets Manager calls a rotation function.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html spells them `create_secret`
and so on; AWS's own functions compare with these (DOC-CONFLICT: the code is followed).
"""


@dataclass(frozen=True)
class FunctionCall:
    """An API call that a rotation function makes.

    In the texts of `parameters` stand for: `{secret}` the secret's ARN, `{token}` the event's ClientRequestToken, `{current}`
    and `{pending}` the ids of the versions with AWSCURRENT and AWSPENDING, `{master}` the ARN under `masterarn` in the
    secret's value, `{value}` the new value, `{rotationToken}` the event's RotationToken. They may hold a secret value, and
    stand in no repr. `tolerates`: AWS error codes after which the step goes on. `enough`: once it succeeds, the step is done.
    """

    operation: str
    parameters: Mapping[str, Any] = field(repr=False)
    tolerates: tuple[str, ...] = ()
    enough: bool = False


@dataclass(frozen=True)
class DatabaseAct:
    """What a rotation function does in the database with the new password: it tries it, or sets it.

    `by` is who sets it: the user whose password it is (`own`), or the user of the master secret (`master`).
    """

    does: Literal["try", "set"]
    by: Literal["own", "master"] = "own"


@dataclass(frozen=True)
class RotationProgram:
    """A rotation function. `always` is what it does first in each step, behind which it looks if there is anything to do.

    `value` is what the new value is made of: a random password alone; the current value with a new password; the same for
    the other one of two users that take turns.
    """

    name: str
    steps: Mapping[str, tuple[FunctionCall | DatabaseAct, ...]]
    always: tuple[FunctionCall, ...] = ()
    value: Literal["random", "password", "other user"] = "random"
