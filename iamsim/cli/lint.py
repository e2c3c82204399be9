"""`iamsim lint`: what is wrong with policy documents."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iamsim.cli.exit_code import ExitCode
from iamsim.model.policy import PolicyType

if TYPE_CHECKING:
    from iamsim.language.diagnostic import Diagnostic

_NO_DOCUMENTS = (PolicyType.GRANT, PolicyType.MANAGED_KEY, PolicyType.STATE)
_TYPES = [policy_type.value for policy_type in PolicyType if policy_type not in _NO_DOCUMENTS]
_FORMATS = ("text", "json")

SCHEMA = "iamsim/lint/1"
"""The name and version of what `--format json` writes."""


def lint(
    files: Annotated[list[str], typer.Argument(help="Policy documents as JSON; - is standard input.")],
    type: Annotated[str, typer.Option("--type", help=f"What the documents are: {', '.join(_TYPES)}.", metavar="TYPE")],
    inline: Annotated[
        bool, typer.Option("--inline", help="Identity policies are inline ones, not customer managed ones.")
    ] = False,
    format: Annotated[str, typer.Option("--format", help="How to report: text or json.", metavar="FORMAT")] = "text",
) -> int:
    """Say what AWS would refuse in policy documents, and what matches nothing.

    Exit code 0, 1 if there is an error in a document, 2 if a file cannot be read or is no JSON.
    """
    from iamsim.model.document import UNREADABLE

    _among(type, _TYPES, "--type")
    _among(format, _FORMATS, "--format")
    found: list[Diagnostic] = []
    unreadable = False
    for file in dict.fromkeys(files):
        diagnostics, readable = _lint_file(file, type, inline=inline)
        found += diagnostics
        unreadable = unreadable or not readable or any(d.code in UNREADABLE for d in diagnostics)
    counts = Counter(diagnostic.severity.value for diagnostic in found)
    summary = {
        "files": len(set(files)),
        "errors": counts["error"],
        "warnings": counts["warning"],
        "notes": counts["note"],
    }
    _REPORTS[format](found, summary)
    if unreadable:
        return ExitCode.UNREADABLE
    return ExitCode.FINDINGS if summary["errors"] else ExitCode.OK


def _among(value: str, known: list[str] | tuple[str, ...], option: str) -> None:
    if value not in known:
        raise typer.BadParameter(f"`{value}` is none of {', '.join(known)}", param_hint=option)


def _lint_file(file: str, policy_type: str, *, inline: bool) -> tuple[list[Diagnostic], bool]:
    """The findings of a file, and whether it could be read at all."""
    from iamsim.analysis.lint import lint_policy
    from iamsim.inputs.text import read_source
    from iamsim.language.errors import InputError

    try:
        return lint_policy(read_source(file), policy_type, file, inline=inline), True
    except InputError as error:
        return list(error.diagnostics), False


def _report_text(found: list[Diagnostic], summary: dict[str, int]) -> None:
    from iamsim.outputs.diagnostics import render_diagnostics
    from iamsim.outputs.paint import wants_color

    sys.stdout.write(render_diagnostics(found, color=wants_color(sys.stdout)))
    counts = [_count(number, noun) for noun, number in summary.items() if noun != "files" and number]
    sys.stdout.write(f"{_count(summary['files'], 'files')}: {', '.join(counts) or 'no findings'}\n")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun if number != 1 else noun.removesuffix('s')}"


def _report_json(found: list[Diagnostic], summary: dict[str, int]) -> None:
    from iamsim.outputs.diagnostics import diagnostic_json

    report: dict[str, Any] = {
        "schema": SCHEMA,
        "summary": summary,
        "diagnostics": [diagnostic_json(diagnostic) for diagnostic in found],
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


_REPORTS = {"text": _report_text, "json": _report_json}
