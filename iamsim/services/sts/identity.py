"""GetCallerIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.operation import Demand, Effect, Occasion, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.services.operation import Subject


def on_nothing(subject: Subject) -> Iterator[Occasion]:
    """Once, on no resource."""
    yield Occasion("*", {})


def told(subject: Subject) -> Effect:
    """Who calls. Of a role ARN the session's name is not known: it stands for itself."""
    fields = {"UserId": subject.user_id, "Account": subject.caller.account, "Arn": subject.caller.id}
    return Effect(subject.world, {name: value for name, value in fields.items() if value is not None})


GET_CALLER_IDENTITY = Operation(
    "sts",
    "GetCallerIdentity",
    steps=(Demand("sts:GetCallerIdentity", on_nothing),),
    effect=told,
    read_only=True,
)
