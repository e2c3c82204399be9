"""What AWS's checks look for in a resource policy.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.model.policy import Effect
from iamsim.services.principals import may_exist

if TYPE_CHECKING:
    from iamsim.model.policy import Policy
    from iamsim.model.world import World


def is_broad(policy: Policy) -> bool:
    """Whether a statement allows something to everyone, without a condition."""
    return any(
        statement.effect is Effect.ALLOW
        and not statement.conditions
        and statement.principals is not None
        and (statement.principals.negated or any(entry.value == "*" for entry in statement.principals.entries))
        for statement in policy.statements
    )


def names_nobody(policy: Policy, world: World) -> bool:
    """Whether a principal does not exist, as far as the world holds its account."""
    entries = (entry for s in policy.statements if s.principals is not None for entry in s.principals.entries)
    return any(entry.kind == "AWS" and not may_exist(world, entry.value) for entry in entries)
