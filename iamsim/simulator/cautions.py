"""What an answer hangs on beyond the law: what a service tells of the caller when it makes a request in the caller's name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html

Or on whether BatchGetSecretValue reaches into other accounts.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html

Or on where a rotation leaves AWSPENDING.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.engine.decision import Caution
from iamsim.services.secretsmanager.versions import CURRENT, PENDING
from iamsim.simulator.call import REFUSED
from iamsim.simulator.context import NETWORK_KEYS

if TYPE_CHECKING:
    from iamsim.simulator.call import Authorization
    from iamsim.simulator.rotation_run import RotationRun

_NETWORK = frozenset(key.lower() for key in NETWORK_KEYS)


def cautions_of(authorization: Authorization) -> tuple[Caution, ...]:
    """The cautions of the law, that of a batch, and that of the caller's network where the answer hangs on it."""
    hidden = (Caution.NETWORK_BEHIND_SERVICE,) if hidden_keys(authorization) else ()
    batch = (Caution.BATCH_ACROSS_ACCOUNTS,) if _reads_across_in_a_batch(authorization) else ()
    return (*authorization.evaluation.cautions, *batch, *hidden)


def _reads_across_in_a_batch(authorization: Authorization) -> bool:
    """Whether a BatchGetSecretValue would read a secret of another account."""
    if authorization.within != "BatchGetSecretValue" or authorization.decision in REFUSED:
        return False
    request = authorization.evaluation.request
    return request.action == "secretsmanager:GetSecretValue" and request.caller.account != request.owner


def cautions_of_rotation(run: RotationRun) -> tuple[Caution, ...]:
    """The cautions of its authorizations, and that of AWSPENDING where it stays on the version that became AWSCURRENT."""
    outcomes = (act.outcome for act in run.acts if act.outcome)
    found = [caution for outcome in outcomes for a in outcome.authorizations if a.asked for caution in cautions_of(a)]
    current = run.secret.labelled(CURRENT)
    if current is not None and current.id == run.token and PENDING in current.stages:
        found.append(Caution.PENDING_AFTER_FINISH)
    return tuple(dict.fromkeys(found))


def hidden_keys(authorization: Authorization) -> tuple[str, ...]:
    """The keys of the caller's network that would decide a request which a service makes in the caller's name."""
    if authorization.demand.via is None:
        return ()
    return tuple(key for key in authorization.evaluation.missing_context_values if key.lower() in _NETWORK)
