"""What is found and not counted: ignored with a reason until a day, or known from a baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from iamsim.analysis.report import Ignore, Place, Result, State
from iamsim.language.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from iamsim.language.diagnostic import Label

EXPIRED, UNUSED = "ignore-expired", "ignore-unused"
"""The rules that speak of ignores themselves."""

_IGNORED = (State.FAILED, State.UNDECIDED)


@dataclass(frozen=True)
class IgnoreRule:
    """Which results are ignored, why and until when: the day after, it fails.

    `rule`, `subject`, `file` and `thing` are globs (`*`, `?`, `[…]`); each must match. With `inside` the result must stand
    in that part of a file: its first place does.
    """

    reason: str
    rule: str = "*"
    subject: str = "*"
    file: str = "*"
    thing: str = "*"
    expires: date | None = None
    label: Label | None = None
    inside: Label | None = None

    def matches(self, result: Result) -> bool:
        """Whether it is about a result."""
        place = result.places[0] if result.places else None
        return (
            result.state in _IGNORED
            and fnmatchcase(result.rule, self.rule)
            and fnmatchcase(result.subject, self.subject)
            and fnmatchcase(place.label.source.name if place else "", self.file)
            and any(fnmatchcase(thing, self.thing) for thing in _things(result))
            and (self.inside is None or (place is not None and _stands_in(place.label, self.inside)))
        )


def _things(result: Result) -> tuple[str, ...]:
    return tuple(place.thing for place in result.places) or ("",)


def _stands_in(label: Label, part: Label) -> bool:
    outer = part.source.base + part.pointer
    return label.source.name == part.source.name and (label.source.base + label.pointer)[: len(outer)] == outer


def ignoring(results: Iterable[Result], ignores: Collection[IgnoreRule], today: date) -> list[Result]:
    """The results, ignored where an ignore says so; and what is wrong with the ignores.

    An ignore is in force up to its day. One that has expired ignores nothing and fails; one that matches nothing is noted.
    """
    results = list(results)
    used = {id(rule) for rule in ignores if any(rule.matches(result) for result in results)}
    in_force = [rule for rule in ignores if not _expired(rule, today)]
    made = [_ignored(result, in_force) for result in results]
    for rule in ignores:
        if _expired(rule, today):
            made.append(_about(rule, EXPIRED, Severity.ERROR, f"this ignore expired on {rule.expires}: {rule.reason}"))
        elif id(rule) not in used:
            made.append(_about(rule, UNUSED, Severity.NOTE, f"this ignore matches nothing: {rule.reason}"))
    return made


def _expired(rule: IgnoreRule, today: date) -> bool:
    return rule.expires is not None and rule.expires < today


def _ignored(result: Result, ignores: Iterable[IgnoreRule]) -> Result:
    rule = next((rule for rule in ignores if rule.matches(result)), None)
    if rule is None:
        return result
    return replace(result, state=State.IGNORED, ignore=Ignore(rule.reason, rule.expires, rule.label))


def _about(rule: IgnoreRule, id_: str, severity: Severity, message: str) -> Result:
    about = (rule.rule, rule.subject, rule.file, rule.thing, rule.reason)
    where = rule.inside.source.base + rule.inside.pointer if rule.inside else ()
    help_ = "mend what it hides, or give it a later day" if id_ == EXPIRED else "take it away"
    subject = " ".join(map(str, (*about, *where)))
    return Result(id_, severity, message, subject, (Place(rule.label),) if rule.label else (), help=help_)


def known_from(results: Iterable[Result], baseline: Collection[str]) -> list[Result]:
    """The results, those of the baseline marked as known. An expired ignore is never known."""
    return [
        replace(r, state=State.KNOWN) if r.state in _IGNORED and r.rule != EXPIRED and r.fingerprint in baseline else r
        for r in results
    ]
