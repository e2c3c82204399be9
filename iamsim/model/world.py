"""The world that calls are made in: an organization, accounts, and what stands in them. Nothing here ever changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamsim.model.policy import Policy

Tags = Mapping[str, str]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _empty() -> Mapping[str, Any]:
    return _NOTHING


@dataclass(frozen=True)
class Unit:
    """The root of an organization, an organizational unit, or an account's own place at the end of the tree.

    `scps` and `rcps` are what is attached here; `full_access` is whether AWS's FullAWSAccess is still among the SCPs.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
    """

    name: str
    scps: tuple[Policy, ...] = ()
    rcps: tuple[Policy, ...] = ()
    full_access: bool = True
    accounts: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Organization:
    """An organization: its id (`o-…`), the 12 digits of its management account, and its tree.

    What is not known is empty. Every account has a unit of its own at the end of the tree, which has no id.
    """

    id: str
    management: str
    root: Unit

    def way_to(self, account: str) -> tuple[Unit, ...] | None:
        """The units from the root down to the account's own, or None for an account that does not stand in the tree.

        What is attached on the way binds every account but the management account.
        """
        return _way(self.root, account)


def _way(unit: Unit, account: str) -> tuple[Unit, ...] | None:
    if account in unit.accounts:
        return (unit,)
    for child in unit.units:
        below = _way(child, account)
        if below is not None:
            return (unit, *below)
    return None


@dataclass(frozen=True)
class User:
    """An IAM user; `policies` hold its own and its groups'.

    `id` is its unique id (`AIDA…`), empty if it is not known.
    """

    arn: str
    id: str
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    tags: Tags = field(default_factory=_empty)


@dataclass(frozen=True)
class Session:
    """What a session adds to its role or user: policies passed for it (None: none were), and tags."""

    policies: tuple[Policy, ...] | None = None
    tags: Tags = field(default_factory=_empty)


@dataclass(frozen=True)
class Role:
    """An IAM role. `sessions` are the ones that bring something of their own, by session name.

    `id` is its unique id (`AROA…`), empty if it is not known.
    """

    arn: str
    id: str
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    trust: Policy | None = None
    tags: Tags = field(default_factory=_empty)
    sessions: Mapping[str, Session] = field(default_factory=_empty)


@dataclass(frozen=True)
class FederatedUser:
    """A GetFederationToken session: the user that asked for it, and its session."""

    arn: str
    user: str
    session: Session = field(default_factory=Session)


@dataclass(frozen=True)
class SecretVersion:
    """One version of a secret's value: its id, staging labels, and the value, which no output ever shows."""

    id: str
    stages: tuple[str, ...] = ()
    value: str | bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Secret:
    """A secret. `key` is the ARN of its customer managed key, None for the AWS managed key `aws/secretsmanager`."""

    arn: str
    name: str
    key: str | None = None
    policy: Policy | None = None
    versions: tuple[SecretVersion, ...] = ()
    tags: Tags = field(default_factory=_empty)


@dataclass(frozen=True)
class Grant:
    """A KMS grant. `constraints` are AWS's `EncryptionContextEquals`, `EncryptionContextSubset` and `SourceArn`.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """

    grantee: str
    operations: tuple[str, ...]
    constraints: Mapping[str, Any] = field(default_factory=_empty)
    name: str = ""


@dataclass(frozen=True)
class Key:
    """A KMS key. `state` is AWS's KeyState; `manager` is `CUSTOMER` or `AWS`; a `policy` of None is not known.

    `aliases` begin with `alias/`.
    """

    arn: str
    policy: Policy | None = None
    grants: tuple[Grant, ...] = ()
    aliases: tuple[str, ...] = ()
    state: str = "Enabled"
    manager: str = "CUSTOMER"
    tags: Tags = field(default_factory=_empty)


@dataclass(frozen=True)
class Function:
    """A Lambda function, its resource policy and its execution role."""

    arn: str
    policy: Policy | None = None
    role: str | None = None


@dataclass(frozen=True)
class Parameter:
    """An SSM parameter."""

    arn: str
    name: str
    key: str | None = None


@dataclass(frozen=True)
class Endpoint:
    """An interface VPC endpoint (`vpce-…`) to a service (`secretsmanager`).

    Without a policy it lets everything pass.
    """

    id: str
    service: str
    policy: Policy | None = None
    vpc: str | None = None


@dataclass(frozen=True)
class Account:
    """An AWS account and what stands in it, each by its ARN (endpoints by id)."""

    id: str
    alias: str
    users: Mapping[str, User] = field(default_factory=_empty)
    roles: Mapping[str, Role] = field(default_factory=_empty)
    federated_users: Mapping[str, FederatedUser] = field(default_factory=_empty)
    secrets: Mapping[str, Secret] = field(default_factory=_empty)
    keys: Mapping[str, Key] = field(default_factory=_empty)
    functions: Mapping[str, Function] = field(default_factory=_empty)
    parameters: Mapping[str, Parameter] = field(default_factory=_empty)
    endpoints: Mapping[str, Endpoint] = field(default_factory=_empty)


@dataclass(frozen=True)
class World:
    """Everything that a call can meet. `accounts` are by their 12 digits."""

    accounts: Mapping[str, Account] = field(default_factory=_empty)
    organization: Organization | None = None

    def account(self, account_id: str | None) -> Account | None:
        """The account of that id, if the world has it."""
        return self.accounts.get(account_id or "")
