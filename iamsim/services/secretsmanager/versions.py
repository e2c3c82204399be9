"""The versions of a secret and their staging labels, as pure functions from a secret to the next one.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamsim.model.world import Secret, SecretVersion

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


def with_version(secret: Secret, version: SecretVersion) -> Secret:
    """The secret with a version as it is now, at its place."""
    return replace(secret, versions=tuple(version if v.id == version.id else v for v in secret.versions))
