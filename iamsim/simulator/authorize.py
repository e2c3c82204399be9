"""One request, with the rules of the service that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.engine.evaluation import Evaluation
from iamsim.services import rules_for

if TYPE_CHECKING:
    from iamsim.engine.policies import PolicySet
    from iamsim.engine.request import Request


def authorize(request: Request, policies: PolicySet) -> Evaluation:
    """Decide one request against the policies around it.

    The answer is there at once (`decision`); what explains it (`decided_by`, `matched_statements`, `trace()`) is worked
    out when asked.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

    Raises:
        InputError: the principal, the action or an account of the request cannot be read.
    """
    return Evaluation(request, policies, rules_for(*request.action_name))
