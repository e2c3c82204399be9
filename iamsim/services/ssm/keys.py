"""The KMS keys behind SecureString parameters, and the requests that Parameter Store makes of them in the caller's name.

https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.model.world import Key
from iamsim.services.kms.contexts import encryption_context
from iamsim.services.kms.contexts import key_context as of_key
from iamsim.services.kms.errors import unusable
from iamsim.services.operation import ManagedKey, Occasion
from iamsim.services.ssm import errors

if TYPE_CHECKING:
    from iamsim.services.operation import Derived, ServiceError, Subject

VIA = "ssm.amazonaws.com"


def pairs_of(parameter_arn: str) -> dict[str, str]:
    """The encryption context of a parameter, of either tier."""
    return {"PARAMETER_ARN": parameter_arn}


def key_of(subject: Subject, parameter_arn: str, key_arn: str | None) -> Key | ManagedKey:
    """The key of a parameter, None for `aws/ssm`. Of one that the world does not hold, only the ARN is known."""
    place = parse_arn(parameter_arn)
    if key_arn is None:
        return ManagedKey(place.partition, place.region, place.account, "ssm")
    return subject.world.key(key_arn) or Key(key_arn)


def key_occasion(subject: Subject, parameter_arn: str, key: Key | ManagedKey) -> Occasion:
    """A request on the key of a parameter. A parameter has no `SecretVersionId` in its encryption context."""
    context: Derived = {
        **of_key(subject.with_(key=key if isinstance(key, Key) else None, parameters={})),
        **encryption_context(pairs_of(parameter_arn)),
        "kms:EncryptionContext:SecretVersionId": None,
        "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "kms:ViaService": f"ssm.{parse_arn(parameter_arn).region}.amazonaws.com",
    }
    return Occasion(key, context)


def can_be_used(key: Key | ManagedKey) -> ServiceError | None:
    """The key is enabled; where it is not, Parameter Store passes on what KMS says.

    https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html#parameter-store-cmk-fail
    """
    why = unusable(key) if isinstance(key, Key) else None
    return errors.invalid_key(why.message) if why else None
