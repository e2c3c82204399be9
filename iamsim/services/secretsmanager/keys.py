"""The KMS keys behind a secret, and the requests that Secrets Manager makes of them in the caller's name.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.model.world import Key
from iamsim.services.operation import ManagedKey, Occasion
from iamsim.services.secretsmanager.contexts import key_context

if TYPE_CHECKING:
    from iamsim.model.world import Secret, World
    from iamsim.services.operation import Subject

VIA = "secretsmanager.amazonaws.com"


def key_of(world: World, arn: str) -> Key:
    """A key; of one that the world does not hold, only the ARN is known."""
    return world.key(arn) or Key(arn)


def key_occasion(subject: Subject, secret: Secret, key_arn: str | None, version_id: str | None) -> Occasion:
    """A request on a key of a secret, None for the AWS managed one, for one version of it (None: not known which)."""
    key = None if key_arn is None else key_of(subject.world, key_arn)
    context = key_context(subject, secret.arn, version_id, key, secret.region)
    managed = ManagedKey(parse_arn(secret.arn).partition, secret.region, secret.account)
    return Occasion(key or managed, context)
