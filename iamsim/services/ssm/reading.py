"""GetParameter and GetParameters.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.services.kms.ciphertext import Ciphertext
from iamsim.services.operation import Demand, Effect, Occasion, Operation, Parameter
from iamsim.services.secretsmanager.reading import present
from iamsim.services.ssm import SECURE, STANDARD, errors, references
from iamsim.services.ssm.keys import VIA, can_be_used, key_occasion, key_of, pairs_of
from iamsim.services.ssm.naming import about_parameter, named, names_of, readable_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model import world
    from iamsim.model.world import ParameterVersion
    from iamsim.services.operation import Derived, ServiceError, Subject
    from iamsim.services.ssm.naming import Named

NAME = Parameter("Name", required=True, low=1, high=2048)
DECRYPTION = Parameter("WithDecryption", bool)
MOST = 10
"""Names in one GetParameters."""

ENVELOPE = "iamsim-envelope"
"""Stands for the value of an advanced SecureString that is not decrypted: an envelope, which KMS alone does not open."""


def tag_context(parameter: world.Parameter | None) -> Derived:
    """The tags of a parameter, under the service's own key beside `aws:ResourceTag`."""
    return {f"ssm:resourceTag/{name}": value for name, value in parameter.tags.items()} if parameter else {}


def on_names(subject: Subject) -> Iterator[Occasion]:
    """Once on each parameter that the call names, be it there or not."""
    for text in names_of(subject):
        found = named(subject, text)
        yield Occasion(found.arn, tag_context(found.parameter))


def on_keys(subject: Subject) -> Iterator[Occasion]:
    """On the key of each SecureString that is to be decrypted."""
    for found, version in _decrypted(subject):
        yield key_occasion(subject, found.arn, key_of(subject, found.arn, version.key))


def _decrypted(subject: Subject) -> Iterator[tuple[Named, ParameterVersion]]:
    for text in names_of(subject) if subject.get("WithDecryption") else ():
        found = named(subject, text)
        if found.parameter and found.parameter.type == SECURE and found.version:
            yield found, found.version


def keys_are_usable(subject: Subject) -> ServiceError | None:
    """Every key that is needed can be used."""
    keys = (key_of(subject, found.arn, version.key) for found, version in _decrypted(subject))
    return next((error for key in keys if (error := can_be_used(key))), None)


def exists(subject: Subject) -> ServiceError | None:
    """The parameter is there, in the version that is selected."""
    text = str(subject.get("Name"))
    found = named(subject, text)
    if references.is_reference(subject, text):
        return None
    if found.parameter is None:
        return errors.NOT_FOUND
    return None if found.version else errors.no_version(found.selector)


def distinct(subject: Subject) -> ServiceError | None:
    """The names of one call are texts, and none stands twice."""
    texts = subject.get("Names")
    if not all(isinstance(text, str) for text in texts) or len(set(texts)) < len(texts):
        return errors.validation("Names must be unique texts.")
    return None


def shown(subject: Subject, text: str) -> dict[str, Any] | None:
    """A parameter as it is returned; None for one that is not there."""
    if references.is_reference(subject, text):
        return references.secret_read(subject, text)
    found = named(subject, text)
    if found.parameter is None or found.version is None:
        return None
    return described(subject, found.parameter, found.version, found.selector)


def described(
    subject: Subject, parameter: world.Parameter, version: ParameterVersion, selector: str = ""
) -> dict[str, Any]:
    """A parameter as it is returned, its value decrypted if the call asks for that."""
    encrypted = parameter.type == SECURE and not subject.get("WithDecryption")
    return present(
        Name=parameter.name,
        Type=parameter.type,
        Value=_sealed(subject, parameter, version) if encrypted else version.value,
        Version=version.number,
        Selector=f":{selector}" if selector else None,
        LastModifiedDate=version.changed,
        ARN=parameter.arn,
        DataType="text",
    )


def _sealed(subject: Subject, parameter: world.Parameter, version: ParameterVersion) -> str:
    if parameter.tier != STANDARD:
        return ENVELOPE
    key = key_of(subject, parameter.arn, version.key)
    return Ciphertext(key.arn, pairs_of(parameter.arn), version.value.encode()).blob.decode()


def _read(subject: Subject) -> Effect:
    return Effect(subject.world, {"Parameter": shown(subject, str(subject.get("Name")))})


def _read_all(subject: Subject) -> Effect:
    """The parameters that are there, and the names of the others."""
    texts = names_of(subject)
    found = {text: shown(subject, text) for text in texts}
    there = [parameter for parameter in found.values() if parameter]
    return Effect(subject.world, {"Parameters": there, "InvalidParameters": [t for t in texts if not found[t]]})


KEYS = Demand("kms:Decrypt", on_keys, via=VIA, hides=errors.KMS_REFUSED)

GET_PARAMETER = Operation(
    "ssm",
    "GetParameter",
    parameters=(NAME, DECRYPTION),
    before=(readable_name,),
    about=about_parameter,
    steps=(
        Demand("ssm:GetParameter", on_names),
        references.decryption_is_asked_for,
        *references.steps(1),
        exists,
        KEYS,
        keys_are_usable,
    ),
    effect=_read,
    named_by="Name",
    read_only=True,
)
GET_PARAMETERS = Operation(
    "ssm",
    "GetParameters",
    parameters=(Parameter("Names", list, required=True, low=1, high=MOST), DECRYPTION),
    before=(distinct, readable_name),
    steps=(
        Demand("ssm:GetParameters", on_names),
        references.decryption_is_asked_for,
        *references.steps(MOST),
        KEYS,
        keys_are_usable,
    ),
    effect=_read_all,
    read_only=True,
)
