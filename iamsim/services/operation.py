"""What an operation is, as data: the authorizations that a call needs, on what, in which derived context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from iamsim.engine.request import ContextValue
    from iamsim.model.world import Key, Secret


class Target(StrEnum):
    """What an authorization is about."""

    SECRET = "secret"
    KEY = "key"


class ServiceError(NamedTuple):
    """An error as the service returns it: code, message, HTTP status."""

    code: str
    message: str
    status: int = 400


class Subject(NamedTuple):
    """What a call is about, once it is found: the secret, its key (None: the AWS managed key), who calls, and how."""

    secret: Secret
    key: Key | None
    caller_account: str | None
    region: str
    parameters: Mapping[str, object]
    version_id: str | None


Derived = Mapping[str, "ContextValue"]


class Demand(NamedTuple):
    """One authorization that an operation entails.

    `context` derives the service's own condition keys; a value of None says that a key is absent. `via` is the service
    that makes the request in the caller's name, `hides` the error that it then returns in place of the reason.
    """

    action: str
    target: Target
    context: Callable[[Subject], Derived]
    via: str | None = None
    hides: ServiceError | None = None


class Operation(NamedTuple):
    """A service's operation: its name and everything that it asks for, in AWS's order."""

    service: str
    name: str
    demands: tuple[Demand, ...]
