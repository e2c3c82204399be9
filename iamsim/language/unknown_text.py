"""Parts of a text that are not known: the suffix that AWS will give a secret's ARN, a name that a deployment makes up.

Such a part stands in the text itself, between two characters that no AWS name holds, and names what it is:
`prod/db-⟨Producer.DbSecret#6⟩` has six characters that nobody knows yet. Where the same part stands in two texts, the same
characters stand there; of two different parts nothing is known.
"""

from __future__ import annotations

import re
from typing import NamedTuple

OPEN, CLOSE = "\ue000", "\ue001"
"""Private-use characters of Unicode, which AWS assigns no meaning and no name may hold."""

_LENGTH = "#"
_PART = re.compile(f"{OPEN}([^{OPEN}{CLOSE}#]*)(?:#([0-9]+))?{CLOSE}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class UnknownPart(NamedTuple):
    """A part that is not known: what it is called, and how many characters it has, None if that is not known either."""

    name: str
    length: int | None


def unknown_text(name: str, length: int | None = None) -> str:
    """A text of which nothing is known but what it is called and, perhaps, how long it is."""
    return f"{OPEN}{_UNSAFE.sub('.', name)}{f'{_LENGTH}{length}' if length else ''}{CLOSE}"


def is_known(text: str) -> bool:
    """Whether every part of a text is known."""
    return OPEN not in text


def unknown_parts(text: str) -> tuple[UnknownPart, ...]:
    """The parts of a text that are not known, in their order."""
    if is_known(text):
        return ()
    return tuple(UnknownPart(found[1], int(found[2]) if found[2] else None) for found in _PART.finditer(text))


def unknown_names(*texts: str) -> tuple[str, ...]:
    """What the unknown parts of some texts are called, each once."""
    return tuple(dict.fromkeys(part.name for text in texts for part in unknown_parts(text)))


def split_unknown(text: str) -> tuple[str | UnknownPart, ...]:
    """A text as its known and unknown parts, without empty ones."""
    pieces: list[str | UnknownPart] = []
    at = 0
    for found in _PART.finditer(text):
        pieces += [text[at : found.start()]] if found.start() > at else []
        pieces.append(UnknownPart(found[1], int(found[2]) if found[2] else None))
        at = found.end()
    return (*pieces, *([text[at:]] if at < len(text) else []))


def readable(text: str) -> str:
    """A text as people read it: `prod/db-⟨Producer.DbSecret⟩`."""
    return text if is_known(text) else _PART.sub(lambda found: f"⟨{found[1]}⟩", text)
