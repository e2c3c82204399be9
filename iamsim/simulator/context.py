"""The context keys that AWS puts into every request, derived from the world.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html

A value of None says that the key is known to be absent.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from iamsim.engine.request import CallerKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from iamsim.engine.request import ContextValue
    from iamsim.model.world import World
    from iamsim.simulator.standing import Standing

Context = dict[str, "ContextValue"]

NETWORK_KEYS = (
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:UserAgent",
)
"""What tells where a call comes from. For the request that a service makes in the caller's name it is not known."""

_SERVICE_KEYS = (
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
)
_VIA_KEYS = ("aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "kms:ViaService")

_TYPES = {
    CallerKind.ROOT: "Account",
    CallerKind.USER: "User",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.SESSION: "AssumedRole",
    CallerKind.FEDERATED_USER: "FederatedUser",
    CallerKind.ANONYMOUS: "Anonymous",
}


def principal_context(world: World, standing: Standing) -> Context:
    """The keys that tell who calls. `aws:PrincipalIsAWSService` is in signed requests only: not in one with a token."""
    caller = standing.caller
    if caller.kind is CallerKind.SERVICE:
        return {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": caller.id}
    if caller.kind is CallerKind.PROVIDER:
        return {"aws:PrincipalIsAWSService": None, **dict.fromkeys(_SERVICE_KEYS)}
    context: Context = {
        "aws:PrincipalType": _TYPES[caller.kind],
        "aws:PrincipalIsAWSService": "false",
        "aws:username": caller.name if caller.kind is CallerKind.USER else None,
        **dict.fromkeys(_SERVICE_KEYS),
        **{f"aws:PrincipalTag/{name}": value for name, value in standing.tags.items()},
        **standing.context,
    }
    if caller.account is not None:
        context |= {"aws:PrincipalArn": standing.arn, "aws:PrincipalAccount": caller.account}
        context |= _organization(world, caller.account, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
    if standing.user_id is not None:
        context["aws:userid"] = standing.user_id
    return context


def resource_context(world: World, account: str, tags: Mapping[str, str]) -> Context:
    """The keys that tell whose resource it is, and its tags."""
    return {
        "aws:ResourceAccount": account,
        **_organization(world, account, "aws:ResourceOrgID", "aws:ResourceOrgPaths"),
        **{f"aws:ResourceTag/{name}": value for name, value in tags.items()},
    }


def call_context(region: str, via: str | None) -> Context:
    """The keys that tell how the call comes: over TLS always, and by whom in the caller's name."""
    context: Context = {"aws:RequestedRegion": region, "aws:SecureTransport": "true"}
    if via is None:
        return {**context, "aws:ViaAWSService": "false", **dict.fromkeys(_VIA_KEYS)}
    names: Context = {"aws:CalledVia": [via], "aws:CalledViaFirst": via, "aws:CalledViaLast": via}
    return {**context, "aws:ViaAWSService": "true", **names}


def time_context(time: datetime | None) -> Context:
    """The keys that tell when, where the call says it."""
    if time is None:
        return {}
    written = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"aws:CurrentTime": written, "aws:EpochTime": str(int(time.timestamp()))}


def _organization(world: World, account: str, id_key: str, paths_key: str) -> Context:
    """Organization id and path, where the account is a member; a path is `o-…/r-…/ou-…/`, without the account."""
    organization = world.organization
    if organization is None or not organization.id:
        return {}
    way = organization.way_to(account)
    if way is None:
        return {id_key: organization.id, paths_key: None} if account == organization.management else {}
    path = "/".join((organization.id, *(unit.id for unit in way if unit.id), ""))
    return {id_key: organization.id, paths_key: [path]}


def unknown_principal_keys(standing: Standing) -> tuple[str, ...]:
    """Keys that are there but whose value cannot be derived: the session name behind a role ARN, an id not given."""
    return ("aws:userid",) if standing.user_id is None else ()
