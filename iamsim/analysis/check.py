"""A check: the rules and the assertions over what was read, and what is not counted of what they find."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from iamsim.analysis.assertions import results_of
from iamsim.analysis.ignores import ignoring, known_from
from iamsim.analysis.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from iamsim.analysis.assertions import Asserted
    from iamsim.analysis.checked import Checked
    from iamsim.analysis.ignores import IgnoreRule
    from iamsim.analysis.report import Result, Unknown
    from iamsim.analysis.rules.rule import Rule
    from iamsim.language.diagnostic import Severity


class Part(NamedTuple):
    """A world that is checked, and what is asserted about it."""

    checked: Checked
    assertions: tuple[Asserted, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a check. `severities` are by the id of a rule; None: it is off. `baseline` are fingerprints."""

    rules: tuple[Rule, ...] = ()
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    ignores: tuple[IgnoreRule, ...] = ()
    baseline: frozenset[str] = frozenset()


def check(
    parts: Iterable[Part],
    wanted: Wanted,
    today: date,
    others: Iterable[Result] = (),
    files: tuple[str, ...] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Run the rules and the assertions. `others` are results that were found before; `tell` is told what is done next.

    Raises:
        InputError: an assertion asks for an operation that is not modelled.
    """
    rules = tuple(rule for rule in wanted.rules if wanted.severities.get(rule.id, rule.severity) is not None)
    parts = tuple(parts)
    results = list(others)
    for number, part in enumerate(parts, 1):
        results += _found(part, rules, lambda what, n=number: tell(f"{n} of {len(parts)}: {what}"))  # type: ignore[misc]
    results = [_in_files(_with_severity(result, wanted)) for result in results]
    results = known_from(ignoring(results, wanted.ignores, today), wanted.baseline)
    return Report(tuple(results), files, _unknowns(parts), rules)


def _found(part: Part, rules: Iterable[Rule], tell: Callable[[str], None]) -> Iterator[Result]:
    for rule in rules:
        tell(f"rule {rule.id}")
        yield from rule.find(part.checked)
    for asserted in part.assertions:
        tell(asserted.question.ask)
        yield from results_of(part.checked, asserted)


def _in_files(result: Result) -> Result:
    """The result without places in policies that stand in no file: those that AWS writes."""
    places = tuple(place for place in result.places if not place.label.source.name.startswith(_BY_AWS))
    return result if len(places) == len(result.places) else replace(result, places=places)


_BY_AWS = ("aws/", "KMS's default key policy", "arn:")
"""How the names of policies begin that are in no file."""


def _with_severity(result: Result, wanted: Wanted) -> Result:
    severity = wanted.severities.get(result.rule)
    return result if severity is None else replace(result, severity=severity)


def _unknowns(parts: Iterable[Part]) -> tuple[Unknown, ...]:
    return tuple(dict.fromkeys(unknown for part in parts for unknown in part.checked.unknowns.values()))
