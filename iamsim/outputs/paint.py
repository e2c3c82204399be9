"""Colour where there is a terminal, plain text elsewhere; folding at a width."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from typing import IO, Any

from iamsim.outputs.diagnostics import columns, visible

Paint = Callable[[str, str], str]
"""Text and style name in, text out: `paint("denied", "bad")`."""

STYLES = {
    "good": "green",
    "bad": "bold red",
    "doubt": "bold yellow",
    "strong": "bold",
    "faint": "dim",
    "place": "cyan",
}

_LEAST = 16
"""Columns that a paragraph always gets, however narrow the terminal is."""


def wants_color(stream: IO[str]) -> bool:
    """Whether a stream is a terminal that shows colours, and nobody asked for none: https://no-color.org."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def painter(*, color: bool) -> Paint:
    """A painter; without colour it leaves the text as it is."""
    return _colored if color else _plain


def _plain(text: str, _style: str) -> str:
    return text


def _colored(text: str, style: str) -> str:
    return str(_rich_style(style).render(text)) if text else text


@cache
def _rich_style(name: str) -> Any:
    from rich.style import Style

    return Style.parse(STYLES[name])


def fold(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """A paragraph in lines of at most `width`; `first` begins the first line, `rest` the others (spaces if None).

    Nothing in it can reach the terminal as a command. A word that is longer than a line, such as an ARN, stays whole.
    """
    hanging = " " * len(first) if rest is None else rest
    room = max(width - len(hanging), _LEAST)
    lines = [""]
    for word in visible(_SPACE.sub(" ", text)).split(" "):
        if not lines[-1]:
            lines[-1] = word
        elif columns(lines[-1]) + 1 + columns(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [(start + line).rstrip() for start, line in zip([first, *[hanging] * len(lines)], lines, strict=False)]


_SPACE = re.compile(r"[ \t\r\n]+")
