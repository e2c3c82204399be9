"""What a check found, as annotations of GitHub Actions, and as the summary of a job.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from iamsim.analysis.report import State
from iamsim.language.diagnostic import Severity
from iamsim.outputs.check_words import file_line, one_line, ordered, path_of, sentence, summary_line, unknown_phrase
from iamsim.outputs.diagnostics import visible
from iamsim.outputs.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.report import Report, Result
    from iamsim.language.diagnostic import Label
    from iamsim.outputs.check_words import Look

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
SUMMARY_BYTES = 1 << 20
"""The longest summary that GitHub takes from a step, in bytes."""


def github(report: Report, look: Look) -> str:
    """An annotation for each result that failed or is undecided, the worst first: GitHub shows ten of a kind for a step."""
    results = [*ordered(report.of(State.FAILED)), *ordered(report.of(State.UNDECIDED))]
    lines = [_annotation(result, look) for result in results]
    title = _data(f"iamsim check: {summary_line(report)}")
    return "\n".join([f"::group::{title}", *lines, "::endgroup::"]) + "\n"


def without_commands(text: str) -> str:
    """A text for the log in which the runner sees no command, whatever the files hold that it quotes.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
    """
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}::{token}::\n"


def append_summary(report: Report, path: str, look: Look) -> None:
    """Add the Markdown to the file that `GITHUB_STEP_SUMMARY` names; what other steps wrote into it stays.

    Raises:
        OSError: the file cannot be written.
    """
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(markdown(report, look, most=SUMMARY_BYTES))


def _annotation(result: Result, look: Look) -> str:
    undecided = result.state is State.UNDECIDED
    command = "warning" if undecided else _COMMANDS[result.severity]
    title = f"undecided: {result.rule}" if undecided else result.rule
    where = _where(result.places[0].label, look) if result.places else {}
    said = {name: _property(str(value)) for name, value in {**where, "title": title}.items()}
    properties = ",".join(f"{name}={value}" for name, value in said.items())
    return f"::{command} {properties}::{_data(chr(10).join(_said(result)))}"


def _where(label: Label, look: Look) -> dict[str, object]:
    """GitHub takes columns of one line only."""
    path = path_of(label.source.name, look.root)
    if path is None:
        return {}
    start, end = label.source.position(label.span.start), label.source.position(label.span.end)
    if start.line != end.line:
        return {"file": path, "line": start.line, "endLine": end.line}
    return {"file": path, "line": start.line, "endLine": end.line, "col": start.column, "endColumn": end.column}


def _said(result: Result) -> Iterator[str]:
    first = result.places[:1]
    yield visible(sentence(result))
    yield from (f"in {visible(place.thing)}" for place in first if place.thing)
    for place in result.places[1:]:
        named = f" ({place.thing})" if place.thing else ""
        said = f": {place.label.text}" if place.label.text else ""
        yield visible(one_line(f"see {file_line(place.label)}{named}{said}"))
    yield from (visible(one_line(f"unknown: {unknown_phrase(unknown)}")) for unknown in result.unknowns)
    yield from [visible(one_line(f"help: {result.help}"))] * bool(result.help)


def _data(text: str) -> str:
    """As the runner unescapes it: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
