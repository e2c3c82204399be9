"""The world with statements and KMS grants added to it: what its administrators would have made of it. Nothing is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from iamsim.analysis.documents import sharing_boundary
from iamsim.language.unknown_text import is_known
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Role, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from iamsim.model.world import Account, Grant, World

VERSION = "2012-10-17"


@dataclass(frozen=True)
class Addition:
    """Statements that one administrator adds to one document, or a grant that one creates on a key.

    `account` is whose administrator it is. `owner` is what the document belongs to: the ARN of a user, role, session, secret,
    key or function, or the id of a VPC endpoint. `policy` is the document as it stands, None for a new one; of several
    identity policies `index` tells which. `name` is how a new one may be called.
    """

    account: str
    owner: str
    type: PolicyType
    policy: Policy | None = None
    index: int | None = None
    name: str = ""
    statements: tuple[Mapping[str, Any], ...] = ()
    grant: Grant | None = field(default=None)

    @property
    def place(self) -> tuple[str, str, PolicyType, int | None, bool]:
        """Which document it goes into; grants go into none."""
        return (self.account, self.owner, self.type, self.index, self.grant is not None)

    @property
    def document(self) -> dict[str, Any]:
        """The statements as a document of their own."""
        return {"Version": VERSION, "Statement": [dict(statement) for statement in self.statements]}


def amended(world: World, additions: Iterable[Addition]) -> World:
    """The world with additions made; each document is added to once.

    Raises:
        PolicyError: AWS would refuse to store a statement.
    """
    for addition in additions:
        account = world.accounts[addition.account]
        made = _MAKE[addition.type](account, addition)
        world = replace(world, accounts={**world.accounts, account.id: made})
    return world


def extended(addition: Addition) -> Policy:
    """The document with the statements at its end. What is not known of a name is no mistake in it."""
    unsure = not is_known(json.dumps(addition.document, ensure_ascii=False))
    added = Policy.parse(addition.document, addition.type, addition.name, inline=True, lenient=unsure)
    policy = addition.policy
    if policy is None:
        return added
    first = len(policy.statements)
    numbered = tuple(replace(statement, index=first + i) for i, statement in enumerate(added.statements))
    return replace(policy, statements=(*policy.statements, *numbered), source=None)


def _identity(account: Account, addition: Addition) -> Account:
    """A new policy of a user stands behind its own, before those of its groups."""

    def changed(policies: tuple[Policy, ...], own: int) -> tuple[Policy, ...]:
        at, kept = (own, own) if addition.index is None else (addition.index, addition.index + 1)
        return (*policies[:at], extended(addition), *policies[kept:])

    arn = addition.owner
    if arn in account.users:
        user = account.users[arn]
        policies = changed(user.policies, len(user.policies) - user.from_groups)
        return replace(account, users={**account.users, arn: replace(user, policies=policies)})
    role = account.roles[arn]
    policies = changed(role.policies, len(role.policies))
    return replace(account, roles={**account.roles, arn: replace(role, policies=policies)})


def _boundary(account: Account, addition: Addition) -> Account:
    """The boundary of everybody who has the same one."""
    policy = extended(addition)
    whose = {addition.owner, *(sharing_boundary(account, addition.policy) if addition.policy else ())}
    users = {arn: replace(u, boundary=policy) if arn in whose else u for arn, u in account.users.items()}
    roles = {arn: replace(r, boundary=policy) if arn in whose else r for arn, r in account.roles.items()}
    return replace(account, users=users, roles=roles)


def _session(account: Account, addition: Addition) -> Account:
    """A session's policies are passed where it is made; of several the first gets the statements."""
    arn, policy = addition.owner, extended(addition)

    def changed(session: Session) -> Session:
        return replace(session, policies=(policy, *(session.policies or ())[1:]))

    if arn in account.federated_users:
        federated = account.federated_users[arn]
        known = {**account.federated_users, arn: replace(federated, session=changed(federated.session))}
        return replace(account, federated_users=known)
    name, session_name = arn.split("/")[-2:]
    role = account.role_called(name)
    assert role is not None  # noqa: S101 - only a session that was found has policies
    sessions = {**role.sessions, session_name: changed(role.sessions.get(session_name, Session()))}
    return replace(account, roles={**account.roles, role.arn: replace(role, sessions=sessions)})


def _in_place(kind: str) -> Callable[[Account, Addition], Account]:
    """To the policy of something of that kind, which the account holds."""

    def amend(account: Account, addition: Addition) -> Account:
        held = getattr(account, kind)
        changes: dict[str, Any] = {
            kind: {**held, addition.owner: replace(held[addition.owner], policy=extended(addition))}
        }
        return replace(account, **changes)

    return amend


def _grant(account: Account, addition: Addition) -> Account:
    key = account.keys[addition.owner]
    grants = (*key.grants, *((addition.grant,) if addition.grant else ()))
    return replace(account, keys={**account.keys, key.arn: replace(key, grants=grants)})


def _trust(account: Account, addition: Addition) -> Account:
    """A role that is not there yet is made."""
    known = account.roles.get(addition.owner, Role(addition.owner, ""))
    role = replace(known, trust=extended(addition))
    return replace(account, roles={**account.roles, role.arn: role})


_MAKE: dict[PolicyType, Callable[[Account, Addition], Account]] = {
    PolicyType.IDENTITY: _identity,
    PolicyType.BOUNDARY: _boundary,
    PolicyType.SESSION: _session,
    PolicyType.ENDPOINT: _in_place("endpoints"),
    PolicyType.SECRET_POLICY: _in_place("secrets"),
    PolicyType.KEY_POLICY: _in_place("keys"),
    PolicyType.TRUST_POLICY: _trust,
    PolicyType.FUNCTION_POLICY: _in_place("functions"),
    PolicyType.RESOURCE_POLICY: _in_place("parameters"),
    PolicyType.GRANT: _grant,
}
