"""Diagnostics as text, in colour or without, and as data.

error[unknown-effect]: `allow` is no effect
  --> policy.json:5:17
   |
 5 |       "Effect": "allow",
   |                 ^^^^^^^
   = help: write `Allow` or `Deny`, exactly so
   = see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html
"""

from __future__ import annotations

import shutil
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.language.unknown_text import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.language.diagnostic import Diagnostic, Label

MIN_WIDTH = 30
"""Columns that are always used, however narrow the terminal is."""

_TAB = "    "
_CUT = "…"

_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "undecided": "bold yellow",
    "ignored": "dim",
}
_FRAME, _BOLD = "blue", "bold"


class _Piece(NamedTuple):
    text: str
    style: str = ""


_Line = tuple[_Piece, ...]


class Block(NamedTuple):
    """What is said in one block. `word` and `code` are its head: `error[unknown-effect]`.

    `things` are what people call what stands at each label, as far as it has a name; `footers` are pairs of a title and a
    text, of which empty ones are left out.
    """

    word: str
    code: str
    message: str
    labels: tuple[Label, ...] = ()
    things: tuple[str, ...] = ()
    footers: tuple[tuple[str, str], ...] = ()


def render_diagnostics(diagnostics: Iterable[Diagnostic], *, width: int | None = None, color: bool = False) -> str:
    """The diagnostics as text, a block each; `width` in columns, the terminal's when None; `color` adds ANSI styles."""
    return render_blocks(map(_diagnostic_block, diagnostics), width=width, color=color)


def render_blocks(blocks: Iterable[Block], *, width: int | None = None, color: bool = False) -> str:
    """The blocks as text, an empty line after each; `width` in columns, the terminal's when None."""
    width = max(MIN_WIDTH, width or shutil.get_terminal_size().columns)
    lines = [line for block in blocks for line in (*_lines(block, width), ())]
    return (
        _colored(lines) if color else "".join("".join(piece.text for piece in line).rstrip() + "\n" for line in lines)
    )


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as data; lines and columns count from 1, the end is excluded, and null where no place is known."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "url": diagnostic.url,
        "labels": [label_json(label) for label in diagnostic.labels],
    }


def visible(text: str) -> str:
    """A text without what a terminal would obey or cannot show: control and direction characters become `�`.

    Parts that are not known are shown as `⟨what it is⟩`.
    """
    shown = readable(text)
    return "".join(_TAB if c == "\t" else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)


def label_json(label: Label) -> dict[str, Any]:
    """A part of a source as data; lines and columns count from 1, the end is excluded."""
    start, end = (label.source.position(offset) for offset in label.span)
    return {
        "source": label.source.name,
        "pointer": [*label.source.base, *label.pointer],
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "text": label.text,
    }


def _diagnostic_block(diagnostic: Diagnostic) -> Block:
    footers = (("help", diagnostic.help), ("see", diagnostic.url))
    return Block(diagnostic.severity.value, diagnostic.code, diagnostic.message, diagnostic.labels, footers=footers)


def _lines(block: Block, width: int) -> Iterator[_Line]:
    head = f"{block.word}[{visible(block.code)}]: "
    first, *rest = _wrapped(head + visible(block.message), width)
    bare = head.rstrip()
    yield (_Piece(first[: len(bare)], _STYLES.get(block.word, _BOLD)), _Piece(first[len(bare) :], _BOLD))
    yield from ((_Piece(line, _BOLD),) for line in rest)
    numbers = [label.source.position(label.span.start).line for label in block.labels]
    margin = " " * max((len(str(number)) for number in numbers), default=1)
    for place, label in enumerate(block.labels):
        thing = block.things[place] if place < len(block.things) else ""
        yield from _snippet(label, margin, width, "-" if place else "^", thing)
    for title, text in block.footers:
        if text:
            yield from _footer(title, visible(text), margin, width)


