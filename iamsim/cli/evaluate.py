"""`iamsim evaluate`: cases in, decisions out, a line each."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from iamsim.cli.batch import Answer, Batch
from iamsim.cli.exit_code import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_LINE = 16 * 1024 * 1024
"""Bytes of a line that are read; a longer one is an error of its own."""


def evaluate(
    file: Annotated[str, typer.Argument(help="A file with one JSON case a line, or - for standard input.")] = "-",
    expected: Annotated[
        bool,
        typer.Option("--expected", help="Compare with what each case expects; print only differences and a count."),
    ] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show the values of secrets in what calls return, which else stay hidden.")
    ] = False,
) -> int:
    """Decide a batch: one JSON case a line in, one JSON answer a line out, in the same order.

    A case is a `request` with the policies around it, or a `call` in the world of a `scenario`, or `calls` in a row, each in
    the world that the one before leaves. docs/evaluate-format.md has the format.

    Exit code 0, or 2 after the last line if a line could not be read; with --expected, 1 on a difference.
    """
    tally = {"cases": 0, "errors": 0, "differences": 0}
    batch = Batch(Path() if file == "-" else Path(file).parent, reveal=reveal)
    with _opened(file) as lines:
        for number, line in _numbered(lines):
            tally["cases"] += 1
            answer = _answer(batch, line, f"{file}:{number}")
            tally["errors"] += not answer.readable
            tally["differences"] += expected and bool(answer.missed or not answer.readable)
            if not expected:
                sys.stdout.write(_line(answer.document) + "\n")
            elif answer.missed or not answer.readable:
                sys.stdout.write(_line(answer.missed or answer.document) + "\n")
    if expected:
        sys.stdout.write("{cases} cases, {differences} differences, {errors} unreadable\n".format(**tally))
    if tally["errors"]:
        return ExitCode.UNREADABLE
    return ExitCode.FINDINGS if tally["differences"] else ExitCode.OK


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    from iamsim.language.diagnostic import Diagnostic
    from iamsim.language.errors import InputError

    try:
        lines = Path(file).open("rb")  # noqa: SIM115 - closed below: only the opening may fail here
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError([Diagnostic("unreadable-file", f"`{file[:200]}` cannot be read: {why.lower()}")]) from None
    with lines:
        yield lines


def _numbered(lines: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, each with its number; of one that is too long, only the beginning."""
    number = 0
    while line := lines.readline(MAX_LINE + 1):
        number += 1
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = lines.readline(MAX_LINE + 1)
        if line.strip():
            yield number, line


def _answer(batch: Batch, line: bytes, name: str) -> Answer:
    """The answer to a line; of one that cannot be read, why."""
    from iamsim.language.errors import DiagnosticsError

    try:
        if len(line) > MAX_LINE:
            return _error(line, "line-too-long", f"a line of more than {MAX_LINE} bytes")
        return batch.answer(line.decode(), name)
    except UnicodeDecodeError as error:
        return _error(line, "not-utf-8", f"byte {error.start} of the line is no UTF-8")
    except DiagnosticsError as error:
        first = error.diagnostics[0]
        return _error(line, first.code, first.message, help=first.help, where=first.where.removesuffix(": "))


def _error(line: bytes, code: str, message: str, **more: str) -> Answer:
    """An answer for a line that cannot be read, with its id where that much can be read."""
    try:
        document = json.loads(line[:MAX_LINE])
    except (ValueError, RecursionError):
        document = None
    found = document.get("id") if isinstance(document, dict) else None
    told = {"code": code, "message": message, **{k: v for k, v in more.items() if v}}
    return Answer({"id": found, "error": told}, readable=False)


def _line(answer: Mapping[str, Any]) -> str:
    """An answer as a line; an id that JSON can hold and Python cannot write as a number is written as text."""
    return json.dumps(answer, ensure_ascii=False, default=str)
