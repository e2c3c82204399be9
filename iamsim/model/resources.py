"""What else stands in an account: functions, SSM parameters, VPC endpoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamsim.model.nothing import Tags, nothing

if TYPE_CHECKING:
    from datetime import datetime

    from iamsim.model.policy import Policy
    from iamsim.model.rotation import RotationProgram


@dataclass(frozen=True)
class Function:
    """A Lambda function, its resource policy and its execution role (its ARN).

    `rotation` is what it does with a secret, if it rotates any; `vpc` the VPC that it is attached to, if to any.
    """

    arn: str
    policy: Policy | None = None
    role: str | None = None
    rotation: RotationProgram | None = None
    vpc: str | None = None


@dataclass(frozen=True)
class ParameterVersion:
    """One version of a parameter. Its value no output ever shows; `key` is the ARN that encrypts it, None for `aws/ssm`."""

    number: int
    value: str = field(repr=False)
    key: str | None = None
    changed: datetime | None = None


@dataclass(frozen=True)
class Parameter:
    """An SSM parameter. `type` and `tier` are AWS's words; `policy` is the resource policy that shares it.

    `versions` are in the order of their numbers, the newest last.
    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html
    """

    arn: str
    name: str
    type: str = "String"
    tier: str = "Standard"
    versions: tuple[ParameterVersion, ...] = ()
    policy: Policy | None = None
    tags: Tags = field(default_factory=nothing)

    @property
    def region(self) -> str:
        """The Region that it stands in."""
        return self.arn.split(":", 4)[3]

    @property
    def account(self) -> str:
        """The 12 digits of the account that it stands in."""
        return self.arn.split(":", 5)[4]

    def version(self, number: int | None) -> ParameterVersion | None:
        """The version of that number; the newest, where none is given."""
        found = (version for version in reversed(self.versions) if number in (None, version.number))
        return next(found, None)


@dataclass(frozen=True)
class Endpoint:
    """An interface VPC endpoint (`vpce-…`) to a service (`secretsmanager`).

    Without a policy it lets everything pass.
    """

    id: str
    service: str
    policy: Policy | None = None
    vpc: str | None = None
