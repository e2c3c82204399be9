"""Which document an administrator edits for one caller or one resource, without editing it for others too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.model.policy import Effect, Policy, PolicyType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import Account, Role, User, World


def own_policy(account: Account, owner: str, service: str) -> int | None:
    """The identity policy of a user or role to add to: one that speaks of the service already, else the first.

    Never one that AWS keeps, that comes from a group, or that is attached elsewhere too: what is added to it would be
    allowed to others as well. None: there is no such policy.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """
    holder = account.users.get(owner) or account.roles[owner]
    policies = holder.policies
    count = len(policies) - (account.users[owner].from_groups if owner in account.users else 0)
    others = [policy for other in _holders(account) if other is not holder for policy in other.policies]
    own = [
        i
        for i, policy in enumerate(policies[:count])
        if policy.known and ":aws:policy/" not in policy.name and not any(same_document(policy, o) for o in others)
    ]
    return next((i for i in own if _speaks_of(policies[i], service)), own[0] if own else None)


def sharing_boundary(account: Account, policy: Policy) -> list[str]:
    """The users and roles whose boundary is this document."""
    return [h.arn for h in _holders(account) if h.boundary is not None and same_document(h.boundary, policy)]


def same_document(one: Policy, other: Policy) -> bool:
    """Whether an edit of one is an edit of the other: they are one managed policy, or one file."""
    one_file = one.source is not None and one.source is other.source
    managed = ":policy/" in one.name and one.name == other.name
    return one is other or one_file or managed


def _holders(account: Account) -> Iterator[User | Role]:
    yield from account.users.values()
    yield from account.roles.values()


def _speaks_of(policy: Policy, service: str) -> bool:
    allows = (s.actions for s in policy.statements if s.effect is Effect.ALLOW and s.actions)
    return any(value.lower().startswith(f"{service}:") for actions in allows for value in actions.values)


def document_on(world: World, arn: str, kind: PolicyType) -> tuple[Policy | None] | None:
    """The policy on a resource that its owner can edit (None: there is none yet); None where none can be attached."""
    holders = (
        a
        for a in world.accounts.values()
        if any(arn in held for held in (a.secrets, a.keys, a.roles, a.functions, a.parameters))
    )
    account = next(holders, None)
    if account is None:
        return None
    if kind is PolicyType.SECRET_POLICY and arn in account.secrets:
        return (account.secrets[arn].policy,)
    if kind is PolicyType.KEY_POLICY and arn in account.keys:
        key = account.keys[arn]
        return (key.policy,) if key.policy and key.policy.known and key.manager == "CUSTOMER" else None
    if kind is PolicyType.TRUST_POLICY and arn in account.roles:
        return (account.roles[arn].trust,)
    if kind is PolicyType.FUNCTION_POLICY and arn in account.functions:
        return (account.functions[arn].policy,)
    if kind is PolicyType.RESOURCE_POLICY and arn in account.parameters:
        parameter = account.parameters[arn]
        return (parameter.policy,) if parameter.tier == "Advanced" else None
    return None
