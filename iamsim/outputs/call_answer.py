"""What came of a whole call as data: what `iamsim evaluate` says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.analysis.answer import labels_after
from iamsim.engine.decision import Decision
from iamsim.outputs.evaluation import decision_json
from iamsim.outputs.response import shown_response
from iamsim.simulator.cautions import cautions_of

if TYPE_CHECKING:
    from iamsim.services.operation import ServiceError
    from iamsim.simulator.call import Authorization, Outcome


def call_json(outcome: Outcome, *, reveal: bool = False) -> dict[str, Any]:
    """The answer to a call; with `reveal`, the secret material of its response too.

    `labels` is null where the call is about no secret of the world that it leaves, or that world is not known.
    """
    return {
        "decision": outcome.decision.value,
        "decided_by": [kind.value for kind in outcome.decided_by],
        "error": error_json(outcome.error),
        "authorizations": [_authorization(authorization) for authorization in outcome.authorizations],
        "labels": None if outcome.decision is Decision.UNKNOWN else labels_after(outcome.world, outcome.about),
        "response": shown_response(outcome, reveal=reveal),
    }


def error_json(error: ServiceError | None) -> dict[str, Any] | None:
    """An error of AWS's; `recorded` is whether its words are known."""
    return error and {
        "code": error.code,
        "message": error.message,
        "status": error.status,
        "recorded": error.recorded,
    }


def _authorization(authorization: Authorization) -> dict[str, Any]:
    request = authorization.evaluation.request
    return {
        "action": request.action,
        "resource": request.resource,
        "asked": authorization.asked,
        **decision_json(authorization.evaluation),
        "cautions": [caution.value for caution in cautions_of(authorization)],
    }
