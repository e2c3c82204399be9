"""What the names in a scenario file stand for: ARNs, and who stands in the organization."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from iamsim.language.assertion import Kind
from iamsim.services.chance import fixed_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.inputs.scenario_file import Account, Organization, ScenarioFile, Unit
    from iamsim.inputs.spot import Spot


@dataclass(frozen=True)
class Names:
    """The names of a file.

    `accounts` gives the 12 digits of an alias, `arns` the ARN of a name by account id and kind (a session's name is
    `ROLE/SESSION`, and only sessions that stand in the file are there), `aliases` the ARN of a key by `alias/NAME` and
    by alias ARN. `organization` is its id, `members` are the account ids in it, the management account's too.
    `places` are the partition and the Region of what stands in an account, by its id.
    """

    accounts: Mapping[str, str]
    arns: Mapping[tuple[str, Kind], Mapping[str, str]]
    aliases: Mapping[tuple[str, str], str]
    organization: str = ""
    members: frozenset[str] = frozenset()
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def account(self, written: str) -> str | None:
        """The 12 digits of an alias, or of digits that stand in the file."""
        return self.accounts.get(written) or (written if written in self.ids else None)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The 12 digits of every account."""
        return frozenset(self.accounts.values())

    def of(self, account: str, kind: Kind) -> Mapping[str, str]:
        """The ARNs of one kind in an account, by name."""
        return self.arns.get((account, kind), {})

    def key(self, account: str, written: str) -> str | None:
        """The key that a secret names: a key's name, `ACCOUNT:NAME`, `alias/NAME` or an ARN."""
        if written.startswith("arn:"):
            owner = "".join(written.split(":")[4:5])
            known = self.of(owner, Kind.KEY).values()
            return written if written in known else self.aliases.get((owner, written))
        there, colon, name = written.rpartition(":")
        owner = (self.account(there) or "") if colon else account
        return self.of(owner, Kind.KEY).get(name) or self.aliases.get((owner, name))


@dataclass
class _Register:
    """Gathers names, and notes what stands twice."""

    spot: Spot
    accounts: dict[str, str] = field(default_factory=dict)
    arns: dict[tuple[str, Kind], dict[str, str]] = field(default_factory=dict)
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    seen: dict[str, Spot] = field(default_factory=dict)

    def unique(self, what: str, identity: str, spot: Spot) -> bool:
        """Whether an identity is new; one that is not is noted."""
        first = self.seen.setdefault(identity, spot)
        if first is spot:
            return True
        labels = (spot.label(key=True), first.label("first here", key=True))
        spot.problems.add("duplicate-id", f"{what} `{identity}` stands twice", *labels, help_="give each its own id")
        return False

    def add(self, account: str, kind: Kind, name: str, arn: str, spot: Spot) -> None:
        if self.unique("the ARN", arn, spot):
            self.arns.setdefault((account, kind), {})[name] = arn


def names_of(file: ScenarioFile, spot: Spot) -> Names:
    """The names of a file; what stands twice is noted."""
    register = _Register(spot)
    for alias, account in file.accounts.items():
        there = spot.at("accounts", alias)
        register.accounts[alias] = account.id
        if register.unique("the account", account.id, there.at("id")):
            _add_account(register, file, account, there)
    members = _members(file.organization, register.accounts) if file.organization else frozenset()
    organization = file.organization.id if file.organization else ""
    places = {a.id: (a.partition or file.partition, a.region or file.region) for a in file.accounts.values()}
    return Names(register.accounts, register.arns, register.aliases, organization, members, places)


def _add_account(register: _Register, file: ScenarioFile, account: Account, spot: Spot) -> None:
    base = account.partition or file.partition, account.region or file.region
    for kind, plural, name, arn in _arns_of(account, *base):
        register.add(account.id, kind, name, arn, spot.at(*plural))
    for name, key in account.keys.items():
        arn = register.arns.get((account.id, Kind.KEY), {}).get(name, "")
        for i, alias in enumerate(key.aliases):
            alias_arn = f"{arn.partition(':key/')[0]}:alias/{alias}"
            if register.unique("the alias", alias_arn, spot.at("keys", name, "aliases", i)):
                register.aliases[account.id, f"alias/{alias}"] = register.aliases[account.id, alias_arn] = arn
    for id_ in account.endpoints:
        register.unique("the endpoint", id_, spot.at("endpoints", id_))


Placed = tuple[Kind, tuple[str, ...], str, str]
"""A kind, the way to it in its account, its name, its ARN."""


def _arns_of(account: Account, partition: str, region: str) -> Iterator[Placed]:
    """Everything in an account that has an ARN."""
    yield Kind.ROOT, ("id",), "root", f"arn:{partition}:iam::{account.id}:root"
    yield from _iam_arns(account, partition)
    for n, (name, key) in enumerate(account.keys.items(), 1):
        arn = f"arn:{key.partition or partition}:kms:{key.region or region}:{account.id}:key/{key.id or fixed_id(n)}"
        yield Kind.KEY, ("keys", name), name, arn
    for name, secret in account.secrets.items():
        head = f"arn:{secret.partition or partition}:secretsmanager:{secret.region or region}:{account.id}:secret:"
        yield Kind.SECRET, ("secrets", name), name, f"{head}{name}-{secret.suffix}"
    for name, function in account.functions.items():
        head = f"arn:{function.partition or partition}:lambda:{function.region or region}:{account.id}:function:"
        yield Kind.FUNCTION, ("functions", name), name, head + name
    for name, parameter in account.parameters.items():
        head = f"arn:{parameter.partition or partition}:ssm:{parameter.region or region}:{account.id}:parameter/"
        yield Kind.PARAMETER, ("parameters", name), name, head + name.lstrip("/")
    for name in account.workloads:
        yield Kind.WORKLOAD, ("workloads", name), name, f"arn:{partition}:iamsim:{region}:{account.id}:workload/{name}"


def _iam_arns(account: Account, partition: str) -> Iterator[Placed]:
    for name, user in account.users.items():
        arn = f"arn:{user.partition or partition}:iam::{account.id}:user{user.path}{name}"
        yield Kind.USER, ("users", name), name, arn
    for name, role in account.roles.items():
        own = role.partition or partition
        yield Kind.ROLE, ("roles", name), name, f"arn:{own}:iam::{account.id}:role{role.path}{name}"
        for session in role.sessions:
            arn = f"arn:{own}:sts::{account.id}:assumed-role/{name}/{session}"
            yield Kind.SESSION, ("roles", name, "sessions", session), f"{name}/{session}", arn
    for name, federated in account.federated_users.items():
        arn = f"arn:{federated.partition or partition}:sts::{account.id}:federated-user/{name}"
        yield Kind.FEDERATED_USER, ("federated_users", name), name, arn
    for name, provider in account.oidc_providers.items():
        arn = f"arn:{provider.partition or partition}:iam::{account.id}:oidc-provider/{name}"
        yield Kind.OIDC_PROVIDER, ("oidc_providers", name), name, arn


def _members(organization: Organization, accounts: Mapping[str, str]) -> frozenset[str]:
    written: list[str] = [organization.management or ""]
    waiting: list[Organization | Unit] = [organization]
    while waiting:
        unit = waiting.pop()
        written += unit.accounts
        waiting += unit.units.values()
    return frozenset(accounts.get(text, text) for text in written if text)
