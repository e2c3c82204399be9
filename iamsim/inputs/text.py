"""Text files: UTF-8, with or without a byte order mark, and of a size that can be read at once."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.language.errors import InputError
from iamsim.language.json_document import locate_json
from iamsim.language.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.language.source import Spans

MAX_BYTES = 1 << 20
"""The longest file that is read, in bytes."""

STANDARD_INPUT = "-"
"""The path that stands for standard input."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_source(path: str | Path, locate: Callable[[str], Spans] = locate_json, *, limit: int = MAX_BYTES) -> Source:
    """Read a text file; `-` is standard input. `locate` finds positions in it when they are needed.

    Raises:
        InputError: there is no such file, it is a folder, it may not be read, it has more than `limit` bytes, it is
            no UTF-8.
    """
    name = "<stdin>" if str(path) == STANDARD_INPUT else str(path)
    data = _read_bytes(str(path), name, limit)
    if len(data) > limit:
        raise _error("file-too-large", f"`{name}` has more than {limit:,} bytes", "give a single document")
    try:
        return Source(name, data.decode("utf-8-sig"), locate)
    except UnicodeDecodeError as error:
        raise InputError([_encoding_diagnostic(name, error, locate)]) from None


def _read_bytes(path: str, name: str, limit: int) -> bytes:
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(limit + 1)
        with Path(path).open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        raise _error("file-not-found", f"there is no file `{name}`", "check the path") from None
    except IsADirectoryError:
        raise _error("file-is-folder", f"`{name}` is a folder", "name a file in it") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such path can exist").lower()
        raise _error("file-unreadable", f"`{name}` cannot be read: {reason}", "check its permissions") from None


def _error(code: str, message: str, help_: str) -> InputError:
    return InputError([Diagnostic(code, message, help=help_)])


def _encoding_diagnostic(name: str, error: UnicodeDecodeError, locate: Callable[[str], Spans]) -> Diagnostic:
    """Where the first byte stands that is no UTF-8, in the text as far as it can be shown."""
    body = error.object  # without the mark that `utf-8-sig` takes away
    source = Source(name, body.decode("utf-8", errors="replace"), locate)
    start = len(body[: error.start].decode("utf-8", errors="replace"))
    message = f"`{name}` is no UTF-8: the byte 0x{body[error.start]:02X} cannot stand here"
    help_ = "save it as UTF-8; it looks like UTF-16" if body.startswith(_UTF_16) else "save it as UTF-8"
    return Diagnostic("not-utf-8", message, (Label(source, offset=Span(start, start + 1)),), help=help_)