def _footer(title: str, text: str, margin: str, width: int) -> Iterator[_Line]:
    lead = f"{margin}  = {title}: "
    first, *rest = _wrapped(text, max(width - len(lead), 10))
    yield (_Piece(lead, _FRAME), _Piece(first))
    yield from ((_Piece(" " * len(lead) + line),) for line in rest)


def _wrapped(text: str, width: int) -> list[str]:
    """The lines of a text. A word that is longer than a line, such as an ARN, is broken, but for an address."""
    lines = [""]
    for word in text.split():
        if lines[-1] and columns(lines[-1]) + 1 + columns(word) <= width:
            lines[-1] += f" {word}"
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while columns(rest) > width and not rest.startswith("https://"):
            lines[-1] = _prefix(rest, width)
            rest = rest[len(lines[-1]) :]
            lines.append("")
        lines[-1] = rest
    return lines


def _snippet(label: Label, margin: str, width: int, mark: str, thing: str) -> Iterator[_Line]:
    """Where it is, the line of the source, and the marks under what is meant."""
    position = label.source.position(label.span.start)
    place = f"{visible(label.source.name)}:{position.line}:{position.column}"
    lead = f"{margin} {'-->' if mark == '^' else ':::'} "
    yield (_Piece(lead, _FRAME), _Piece(place))
    if thing:
        named = _wrapped(f"in {visible(thing)}", max(width - len(lead), 10))
        yield from ((_Piece(" " * len(lead)), _Piece(line)) for line in named)
    line = label.source.line_text(position.line).rstrip("\r")
    start = position.column - 1
    length = max(1, min(label.span.end - label.span.start, len(line) - start))
    room = width - len(margin) - 3
    shown, before, marked = _window(line, start, length, room)
    bar = f"{margin} |"
    yield (_Piece(bar, _FRAME),)
    number = f"{position.line:>{len(margin)}} | "
    yield (_Piece(number, _FRAME), _Piece(shown))
    style = _STYLES["error"] if mark == "^" else _FRAME
    marks = " " * before + mark * marked
    said = visible(label.text)
    beside = bool(said) and columns(marks) + 1 + columns(said) <= room
    yield (_Piece(f"{bar} ", _FRAME), _Piece(f"{marks} {said}" if beside else marks, style))
    if said and not beside:
        yield from ((_Piece(f"{bar} ", _FRAME), _Piece(line, style)) for line in _wrapped(said, room))


def _window(line: str, start: int, length: int, room: int) -> tuple[str, int, int]:
    """The part of a line around a range that fits, the columns before the range, and the columns of the range."""
    near = room + 1  # one more than can be shown, so that it is seen to be cut
    parts = (line[max(0, start - near) : start], line[start : start + min(length, near)], line[start + length :][:near])
    head, range_, tail = (visible(part) for part in parts)
    if len(line) <= room and columns(head + range_ + tail) <= room:
        return head + range_ + tail, columns(head), max(1, columns(range_))
    left = room - columns(range_) - 2 * len(_CUT)
    before = _cut(head[::-1], max(0, left // 2, left - columns(tail)))[::-1]
    if left < 0:
        range_, tail = _cut(range_, room - 2 * len(_CUT)), ""
    after = _cut(tail, room - columns(before + range_) - len(_CUT))
    return before + range_ + after, columns(before), max(1, columns(range_))


def _cut(text: str, room: int) -> str:
    """As much of a text as fits, with a sign where something is left out."""
    return text if not text or columns(text) <= room else _prefix(text, room) + _CUT


def _prefix(text: str, room: int) -> str:
    """The longest beginning of a text that takes no more columns than there is room for."""
    taken = 0
    for index, character in enumerate(text):
        taken += columns(character)
        if taken > room:
            return text[:index]
    return text


def columns(text: str) -> int:
    """How many columns of a terminal a visible text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(bool(unicodedata.combining(c)) for c in text)


def _colored(lines: list[_Line]) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    console = Console(
        file=out, force_terminal=True, color_system="standard", width=10_000, highlight=False, no_color=False
    )
    for line in lines:
        console.print(Text.assemble(*line), end="\n", soft_wrap=True)
    return out.getvalue()
