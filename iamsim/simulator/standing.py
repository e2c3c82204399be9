"""Who calls: the caller's own policies and what AWS knows of it, found in the world."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.request import Caller, CallerKind, Request
from iamsim.model.policy import Policy, PolicyType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.engine.request import ContextValue
    from iamsim.model.world import Account, Role, Session, World


class Standing(NamedTuple):
    """A caller with the policies attached to it. `session` is None where no session policy was passed.

    `arn` is what `aws:PrincipalArn` holds (for a session its role), `user_id` what `aws:userid` holds, None if that is
    not known. `context` are further keys that a session brings to every call.
    """

    caller: Caller
    arn: str
    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    tags: Mapping[str, str] = MappingProxyType({})
    user_id: str | None = None
    context: Mapping[str, ContextValue] = MappingProxyType({})


def standing_of(world: World, principal: str | Mapping[str, str]) -> Standing:
    """The standing of a caller. Of a principal that the world does not hold, nothing is known but its ARN.

    Raises:
        InputError: the text names no caller.
    """
    caller = Request(principal, "sts:GetCallerIdentity", "*").caller
    account = world.account(caller.account)
    if caller.kind in _FIND:
        found = _FIND[caller.kind](account, caller) if account else None
        return found or Standing(caller, _role_arn(caller), (_unknown(caller),))
    arn = caller.id if caller.kind is CallerKind.ROOT else ""
    return Standing(caller, arn, user_id=caller.account or caller.id)


def _unknown(caller: Caller) -> Policy:
    return Policy(f"policies of {caller.id}", PolicyType.IDENTITY, None, (), known=False)


def _role_arn(caller: Caller) -> str:
    if caller.kind is not CallerKind.SESSION:
        return caller.id
    return f"arn:{caller.partition}:iam::{caller.account}:role/{caller.name}"


def _user(account: Account, caller: Caller) -> Standing | None:
    user = account.users.get(caller.id)
    if user is None:
        return None
    return Standing(caller, user.arn, user.policies, user.boundary, None, user.tags, user.id or None)


def _role(account: Account, caller: Caller) -> Standing | None:
    """A role ARN stands for a session of it whose name is not known, and so its `aws:userid` is not."""
    role = account.roles.get(caller.id)
    return None if role is None else Standing(caller, role.arn, role.policies, role.boundary, None, role.tags)


def _session(account: Account, caller: Caller) -> Standing | None:
    role = account.role_called(caller.name)
    return None if role is None else _session_of(role, caller)


def _session_of(role: Role, caller: Caller) -> Standing:
    name = caller.id.rpartition("/")[2]
    own = role.sessions.get(name)
    user_id = f"{role.id}:{name}" if role.id else None
    if own is None:
        return Standing(caller, role.arn, role.policies, role.boundary, None, role.tags, user_id)
    tags = _tags(role.tags, own)
    return Standing(caller, role.arn, role.policies, role.boundary, own.policies, tags, user_id, own.context)


def _tags(own: Mapping[str, str], session: Session) -> dict[str, str]:
    """The tags of a role or user with those of its session, which go before, in any case of letters.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_know
    """
    given = {name.lower() for name in session.tags}
    return {**{name: value for name, value in own.items() if name.lower() not in given}, **session.tags}


def _federated_user(account: Account, caller: Caller) -> Standing | None:
    """Its permissions are those of the user that asked for it, within its session policies; those of root are not known.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    federated = account.federated_users.get(caller.id)
    if federated is None:
        return None
    user, session = account.users.get(federated.user), federated.session
    user_id = f"{account.id}:{caller.name}"
    if user is None:
        policies = (_unknown(caller),) if federated.user.endswith(":root") else ()
        return Standing(caller, caller.id, policies, None, session.policies, session.tags, user_id, session.context)
    tags = _tags(user.tags, session)
    return Standing(caller, caller.id, user.policies, user.boundary, session.policies, tags, user_id, session.context)


_FIND = {
    CallerKind.USER: _user,
    CallerKind.ROLE: _role,
    CallerKind.SESSION: _session,
    CallerKind.FEDERATED_USER: _federated_user,
}
