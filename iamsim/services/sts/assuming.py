"""AssumeRole.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from iamsim.engine.request import CallerKind
from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError, PolicyError
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Session
from iamsim.services.operation import Demand, Effect, Occasion, Operation, Parameter, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iamsim.services.operation import Derived, Subject

NOT_FOR_ROOT = ServiceError("AccessDenied", "Roles may not be assumed by root accounts.", 403, recorded=False)
DUPLICATE_TAGS = ServiceError(
    "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."
)
MALFORMED = ServiceError("MalformedPolicyDocument", "The session policy is malformed.", recorded=False)
CHAINED_TOO_LONG = ServiceError(
    "ValidationError",
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    recorded=False,
)
_HOUR = 3600


def about_role(subject: Subject) -> Subject:
    """The role of that ARN, path included. Of one that is not there AWS says only that access is denied."""
    arn = str(subject.get("RoleArn", ""))
    if not _is_role(arn):
        return subject
    account_id = parse_arn(arn).account
    account = subject.world.account(account_id)
    return subject.with_(arn=arn, account=account_id, role=account.roles.get(arn) if account else None)


def _is_role(text: str) -> bool:
    try:
        arn = parse_arn(text)
    except LanguageError:
        return False
    return arn.service == "iam" and bool(arn.account) and arn.resource.startswith("role/")


def names_a_role(subject: Subject) -> ServiceError | None:
    """`RoleArn` is the ARN of a role."""
    if _is_role(str(subject.get("RoleArn", ""))):
        return None
    return ServiceError("ValidationError", "RoleArn is not the ARN of a role.", recorded=False)


def not_by_root(subject: Subject) -> ServiceError | None:
    """The root user cannot assume roles (API_AssumeRole)."""
    return NOT_FOR_ROOT if subject.caller.kind is CallerKind.ROOT else None


def an_hour_when_chained(subject: Subject) -> ServiceError | None:
    """A session that assumes a role gets an hour at most. The role's own maximum is not modelled."""
    chained = subject.caller.kind in (CallerKind.ROLE, CallerKind.SESSION)
    return CHAINED_TOO_LONG if chained and duration(subject) > _HOUR else None


def tags_differ(subject: Subject) -> ServiceError | None:
    """No tag is given twice, in any case of letters."""
    names = [name.lower() for name in _tag_names(subject)]
    return DUPLICATE_TAGS if len(set(names)) < len(names) else None


def is_session_policy(subject: Subject) -> ServiceError | None:
    """The session policy can be read."""
    try:
        session_policies(subject)
    except (PolicyError, LanguageError):
        return MALFORMED
    return None


def session_policies(subject: Subject) -> tuple[Policy, ...] | None:
    """The policies passed for the session, None for none. Of managed ones the world does not hold the text.

    Raises:
        PolicyError: the inline policy cannot be read.
    """
    inline, listed = subject.get("Policy"), subject.get("PolicyArns", [])
    if inline is None and not listed:
        return None
    read = () if inline is None else (Policy.parse(str(inline), PolicyType.SESSION, "session policy"),)
    arns = (str(entry.get("arn", "")) if isinstance(entry, dict) else str(entry) for entry in listed)
    return (*read, *(Policy(arn, PolicyType.SESSION, None, (), known=False) for arn in arns))


def _tag_names(subject: Subject) -> list[str]:
    return [str(tag.get("Key", "")) for tag in subject.get("Tags", []) if isinstance(tag, dict)]


def session_tags(subject: Subject) -> dict[str, str]:
    """The tags passed for the session."""
    return {
        str(tag.get("Key", "")): str(tag.get("Value", "")) for tag in subject.get("Tags", []) if isinstance(tag, dict)
    }


def duration(subject: Subject) -> int:
    """How long the session lasts, an hour by default."""
    return int(subject.get("DurationSeconds", _HOUR))


def role_context(subject: Subject) -> Derived:
    """The keys of the request. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssts.html."""
    tags, role = session_tags(subject), subject.role
    return {
        "sts:RoleSessionName": subject.get("RoleSessionName"),
        "sts:ExternalId": subject.get("ExternalId"),
        "sts:SourceIdentity": subject.get("SourceIdentity"),
        "sts:TransitiveTagKeys": list(subject.get("TransitiveTagKeys", [])) or None,
        "aws:TagKeys": [*tags] or None,
        **{f"aws:RequestTag/{name}": value for name, value in tags.items()},
        **{f"iam:ResourceTag/{name}": value for name, value in (role.tags if role else {}).items()},
    }


def on_role(parameter: str = "RoleArn") -> Callable[[Subject], Iterator[Occasion]]:
    """Once, on the role, if the call gives that parameter."""

    def occasions(subject: Subject) -> Iterator[Occasion]:
        if subject.get(parameter):
            yield Occasion(subject.role or subject.arn, role_context(subject))

    return occasions


def assumed(subject: Subject) -> Effect:
    """The session, which can call from now on; a later one of the same name takes its place here.

    The credentials are placeholders: who calls is told by the session's ARN.
    """
    role = subject.role
    assert role is not None  # noqa: S101 - no trust policy lets anybody assume a role that is not there
    name = str(subject.get("RoleSessionName"))
    session = Session(session_policies(subject), session_tags(subject))
    there = parse_arn(role.arn)
    response: dict[str, Any] = {
        "Credentials": {
            "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "SecretAccessKey": "placeholder",
            "SessionToken": "placeholder",
            "Expiration": subject.time + timedelta(seconds=duration(subject)),
        },
        "AssumedRoleUser": {
            "Arn": f"arn:{there.partition}:sts::{there.account}:assumed-role/{there.name}/{name}",
            "AssumedRoleId": f"{role.id}:{name}",
        },
    }
    if subject.get("SourceIdentity"):
        response["SourceIdentity"] = subject.get("SourceIdentity")
    changed = replace(role, sessions={**role.sessions, name: session})
    return Effect(subject.world.with_role(changed), response)


_NAME = re.compile(r"[\w+=,.@-]*", re.ASCII)

ASSUME_ROLE = Operation(
    "sts",
    "AssumeRole",
    parameters=(
        Parameter("RoleArn", required=True, low=20, high=2048),
        Parameter("RoleSessionName", required=True, low=2, high=64, pattern=_NAME),
        Parameter("Policy", low=1, high=2048),
        Parameter("PolicyArns", list, high=10),
        Parameter("DurationSeconds", int, low=900, high=43200),
        Parameter("Tags", list, high=50),
        Parameter("TransitiveTagKeys", list, high=50),
        Parameter("ExternalId", low=2, high=1224),
        Parameter("SourceIdentity", low=2, high=64, pattern=_NAME),
        Parameter("SerialNumber", low=9, high=256),
        Parameter("TokenCode", low=6, high=6, hidden=True),
    ),
    about=about_role,
    before=(names_a_role, not_by_root, tags_differ, is_session_policy),
    steps=(
        Demand("sts:AssumeRole", on_role()),
        Demand("sts:TagSession", on_role("Tags")),
        Demand("sts:SetSourceIdentity", on_role("SourceIdentity")),
        an_hour_when_chained,
    ),
    effect=assumed,
    named_by="RoleArn",
)
