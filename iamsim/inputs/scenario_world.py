"""From the shape of a scenario file to the world: accounts and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from iamsim.inputs.grants import constraints_of
from iamsim.inputs.scenario_organization import organization_of
from iamsim.inputs.scenario_parameters import MANAGED as MANAGED_FOR_PARAMETERS
from iamsim.inputs.scenario_parameters import check_parameter, parameter_of
from iamsim.inputs.scenario_policies import default_key_policy
from iamsim.inputs.secret_values import value_of
from iamsim.language.assertion import Kind
from iamsim.language.assertion_parser import parse_name
from iamsim.language.errors import LanguageError
from iamsim.model import world as model
from iamsim.model.policy import PolicyType
from iamsim.services.chance import fixed_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iamsim.inputs import scenario_file as written
    from iamsim.inputs.names import Names
    from iamsim.inputs.scenario_policies import PolicyLoader
    from iamsim.inputs.scenario_workloads_file import Workload as WorkloadWritten
    from iamsim.inputs.spot import Plain, Spot
    from iamsim.model.policy import Policy
    from iamsim.model.workload import Workload

_MANAGED = ("alias/aws/secretsmanager", "aws/secretsmanager")


def world_of(file: written.ScenarioFile, names: Names, loader: PolicyLoader, spot: Spot) -> model.World:
    """The world of a file. What refers to nothing, and what is wrong in a policy, is noted."""
    accounts = {
        account.id: _Builder(alias, account, names, loader, spot.at("accounts", alias)).account()
        for alias, account in file.accounts.items()
    }
    return model.World(accounts, organization_of(file, names, loader, spot))


@dataclass(frozen=True)
class _Builder:
    """Builds one account."""

    alias: str
    file: written.Account
    names: Names
    loader: PolicyLoader
    spot: Spot

    def account(self) -> model.Account:
        return model.Account(
            self.file.id,
            self.alias,
            users=self._by_arn(Kind.USER, self.file.users, self.user),
            roles=self._by_arn(Kind.ROLE, self.file.roles, self.role),
            federated_users=self._by_arn(Kind.FEDERATED_USER, self.file.federated_users, self.federated_user),
            oidc_providers=self._by_arn(Kind.OIDC_PROVIDER, self.file.oidc_providers, self.oidc_provider),
            secrets=self._by_arn(Kind.SECRET, self.file.secrets, self.secret),
            keys=self._by_arn(Kind.KEY, self.file.keys, self.key),
            functions=self._by_arn(Kind.FUNCTION, self.file.functions, self.function),
            parameters=self._by_arn(Kind.PARAMETER, self.file.parameters, self.parameter),
            workloads=self._by_arn(Kind.WORKLOAD, self.file.workloads, self.workload),
            endpoints={id_: self.endpoint(id_, endpoint) for id_, endpoint in self.file.endpoints.items()},
        )

    def _by_arn(self, kind: Kind, things: Mapping[str, Any], build: Callable[..., Any]) -> dict[str, Any]:
        arns = self.names.of(self.file.id, kind)
        built = (build(n, name, thing, arns[name]) for n, (name, thing) in enumerate(things.items(), 1))
        return {thing.arn: thing for thing in built}

    def user(self, n: int, name: str, user: written.User, arn: str) -> model.User:
        spot = self.spot.at("users", name)
        own = self.loader.load_all(user.policies, PolicyType.IDENTITY, spot.at("policies"))
        groups = [self._group(group, spot.at("groups", i)) for i, group in enumerate(user.groups)]
        inherited = tuple(policy for policies in groups for policy in policies)
        boundary = self._policy(user.boundary, PolicyType.BOUNDARY, f"user/{name}", spot.at("boundary"))
        return model.User(
            arn, self._unique_id("AIDA", n), (*own, *inherited), boundary, user.tags, from_groups=len(inherited)
        )

    def _group(self, name: str, spot: Spot) -> tuple[Policy, ...]:
        group = self.file.groups.get(name)
        if group is None:
            message = f"the account has no group `{name[:100]}`"
            spot.wrong("unknown-group", message, spot.nearest(name, self.file.groups))
            return ()
        there = self.spot.at("groups", name, "policies")
        return self.loader.load_all(group.policies, PolicyType.IDENTITY, there, f"{name}/")

    def role(self, n: int, name: str, role: written.Role, arn: str) -> model.Role:
        spot = self.spot.at("roles", name)
        return model.Role(
            arn,
            self._unique_id("AROA", n),
            self.loader.load_all(role.policies, PolicyType.IDENTITY, spot.at("policies")),
            self._policy(role.boundary, PolicyType.BOUNDARY, f"role/{name}", spot.at("boundary")),
            self._policy(role.trust, PolicyType.TRUST_POLICY, f"role/{name}", spot.at("trust")),
            role.tags,
            {
                key: self._role_session(f"session/{name}/{key}", session, spot.at("sessions", key))
                for key, session in role.sessions.items()
            },
        )

    def federated_user(self, n: int, name: str, federated: written.FederatedUser, arn: str) -> model.FederatedUser:
        spot = self.spot.at("federated_users", name)
        users = self.names.of(self.file.id, Kind.USER)
        if federated.user not in users:
            message = f"the account has no user `{federated.user[:100]}`"
            spot.at("user").wrong("unknown-user", message, spot.nearest(federated.user, users))
        session = self._session(f"federated-user/{name}", federated, spot)
        return model.FederatedUser(arn, users.get(federated.user, ""), session)

    def oidc_provider(self, n: int, name: str, provider: written.OidcProvider, arn: str) -> model.OidcProvider:
        return model.OidcProvider(arn, provider.client_ids)

    def _session(self, name: str, session: written.Session | written.FederatedUser, spot: Spot) -> model.Session:
        policy = self._policy(session.policy, PolicyType.SESSION, name, spot.at("policy"))
        return model.Session((policy,) if policy else None, session.tags)

    def _role_session(self, name: str, session: written.Session, spot: Spot) -> model.Session:
        for i, key in enumerate(session.transitive_tags):
            if key not in session.tags:
                message = f"the session has no tag `{key[:100]}`"
                spot.at("transitive_tags", i).wrong("unknown-tag", message, spot.nearest(key, session.tags))
        context = {"aws:SourceIdentity": session.source_identity} if session.source_identity else {}
        return replace(self._session(name, session, spot), transitive=session.transitive_tags, context=context)

    def key(self, n: int, name: str, key: written.Key, arn: str) -> model.Key:
        spot = self.spot.at("keys", name)
        policy = self._policy(key.policy, PolicyType.KEY_POLICY, f"key/{name}", spot.at("policy"))
        if key.policy is None:
            policy = default_key_policy(self.file.id, arn.split(":")[1])
        grants = tuple(self._grant(grant, spot.at("grants", i)) for i, grant in enumerate(key.grants))
        aliases = tuple(f"alias/{alias}" for alias in key.aliases)
        return model.Key(arn, policy, grants, aliases, key.state, tags=key.tags)

    def _grant(self, grant: written.Grant, spot: Spot) -> model.Grant:
        grantee = self._grantee(grant.grantee, spot.at("grantee"))
        return model.Grant(grantee, grant.operations, constraints_of(grant.constraints), grant.name)

    def _grantee(self, grantee: str, spot: Spot) -> str:
        """The ARN or service principal of a grantee; one that is written as an ARN need not stand in the file."""
        if ":" not in grantee and grantee.endswith(".amazonaws.com"):
            return grantee
        try:
            name = parse_name(grantee)
        except LanguageError as error:
            spot.problems.add_language("unknown-grantee", error, spot.source, spot.pointer)
            return ""
        if name.kind in (Kind.ARN, Kind.SERVICE):
            return name.name
        account = self.names.account(name.account) or ""
        role, _, _ = name.name.partition("/")
        if name.kind is Kind.SESSION and role in self.names.of(account, Kind.ROLE):
            arn = self.names.of(account, Kind.ROLE)[role].split(":")
            return f"arn:{arn[1]}:sts::{account}:assumed-role/{name.name}"
        found = self.names.of(account, name.kind).get(name.name)
        if found is None:
            spot.wrong("unknown-grantee", f"`{grantee[:100]}` stands for nobody in the file", "name a user or a role")
        return found or ""

    def secret(self, n: int, name: str, secret: written.Secret, arn: str) -> model.Secret:
        spot = self.spot.at("secrets", name)
        policy = self._policy(secret.policy, PolicyType.SECRET_POLICY, f"secret/{name}", spot.at("policy"))
        key = self._key(secret.key, spot.at("key"))
        rotation = None
        if secret.rotation:
            from iamsim.inputs.scenario_rotation import rotation_of

            rotation = rotation_of(secret.rotation, self.names.of(self.file.id, Kind.FUNCTION), spot.at("rotation"))
        versions = self._versions(secret, spot)
        owner = secret.managed_by
        return model.Secret(arn, name, key, policy, versions, secret.tags, rotation=rotation, owning_service=owner)

    def _versions(self, secret: written.Secret, spot: Spot) -> tuple[model.SecretVersion, ...]:
        if secret.versions is None:
            value = value_of(secret, spot)
            return (model.SecretVersion(fixed_id(1), ("AWSCURRENT",), "example" if value is None else value),)
        for given in [name for name in ("value", "binary") if getattr(secret, name) is not None]:
            message = f"a secret has `{given}` or `versions`, not both"
            help_ = f"remove one of them: `{given}` is the current version, `versions` are all of them"
            spot.at("versions").wrong("value-and-versions", message, help_, key=True)
        seen: set[str] = set()
        return tuple(self._version(n, v, spot.at("versions", n - 1), seen) for n, v in enumerate(secret.versions, 1))

    def _version(self, n: int, version: written.Version, spot: Spot, seen: set[str]) -> model.SecretVersion:
        id_ = version.id or fixed_id(n)
        for text, place in [(id_, "id"), *((stage, "stages") for stage in version.stages)]:
            if text in seen:
                what = "version id" if place == "id" else "staging label"
                help_ = "a label is on one version at most" if place == "stages" else "give each version its own id"
                spot.at(place).wrong("duplicate-id", f"the {what} `{text[:100]}` stands twice in one secret", help_)
            seen.add(text)
        return model.SecretVersion(id_, version.stages, value_of(version, spot))

    def _key(self, key: str | None, spot: Spot, managed: tuple[str, ...] = _MANAGED) -> str | None:
        if key is None or key in managed:
            return None
        found = self.names.key(self.file.id, key)
        if found is None:
            names = self.names.of(self.file.id, Kind.KEY)
            help_ = spot.nearest(key, names) or "write a key's name, `ACCOUNT:NAME`, or the ARN of a key of the file"
            spot.wrong("unknown-key", f"no key of the file is called `{key[:200]}`", help_)
        return found

    def function(self, n: int, name: str, function: written.Function, arn: str) -> model.Function:
        spot = self.spot.at("functions", name)
        policy = self._policy(function.policy, PolicyType.FUNCTION_POLICY, f"function/{name}", spot.at("policy"))
        roles = self.names.of(self.file.id, Kind.ROLE)
        role = function.role and (roles.get(function.role) or function.role)
        if role and role not in roles.values():
            message = f"the account has no role `{role[:200]}`"
            spot.at("role").wrong("unknown-role", message, spot.nearest(role, roles))
        program = None
        if function.rotation or function.steps:
            from iamsim.inputs.scenario_rotation import program_of

            program = program_of(function.rotation, function.steps, spot)
        return model.Function(arn, policy, role, program, function.vpc)

    def parameter(self, n: int, name: str, parameter: written.Parameter, arn: str) -> model.Parameter:
        spot = self.spot.at("parameters", name)
        check_parameter(parameter, spot)
        policy = self._policy(parameter.policy, PolicyType.RESOURCE_POLICY, f"parameter/{name}", spot.at("policy"))
        key = self._key(parameter.key, spot.at("key"), MANAGED_FOR_PARAMETERS)
        return parameter_of(arn, name, parameter, key, policy)

    def workload(self, n: int, name: str, workload: WorkloadWritten, arn: str) -> Workload:
        from iamsim.inputs.scenario_workloads import workload_of

        return workload_of(arn, self.file.id, workload, self.names, self.spot.at("workloads", name))

    def endpoint(self, id_: str, endpoint: written.Endpoint) -> model.Endpoint:
        policy = self._policy(endpoint.policy, PolicyType.ENDPOINT, id_, self.spot.at("endpoints", id_, "policy"))
        service = endpoint.service.rpartition(".")[2]
        return model.Endpoint(id_, service, policy, endpoint.vpc)

    def _policy(self, document: Plain, kind: PolicyType, name: str, spot: Spot) -> Policy | None:
        """A policy that has no name of its own: it is called after what it is attached to."""
        label = name if kind is PolicyType.ENDPOINT else f"{self.alias}:{name}"
        return self.loader.load(document, kind, label, spot)

    def _unique_id(self, prefix: str, n: int) -> str:
        return f"{prefix}{self.file.id}{n:05d}"
