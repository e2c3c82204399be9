"""A secret, its versions, its replicas and its rotation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iamsim.model.nothing import Tags, nothing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from iamsim.model.policy import Policy


@dataclass(frozen=True)
class SecretVersion:
    """One version of a secret's value: its id, staging labels, and the value, which no output ever shows.

    A `value` of None: the version was announced by a rotation and has no value yet. `keys` are the ARNs of the keys that
    its ciphertext is kept under, the newest first, None for the AWS managed key; empty: the secret's key.
    `accessed` is the UTC day of the last read.
    """

    id: str
    stages: tuple[str, ...] = ()
    value: str | bytes | None = field(default=None, repr=False)
    keys: tuple[str | None, ...] = ()
    created: datetime | None = None
    accessed: datetime | None = None


@dataclass(frozen=True)
class Replica:
    """A replica of a secret in another Region, as its primary sees it. `key` is None for the AWS managed key there.

    `status` is AWS's `InSync`, `InProgress` or `Failed`.
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicationStatusType.html
    """

    region: str
    key: str | None = None
    status: str = "InSync"
    message: str = ""


@dataclass(frozen=True)
class Rotation:
    """How a secret is rotated: by which function (None: managed by the owning service), by which rules, and when it was."""

    function: str | None = None
    rules: Mapping[str, Any] = field(default_factory=nothing)
    enabled: bool = True
    last: datetime | None = None


@dataclass(frozen=True)
class Secret:
    """A secret. `key` is the ARN of its customer managed key, None for the AWS managed key `aws/secretsmanager`.

    `policy` is its resource policy, the one named `default`; `managed_policies` are those that AWS attaches, by name.
    `tagged` is whether it ever had a tag. `deleted` is when its deletion was asked for, `deletion` when its recovery window
    ends. `primary` is the Region of its primary, None for a secret that is no replica. `owning_service` manages it.
    """

    arn: str
    name: str
    key: str | None = None
    policy: Policy | None = None
    versions: tuple[SecretVersion, ...] = ()
    tags: Tags = field(default_factory=nothing)
    description: str = ""
    managed_policies: Mapping[str, Policy] = field(default_factory=nothing)
    rotation: Rotation | None = None
    replicas: tuple[Replica, ...] = ()
    primary: str | None = None
    deleted: datetime | None = None
    deletion: datetime | None = None
    owning_service: str | None = None
    tagged: bool = False
    created: datetime | None = None
    changed: datetime | None = None

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Its resource policies by name, `default` first."""
        return {**({"default": self.policy} if self.policy else {}), **self.managed_policies}

    @property
    def region(self) -> str:
        """The Region that it stands in."""
        return self.arn.split(":", 4)[3]

    @property
    def account(self) -> str:
        """The 12 digits of the account that it stands in."""
        return self.arn.split(":", 5)[4]

    def version(self, version_id: str) -> SecretVersion | None:
        """The version of that id."""
        return next((version for version in self.versions if version.id == version_id), None)

    def labelled(self, stage: str) -> SecretVersion | None:
        """The version that a staging label is on."""
        return next((version for version in self.versions if stage in version.stages), None)

    def keys_of(self, version: SecretVersion) -> tuple[str | None, ...]:
        """The keys that a version's ciphertext is kept under: permission to use any one of them reads it."""
        return version.keys or (self.key,)
