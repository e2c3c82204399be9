"""DescribeSecret, ListSecrets, ListSecretVersionIds.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from iamsim.services.operation import DEFAULT_REGION, Demand, Effect, Occasion, Operation, Parameter, ServiceError
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.contexts import request_context
from iamsim.services.secretsmanager.filters import KEYS, matches
from iamsim.services.secretsmanager.naming import about_secret, gone, valid_name
from iamsim.services.secretsmanager.reading import SECRET_ID, on_secret, present
from iamsim.services.secretsmanager.replication import replication_status
from iamsim.services.secretsmanager.rotation_windows import next_rotation_date
from iamsim.services.secretsmanager.shapes import members_are_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iamsim.model.world import Secret, SecretVersion
    from iamsim.services.operation import Subject

T = TypeVar("T")
FILTERS = Parameter("Filters", list, high=10)
NEXT_TOKEN = Parameter("NextToken", low=1, high=4096)
MOST = 100


def on_everything(subject: Subject) -> Iterator[Occasion]:
    """Once, on `*`: the action has no resource type."""
    yield Occasion("*", request_context(subject))


def filters_are_known(subject: Subject) -> ServiceError | None:
    """Every filter has a key that AWS knows, and values."""
    wrong = next((f for f in subject.get("Filters", ()) if f.get("Key") not in KEYS or not f.get("Values")), None)
    return (
        ServiceError("ValidationException", "A filter has no known key, or no values.", recorded=False)
        if wrong
        else None
    )


def next_token_is_known(subject: Subject) -> ServiceError | None:
    """The token of a page is a number here."""
    return None if str(subject.get("NextToken", "0")).isdecimal() else errors.BAD_NEXT_TOKEN


def page(subject: Subject, members: Sequence[T], usual: int = MOST) -> tuple[Sequence[T], str | None]:
    """The members of one page, and the token of the next."""
    start = int(subject.get("NextToken", "0"))
    end = start + int(subject.get("MaxResults", usual))
    return members[start:end], str(end) if end < len(members) else None


def listed(subject: Subject, *, planned_deletion: bool = False) -> list[Secret]:
    """The secrets of the caller's account that the call is about, in the order in which they were created."""
    account, region = subject.world.account(subject.account), subject.region or DEFAULT_REGION
    there = [s for s in account.secrets.values() if s.region == region and not gone(s, subject.time)] if account else []
    wanted = subject.get("Filters", ())
    return [s for s in there if (planned_deletion or not s.deleted) and matches(s, wanted)]


def _details(secret: Secret) -> dict[str, Any]:
    """What DescribeSecret and ListSecrets tell alike; what is empty is not told (recorded)."""
    rotation = secret.rotation
    read = [version.accessed for version in secret.versions if version.accessed]
    return present(
        ARN=secret.arn,
        Name=secret.name,
        Description=secret.description or None,
        KmsKeyId=secret.key,
        RotationEnabled=rotation.enabled if rotation else None,
        RotationLambdaARN=rotation.function if rotation else None,
        RotationRules=dict(rotation.rules) if rotation and rotation.rules else None,
        LastRotatedDate=rotation.last if rotation else None,
        NextRotationDate=next_rotation_date(secret),
        LastChangedDate=secret.changed,
        LastAccessedDate=max(read, default=None),
        DeletedDate=secret.deleted,
        Tags=[{"Key": k, "Value": v} for k, v in secret.tags.items()] if secret.tags or secret.tagged else None,
        OwningService=secret.owning_service,
        CreatedDate=secret.created,
        PrimaryRegion=secret.primary or (secret.region if secret.replicas else None),
    )


def _stages(secret: Secret) -> dict[str, list[str]] | None:
    """The labelled versions, also one without a value."""
    return {v.id: list(v.stages) for v in secret.versions if v.stages} or None


def _describe(subject: Subject) -> Effect:
    secret = subject.found
    status = replication_status(secret) or None
    return Effect(
        subject.world, {**_details(secret), **present(VersionIdsToStages=_stages(secret), ReplicationStatus=status)}
    )


def _list(subject: Subject) -> Effect:
    """At once complete, where AWS's list may miss the last minutes."""
    secrets = listed(subject, planned_deletion=bool(subject.get("IncludePlannedDeletion")))
    if subject.get("SortOrder") == "desc":
        secrets.reverse()
    shown, token = page(subject, secrets)
    entries = [{**_details(secret), **present(SecretVersionsToStages=_stages(secret))} for secret in shown]
    return Effect(subject.world, present(SecretList=entries, NextToken=token))


def _list_versions(subject: Subject) -> Effect:
    """The versions with a value; those without a label only if they are asked for."""
    secret, deprecated = subject.found, bool(subject.get("IncludeDeprecated"))
    versions = [v for v in secret.versions if v.value is not None and (v.stages or deprecated)]
    shown, token = page(subject, versions)
    entries = [_entry(secret, version) for version in shown]
    return Effect(subject.world, present(ARN=secret.arn, Name=secret.name, Versions=entries, NextToken=token))


def _entry(secret: Secret, version: SecretVersion) -> dict[str, Any]:
    return present(
        VersionId=version.id,
        VersionStages=list(version.stages) or None,
        LastAccessedDate=version.accessed,
        CreatedDate=version.created,
        KmsKeyIds=[key or "DefaultEncryptionKey" for key in secret.keys_of(version)],
    )


DESCRIBE_SECRET = Operation(
    "secretsmanager",
    "DescribeSecret",
    parameters=(SECRET_ID,),
    before=(valid_name,),
    about=about_secret,
    steps=(Demand("secretsmanager:DescribeSecret", on_secret), rules.exists),
    effect=_describe,
    named_by="SecretId",
    read_only=True,
)
LIST_SECRETS = Operation(
    "secretsmanager",
    "ListSecrets",
    parameters=(
        FILTERS,
        Parameter("IncludePlannedDeletion", bool),
        Parameter("MaxResults", int, low=1, high=MOST),
        NEXT_TOKEN,
        Parameter("SortOrder", choices=("asc", "desc")),
    ),
    before=(members_are_well_formed, filters_are_known, next_token_is_known),
    steps=(Demand("secretsmanager:ListSecrets", on_everything),),
    effect=_list,
    read_only=True,
)
LIST_SECRET_VERSION_IDS = Operation(
    "secretsmanager",
    "ListSecretVersionIds",
    parameters=(
        SECRET_ID,
        Parameter("IncludeDeprecated", bool),
        Parameter("MaxResults", int, low=1, high=MOST),
        NEXT_TOKEN,
    ),
    before=(valid_name, next_token_is_known),
    about=about_secret,
    steps=(Demand("secretsmanager:ListSecretVersionIds", on_secret), rules.exists),
    effect=_list_versions,
    named_by="SecretId",
    read_only=True,
)
