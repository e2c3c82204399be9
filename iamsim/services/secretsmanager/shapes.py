"""What the members of a list parameter look like.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Types.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.services.operation import ServiceError

if TYPE_CHECKING:
    from iamsim.services.operation import Subject

_TEXTS = {
    "RemoveReplicaRegions": (1, 128),
    "SecretIdList": (1, 2048),
    "TagKeys": (1, 128),
    "VersionStages": (1, 256),
}
"""Lists of texts, each with the length of a member."""

_STRUCTURES: dict[str, dict[str, tuple[type, bool]]] = {
    "AddReplicaRegions": {"Region": (str, True), "KmsKeyId": (str, False)},
    "Filters": {"Key": (str, True), "Values": (list, True)},
    "Tags": {"Key": (str, True), "Value": (str, False)},
}
"""Lists of structures, with their fields: the type, and whether a field has to be there."""


def members_are_well_formed(subject: Subject) -> ServiceError | None:
    """Every member of every list is what it should be."""
    for name, value in subject.parameters.items():
        if isinstance(value, list) and not all(_well_formed(name, member) for member in value):
            field = name[:1].lower() + name[1:]
            message = (
                f"1 validation error detected: Value at '{field}' failed to satisfy constraint: Member is malformed"
            )
            return ServiceError("ValidationException", message, recorded=False)
    return None


def _well_formed(name: str, member: Any) -> bool:
    if name in _TEXTS:
        low, high = _TEXTS[name]
        return isinstance(member, str) and low <= len(member) <= high
    fields = _STRUCTURES.get(name, {})
    if not isinstance(member, dict) or not set(member) <= set(fields):
        return False
    there = {key: value for key, value in member.items() if value is not None}
    required = {key for key, (_, needed) in fields.items() if needed}
    typed = all(isinstance(value, fields[key][0]) for key, value in there.items())
    return typed and required <= set(there) and all(isinstance(v, str) for v in there.get("Values", ()))
