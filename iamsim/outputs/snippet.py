"""A line of a source with a part of it underlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.outputs.paint import Paint, fold

if TYPE_CHECKING:
    from iamsim.language.source import Source, Span

_MARGIN = 8


def place(source: Source, span: Span) -> str:
    """`file:line:column` of a span."""
    return "{}:{}:{}".format(source.name, *source.position(span.start))


def snippet(source: Source, span: Span, says: str, width: int, paint: Paint, style: str = "bad") -> list[str]:
    """The line of a span, the span underlined and what is to be said of it, each line at most `width` wide.

    Of a long line only what stands around the span is shown.
    """
    line, column = source.position(span.start)
    text = source.line_text(line).expandtabs(1)
    gutter = f"{line:>4} | "
    room = max(width - len(gutter), 16)
    start = column - 1
    length = max(1, min(span.end - span.start, len(text) - start))
    shown, start, length = _window(text, start, length, room)
    below = " " * (len(gutter) - 2) + "| "
    marks = " " * start + paint("^" * length, style)
    lines = [paint(gutter, "faint") + shown.rstrip()]
    if len(says) <= room - start - length - 1:
        return [*lines, f"{paint(below, 'faint')}{marks} {says}".rstrip()]
    indent = paint(below, "faint")
    return [*lines, f"{indent}{marks}", *(indent + part for part in (fold(says, room) if says else ()))]


def _window(text: str, start: int, length: int, room: int) -> tuple[str, int, int]:
    """The part of a line that fits, with the place of the underlined part in it."""
    if len(text) <= room:
        return text, start, length
    first = max(0, min(start - _MARGIN, len(text) - room))
    first = max(first, min(start, start + length - room + 1)) if length < room - 1 else start
    shown = text[first : first + room]
    if first > 0:
        shown = "…" + shown[1:] if start > first else shown
    if first + room < len(text):
        shown = shown[:-1] + "…"
    return shown, start - first, min(length, room - (start - first))
