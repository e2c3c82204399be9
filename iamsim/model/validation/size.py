"""How long a document is, and which characters it holds.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from iamsim.model.validation.report import Flaw
from iamsim.model.validation.requirements import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.language.source import Pointer
    from iamsim.model.validation.report import Report
    from iamsim.model.validation.requirements import Requirements

MAX_CHARACTERS = 262_144
"""Characters that are read of a document of any type; the longest of AWS's own has about 152,000."""

_UNSUPPORTED = re.compile(r"[^\t\n\r\x20-\xff]")
_NAMED = 5  # characters that a message names
_AWS_MANAGED = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/")


def too_long(length: int) -> Flaw | None:
    """The flaw of a document that is too long to be read at all."""
    if length <= MAX_CHARACTERS:
        return None
    message = f"the document has {length:,} characters, and no policy of AWS's has more than {MAX_CHARACTERS:,}"
    return Flaw("policy-too-long", message, "give a policy document")


def check_characters(text: str, value: Any, report: Report) -> None:
    """Only U+0009, U+000A, U+000D and U+0020 to U+00FF may stand in a document; the first other one is underlined."""
    if text.isascii():
        return
    others = list(dict.fromkeys(_UNSUPPORTED.findall(text)))
    if not others:
        return
    pointer, key, at = next(_places(value, others[0]), ((), False, None))
    named = ", ".join(f"U+{ord(character):04X}" for character in others[:_NAMED])
    named += f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    message = f"{named} cannot stand in a policy document"
    flaw = Flaw("unsupported-character", message, "write characters up to U+00FF", None if at is None else (at, at + 1))
    report.add(flaw, pointer, key=key)


def _places(value: Any, character: str, pointer: Pointer = ()) -> Iterator[tuple[Pointer, bool, int | None]]:
    """Where a character stands: the pointer, whether in the key there, and at which index of the string."""
    if isinstance(value, str) and character in value:
        yield pointer, False, value.index(character)
    elif isinstance(value, dict):
        for key, member in value.items():
            if character in key:
                yield (*pointer, key), True, None
            yield from _places(member, character, (*pointer, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _places(member, character, (*pointer, index))


def check_size(text: str, value: Any, name: str, required: Requirements, report: Report) -> None:
    """The document fits the quota of its type; AWS's own managed policies are not bound by it."""
    quota = required.quota
    if quota is None or 2 * len(text) <= (quota.usual or quota.most):  # no supported character has more than two bytes
        return
    length = _length(text, quota.unit)
    if length > quota.most and not _AWS_MANAGED.match(name) and not _aws_wrote(value):
        message = f"the document has {length:,} {quota.unit.value}, and {required.called} has {quota.most:,} at most"
        report.add(Flaw("policy-too-long", message, "use shorter patterns, or split the document"), ())
    elif quota.reason and (length > quota.usual if quota.usual else len(text) > quota.most):
        message = f"the document may be too long: {quota.reason}"
        report.add(Flaw("quota-at-risk", message, "use shorter patterns, or split the document"), ())


def _length(text: str, unit: Unit) -> int:
    if unit is Unit.BYTES:
        return len(text.encode(errors="replace"))
    return len("".join(text.split())) if unit is Unit.DENSE else len(text)


def _aws_wrote(value: Any) -> bool:
    """Whether the document is one of AWS's managed policies that are longer than a customer's may be."""
    import hashlib

    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16] in _long_managed_policies()


@cache
def _long_managed_policies() -> frozenset[str]:
    from importlib.resources import files

    table = files("iamsim") / "data" / "long-aws-managed-policies.json"
    return frozenset(json.loads(table.read_text(encoding="utf-8"))["digests"])
