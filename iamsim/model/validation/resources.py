"""Resource and NotResource: `*`, or an ARN with wildcards.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iamsim.model.validation.report import Flaw, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PARTITIONS = (
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
)
"""Every partition of AWS."""

FIELDS = 6  # of an ARN, `arn` itself included

_SERVICE = re.compile(r"[\w.-]+")
_WILD = re.compile(r"[*?]|\$\{")
_VARIABLE = re.compile(r"\$\{[^{}]*\}")

_IAM_PATHS = (
    "user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
    "sms-mfa/", "u2f/", "saml-provider/", "oidc-provider/", "report/", "access-report/", "assumed-role/",
    "contextProvider/", "delegation-request/",
)  # fmt: skip
_IAM_WHOLE = ("*", "root")

_UNREMARKABLE = re.compile(
    r"\*|arn:(?:aws|\*|aws-cn|aws-us-gov):"
    rf"(?:(?!iam:|s3:)[A-Za-z0-9.-]+:[^:$]*:[^:$]*:|s3:::|iam::[^:$]*:(?:{'|'.join(_IAM_PATHS)}))[^$]*"
)

# The resources of S3 whose ARNs have a Region:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
_S3_REGIONAL = ("accesspoint", "access-grants", "job", "storage-lens", "storage-lens-group", "async-request")


def unremarkable(texts: Iterable[str]) -> bool:
    """Whether these resources are `*` and ARNs of the usual forms, without variables: nothing is wrong with them."""
    return all(map(_UNREMARKABLE.fullmatch, texts))


def resource_flaw(text: str, *, complete: bool = False) -> Flaw | None:
    """What is wrong with a resource, if anything. With `complete`, an ARN must have all six fields."""
    if text == "*":
        return None
    fields = _VARIABLE.sub(lambda variable: variable[0].replace(":", "."), text).split(":", FIELDS - 1)
    if len(fields) == 1 or fields[0] != "arn":
        help_ = "write `arn:partition:service:region:account:resource` or `*`"
        return Flaw("resource-format", f"{shown(text)} is neither an ARN nor `*`", help_)
    flaw = _partition_flaw(fields[1]) or _service_flaw(fields)
    if flaw or len(fields) == FIELDS:
        return flaw or _typical_flaw(fields)
    return _short_flaw(text, fields, complete=complete)


def _partition_flaw(partition: str) -> Flaw | None:
    if _may_be(partition, PARTITIONS):
        return None
    help_ = f"write one of `{'`, `'.join(PARTITIONS)}`, or `*`"
    if not partition:
        return Flaw("resource-partition", "the ARN names no partition", help_)
    return Flaw("resource-partition", f"{shown(partition)} is no partition of AWS", help_, (4, 4 + len(partition)))


def _service_flaw(fields: list[str]) -> Flaw | None:
    service = fields[2] if len(fields) > 2 else ""
    if _SERVICE.fullmatch(service):
        return None
    start = len(fields[1]) + 5
    inside = (start, start + len(service)) if service else None
    message = f"{shown(service)} is no service" if service else "the ARN names no service"
    return Flaw("resource-service", message, "write the service in full: wildcards cannot stand there", inside)


def _short_flaw(text: str, fields: list[str], *, complete: bool) -> Flaw | None:
    if "::" in text:
        help_ = "write all six fields; an S3 bucket is `arn:aws:s3:::bucket`, with three colons"
        return Flaw("arn-gap", f"{shown(text)} leaves a field empty and has {len(fields)} of six", help_)
    if complete:
        help_ = "write all six fields: only other identity policies complete an ARN with `*`"
        return Flaw("incomplete-arn", f"{shown(text)} has {len(fields)} of the six fields of an ARN", help_)
    return None


def _typical_flaw(fields: list[str]) -> Flaw | None:
    judge = _BY_SERVICE.get(fields[2])
    return judge(fields) if judge else None


def _iam_flaw(fields: list[str]) -> Flaw | None:
    region, resource = fields[3], fields[5]
    if region:
        return Flaw("iam-resource-region", "an ARN of IAM has no Region", "leave the field empty", _field(fields, 3))
    if resource in _IAM_WHOLE or resource.startswith(_IAM_PATHS):
        return None
    message = f"{shown(resource)} is no resource of IAM"
    help_ = "write `*`, or begin with the type: `user/`, `role/`, `group/`, `policy/`, `instance-profile/`, …"
    return Flaw("iam-resource-path", message, help_, _field(fields, 5))


def _s3_flaw(fields: list[str]) -> Flaw | None:
    region, account, resource = fields[3:]
    if not region or (account and _may_be(re.split("[/:]", resource, maxsplit=1)[0], _S3_REGIONAL)):
        return None
    help_ = "leave Region and account empty: `arn:aws:s3:::bucket`; only access points and their kin have them"
    return Flaw("s3-resource-region", "an ARN of an S3 bucket has no Region", help_, _field(fields, 3))


def _may_be(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text is one of these words, or begins like one before its first wildcard or variable."""
    fixed = _WILD.split(text, maxsplit=1)[0]
    return text in words or (fixed != text and any(word.startswith(fixed) for word in words))


def _field(fields: list[str], index: int) -> tuple[int, int] | None:
    start = len(":".join(fields[:index])) + 1
    return (start, start + len(fields[index])) if fields[index] else None


_BY_SERVICE: dict[str, Callable[[list[str]], Flaw | None]] = {"iam": _iam_flaw, "s3": _s3_flaw}
