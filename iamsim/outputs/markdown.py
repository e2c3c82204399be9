"""What a check found, as Markdown for comments on pull requests: a table, and details to unfold.

GitHub Flavored Markdown: https://github.github.com/gfm/.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from iamsim.analysis.report import State
from iamsim.outputs.check_text import result_text
from iamsim.outputs.check_words import Look, ignore_phrase, one_line, ordered, path_of, sentence, summary_line
from iamsim.outputs.diagnostics import visible

if TYPE_CHECKING:
    from iamsim.analysis.report import Report, Result

MARK = "<!-- iamsim check -->"
"""The first line: by it a bot finds the comment that it wrote before."""

MOST = 60_000
"""Bytes of a comment; GitHub takes 65,536 characters."""

_WIDTH = 100
_HEAD = ("| | Result | Where | Rule |", "| --- | --- | --- | --- |")
_OUTSIDE_CODE = re.compile(r"([\\*_\[\]<>#~&!$])")
_CODE = re.compile(r"(`[^`]+`)")


def markdown(report: Report, look: Look, *, most: int = MOST) -> str:
    """The summary, a row for each result, and its details; in at most so many bytes, with what is left out said."""
    shown = [r for state in (State.FAILED, State.UNDECIDED, State.IGNORED) for r in ordered(report.of(state))]
    urls = {rule.id: rule.url for rule in report.rules}
    rows = [_row(result, look, urls.get(result.rule, "")) for result in shown]
    details = [_details(result) for result in shown if result.state is not State.IGNORED]
    head = f"{MARK}\n### iamsim check: {_inline(summary_line(report))}\n"
    left = most - len(head.encode()) - _ROOM
    kept_rows, left = _fitting(rows, left)
    kept_details, _ = _fitting(details, left)
    table = "\n" + "\n".join(_HEAD) + "\n" + "".join(kept_rows) if rows else ""
    return (
        head + table + _cut(rows, kept_rows, "results") + "".join(kept_details) + _cut(details, kept_details, "details")
    )


_ROOM = 300
"""Bytes for the head of the table, and for saying what is left out."""


def _fitting(parts: list[str], left: int) -> tuple[list[str], int]:
    """The first parts that fit into so many bytes, and the bytes that are left."""
    kept = []
    for part in parts:
        size = len(part.encode())
        if size > left:
            break
        kept.append(part)
        left -= size
    return kept, left


def _cut(parts: list[str], kept: list[str], what: str) -> str:
    return "" if len(parts) == len(kept) else f"\n{len(parts) - len(kept)} more {what} do not fit here.\n"


def _row(result: Result, look: Look, url: str) -> str:
    reason = f" — {ignore_phrase(result.ignore)}" if result.ignore and result.state is State.IGNORED else ""
    rule = f"[{_inline(result.rule)}]({url})" if url else _inline(result.rule)
    cells = (_word(result), _inline(sentence(result) + reason), _where(result, look), rule)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _word(result: Result) -> str:
    return result.severity.value if result.state is State.FAILED else result.state.value


def _where(result: Result, look: Look) -> str:
    if not result.places:
        return ""
    label, thing = result.places[0].label, result.places[0].thing
    name = path_of(label.source.name, look.root) or label.source.name
    line = label.source.position(label.span.start).line
    return f"`{_code(f'{name}:{line}')}`" + (f" {_inline(thing)}" if thing else "")


def _details(result: Result) -> str:
    text = result_text(result, Look(_WIDTH))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    title = html.escape(visible(f"{_word(result)}: {sentence(result)}"), quote=False)
    return f"\n<details><summary>{title}</summary>\n\n{fence}text\n{text}{fence}\n\n</details>\n"


def _inline(text: str) -> str:
    """A text in a line: what stands in backticks stays so, elsewhere nothing is taken for a mark of Markdown."""
    parts = _CODE.split(visible(one_line(text)))
    return "".join(
        part if i % 2 else _OUTSIDE_CODE.sub(r"\\\1", part).replace("`", "\\`") for i, part in enumerate(parts)
    )


def _code(text: str) -> str:
    return visible(text).replace("`", "'")
