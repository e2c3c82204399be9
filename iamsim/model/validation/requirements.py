"""What each type of policy asks of a document, as one table.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html, and the pages that each row names.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from iamsim.model.policy import PolicyType


class Presence(Enum):
    """Whether an element must stand in a statement."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


class Unit(Enum):
    """What a quota counts."""

    DENSE = "characters without white space"
    CHARACTERS = "characters, white space included"
    BYTES = "bytes"


class Quota(NamedTuple):
    """How long a document may be. Beyond `usual`, or with its white space, some places refuse it: `reason`."""

    most: int
    unit: Unit
    usual: int | None = None
    reason: str = ""


class Requirements(NamedTuple):
    """The rules in which the types of policy differ. `called` begins with its article."""

    called: str
    principal: Presence = Presence.FORBIDDEN
    resource: Presence = Presence.REQUIRED
    not_principal: bool = False
    current_version: bool = False
    id: bool = False
    plain_sid: bool = False
    arns: bool = True
    complete_arns: bool = False
    quota: Quota | None = None


_ON_RESOURCE = Requirements("a resource policy", Presence.REQUIRED, not_principal=True, id=True)
_MANAGED = Requirements("a managed policy", current_version=True, plain_sid=True, quota=Quota(6_144, Unit.DENSE))

_INLINE = _MANAGED._replace(
    called="an inline policy",
    current_version=False,
    quota=Quota(10_240, Unit.DENSE, 2_048, "a user's inline policies share 2,048, a group's 5,120, a role's 10,240"),
)

_AS_GIVEN = "only the console strips white space; the API and the CLI keep it, and it counts"

_TABLE = {
    PolicyType.IDENTITY: _MANAGED,
    PolicyType.BOUNDARY: _MANAGED._replace(called="a permissions boundary"),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    PolicyType.SESSION: Requirements(
        "a session policy",
        plain_sid=True,
        complete_arns=True,
        quota=Quota(2_048, Unit.DENSE, reason="AWS may count the white space too"),
    ),
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
    PolicyType.SCP: Requirements(
        "a service control policy",
        current_version=True,
        plain_sid=True,
        quota=Quota(10_240, Unit.DENSE, reason=_AS_GIVEN),
    ),
    PolicyType.RCP: Requirements(
        "a resource control policy",
        Presence.REQUIRED,
        current_version=True,
        plain_sid=True,
        quota=Quota(5_120, Unit.DENSE, reason=_AS_GIVEN),
    ),
    # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    PolicyType.ENDPOINT: _ON_RESOURCE._replace(called="a VPC endpoint policy", quota=Quota(20_480, Unit.CHARACTERS)),
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
    PolicyType.SECRET_POLICY: _ON_RESOURCE._replace(called="a secret's policy", quota=Quota(20_480, Unit.CHARACTERS)),
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    PolicyType.KEY_POLICY: _ON_RESOURCE._replace(
        called="a key policy", resource=Presence.OPTIONAL, arns=False, quota=Quota(32_768, Unit.BYTES)
    ),
    PolicyType.TRUST_POLICY: _ON_RESOURCE._replace(
        called="a trust policy",
        resource=Presence.FORBIDDEN,
        not_principal=False,
        plain_sid=True,
        quota=Quota(8_192, Unit.DENSE, 2_048, "2,048 are the default quota of an account"),
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    PolicyType.FUNCTION_POLICY: _ON_RESOURCE._replace(called="a function's policy", quota=Quota(20_480, Unit.BYTES)),
    PolicyType.RESOURCE_POLICY: _ON_RESOURCE._replace(resource=Presence.OPTIONAL, arns=False),
}

DOCUMENT_TYPES = tuple(_TABLE)
"""The types of policy that are documents."""


def requirements_of(policy_type: PolicyType, *, inline: bool = False) -> Requirements:
    """What a type asks; an identity policy is a customer managed one unless it is inline.

    Raises:
        ValueError: a policy of that type is no document (a grant, say).
    """
    if policy_type not in _TABLE:
        raise ValueError(f"a policy of type `{policy_type}` is no document")
    if inline and policy_type is PolicyType.IDENTITY:
        return _INLINE
    return _TABLE[policy_type]
