"""The world that calls are made in: an organization, accounts, and what stands in them. Nothing here ever changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iamsim.model.key import Grant, Key
from iamsim.model.nothing import nothing
from iamsim.model.organization import Organization, Unit
from iamsim.model.principals import FederatedUser, OidcProvider, Role, Session, User
from iamsim.model.resources import Endpoint, Function, Parameter, ParameterVersion
from iamsim.model.secret import Replica, Rotation, Secret, SecretVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.model.workload import Workload

__all__ = [
    "Account",
    "Endpoint",
    "FederatedUser",
    "Function",
    "Grant",
    "Key",
    "OidcProvider",
    "Organization",
    "Parameter",
    "ParameterVersion",
    "Replica",
    "Role",
    "Rotation",
    "Secret",
    "SecretVersion",
    "Session",
    "Unit",
    "User",
    "World",
]


@dataclass(frozen=True)
class Account:
    """An AWS account and what stands in it, each by its ARN (endpoints by id)."""

    id: str
    alias: str
    users: Mapping[str, User] = field(default_factory=nothing)
    roles: Mapping[str, Role] = field(default_factory=nothing)
    federated_users: Mapping[str, FederatedUser] = field(default_factory=nothing)
    oidc_providers: Mapping[str, OidcProvider] = field(default_factory=nothing)
    secrets: Mapping[str, Secret] = field(default_factory=nothing)
    keys: Mapping[str, Key] = field(default_factory=nothing)
    functions: Mapping[str, Function] = field(default_factory=nothing)
    parameters: Mapping[str, Parameter] = field(default_factory=nothing)
    endpoints: Mapping[str, Endpoint] = field(default_factory=nothing)
    workloads: Mapping[str, Workload] = field(default_factory=nothing)

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

    accounts: Mapping[str, Account] = field(default_factory=nothing)
    organization: Organization | None = None
    databases: Mapping[str, Mapping[str, str]] = field(default_factory=nothing, repr=False)

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
        return self._with("secrets", secret)

    def without_secret(self, arn: str) -> World:
        """The world without the secret of that ARN."""
        return self._without("secrets", arn)

    def with_key(self, key: Key) -> World:
        """The world with a key as it is now."""
        return self._with("keys", key)

    def with_parameter(self, parameter: Parameter) -> World:
        """The world with an SSM parameter as it is now; a new one joins its account."""
        return self._with("parameters", parameter)

    def without_parameter(self, arn: str) -> World:
        """The world without the SSM parameter of that ARN."""
        return self._without("parameters", arn)

    def with_role(self, role: Role) -> World:
        """The world with a role as it is now."""
        return self._with("roles", role)

    def with_federated_user(self, federated: FederatedUser) -> World:
        """The world with a federated user as it is now; a new one joins its account."""
        return self._with("federated_users", federated)

    def _with(self, kind: str, thing: Secret | Key | Parameter | Role | FederatedUser) -> World:
        account = self.accounts[_account_in(thing.arn)]
        changes: dict[str, Any] = {kind: {**getattr(account, kind), thing.arn: thing}}
        return self._with_account(replace(account, **changes))

    def _without(self, kind: str, arn: str) -> World:
        account = self.accounts[_account_in(arn)]
        changes: dict[str, Any] = {kind: {k: thing for k, thing in getattr(account, kind).items() if k != arn}}
        return self._with_account(replace(account, **changes))

    def _with_account(self, account: Account) -> World:
        return replace(self, accounts={**self.accounts, account.id: account})


def _account_in(arn: str) -> str:
    return arn.split(":", 5)[4] if arn.count(":") >= 5 else ""
