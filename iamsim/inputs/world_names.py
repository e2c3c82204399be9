"""The names of a world that was read from several files, for assertions about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from iamsim.inputs.names import Names
from iamsim.language.assertion import Kind
from iamsim.language.unknown_text import is_known, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iamsim.model.world import Account, World

_RESOURCE = "/Resource"
"""What the CDK puts behind the path of a construct for the resource that it stands for."""


class Declared(NamedTuple):
    """What a template calls something: its stack, its logical id, its path in the CDK app (empty: none)."""

    stack: str
    logical_id: str
    cdk_path: str = ""


@dataclass
class _Names:
    """Names by account and kind. Of a name that stands for several things nobody knows which is meant: it is none.

    Secrets of one name in several Regions are told apart by the Region: `db@eu-west-1`.
    """

    arns: dict[tuple[str, Kind], dict[str, str]] = field(default_factory=dict)
    ambiguous: set[tuple[str, Kind, str]] = field(default_factory=set)

    def add(self, account: str, kind: Kind, name: str, arn: str) -> None:
        known = self.arns.setdefault((account, kind), {})
        if not name:
            return
        if (account, kind, name) in self.ambiguous:
            self._add_with_region(account, kind, name, arn)
        elif (before := known.setdefault(name, arn)) != arn:
            del known[name]
            self.ambiguous.add((account, kind, name))
            for one in (before, arn):
                self._add_with_region(account, kind, name, one)

    def _add_with_region(self, account: str, kind: Kind, name: str, arn: str) -> None:
        region = readable(arn.split(":")[3])
        if kind is Kind.SECRET and not name.endswith(f"@{region}"):
            self.add(account, kind, f"{name}@{region}", arn)


def names_of_world(
    world: World, declared: Mapping[str, Declared], aliases: Mapping[str, str], scenarios: Iterable[Names] = ()
) -> Names:
    """The names of a world.

    `aliases` are the account ids of further names for accounts. `scenarios` are the names of the scenario files that it
    came from, and go before.
    """
    scenarios = tuple(scenarios)
    found = _Names()
    keys: dict[tuple[str, str], str] = {}
    accounts: dict[str, str] = {}
    for names in scenarios:
        accounts |= names.accounts
        keys |= names.aliases
        for (id_, kind), known in names.arns.items():
            for name, arn in known.items():
                found.add(id_, kind, name, arn)
    for account in world.accounts.values():
        for kind, name, arn in _things(account):
            for called in _regional(account, kind, arn, (name, *_called(declared.get(arn)))):
                found.add(account.id, kind, called, arn)
        for key in account.keys.values():
            keys |= {(account.id, alias): key.arn for alias in key.aliases}
    accounts = {**{id_: id_ for id_ in world.accounts}, **aliases, **accounts}
    members = frozenset(id_ for id_ in world.accounts if _in_organization(world, id_))
    organization = world.organization.id if world.organization else ""
    places = {id_: _place(account) for id_, account in world.accounts.items()}
    return Names(accounts, found.arns, keys, organization, members, places)


def _in_organization(world: World, account: str) -> bool:
    organization = world.organization
    return organization is not None and (account == organization.management or organization.way_to(account) is not None)


def _called(declared: Declared | None) -> Iterator[str]:
    if declared:
        yield declared.logical_id
        yield f"{declared.stack}.{declared.logical_id}"
        yield declared.cdk_path
        yield declared.cdk_path.removesuffix(_RESOURCE)


def _regional(account: Account, kind: Kind, arn: str, names: Iterable[str]) -> Iterator[str]:
    """The names of something; a replica is called as its primary, with its Region."""
    secret = account.secrets.get(arn) if kind is Kind.SECRET else None
    region = f"@{readable(secret.region)}" if secret and secret.primary else ""
    yield from (name + region for name in names if name)


def _things(account: Account) -> Iterator[tuple[Kind, str, str]]:
    """Everything that an assertion can name: its kind, its own name (empty where that is not known), its ARN."""
    yield Kind.ROOT, "root", f"arn:aws:iam::{account.id}:root"
    for kind, things in ((Kind.USER, account.users), (Kind.ROLE, account.roles)):
        yield from ((kind, _known(arn.rpartition("/")[2]), arn) for arn in things)
    for role in account.roles.values():
        name = role.arn.rpartition("/")[2]
        partition = role.arn.split(":")[1]
        for session in role.sessions:
            yield Kind.SESSION, f"{name}/{session}", f"arn:{partition}:sts::{account.id}:assumed-role/{name}/{session}"
    yield from ((Kind.FEDERATED_USER, arn.rpartition("/")[2], arn) for arn in account.federated_users)
    yield from ((Kind.OIDC_PROVIDER, arn.partition("/")[2], arn) for arn in account.oidc_providers)
    yield from ((Kind.SECRET, _known(secret.name), arn) for arn, secret in account.secrets.items())
    yield from ((Kind.KEY, _known(arn.rpartition("/")[2]), arn) for arn in account.keys)
    yield from ((Kind.FUNCTION, _known(arn.rpartition(":")[2]), arn) for arn in account.functions)
    yield from ((Kind.PARAMETER, _known(parameter.name), arn) for arn, parameter in account.parameters.items())
    yield from ((Kind.WORKLOAD, arn.rpartition("/")[2], arn) for arn in account.workloads)


def _known(name: str) -> str:
    return name if is_known(name) else ""


def _place(account: Account) -> tuple[str, str]:
    """Partition and Region of what stands in an account, by the first thing that tells them."""
    for arn in (*account.secrets, *account.keys, *account.functions, *account.parameters):
        _, partition, _, region, *_ = arn.split(":")
        return partition, region
    return "aws", "us-east-1"
