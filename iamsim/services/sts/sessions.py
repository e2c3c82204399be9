"""What the operations that make sessions have in common: session policies, tags, how long a session lasts, credentials.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError, PolicyError
from iamsim.model.policy import Policy, PolicyType
from iamsim.services.operation import Parameter, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.services.operation import Derived, Subject

HOUR = 3600
NAME = re.compile(r"[\w+=,.@-]*", re.ASCII)

POLICIES = (Parameter("Policy", low=1, high=2048), Parameter("PolicyArns", list, high=10))
"""The parameters that pass session policies."""

DUPLICATE_TAGS = ServiceError(
    "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."
)
MALFORMED_TAG = ServiceError(
    "ValidationError", "A tag has a `Key` of 1 to 128 characters and a `Value` of 256 at most.", recorded=False
)
MALFORMED = ServiceError("MalformedPolicyDocument", "The session policy is malformed.", recorded=False)


def tags_are_good(subject: Subject) -> ServiceError | None:
    """Every tag has key and value, and none is given twice, in any case of letters.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html
    """
    tags = subject.get("Tags", [])
    if not all(map(_is_tag, tags)):
        return MALFORMED_TAG
    return DUPLICATE_TAGS if len({tag["Key"].lower() for tag in tags}) < len(tags) else None


def _is_tag(tag: Any) -> bool:
    if not isinstance(tag, dict) or set(tag) != {"Key", "Value"}:
        return False
    key, value = tag["Key"], tag["Value"]
    return isinstance(key, str) and isinstance(value, str) and 1 <= len(key) <= 128 and len(value) <= 256


def given_tags(subject: Subject) -> dict[str, str]:
    """The tags that the call passes, behind the rule that they are good."""
    return {tag["Key"]: tag["Value"] for tag in subject.get("Tags", [])}


def tag_context(tags: Mapping[str, str]) -> Derived:
    """The keys that tell the tags of a request."""
    return {"aws:TagKeys": [*tags] or None, **{f"aws:RequestTag/{name}": value for name, value in tags.items()}}


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
        LanguageError: what is listed is no ARN of a policy.
    """
    inline, listed = subject.get("Policy"), subject.get("PolicyArns", [])
    if inline is None and not listed:
        return None
    read = () if inline is None else (Policy.parse(str(inline), PolicyType.SESSION, "session policy"),)
    arns = [str(entry.get("arn", "")) if isinstance(entry, dict) else str(entry) for entry in listed]
    wrong = next((arn for arn in arns if not _is_policy(arn)), None)
    if wrong is not None:
        raise LanguageError("this is no ARN of a policy", wrong)
    return (*read, *(Policy(arn, PolicyType.SESSION, None, (), known=False) for arn in arns))


def _is_policy(text: str) -> bool:
    try:
        arn = parse_arn(text)
    except LanguageError:
        return False
    return arn.service == "iam" and arn.resource.startswith("policy/")


def credentials(subject: Subject, seconds: int) -> dict[str, Any]:
    """The credentials of a session: placeholders, for who calls is told by the session's ARN."""
    return {
        "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "SecretAccessKey": "placeholder",
        "SessionToken": "placeholder",
        "Expiration": subject.time + timedelta(seconds=seconds),
    }
