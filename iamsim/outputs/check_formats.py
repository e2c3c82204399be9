"""The formats of `iamsim check --format NAME[=FILE]`: a table of them, and how they are written."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.outputs.check_json import check_json
from iamsim.outputs.check_text import check_text
from iamsim.outputs.github import github, without_commands
from iamsim.outputs.junit import junit
from iamsim.outputs.markdown import markdown
from iamsim.outputs.sarif import sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from iamsim.analysis.report import Report
    from iamsim.outputs.check_words import Look

FORMATS: Mapping[str, Callable[[Report, Look], str]] = {
    "text": check_text,
    "json": check_json,
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "markdown": markdown,
}

_LINES = ("text", "github")
"""The formats that can follow each other on standard output; the others are documents, whole by themselves."""

STANDARD_OUTPUT = "-"


class Output(NamedTuple):
    """A format, and the file that it goes to; None is standard output."""

    format: str
    file: str | None = None


def parse_outputs(given: Iterable[str]) -> tuple[Output, ...]:
    """What `--format` says, each time it is given: `text`, `sarif=iamsim.sarif`, `json=-`. Nothing is text.

    Raises:
        InputError: an unknown format, a file without a name or named twice, a folder that does not exist, a document on
            standard output beside something else.
    """
    outputs = tuple(dict.fromkeys(map(_parsed, given))) or (Output("text"),)
    wrong = [*_named_twice(outputs), *_mixed(outputs), *(d for output in outputs for d in _no_place(output))]
    if wrong:
        raise InputError(wrong)
    return outputs


def inside_github(outputs: Sequence[Output]) -> tuple[Output, ...]:
    """The same, with annotations, which the runner reads from the log; not where a document stands on standard output."""
    document = any(output.file is None and output.format not in _LINES for output in outputs)
    named = any(output.format == "github" for output in outputs)
    return tuple(outputs) if document or named else (*outputs, Output("github"))


def write(report: Report, outputs: Sequence[Output], stdout: IO[str], look: Look) -> None:
    """Write a report in every format. Files are replaced once all of them are written, so none is ever half of one.

    `look` is that of standard output; files have no colour, and text of 80 columns.

    Raises:
        InputError: a file cannot be written.
    """
    in_file = look._replace(width=80, color=False)
    texts = [FORMATS[output.format](report, in_file if output.file else look) for output in outputs]
    files = [(output.file, text) for output, text in zip(outputs, texts, strict=True) if output.file is not None]
    write_files(files)
    annotated = Output("github") in outputs
    for output, text in zip(outputs, texts, strict=True):
        if output.file is None:
            stdout.write(without_commands(text) if annotated and output.format != "github" else text)


def write_files(files: Sequence[tuple[str, str]]) -> None:
    """Write texts to files, given as pairs: all of them beside their places first, then each into its place.

    Raises:
        InputError: a file cannot be written.
    """
    beside: dict[Path, Path] = {}
    name = ""
    try:
        for name, text in files:
            path = Path(name).resolve()  # a link stays, and what it leads to is replaced
            if path.exists() and not path.is_file():
                path.write_text(text, encoding="utf-8")  # a pipe or a device cannot be replaced
                continue
            beside[path] = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            with beside[path].open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            if path.exists():
                beside[path].chmod(path.stat().st_mode)
        for path, written in beside.items():
            name = str(path)
            written.replace(path)
    except OSError as error:
        raise InputError([_unwritable(name, (error.strerror or "no such path").lower())]) from None
    finally:
        for written in beside.values():
            written.unlink(missing_ok=True)


def _parsed(text: str) -> Output:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        raise InputError([Diagnostic("unknown-format", f"`{name}` is no format", help=f"one of {', '.join(FORMATS)}")])
    if equals and not file:
        help_ = f"write `{name}=FILE`, or `{name}` for standard output"
        raise InputError([Diagnostic("format-without-file", f"`{text}` names no file", help=help_)])
    return Output(name, None if file in {"", STANDARD_OUTPUT} else file)


def _named_twice(outputs: Sequence[Output]) -> list[Diagnostic]:
    files = [os.path.realpath(output.file) for output in outputs if output.file is not None]
    twice = sorted({file for file in files if files.count(file) > 1})
    return [Diagnostic("format-file-twice", f"two formats go to `{file}`", help="give each its own") for file in twice]


def _mixed(outputs: Sequence[Output]) -> list[Diagnostic]:
    shown = [output.format for output in outputs if output.file is None]
    documents = [name for name in shown if name not in _LINES]
    if len(shown) < 2 or not documents:
        return []
    message = f"{' and '.join(f'`{name}`' for name in shown)} cannot both go to standard output"
    return [Diagnostic("formats-mixed", message, help=f"give one a file: `--format {documents[0]}=FILE`")]


def _no_place(output: Output) -> list[Diagnostic]:
    if output.file is None:
        return []
    path = Path(output.file)
    try:
        if path.is_dir():
            return [_unwritable(output.file, "it is a folder")]
        return [] if path.parent.is_dir() else [_unwritable(output.file, f"there is no folder `{path.parent}`")]
    except OSError as error:
        return [_unwritable(output.file, (error.strerror or "no such path").lower())]


def _unwritable(file: str, reason: str) -> Diagnostic:
    return Diagnostic("file-unwritable", f"`{file}` cannot be written: {reason}", help="name another file")
