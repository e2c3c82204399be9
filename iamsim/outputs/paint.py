"""Colour where there is a terminal, plain text elsewhere; folding at a width."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

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


def painter(*, color: bool) -> Paint:
    """A painter; without colour it leaves the text as it is."""
    return _colored if color else _plain


def _plain(text: str, _style: str) -> str:
    return text


def _colored(text: str, style: str) -> str:
    return str(_rich_style(style).render(text))


@cache
def _rich_style(name: str) -> Any:
    from rich.style import Style

    return Style.parse(STYLES[name])


def fold(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """A paragraph in lines of at most `width`; `first` begins the first line, `rest` the others (spaces if None)."""
    hanging = " " * len(first) if rest is None else rest
    room = max(width, len(first) + 12)
    return textwrap.wrap(
        text, room, initial_indent=first, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    ) or [first.rstrip()]
