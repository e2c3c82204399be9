"""A KMS key and the grants on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iamsim.model.nothing import Tags, nothing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from iamsim.model.policy import Policy


@dataclass(frozen=True)
class Grant:
    """A KMS grant. `constraints` are AWS's `EncryptionContextEquals`, `EncryptionContextSubset` and `SourceArn`.

    `creator` is the account that made it, `retiring` the principal that may retire it.
    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """

    grantee: str
    operations: tuple[str, ...]
    constraints: Mapping[str, Any] = field(default_factory=nothing)
    name: str = ""
    id: str = ""
    creator: str = ""
    retiring: str = ""


@dataclass(frozen=True)
class Key:
    """A KMS key. `state` is AWS's KeyState; `manager` is `CUSTOMER` or `AWS`; a `policy` of None is not known.

    `aliases` begin with `alias/`. `managed_policies` are those that AWS attaches beside `policy`, by name. `deletion` is
    when it will be deleted, if that is scheduled.
    """

    arn: str
    policy: Policy | None = None
    grants: tuple[Grant, ...] = ()
    aliases: tuple[str, ...] = ()
    state: str = "Enabled"
    manager: str = "CUSTOMER"
    tags: Tags = field(default_factory=nothing)
    managed_policies: Mapping[str, Policy] = field(default_factory=nothing)
    spec: str = "SYMMETRIC_DEFAULT"
    usage: str = "ENCRYPT_DECRYPT"
    multi_region: bool = False
    description: str = ""
    created: datetime | None = None
    deletion: datetime | None = None

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Its policies by name, `default` first."""
        return {**({"default": self.policy} if self.policy else {}), **self.managed_policies}

    @property
    def region(self) -> str:
        """The Region that it stands in."""
        return self.arn.split(":", 4)[3]
