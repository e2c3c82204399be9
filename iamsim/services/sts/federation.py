"""GetFederationToken: a user asks for a session of its own making.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.engine.request import CallerKind
from iamsim.model.world import FederatedUser, Session
from iamsim.services.operation import Demand, Effect, Occasion, Operation, Parameter, ServiceError
from iamsim.services.sts.sessions import (
    HOUR,
    NAME,
    POLICIES,
    credentials,
    given_tags,
    is_session_policy,
    session_policies,
    tag_context,
    tags_are_good,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.services.operation import Subject

_TWELVE_HOURS = 12 * HOUR
_LONG_TERM = (CallerKind.USER, CallerKind.ROOT)

FOR_USERS_ONLY = ServiceError(
    "AccessDenied", "Cannot call GetFederationToken with session credentials", 403, recorded=False
)


def by_long_term_credentials(subject: Subject) -> ServiceError | None:
    """The caller is a user or the root user, not a session."""
    return None if subject.caller.kind in _LONG_TERM else FOR_USERS_ONLY


def duration(subject: Subject) -> int:
    """How long the session lasts in seconds: 12 hours by default; one of the root user an hour at most."""
    asked = int(subject.get("DurationSeconds", _TWELVE_HOURS))
    return min(asked, HOUR) if subject.caller.kind is CallerKind.ROOT else asked


def about_federated_user(subject: Subject) -> Subject:
    """The federated user of that name in the caller's account."""
    arn = f"arn:{subject.partition}:sts::{subject.account}:federated-user/{subject.get('Name', '')}"
    return subject.with_(arn=arn)


def on_federated_user(subject: Subject) -> Iterator[Occasion]:
    """Once, on the federated user."""
    yield Occasion(subject.arn, tag_context(given_tags(subject)))


def on_federated_user_if_tagged(subject: Subject) -> Iterator[Occasion]:
    """On the federated user if tags are passed. That it is the resource of `sts:TagSession` here, is inferred."""
    if given_tags(subject):
        yield from on_federated_user(subject)


def federated(subject: Subject) -> Effect:
    """The federated user, who can call from now on."""
    made = FederatedUser(subject.arn, subject.caller.id, Session(session_policies(subject), given_tags(subject)))
    response: dict[str, Any] = {
        "Credentials": credentials(subject, duration(subject)),
        "FederatedUser": {"FederatedUserId": f"{subject.account}:{subject.get('Name')}", "Arn": made.arn},
    }
    known = subject.world.account(subject.account) is not None
    return Effect(subject.world.with_federated_user(made) if known else subject.world, response)


GET_FEDERATION_TOKEN = Operation(
    "sts",
    "GetFederationToken",
    parameters=(
        Parameter("Name", required=True, low=2, high=32, pattern=NAME),
        *POLICIES,
        Parameter("DurationSeconds", int, low=900, high=36 * HOUR),
        Parameter("Tags", list, high=50),
    ),
    about=about_federated_user,
    before=(by_long_term_credentials, tags_are_good, is_session_policy),
    steps=(
        Demand("sts:GetFederationToken", on_federated_user),
        Demand("sts:TagSession", on_federated_user_if_tagged),
    ),
    effect=federated,
)
