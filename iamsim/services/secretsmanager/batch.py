"""BatchGetSecretValue: one GetSecretValue for each secret, in the caller's name.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.services.operation import Demand, Effect, Operation, Parameter
from iamsim.services.secretsmanager import errors
from iamsim.services.secretsmanager.listing import (
    FILTERS,
    NEXT_TOKEN,
    filters_are_known,
    listed,
    next_token_is_known,
    on_everything,
    page,
)
from iamsim.services.secretsmanager.reading import present
from iamsim.services.secretsmanager.shapes import members_are_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iamsim.model.world import Secret
    from iamsim.services.operation import Occasion, ServiceError, Subject

MOST = 20


def _on_everything_to_filter(subject: Subject) -> Iterator[Occasion]:
    """Filters need the permission to list."""
    yield from on_everything(subject) if subject.get("Filters") else ()


def _filters_or_list(subject: Subject) -> ServiceError | None:
    """Either filters or a list of secrets; pages only of what filters find."""
    filtered, named = bool(subject.get("Filters")), bool(subject.get("SecretIdList"))
    paged = subject.get("MaxResults") is not None or subject.get("NextToken") is not None
    return errors.FILTERS_OR_LIST if filtered == named or (named and paged) else None


def _found(subject: Subject) -> tuple[Sequence[Secret], str | None]:
    return page(subject, listed(subject), MOST)


def _calls(subject: Subject) -> Iterator[tuple[str, Mapping[str, Any]]]:
    named = subject.get("SecretIdList") or [secret.arn for secret in _found(subject)[0]]
    for secret_id in named:
        yield "GetSecretValue", {"SecretId": secret_id}


def _gather(subject: Subject) -> Effect:
    """The values, and the errors of those that could not be read. A call whose outcome is not known is left out of both."""
    values = [dict(nested.response) for nested in subject.nested if nested.response]
    failed = [
        {"SecretId": n.parameters["SecretId"], "ErrorCode": n.error.code, "Message": n.error.message}
        for n in subject.nested
        if n.error
    ]
    token = _found(subject)[1] if subject.get("Filters") else None
    return Effect(subject.world, present(SecretValues=values, Errors=failed, NextToken=token))


BATCH_GET_SECRET_VALUE = Operation(
    "secretsmanager",
    "BatchGetSecretValue",
    parameters=(
        FILTERS,
        Parameter("MaxResults", int, low=1, high=MOST),
        NEXT_TOKEN,
        Parameter("SecretIdList", list, low=1, high=MOST),
    ),
    before=(_filters_or_list, members_are_well_formed, filters_are_known, next_token_is_known),
    steps=(
        Demand("secretsmanager:BatchGetSecretValue", on_everything),
        Demand("secretsmanager:ListSecrets", _on_everything_to_filter),
    ),
    calls=_calls,
    effect=_gather,
    read_only=True,
)
