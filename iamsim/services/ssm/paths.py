"""GetParametersByPath.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html

The permission is asked for on the path alone: whoever has it reads every parameter below, denied ones too.
https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.kms.contexts import truth
from iamsim.services.operation import DEFAULT_REGION, Demand, Effect, Occasion, Operation, Parameter
from iamsim.services.secretsmanager.listing import NEXT_TOKEN, next_token_is_known, page
from iamsim.services.secretsmanager.reading import present
from iamsim.services.ssm import SECURE, errors
from iamsim.services.ssm.keys import VIA, can_be_used, key_occasion, key_of
from iamsim.services.ssm.naming import parameter_arn
from iamsim.services.ssm.reading import DECRYPTION, MOST, described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model import world
    from iamsim.model.world import ParameterVersion
    from iamsim.services.operation import ServiceError, Subject


def about_path(subject: Subject) -> Subject:
    """A path of the caller's account."""
    return subject.with_(arn=parameter_arn(subject, str(subject.get("Path"))))


def is_path(subject: Subject) -> ServiceError | None:
    """A path begins with `/`."""
    return None if str(subject.get("Path")).startswith("/") else errors.validation("A path begins with a slash.")


def _on_path(subject: Subject) -> Iterator[Occasion]:
    yield Occasion(subject.arn, {"ssm:Recursive": truth(subject.get("Recursive"))})


def _below(subject: Subject) -> tuple[list[tuple[world.Parameter, ParameterVersion]], str | None]:
    """One page of the parameters below the path, on its own level or, recursively, on all, and the token of the next."""
    account, region = subject.world.account(subject.account), subject.region or DEFAULT_REGION
    path = str(subject.get("Path")).rstrip("/") + "/"
    found = [
        (parameter, version)
        for parameter in (account.parameters.values() if account else ())
        if parameter.region == region and parameter.name.startswith(path)
        if subject.get("Recursive") or "/" not in parameter.name.removeprefix(path)
        if (version := parameter.version(None))
    ]
    shown, token = page(subject, found, MOST)
    return list(shown), token


def _encrypted(subject: Subject) -> Iterator[tuple[world.Parameter, ParameterVersion]]:
    if subject.get("WithDecryption"):
        yield from (each for each in _below(subject)[0] if each[0].type == SECURE)


def _on_keys(subject: Subject) -> Iterator[Occasion]:
    for parameter, version in _encrypted(subject):
        yield key_occasion(subject, parameter.arn, key_of(subject, parameter.arn, version.key))


def _keys_are_usable(subject: Subject) -> ServiceError | None:
    keys = (key_of(subject, parameter.arn, version.key) for parameter, version in _encrypted(subject))
    return next((error for key in keys if (error := can_be_used(key))), None)


def _read(subject: Subject) -> Effect:
    found, token = _below(subject)
    parameters = [described(subject, parameter, version) for parameter, version in found]
    return Effect(subject.world, present(Parameters=parameters, NextToken=token))


GET_PARAMETERS_BY_PATH = Operation(
    "ssm",
    "GetParametersByPath",
    parameters=(
        Parameter("Path", required=True, low=1, high=2048),
        Parameter("Recursive", bool),
        DECRYPTION,
        Parameter("MaxResults", int, low=1, high=MOST),
        NEXT_TOKEN,
    ),
    before=(is_path, next_token_is_known),
    about=about_path,
    steps=(
        Demand("ssm:GetParametersByPath", _on_path),
        Demand("kms:Decrypt", _on_keys, via=VIA, hides=errors.KMS_REFUSED),
        _keys_are_usable,
    ),
    effect=_read,
    read_only=True,
)
