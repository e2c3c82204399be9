"""What the operations that assume a role have in common: the role, the keys of the request, the session that is made.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssts.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.services.operation import Effect, Occasion, Parameter, ServiceError
from iamsim.services.sts.sessions import HOUR, NAME, POLICIES, credentials, tag_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.model.world import Session
    from iamsim.services.operation import Derived, Subject

PARAMETERS = (
    Parameter("RoleArn", required=True, low=20, high=2048),
    Parameter("RoleSessionName", required=True, low=2, high=64, pattern=NAME),
    *POLICIES,
    Parameter("DurationSeconds", int, low=900, high=43200),
)
"""The parameters of every operation that assumes a role."""


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


def duration(subject: Subject) -> int:
    """How long the session lasts in seconds, an hour by default."""
    return int(subject.get("DurationSeconds", HOUR))


def on_role(subject: Subject, tags: Mapping[str, str], more: Derived) -> Occasion:
    """A request on the role with its keys: the tags of the session, and `more`."""
    role = subject.role
    context = {
        "sts:RoleSessionName": subject.get("RoleSessionName"),
        **tag_context(tags),
        **{f"iam:ResourceTag/{name}": value for name, value in (role.tags if role else {}).items()},
        **more,
    }
    return Occasion(role or subject.arn, context)


def assumed(subject: Subject, session: Session, more: Mapping[str, Any]) -> Effect:
    """The session, which can call from now on; a later one of the same name takes its place here.

    `more` stands in the response beside the credentials.
    """
    role = subject.role
    if role is None:
        return Effect(subject.world)
    name = str(subject.get("RoleSessionName"))
    there = parse_arn(role.arn)
    response: dict[str, Any] = {
        "Credentials": credentials(subject, duration(subject)),
        "AssumedRoleUser": {
            "Arn": f"arn:{there.partition}:sts::{there.account}:assumed-role/{there.name}/{name}",
            "AssumedRoleId": f"{role.id}:{name}",
        },
        **more,
    }
    if session.source_identity:
        response["SourceIdentity"] = session.source_identity
    changed = replace(role, sessions={**role.sessions, name: session})
    return Effect(subject.world.with_role(changed), response)
