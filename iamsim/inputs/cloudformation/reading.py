"""Small readings of evaluated properties that many resources share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.spot import Plain


def is_arn(text: str) -> bool:
    """Whether a text has the six fields of an ARN; parts of them may be unknown."""
    return text.startswith("arn:") and text.count(":") >= _COLONS


def own_arn(ev: Evaluator, named: str, service: str, resource: str) -> str:
    """A text that is the ARN of something of the stack's own account and Region; whatever else it is, it becomes one."""
    if is_arn(named):
        return named
    region = "" if service == "iam" else ev.region
    return f"arn:{ev.partition}:{service}:{region}:{ev.account}:{resource}{named}"


_COLONS = 5


def listed(value: Plain) -> list[Plain]:
    """The items of a list; none of anything else."""
    return value if isinstance(value, list) else []


def texts(ev: Evaluator, value: Plain) -> list[str]:
    """The texts of a list, or of a single value in its place."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [ev.as_text(item, ()) for item in items]


def tags_of(ev: Evaluator, resource: str) -> Mapping[str, str]:
    """The tags of a resource: a list of `Key` and `Value`, or a mapping.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
    """
    written = ev.property_of(resource, "Tags")
    if isinstance(written, dict):
        return {key: ev.as_text(value, ()) for key, value in written.items()}
    pairs = [tag for tag in listed(written) if isinstance(tag, dict) and isinstance(tag.get("Key"), str)]
    return {tag["Key"]: ev.as_text(tag.get("Value"), ()) for tag in pairs}
