"""A decided request as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamsim.engine.evaluation import Evaluation, MatchedStatement


def decision_json(evaluation: Evaluation) -> dict[str, Any]:
    """What `iamsim evaluate` says of a case, without its id."""
    return {
        "decision": evaluation.decision.value,
        "decided_by": [kind.value for kind in evaluation.decided_by],
        "matched_statements": [matched_json(matched) for matched in evaluation.matched_statements],
        "missing_context_values": list(evaluation.missing_context_values),
        "cautions": [caution.value for caution in evaluation.cautions],
    }


def matched_json(matched: MatchedStatement) -> dict[str, Any]:
    """A statement that decided."""
    return {
        "policy": matched.policy,
        "policy_type": matched.policy_type.value,
        "statement": matched.statement,
        "sid": matched.sid,
    }
