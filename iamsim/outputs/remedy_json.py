"""Remedies as data: `remedies` in docs/explain-schema.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.outputs.names import Names
from iamsim.outputs.policy_diff import diff_lines
from iamsim.outputs.remedy_text import create_grant
from iamsim.outputs.remedy_words import obstacle_phrase, remedy_phrase, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.analysis.amend import Addition
    from iamsim.analysis.obstacles import Obstacle
    from iamsim.analysis.remedy import Remedies, Remedy
    from iamsim.model.world import World
    from iamsim.simulator.call import Outcome

    Fix = Callable[[Outcome], Remedies]


def remedies_json(found: Remedies, world: World) -> dict[str, Any]:
    """The remedy, its alternatives and the obstacles."""
    names = Names(world)
    return {
        "remedy": found.remedy and remedy_json(found.remedy, names),
        "alternatives": [remedy_json(alternative, names) for alternative in found.alternatives],
        "obstacles": [obstacle_json(obstacle, names) for obstacle in found.obstacles],
    }


def remedy_json(remedy: Remedy, names: Names) -> dict[str, Any]:
    """One remedy: who adds what."""
    return {
        "summary": remedy_phrase(remedy, names),
        "proved": True,
        "assume": remedy.role,
        "additions": [addition_json(addition) for addition in remedy.additions],
    }


def addition_json(addition: Addition) -> dict[str, Any]:
    """What one administrator adds to one document, or a KMS grant."""
    source = addition.policy.source if addition.policy else None
    diff = diff_lines(source, addition.statements) if source and addition.grant is None else None
    return {
        "account": addition.account,
        "owner": addition.owner,
        "policy_type": addition.type.value,
        "policy": addition.name,
        "new": addition.policy is None,
        "file": source.name if source else None,
        "statements": [dict(statement) for statement in addition.statements],
        "grant": addition.grant and create_grant(addition.owner, addition.grant),
        "diff": None if diff is None else "\n".join(diff) + "\n",
    }


def obstacle_json(obstacle: Obstacle, names: Names) -> dict[str, Any]:
    """Why nothing can be added, and what to do instead."""
    cause = obstacle.cause
    return {
        "why": obstacle.why.value,
        "says": obstacle_phrase(obstacle, names),
        "account": obstacle.account,
        "policy_type": cause.type.value if cause else None,
        "policies": [policy.name for policy in cause.policies] if cause else list(obstacle.policies),
        "steps": list(steps(obstacle, names)),
    }
