"""What a service adds to the law. Each service supplies a value for an action; the engine never learns which service it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iamsim.model.policy import PolicyType

if TYPE_CHECKING:
    from iamsim.engine.request import CallerKind


class ServiceRules(NamedTuple):
    """A service's rules for one of its actions. The defaults are for services that are not modelled."""

    policy_type: PolicyType = PolicyType.RESOURCE_POLICY
    """What the policy on the resource is called."""
    demands_policy: bool = False
    """Whether the resource's own policy must allow: then there is no identity path."""
    without_policy: tuple[str, ...] = ()
    """Beginnings of the last ARN field of resources that carry no policy; for them none is demanded."""
    cross_account: bool = True
    """Whether the action is open to other accounts."""
    unsigned_requests: bool = True
    """Whether a caller without credentials can ask at all."""
    always_allowed: bool = False
    """Whether the action needs no permission, and no Deny reaches it."""
    rcp: bool = True
    """Whether resource control policies reach the action."""
    closed_to: frozenset[CallerKind] = frozenset()
    """Kinds of sessions that can never call the action."""
