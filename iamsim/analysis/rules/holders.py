"""Every policy of a world, with what it belongs to; each document once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.policy import Policy
    from iamsim.model.world import Account, Role, Unit, User, World


class Held(NamedTuple):
    """A policy and the ARN (or id) of what it belongs to; the name of a unit of the organization for one of its policies."""

    policy: Policy
    owner: str


def principals(world: World) -> Iterator[User | Role]:
    """Every user and role."""
    for account in world.accounts.values():
        yield from account.users.values()
        yield from account.roles.values()


def policies(world: World) -> Iterator[Held]:
    """Every policy that an administrator of the world can edit: none that AWS keeps, and none whose text is not known."""
    seen: set[tuple[object, ...]] = set()
    for held in _all(world):
        source = held.policy.source
        place = (source.name, source.base) if source else (held.policy.name, held.owner, held.policy.type)
        if held.policy.known and ":iam::aws:policy/" not in held.policy.name and place not in seen:
            seen.add(place)
            yield held


def _all(world: World) -> Iterator[Held]:
    for account in world.accounts.values():
        yield from _of_principals(account)
        yield from _of_resources(account)
    if world.organization is not None:
        yield from _of_unit(world.organization.root)


def _of_principals(account: Account) -> Iterator[Held]:
    for user in account.users.values():
        yield from (Held(policy, user.arn) for policy in (*user.policies, user.boundary) if policy)
    for role in account.roles.values():
        yield from (Held(policy, role.arn) for policy in (*role.policies, role.boundary, role.trust) if policy)
        sessions = (policy for session in role.sessions.values() for policy in session.policies or ())
        yield from (Held(policy, role.arn) for policy in sessions)


def _of_resources(account: Account) -> Iterator[Held]:
    for secret in account.secrets.values():
        yield from (Held(policy, secret.arn) for policy in secret.policies.values())
    for key in account.keys.values():
        yield from (Held(policy, key.arn) for policy in key.policies.values())
    for function in account.functions.values():
        yield from (Held(policy, function.arn) for policy in (function.policy,) if policy)
    for parameter in account.parameters.values():
        yield from (Held(policy, parameter.arn) for policy in (parameter.policy,) if policy)
    for endpoint in account.endpoints.values():
        yield from (Held(policy, endpoint.id) for policy in (endpoint.policy,) if policy)


def _of_unit(unit: Unit) -> Iterator[Held]:
    yield from (Held(policy, unit.name) for policy in (*unit.scps, *unit.rcps))
    for child in unit.units:
        yield from _of_unit(child)
