"""Run `iamsim` in this process, as the shell would: arguments and standard input in, exit code and both outputs out."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

ROOT = Path(__file__).parent.parent


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class _Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


def run(*arguments, stdin=b"", columns=80, terminal=False, **environment):
    """A command with its output piped, or on a terminal; text that is no UTF-8 would be an error here."""
    kind = _Terminal if terminal else io.TextIOWrapper
    out, err = (kind(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    variables = {"COLUMNS": str(columns), "TERM": "xterm-256color", **environment}
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "IAMSIM_DEBUG")}
    streams = patch.multiple(sys, stdin=given, stdout=out, stderr=err)
    with patch.dict(os.environ, {**kept, **variables}, clear=True), streams:
        code = _code(arguments)
    return Ended(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def _code(arguments):
    from iamsim.cli.app import app

    try:
        app([str(argument) for argument in arguments], prog_name="iamsim")
    except SystemExit as ended:
        return ended.code or 0
    return 0
