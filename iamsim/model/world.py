"""The world that calls are made in: an organization, accounts, and what stands in them. Nothing here ever changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from iamsim.model.policy import Policy
    from iamsim.model.rotation import RotationProgram
    from iamsim.model.workload import Workload

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
    """An IAM user; `policies` hold its own, and after them its groups': the last `from_groups` of them.

    `id` is its unique id (`AIDA…`), empty if it is not known.
    """

    arn: str
    id: str
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    tags: Tags = field(default_factory=_empty)
    from_groups: int = 0


@dataclass(frozen=True)
class Session:
    """What a session adds to its role or user: policies passed for it (None: none were), and tags.

    `transitive` are the keys of the tags that go on to the next session of a chain. `context` holds the condition keys that
    the session brings to every call beside its tags, such as `aws:SourceIdentity`.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """

    policies: tuple[Policy, ...] | None = None
    tags: Tags = field(default_factory=_empty)
    transitive: tuple[str, ...] = ()
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=_empty)

    @property
    def source_identity(self) -> str | None:
        """The source identity, which stays with every session that follows this one."""
        value = self.context.get("aws:SourceIdentity")
        return value if isinstance(value, str) else None


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
    """A GetFederationToken session: the user (or root user) that asked for it, and its session."""

    arn: str
    user: str
    session: Session = field(default_factory=Session)


@dataclass(frozen=True)
class OidcProvider:
    """An IAM OpenID Connect identity provider. `client_ids` are the audiences that are registered with it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
    """

    arn: str
    client_ids: tuple[str, ...] = ()


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
    rules: Mapping[str, Any] = field(default_factory=_empty)
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
    tags: Tags = field(default_factory=_empty)
    description: str = ""
    managed_policies: Mapping[str, Policy] = field(default_factory=_empty)
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


@dataclass(frozen=True)
class Grant:
    """A KMS grant. `constraints` are AWS's `EncryptionContextEquals`, `EncryptionContextSubset` and `SourceArn`.

    `creator` is the account that made it, `retiring` the principal that may retire it.
    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """

    grantee: str
    operations: tuple[str, ...]
    constraints: Mapping[str, Any] = field(default_factory=_empty)
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
    tags: Tags = field(default_factory=_empty)
    managed_policies: Mapping[str, Policy] = field(default_factory=_empty)
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
    tags: Tags = field(default_factory=_empty)

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


@dataclass(frozen=True)
class Account:
    """An AWS account and what stands in it, each by its ARN (endpoints by id)."""

    id: str
    alias: str
    users: Mapping[str, User] = field(default_factory=_empty)
    roles: Mapping[str, Role] = field(default_factory=_empty)
    federated_users: Mapping[str, FederatedUser] = field(default_factory=_empty)
    oidc_providers: Mapping[str, OidcProvider] = field(default_factory=_empty)
    secrets: Mapping[str, Secret] = field(default_factory=_empty)
    keys: Mapping[str, Key] = field(default_factory=_empty)
    functions: Mapping[str, Function] = field(default_factory=_empty)
    parameters: Mapping[str, Parameter] = field(default_factory=_empty)
    endpoints: Mapping[str, Endpoint] = field(default_factory=_empty)
    workloads: Mapping[str, Workload] = field(default_factory=_empty)

    def secret_named(self, name: str, region: str) -> Secret | None:
        """The secret of that name in a Region; in any Region, if none is given and only one has it."""
        found = self._secrets_by_name.get(name, {})
        if region:
            return found.get(region)
        return next(iter(found.values())) if len(found) == 1 else None

    def parameter_named(self, name: str, region: str) -> Parameter | None:
        """The parameter of that name in a Region; in any Region, if none is given and only one has it."""
        found = self._parameters_by_name.get(name, {})
        if region:
            return found.get(region)
        return next(iter(found.values())) if len(found) == 1 else None

    def role_called(self, name: str) -> Role | None:
        """The role whose last segment is that name: a session ARN carries no path."""
        return self._roles_by_name.get(name)

    @cached_property
    def _secrets_by_name(self) -> Mapping[str, Mapping[str, Secret]]:
        """The secrets by name and Region."""
        found: dict[str, dict[str, Secret]] = {}
        for secret in self.secrets.values():
            found.setdefault(secret.name, {})[secret.region] = secret
        return found

    @cached_property
    def _parameters_by_name(self) -> Mapping[str, Mapping[str, Parameter]]:
        """The parameters by name and Region."""
        found: dict[str, dict[str, Parameter]] = {}
        for parameter in self.parameters.values():
            found.setdefault(parameter.name, {})[parameter.region] = parameter
        return found

    @cached_property
    def _roles_by_name(self) -> Mapping[str, Role]:
        return {role.arn.rpartition("/")[2]: role for role in self.roles.values()}


@dataclass(frozen=True)
class World:
    """Everything that a call can meet. `accounts` are by their 12 digits.

    `databases` are the passwords that hold in the database behind a secret, by the secret's ARN and the user's name. Of one
    that does not stand there, the current and the previous value of the secret hold.
    """

    accounts: Mapping[str, Account] = field(default_factory=_empty)
    organization: Organization | None = None
    databases: Mapping[str, Mapping[str, str]] = field(default_factory=_empty, repr=False)

    def account(self, account_id: str | None) -> Account | None:
        """The account of that id, if the world has it."""
        return self.accounts.get(account_id or "")

    def secret(self, arn: str) -> Secret | None:
        """The secret of that full ARN."""
        account = self.account(_account_in(arn))
        return account.secrets.get(arn) if account else None

    def key(self, arn: str) -> Key | None:
        """The key of that ARN."""
        account = self.account(_account_in(arn))
        return account.keys.get(arn) if account else None

    def function(self, arn: str) -> Function | None:
        """The function of that ARN."""
        account = self.account(_account_in(arn))
        return account.functions.get(arn) if account else None

    def workload(self, arn: str) -> Workload | None:
        """The workload of that ARN."""
        account = self.account(_account_in(arn))
        return account.workloads.get(arn) if account else None

    def with_database(self, secret_arn: str, passwords: Mapping[str, str]) -> World:
        """The world in which these passwords hold, by user, in the database behind a secret."""
        return replace(self, databases={**self.databases, secret_arn: passwords})

    def session(self, arn: str) -> Session | None:
        """What the session of that ARN, of a role or of a federated user, brings of its own."""
        account, (kind, _, name) = self.account(_account_in(arn)), arn.split(":", 5)[-1].partition("/")
        if account is None or kind not in ("assumed-role", "federated-user"):
            return None
        if kind == "federated-user":
            federated = account.federated_users.get(arn)
            return federated.session if federated else None
        role = account.role_called(name.partition("/")[0])
        return role.sessions.get(name.rpartition("/")[2]) if role else None

    def parameter(self, arn: str) -> Parameter | None:
        """The SSM parameter of that ARN."""
        account = self.account(_account_in(arn))
        return account.parameters.get(arn) if account else None

    def with_secret(self, secret: Secret) -> World:
        """The world with a secret as it is now; a new one joins its account."""
        account = self.accounts[_account_in(secret.arn)]
        return self._with_account(replace(account, secrets={**account.secrets, secret.arn: secret}))

    def without_secret(self, arn: str) -> World:
        """The world without the secret of that ARN."""
        account = self.accounts[_account_in(arn)]
        left = {known: secret for known, secret in account.secrets.items() if known != arn}
        return self._with_account(replace(account, secrets=left))

    def with_key(self, key: Key) -> World:
        """The world with a key as it is now."""
        account = self.accounts[_account_in(key.arn)]
        return self._with_account(replace(account, keys={**account.keys, key.arn: key}))

    def with_parameter(self, parameter: Parameter) -> World:
        """The world with an SSM parameter as it is now; a new one joins its account."""
        account = self.accounts[_account_in(parameter.arn)]
        return self._with_account(replace(account, parameters={**account.parameters, parameter.arn: parameter}))

    def without_parameter(self, arn: str) -> World:
        """The world without the SSM parameter of that ARN."""
        account = self.accounts[_account_in(arn)]
        left = {known: parameter for known, parameter in account.parameters.items() if known != arn}
        return self._with_account(replace(account, parameters=left))

    def with_role(self, role: Role) -> World:
        """The world with a role as it is now."""
        account = self.accounts[_account_in(role.arn)]
        return self._with_account(replace(account, roles={**account.roles, role.arn: role}))

    def with_federated_user(self, federated: FederatedUser) -> World:
        """The world with a federated user as it is now; a new one joins its account."""
        account = self.accounts[_account_in(federated.arn)]
        users = {**account.federated_users, federated.arn: federated}
        return self._with_account(replace(account, federated_users=users))

    def _with_account(self, account: Account) -> World:
        return replace(self, accounts={**self.accounts, account.id: account})


def _account_in(arn: str) -> str:
    return arn.split(":", 5)[4] if arn.count(":") >= 5 else ""
