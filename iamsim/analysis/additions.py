"""What could be added so that one refused authorization is allowed: a statement in each document that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.analysis.amend import Addition
from iamsim.analysis.documents import document_on, own_policy, sharing_boundary
from iamsim.analysis.need import LIMITS, NAMED
from iamsim.analysis.scope import context_of, exact, scope_beside, scope_of
from iamsim.engine.request import CallerKind
from iamsim.model.policy import PolicyType
from iamsim.model.world import Grant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.need import Need, Route
    from iamsim.analysis.scope import Scope

Option = tuple[Addition, ...]
"""Additions that together allow one authorization."""


def options(need: Need) -> Iterator[Option]:
    """Every option, the one to prefer first."""
    routes: dict[Route, Scope] = {}
    for route, granted in need.routes():
        routes.setdefault(route, scope_of(need, granted))
    for route, scope in routes.items():
        made = [_addition(need, kind, _further(need, kind, scope) if i else scope) for i, kind in enumerate(route)]
        made += [_endpoint(need, name) for name in need.closed_endpoints()]
        found = tuple(addition for addition in made if addition)
        if len(found) == len(made) and found:
            yield found


def _further(need: Need, kind: PolicyType, scope: Scope) -> Scope:
    """The conditions of a statement that stands beside another which says them all."""
    return scope_beside(need, scope) if kind is PolicyType.IDENTITY else {}


def _addition(need: Need, kind: PolicyType, scope: Scope) -> Addition | None:
    if kind is PolicyType.IDENTITY:
        return _identity(need, scope)
    if kind in LIMITS:
        return _limit(need, kind, scope)
    return _grant(need) if kind is PolicyType.GRANT else _on_resource(need, kind, scope)


def _statement(need: Need, scope: Scope, principal: Any = None, resource: str | None = "") -> dict[str, Any]:
    """An Allow of the action. `resource`: empty for the resource itself, None for a policy whose statements name none."""
    made: dict[str, Any] = {"Sid": f"Allow{need.action}", "Effect": "Allow"}
    if principal is not None:
        made["Principal"] = principal
    made["Action"] = need.request.action
    if resource is not None:
        made["Resource"] = resource or exact(need.world, need.request.resource)
    return {**made, "Condition": scope} if scope else made


def _principal(need: Need) -> dict[str, str]:
    if need.caller.kind is CallerKind.SERVICE:
        return {"Service": need.caller.id}
    return {"AWS": need.standing.arn}


def _identity(need: Need, scope: Scope) -> Addition | None:
    owner, account = need.identity_owner, need.world.account(need.caller.account)
    if owner is None or account is None:
        return None
    index = own_policy(account, owner, need.service)
    policy = None if index is None else need.standing.identity[index]
    name = policy.name if policy else f"{owner.rpartition('/')[2]}-access"
    return Addition(account.id, owner, PolicyType.IDENTITY, policy, index, name, (_statement(need, scope),))


def _limit(need: Need, kind: PolicyType, scope: Scope) -> Addition | None:
    """A statement in a boundary, for this caller alone where others have the same one; or in a session policy."""
    session, account = kind is PolicyType.SESSION, need.world.account(need.caller.account)
    owner = need.caller.id if session else need.identity_owner
    policy = (need.standing.session or (None,))[0] if session else need.standing.boundary
    if owner is None or account is None:
        return None
    name = policy.name if policy else "session"
    if not session and policy and len(sharing_boundary(account, policy)) > 1:
        scope = {**scope, "ArnEquals": {"aws:PrincipalArn": need.standing.arn}}
    return Addition(account.id, owner, kind, policy, None, name, (_statement(need, scope),))


def _on_resource(need: Need, kind: PolicyType, scope: Scope) -> Addition | None:
    found = document_on(need.world, need.request.resource, kind)
    if found is None or need.request.owner is None:
        return None
    (policy,) = found
    resource = {PolicyType.KEY_POLICY: "*", PolicyType.TRUST_POLICY: None}.get(kind, "")
    statement = _statement(need, scope, principal=_principal(need), resource=resource)
    name = policy.name if policy else "default"
    return Addition(need.request.owner, need.request.resource, kind, policy, None, name, (statement,))


def _grant(need: Need) -> Addition | None:
    key = need.world.key(need.request.resource)
    if key is None or need.request.owner is None or need.caller.kind not in NAMED - {CallerKind.ROOT}:
        return None
    pairs = context_of(need)
    if any(exact(need.world, value) != value for value in pairs.values()):
        return None  # a grant's constraint knows no wildcard
    constraints = {"EncryptionContextSubset": pairs} if pairs else {}
    grantee = need.caller.id if need.caller.kind is CallerKind.SERVICE else need.standing.arn
    grant = Grant(grantee, (need.action,), constraints, f"{need.caller.name or 'service'}-{need.action}")
    return Addition(need.request.owner, key.arn, PolicyType.GRANT, name=grant.name, grant=grant)


def _endpoint(need: Need, name: str) -> Addition | None:
    for account in need.world.accounts.values():
        for endpoint in account.endpoints.values():
            if endpoint.policy is not None and endpoint.policy.name == name:
                statements = (_statement(need, {}, principal=_principal(need)),)
                return Addition(account.id, endpoint.id, PolicyType.ENDPOINT, endpoint.policy, None, name, statements)
    return None
