"""The rules of a SARIF log: `reportingDescriptor` objects, section 3.49 of SARIF 2.1.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.analysis.report import ASSERTION
from iamsim.language.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.analysis.report import RuleInfo

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_TAGS = ["security", "aws", "iam"]
"""GitHub reads `security-severity` of rules with the tag `security`."""

_NO_RULES: dict[str, dict[str, Any]] = {
    ASSERTION: {
        "id": ASSERTION,
        "shortDescription": {"text": "An assertion does not hold"},
        "fullDescription": {"text": "A question of a scenario has another answer than the scenario expects."},
        "help": {
            "text": "`iamsim explain` on the same scenario says which line of which policy decides.",
            "markdown": "`iamsim explain` on the same scenario says which line of which policy decides.",
        },
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": _TAGS, "security-severity": "7.0"},
    }
}
"""What results name beside rules."""


def descriptors(rules: Iterable[RuleInfo], named: Iterable[str]) -> list[dict[str, Any]]:
    """The rules by their ids, and something for each other id that results name."""
    found = {rule.id: _descriptor(rule) for rule in rules}
    others = {id_: _NO_RULES.get(id_, {"id": id_}) for id_ in named if id_ not in found}
    return [rule for _, rule in sorted({**found, **others}.items())]


def _descriptor(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.help, "markdown": rule.help},
        **({"helpUri": rule.url} if rule.url else {}),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": _TAGS, "security-severity": f"{rule.security_severity:.1f}"},
    }
