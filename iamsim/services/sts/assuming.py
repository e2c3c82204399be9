"""AssumeRole.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html

A session that assumes a role hands on its source identity and its transitive tags: role chaining.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.engine.request import CallerKind
from iamsim.model.world import Session
from iamsim.services.operation import Demand, Operation, Parameter, ServiceError
from iamsim.services.sts import roles
from iamsim.services.sts.sessions import HOUR, NAME, given_tags, is_session_policy, session_policies, tags_are_good

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.services.operation import Effect, Occasion, Subject

NOT_FOR_ROOT = ServiceError("AccessDenied", "Roles may not be assumed by root accounts.", 403, recorded=False)
NOT_SIGNED = ServiceError("MissingAuthenticationToken", "Request is missing Authentication Token", 403, recorded=False)
CHAINED_TOO_LONG = ServiceError(
    "ValidationError",
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    recorded=False,
)
TRANSITIVE_TAG_TAKEN = ServiceError(
    "InvalidParameterValue",
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the "
    "calling session.",
)
"""Recorded by LocalStack on AWS (aws-facts A7.4)."""

TRANSITIVE_WITHOUT_TAG = ServiceError(
    "InvalidParameterValue",
    "The specified transitive tag key must be included in the requested tags.",
    recorded=False,
)
SOURCE_IDENTITY_CHANGED = ServiceError(
    "ValidationError", "The source identity of the calling session cannot be changed.", recorded=False
)


def not_by_root(subject: Subject) -> ServiceError | None:
    """The root user cannot assume roles (API_AssumeRole)."""
    return NOT_FOR_ROOT if subject.caller.kind is CallerKind.ROOT else None


def signed(subject: Subject) -> ServiceError | None:
    """Whoever has a token of an identity provider has no credentials to sign this call with."""
    return NOT_SIGNED if subject.caller.kind is CallerKind.PROVIDER else None


def an_hour_when_chained(subject: Subject) -> ServiceError | None:
    """A session that assumes a role gets an hour at most. The role's own maximum is not modelled."""
    chained = subject.caller.kind in (CallerKind.ROLE, CallerKind.SESSION)
    return CHAINED_TOO_LONG if chained and roles.duration(subject) > HOUR else None


def transitive_tags_are_free(subject: Subject) -> ServiceError | None:
    """What is transitive is among the tags of the call, and no tag of it has the key of one that is handed on."""
    tags = {name.lower() for name in given_tags(subject)}
    if tags & {name.lower() for name in _handed_on(subject)}:
        return TRANSITIVE_TAG_TAKEN
    return None if tags.issuperset(name.lower() for name in _transitive(subject)) else TRANSITIVE_WITHOUT_TAG


def source_identity_stays(subject: Subject) -> ServiceError | None:
    """A source identity, once set, cannot be changed by a later session of the chain."""
    own, given = _calling_session(subject).source_identity, subject.get("SourceIdentity")
    return SOURCE_IDENTITY_CHANGED if own and given and own != given else None


def _calling_session(subject: Subject) -> Session:
    return subject.world.session(subject.caller.id) or Session()


def _transitive(subject: Subject) -> tuple[str, ...]:
    return tuple(map(str, subject.get("TransitiveTagKeys", [])))


def _handed_on(subject: Subject) -> dict[str, str]:
    """The transitive tags of the session that calls."""
    session = _calling_session(subject)
    keys = {name.lower() for name in session.transitive}
    return {name: value for name, value in session.tags.items() if name.lower() in keys}


def _tags(subject: Subject) -> dict[str, str]:
    return {**_handed_on(subject), **given_tags(subject)}


def _source_identity(subject: Subject) -> str | None:
    identity: str | None = subject.get("SourceIdentity", _calling_session(subject).source_identity)
    return identity


def on_role(subject: Subject) -> Iterator[Occasion]:
    """Once, on the role.

    The tags that are handed on are request tags too: AWS's own trust policies for target roles read them there.
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html

    `sts:SourceIdentity` is what the call passes; what the calling session has already is `aws:SourceIdentity`.
    """
    more = {
        "sts:ExternalId": subject.get("ExternalId"),
        "sts:SourceIdentity": subject.get("SourceIdentity"),
        "sts:TransitiveTagKeys": _transitive(subject) or None,
    }
    yield roles.on_role(subject, _tags(subject), more)


def on_role_if_tagged(subject: Subject) -> Iterator[Occasion]:
    """On the role if the session will have tags, also if they are handed on."""
    if _tags(subject):
        yield from on_role(subject)


def on_role_if_identified(subject: Subject) -> Iterator[Occasion]:
    """On the role if the session will have a source identity, also if it is handed on."""
    if _source_identity(subject):
        yield from on_role(subject)


def assumed(subject: Subject) -> Effect:
    """The session with its policies and tags, and what is handed on to it."""
    identity = _source_identity(subject)
    session = Session(
        session_policies(subject),
        _tags(subject),
        (*_handed_on(subject), *_transitive(subject)),
        {"aws:SourceIdentity": identity} if identity else {},
    )
    return roles.assumed(subject, session, {})


ASSUME_ROLE = Operation(
    "sts",
    "AssumeRole",
    parameters=(
        *roles.PARAMETERS,
        Parameter("Tags", list, high=50),
        Parameter("TransitiveTagKeys", list, high=50),
        Parameter("ExternalId", low=2, high=1224),
        Parameter("SourceIdentity", low=2, high=64, pattern=NAME),
        Parameter("SerialNumber", low=9, high=256),
        Parameter("TokenCode", low=6, high=6, hidden=True),
    ),
    about=roles.about_role,
    before=(
        roles.names_a_role,
        not_by_root,
        signed,
        tags_are_good,
        transitive_tags_are_free,
        source_identity_stays,
        is_session_policy,
    ),
    steps=(
        Demand("sts:AssumeRole", on_role),
        Demand("sts:TagSession", on_role_if_tagged),
        Demand("sts:SetSourceIdentity", on_role_if_identified),
        an_hour_when_chained,
    ),
    effect=assumed,
    named_by="RoleArn",
)
