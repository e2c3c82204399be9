"""The versions of a secret and their staging labels, as pure functions from a secret to the next one.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from iamsim.model.world import Secret, SecretVersion

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
MOST_VERSIONS, MOST_LABELS = 100, 20
"""https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"""


def with_version(secret: Secret, version: SecretVersion) -> Secret:
    """The secret with a version as it is now, at its place."""
    return replace(secret, versions=tuple(version if v.id == version.id else v for v in secret.versions))


def without_label(secret: Secret, stage: str) -> Secret:
    """The secret with a label on no version."""
    stripped = (replace(v, stages=tuple(s for s in v.stages if s != stage)) for v in secret.versions)
    return replace(secret, versions=tuple(stripped))


def labelled(secret: Secret, version_id: str, stage: str) -> Secret:
    """The secret with a label on one version, taken from any other: it sits on one version at most.

    A version that loses AWSCURRENT becomes AWSPREVIOUS and keeps its other labels.
    """
    holder = secret.labelled(stage)
    if holder is not None and holder.id == version_id:
        return secret
    moved = without_label(secret, stage)
    version = moved.version(version_id)
    assert version is not None  # noqa: S101 - a rule says so before
    moved = with_version(moved, replace(version, stages=(*version.stages, stage)))
    return labelled(moved, holder.id, PREVIOUS) if stage == CURRENT and holder is not None else moved


def with_value(
    secret: Secret, version: SecretVersion, stages: Iterable[str] | None, *, time: datetime | None = None
) -> Secret:
    """The secret with a new version, or with the value of one that a rotation announced.

    Without `stages` it becomes AWSCURRENT, and the version before it loses AWSPENDING, too (recorded). The first value that a
    secret gets is AWSCURRENT in any case (recorded only for a call without `stages`).
    """
    first = all(v.value is None for v in secret.versions)
    if stages is None:
        secret = _no_longer_pending(secret)
    wanted = dict.fromkeys((*(stages if stages is not None else ()), *((CURRENT,) if first or stages is None else ())))
    known = secret.version(version.id)
    if known is None:
        written = replace(secret, versions=(*secret.versions, replace(version, stages=())))
    else:
        written = with_version(secret, replace(version, stages=known.stages))
    for stage in wanted:
        written = labelled(written, version.id, stage)
    return replace(written, versions=_kept(written.versions, time))


def labels(secret: Secret) -> int:
    """How many labels are on all versions together."""
    return sum(len(version.stages) for version in secret.versions)


def _no_longer_pending(secret: Secret) -> Secret:
    current = secret.labelled(CURRENT)
    pending = current is not None and PENDING in current.stages
    return without_label(secret, PENDING) if pending else secret


def _kept(versions: tuple[SecretVersion, ...], time: datetime | None) -> tuple[SecretVersion, ...]:
    """The versions that AWS keeps: of more than 100 the oldest without labels go, but none within its first 24 hours.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
    """
    excess = max(0, len(versions) - MOST_VERSIONS)
    old = [v.id for v in versions if not v.stages and not _young(v, time)][:excess]
    return tuple(v for v in versions if v.id not in old)


def _young(version: SecretVersion, time: datetime | None) -> bool:
    return version.created is not None and time is not None and time - version.created < timedelta(hours=24)
