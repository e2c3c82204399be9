"""UpdateSecretVersionStage.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.services.operation import Demand, Effect, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.naming import about_secret, valid_name
from iamsim.services.secretsmanager.reading import SECRET_ID, on_secret
from iamsim.services.secretsmanager.replicas import carried
from iamsim.services.secretsmanager.versions import CURRENT, labelled, without_label
from iamsim.services.secretsmanager.writing import within_quotas

if TYPE_CHECKING:
    from iamsim.model.world import Secret
    from iamsim.services.operation import ServiceError, Subject


def _versions_are_there(subject: Subject) -> ServiceError | None:
    """The versions that the call names exist (the error is inferred)."""
    named = (subject.get("RemoveFromVersionId"), subject.get("MoveToVersionId"))
    missing = next((id_ for id_ in named if id_ is not None and subject.found.version(id_) is None), None)
    return errors.no_value(f"VersionId: {missing}")._replace(recorded=False) if missing else None


def _label_can_move(subject: Subject) -> ServiceError | None:
    """Who takes a label from a version names that version; AWSCURRENT is never taken away altogether."""
    stage, source, target = (subject.get(name) for name in ("VersionStage", "RemoveFromVersionId", "MoveToVersionId"))
    if source is None and target is None:
        return errors.NO_MOVE
    holder = subject.found.labelled(stage)
    if target is None:
        if holder is None or holder.id != source:
            return errors.LABEL_NOT_THERE
        return errors.CURRENT_MUST_BE_SOMEWHERE if stage == CURRENT else None
    if holder is None or holder.id in (source, target):
        return None
    return errors.label_elsewhere(stage, holder.id, recorded=source is None)


def _moved(subject: Subject) -> Secret:
    stage, target = subject.get("VersionStage"), subject.get("MoveToVersionId")
    moved = without_label(subject.found, stage) if target is None else labelled(subject.found, target, stage)
    return replace(moved, changed=subject.time)


def _fits(subject: Subject) -> ServiceError | None:
    return within_quotas(_moved(subject))


def _move(subject: Subject) -> Effect:
    """The label where it shall be. AWSPENDING stays (recorded, against the guide: DOC-CONFLICT)."""
    secret = _moved(subject)
    return Effect(carried(subject.world, secret), {"ARN": secret.arn, "Name": secret.name})


UPDATE_SECRET_VERSION_STAGE = Operation(
    "secretsmanager",
    "UpdateSecretVersionStage",
    parameters=(
        SECRET_ID,
        Parameter("VersionStage", required=True, low=1, high=256),
        Parameter("RemoveFromVersionId", low=32, high=64),
        Parameter("MoveToVersionId", low=32, high=64),
    ),
    before=(valid_name,),
    about=about_secret,
    steps=(
        Demand("secretsmanager:UpdateSecretVersionStage", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        rules.not_a_replica,
        _versions_are_there,
        _label_can_move,
        _fits,
    ),
    effect=_move,
    named_by="SecretId",
)
