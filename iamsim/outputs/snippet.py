"""A line of a source with a part of it underlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.outputs.diagnostics import columns, visible
from iamsim.outputs.paint import Paint, fold

if TYPE_CHECKING:
    from iamsim.language.source import Source, Span

_BEFORE = 16
"""Columns before the underlined part that are shown, if there is room, of a line that is too long."""
_CUT = "…"


def place(source: Source, span: Span) -> str:
    """`file:line:column` of a span."""
    return visible("{}:{}:{}".format(source.name, *source.position(span.start)))


def short_place(whole: str, room: int) -> str:
    """A place in so many columns: folders are left out at its beginning, but never the file: `…/key.json:8:16`."""
    parts = whole.split("/")
    forms = [whole, *("/".join([_CUT, *parts[i:]]) for i in range(1, len(parts)))]
    return next((form for form in forms if columns(form) <= room), forms[-1])


def snippet(source: Source, span: Span, says: str, width: int, paint: Paint, style: str = "bad") -> list[str]:
    """The line of a span, the span underlined and what is to be said of it, each line at most `width` wide.

    The line's indentation is left out; of a long line only what stands around the span is shown.
    """
    line, column = source.position(span.start)
    text = source.line_text(line).rstrip()
    number = f"{line:>4} | "
    below = paint(" " * (len(number) - 2) + "|", "faint")
    room = max(width - len(number), 16)
    shown, before, marked = _window(text, column - 1, span.end - span.start, room)
    marks = " " * before + paint("^" * marked, style)
    lines = [paint(number, "faint") + shown, f"{below} {marks}"]
    if columns(says) < room - before - marked:
        lines[1] += f" {visible(says)}"
        return lines
    return lines + [f"{below} {part}" for part in fold(says, room)]


def _window(text: str, start: int, length: int, room: int) -> tuple[str, int, int]:
    """The part of a line that fits, without its indentation, and in it the place and length of the underlined part."""
    indent = min(len(text) - len(text.lstrip()), start)
    near = room + 1  # one more than can be shown, so that it is seen to be cut
    stop = start + max(1, min(length, len(text) - start))
    head = visible(text[max(indent, start - near) : start])
    part = _first(visible(text[start : min(stop, start + near)]), room)
    tail = visible(text[stop : stop + near])
    left = room - columns(part)
    before = min(columns(head), max(0, left - columns(tail), min(_BEFORE, left - bool(tail))))
    head = _last(head, before)
    return head + part + _first(tail, left - before), columns(head), max(1, columns(part))


def _first(text: str, room: int) -> str:
    """The beginning of a text, with a sign where the rest is left out."""
    if columns(text) <= room:
        return text
    while text and columns(text) >= room:
        text = text[:-1]
    return text + _CUT if room > 0 else ""


def _last(text: str, room: int) -> str:
    """The end of a text, with a sign where its beginning is left out."""
    if columns(text) <= room:
        return text
    while text and columns(text) >= room:
        text = text[1:]
    return _CUT + text if room > 0 else ""
