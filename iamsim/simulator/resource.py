"""What a request is about: a resource of the world with the policies and grants on it."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.policies import PolicySet
from iamsim.language.arn import parse_arn
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Key, Secret
from iamsim.services.kms.managed import managed_key_policy
from iamsim.services.operation import ManagedKey
from iamsim.simulator.guardrails import level_names, rcps_of, scps_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.model.world import Account, Endpoint, Grant, Role, World
    from iamsim.simulator.standing import Standing


class Resource(NamedTuple):
    """A resource as the law sees it. `rcps`: whether RCPs reach it; they never reach an AWS managed key."""

    arn: str
    account: str | None
    policies: tuple[Policy, ...] = ()
    grants: tuple[Grant, ...] = ()
    tags: Mapping[str, str] = MappingProxyType({})
    rcps: bool = True


def policies_around(
    world: World, standing: Standing, resource: Resource, endpoint: Endpoint | None = None
) -> PolicySet:
    """Every policy that concerns a caller's request on a resource, perhaps through a VPC endpoint."""
    return PolicySet(
        identity=standing.identity,
        boundary=standing.boundary,
        session=standing.session,
        scps=scps_of(world, standing.caller.account),
        rcps=rcps_of(world, resource.account) if resource.rcps else (),
        resource=resource.policies,
        endpoint=[endpoint.policy] if endpoint and endpoint.policy else (),
        grants=resource.grants,
        level_names=level_names(world, standing.caller.account),
    )


def resource_of(world: World, thing: Secret | Key | ManagedKey | Role | str, caller_account: str | None) -> Resource:
    """What an authorization is about, as the law sees it; an ARN or `*` is looked up."""
    if isinstance(thing, str):
        return find_resource(world, thing, caller_account)
    if isinstance(thing, ManagedKey):
        return managed_key_resource(thing)
    if isinstance(thing, Secret):
        return secret_resource(thing)
    return key_resource(thing) if isinstance(thing, Key) else role_resource(thing)


def secret_resource(secret: Secret) -> Resource:
    """A secret with its policies."""
    return Resource(secret.arn, secret.account, tuple(secret.policies.values()), tags=secret.tags)


def key_resource(key: Key) -> Resource:
    """A customer managed key with its policy and grants; of a policy that the world does not hold, nothing is known."""
    policy = key.policy or Policy(f"key policy of {key.arn}", PolicyType.KEY_POLICY, None, (), known=False)
    policies = (policy, *key.managed_policies.values())
    return Resource(key.arn, parse_arn(key.arn).account, policies, key.grants, key.tags)


def managed_key_resource(key: ManagedKey) -> Resource:
    """The AWS managed key of a service, of an account in a Region."""
    return Resource(key.arn, key.account, (_managed_key_policy(key),), rcps=False)


def role_resource(role: Role) -> Resource:
    """A role with its trust policy."""
    return Resource(role.arn, parse_arn(role.arn).account, (role.trust,) if role.trust else (), tags=role.tags)


@lru_cache(maxsize=256)
def _managed_key_policy(key: ManagedKey) -> Policy:
    return Policy.parse(managed_key_policy(key), PolicyType.KEY_POLICY, key.name, lenient=True)


def find_resource(world: World, arn: str, caller_account: str | None) -> Resource:
    """Whatever stands at an ARN; `*` is for actions without a resource, which concern the caller's account."""
    if arn == "*":
        return Resource(arn, caller_account)
    account_id = parse_arn(arn).account or caller_account
    account = world.account(account_id)
    found = [find(account, arn) for find in _FINDERS] if account else []
    return next((resource for resource in found if resource), Resource(arn, account_id))


def _secret(account: Account, arn: str) -> Resource | None:
    secret = account.secrets.get(arn)
    return secret_resource(secret) if secret else None


def _key(account: Account, arn: str) -> Resource | None:
    key = account.keys.get(arn)
    return key_resource(key) if key else None


def _role(account: Account, arn: str) -> Resource | None:
    role = account.roles.get(arn)
    return role_resource(role) if role else None


def _function(account: Account, arn: str) -> Resource | None:
    function = account.functions.get(arn)
    return Resource(arn, account.id, (function.policy,) if function.policy else ()) if function else None


def _parameter(account: Account, arn: str) -> Resource | None:
    parameter = account.parameters.get(arn)
    if parameter is None:
        return None
    return Resource(arn, account.id, (parameter.policy,) if parameter.policy else (), tags=parameter.tags)


_FINDERS = (_secret, _key, _role, _function, _parameter)
