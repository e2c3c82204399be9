"""What every output of `iamsim check` says alike: the order of the results, their counts, the summary line, places."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from iamsim.analysis.report import ASSERTION, State
from iamsim.language.diagnostic import Severity
from iamsim.language.unknown_text import readable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.analysis.report import Ignore, Report, Result, Unknown
    from iamsim.language.diagnostic import Label


class Look(NamedTuple):
    """How a report is shown: `width` in columns and `color` are for text, paths are given from the folder `root` on."""

    width: int = 80
    color: bool = False
    root: str = ""


_RANK = list(Severity)


def ordered(results: Iterable[Result]) -> list[Result]:
    """The worst first, then as they stand in the files; the order is the same for the same results."""
    return sorted(results, key=_order)


def _order(result: Result) -> tuple[object, ...]:
    where = (*_where(result.places[0].label), 0) if result.places else ("", 0, 0, 1)
    return (_RANK.index(result.severity), where[-1], *where[:-1], result.rule, result.subject, result.message)


def _where(label: Label) -> tuple[str, int, int]:
    return (label.source.name, *label.source.position(label.span.start))


def file_line(label: Label) -> str:
    """`file:line:column`."""
    return "{}:{}:{}".format(*_where(label))


def file_of(result: Result) -> str:
    """The file that a result stands in; empty where no place is known."""
    return result.places[0].label.source.name if result.places else ""


def name_of(result: Result) -> str:
    """What a list calls a result: the text of the assertion, else what it is about."""
    return result.ask or result.subject


def sentence(result: Result) -> str:
    """What was found; of an assertion with its text before it, where the text does not stand beside it anyway."""
    said = result.message if not result.ask or result.ask in result.message else f"{result.ask}: {result.message}"
    return one_line(said)


def one_line(text: str) -> str:
    """A text in one line: line ends and tabs become spaces."""
    return _SPACE.sub(" ", text)


_SPACE = re.compile(r"[ \t\r\n]+")


def tally(report: Report) -> dict[str, int]:
    """How many of each; only assertions count as passed."""
    failed = report.of(State.FAILED)
    return {
        "errors": sum(result.severity is Severity.ERROR for result in failed),
        "warnings": sum(result.severity is Severity.WARNING for result in failed),
        "notes": sum(result.severity is Severity.NOTE for result in failed),
        "passed": sum(result.rule == ASSERTION for result in report.of(State.PASSED)),
        "undecided": len(report.of(State.UNDECIDED)),
        "ignored": len(report.of(State.IGNORED)),
        "known": len(report.of(State.KNOWN)),
    }


_SAID = {
    "errors": ("1 error", "{} errors"),
    "warnings": ("1 warning", "{} warnings"),
    "notes": ("1 note", "{} notes"),
    "passed": ("1 assertion passed", "{} assertions passed"),
    "undecided": ("1 undecided", "{} undecided"),
    "ignored": ("1 ignored", "{} ignored"),
    "known": ("1 in the baseline", "{} in the baseline"),
}


def summary_line(report: Report) -> str:
    """`2 errors, 1 warning, 3 assertions passed, 1 undecided (--name DbSecret=ARN tells)`."""
    parts = []
    for what, count in tally(report).items():
        if count:
            one, many = _SAID[what]
            missing = _missing(report) if what == "undecided" else ""
            parts.append((one if count == 1 else many.format(count)) + missing)
    return ", ".join(parts) or "no findings"


def _missing(report: Report) -> str:
    """What would tell it, or at least what is not known; a handful of each."""
    unknowns = [unknown for result in ordered(report.of(State.UNDECIDED)) for unknown in result.unknowns]
    options = dict.fromkeys(readable(unknown.option) for unknown in unknowns if unknown.option)
    names = dict.fromkeys(readable(unknown.name) for unknown in unknowns if not unknown.option)
    said = [f"to tell: {_handful(options, ' ')}"] if options else []
    said += [f"unknown: {_handful(names, ', ')}"] if names else []
    return f" ({'; '.join(said)})" if said else ""


def _handful(texts: Iterable[str], between: str) -> str:
    """The first few of some texts, and how many more there are."""
    first, left = [*texts][:_HANDFUL], len([*texts]) - _HANDFUL
    return between.join(first) + (f" and {left} more" if left > 0 else "")


_HANDFUL = 4


def unknown_phrase(unknown: Unknown) -> str:
    """`DbSecret: the suffix of its ARN; to tell: --name DbSecret=ARN`."""
    said = f"{unknown.name}: {unknown.words}" if unknown.words else unknown.name
    return f"{said}; to tell: {unknown.option}" if unknown.option else said


def ignore_phrase(ignore: Ignore) -> str:
    """`the team migrates in May (until 2026-05-31)`."""
    return f"{ignore.reason} (until {ignore.expires.isoformat()})" if ignore.expires else ignore.reason


def path_of(name: str, root: str) -> str | None:
    """The path of a file from the root on, with `/`; as named where it stands elsewhere; None for no file (`<stdin>`).

    Without a root it is as named, too.
    """
    if name.startswith("<"):
        return None
    whole = Path(os.path.abspath(name))  # noqa: PTH100 - `Path.resolve` would follow links out of the root
    inside = root and whole.is_relative_to(root)
    return (whole.relative_to(root) if inside else Path(os.path.normpath(name))).as_posix()


def uri_of(name: str, root: str) -> str | None:
    """A file as a URI reference (RFC 3986): relative to the root, or `file:///…` where it stands elsewhere."""
    path = path_of(name, root)
    if path is None:
        return None
    written = quote(path, errors="surrogateescape")  # bytes of a name that are no UTF-8 stay what they are
    return f"file://{written}" if Path(path).is_absolute() else written


def plain(value: Any) -> Any:
    """A value for JSON in which every text can be read, `⟨Producer.DbSecret⟩` for what is not known, and be written as UTF-8."""
    if isinstance(value, str):
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", readable(value))
    if isinstance(value, dict):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


_LONE = re.compile("[\ud800-\udfff]")
"""Halves of characters, as JSON's `\\ud800` gives them; UTF-8 has none."""
