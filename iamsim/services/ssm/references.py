"""Secrets that are read through Parameter Store, as `/aws/reference/secretsmanager/NAME`.

https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html

Parameter Store asks Secrets Manager in the caller's name, and Secrets Manager asks KMS: every permission of a direct read is
needed, and secretsmanager:DescribeSecret, which AWS's page names beside it. A secret of another account cannot be named.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.language.arn import parse_arn
from iamsim.services.operation import Demand
from iamsim.services.secretsmanager.naming import about_secret
from iamsim.services.secretsmanager.reading import GET_SECRET_VALUE, on_secret, read_value
from iamsim.services.ssm import errors
from iamsim.services.ssm.keys import VIA
from iamsim.services.ssm.naming import named, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iamsim.services.operation import Occasion, Rule, ServiceError, Subject

_PREFIX = "aws/reference/secretsmanager/"


def is_reference(subject: Subject, text: str) -> bool:
    """Whether a name stands for a secret of the caller's account."""
    place = parse_arn(named(subject, text).arn)
    return place.account == subject.caller.account and place.resource.startswith(f"parameter/{_PREFIX}")


def as_read(subject: Subject, text: str) -> Subject:
    """The GetSecretValue that a reference leads to. What stands behind a `:` is a version id or a staging label."""
    found = named(subject, text)
    secret_id = found.arn.partition(_PREFIX)[2]
    there = about_secret(subject.with_(parameters={"SecretId": secret_id}, region=parse_arn(found.arn).region))
    if not found.selector:
        return there
    by_id = there.secret is not None and there.secret.version(found.selector) is not None
    return there.with_(
        parameters={"SecretId": secret_id, "VersionId" if by_id else "VersionStage": found.selector},
    )


def secret_read(subject: Subject, text: str) -> dict[str, Any]:
    """The parameter as which the secret is returned."""
    response = read_value(as_read(subject, text)).response
    value = response.get("SecretString")
    return {
        "Name": f"/{_PREFIX}{response['Name']}",
        "Type": "SecureString",
        "Value": value if value is not None else response.get("SecretBinary"),
        "Version": 0,
        "ARN": response["ARN"],
        "DataType": "text",
    }


def decryption_is_asked_for(subject: Subject) -> ServiceError | None:
    """A secret is only read decrypted."""
    referring = any(is_reference(subject, text) for text in names_of(subject))
    return errors.DECRYPTION_NEEDED if referring and not subject.get("WithDecryption") else None


def steps(most: int) -> Iterator[Demand | Rule]:
    """What the references among the first names of a call need: what GetSecretValue needs, in its order."""
    describe = Demand("secretsmanager:DescribeSecret", on_secret)
    of_secret, *rest = GET_SECRET_VALUE.steps
    for position in range(most):
        for step in (of_secret, describe, *rest):
            yield _asked(step, position) if isinstance(step, Demand) else _ruled(step, position)


def _referring(subject: Subject, position: int) -> Iterator[Subject]:
    for text in names_of(subject)[position : position + 1]:
        if is_reference(subject, text):
            yield as_read(subject, text)


def _asked(demand: Demand, position: int) -> Demand:
    def on(subject: Subject) -> Iterator[Occasion]:
        for read in _referring(subject, position):
            yield from demand.on(read)

    hides = errors.referencing(demand.hides) if demand.hides else errors.REFERENCE_REFUSED
    return replace(demand, on=on, via=demand.via or VIA, hides=hides)


def _ruled(rule: Rule, position: int) -> Callable[[Subject], ServiceError | None]:
    def ruled(subject: Subject) -> ServiceError | None:
        found = next((error for read in _referring(subject, position) if (error := rule(read))), None)
        return errors.referencing(found) if found else None

    return ruled
