"""What stands around one question of a caller about a resource, whatever the action and the rest of the context."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.compile import remember
from iamsim.simulator.context import Context, principal_context, resource_context
from iamsim.simulator.resource import Resource, find_resource, policies_around
from iamsim.simulator.standing import Standing, standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.engine.policies import PolicySet
    from iamsim.model.world import Endpoint, World


class Around(NamedTuple):
    """Who asks, about what, under which policies, and the context that follows from both."""

    standing: Standing
    resource: Resource
    policies: PolicySet
    context: Context


def around(world: World, principal: str | Mapping[str, str], resource: str, endpoint: Endpoint | None = None) -> Around:
    """What stands around a question about an ARN or `*`.

    It stays with the world, which does not change: many a question differs from the one before in its action and context
    alone.

    Raises:
        InputError: the caller or the resource cannot be read.
    """
    if endpoint is not None or not isinstance(principal, str):
        return _around(world, principal, resource, endpoint)
    memo: dict[tuple[str, str], Around] = world.__dict__.setdefault("_around", {})  # as functools.cached_property does
    found = memo.get((principal, resource))
    if found is None:
        found = _around(world, principal, resource, None)
        remember(memo, (principal, resource), found)
    return found


def _around(world: World, principal: str | Mapping[str, str], resource: str, endpoint: Endpoint | None) -> Around:
    standing = standing_of(world, principal)
    found = find_resource(world, resource, standing.caller.account)
    context = {
        **principal_context(world, standing),
        **(resource_context(world, found.account, found.tags) if found.account else {}),
    }
    return Around(standing, found, policies_around(world, standing, found, endpoint), context)
