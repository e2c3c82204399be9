"""`iamsim check`: rules and assertions over templates, scenarios and policies, for CI."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iamsim.cli.exit_code import ExitCode
from iamsim.cli.terminal import color, width

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.analysis.report import Report
    from iamsim.inputs.check_settings import CheckSettings
    from iamsim.outputs.check_formats import Output
    from iamsim.outputs.check_words import Look


class FailOn(StrEnum):
    """What makes a check fail."""

    ERROR = "error"
    WARNING = "warning"
    UNKNOWN = "unknown"
    NEVER = "never"


_OPEN = "What templates leave open"
_NOT_COUNTED = "What is not counted"


def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Templates, cdk.out, scenarios and assertion files (*.iamsim.yaml), policies; or folders of them.",
        ),
    ],
    account: Annotated[
        list[str] | None,
        typer.Option(metavar="STACK=ID", help="The account of a stack; repeatable.", rich_help_panel=_OPEN),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(metavar="STACK=REGION", help="The Region of a stack; repeatable.", rich_help_panel=_OPEN),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="[STACK.]NAME=VALUE", help="The value of a parameter; repeatable.", rich_help_panel=_OPEN),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[STACK.]LogicalId=ARN", help="The real ARN of a resource; repeatable.", rich_help_panel=_OPEN
        ),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ARN=FILE",
            help="A managed policy or boundary that stands in no template; repeatable.",
            rich_help_panel=_OPEN,
        ),
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="A context key of every call: a value, [a, b], unknown or absent; repeatable.",
            rich_help_panel=_OPEN,
        ),
    ] = None,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="The settings: iamsim.toml, or a pyproject.toml with [tool.iamsim]; else found from the first path upwards.",
            rich_help_panel=_NOT_COUNTED,
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Do not count what stands in this baseline.", rich_help_panel=_NOT_COUNTED),
    ] = None,
    write_baseline: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Write a baseline of what is found, and exit with 0.", rich_help_panel=_NOT_COUNTED
        ),
    ] = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT[=FILE]",
            help="text, json, sarif, junit, github or markdown, on standard output or in a file; repeatable.",
            autocompletion=lambda: ["text", "json", "sarif", "junit", "github", "markdown"],
        ),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="What exits with 1: errors, warnings too, what is unknown too; never exits with 0."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Nothing on standard output without a --format; no progress.")
    ] = False,
) -> int:
    """Run the rules and the assertions over everything that is given, together.

    All templates make one world with the scenarios and assertion files. What a template leaves open is unknown, and stays so
    until it does not matter or an option tells it.

    Exit code 0 with nothing found, 1 with findings, 2 if something cannot be read, 3 if something is undecided.
    """
    if baseline and write_baseline:
        raise typer.BadParameter("--write-baseline writes a new one: leave out --baseline")
    from iamsim.analysis.check import Wanted
    from iamsim.analysis.check import check as checked
    from iamsim.analysis.rules import RULES
    from iamsim.inputs.baseline import baseline_json, read_baseline
    from iamsim.inputs.check_inputs import read_inputs
    from iamsim.inputs.check_options import template_settings
    from iamsim.inputs.settings import read_settings
    from iamsim.outputs.check_formats import parse_outputs, write, write_files

    outputs = _outputs(parse_outputs(format or []), quiet=quiet and not format)
    settings = _settings(config, paths[0])
    told = read_settings(context or [])
    given = template_settings(
        accounts=account or [],
        regions=region or [],
        parameters=parameter or [],
        policies=policy or [],
        names=name or [],
    )
    known = read_baseline(baseline) if baseline else frozenset()
    progress = _progress(quiet=quiet)
    try:
        read = read_inputs(paths, given, told, progress)
        wanted = Wanted(tuple(RULES.values()), settings.severities, (*settings.ignores, *read.ignores), known)
        report = checked(read.parts, wanted, _today(), read.findings, read.files, progress)
    finally:
        progress("")
    if write_baseline:
        write_files([(write_baseline, baseline_json(report))])
    write(report, outputs, sys.stdout, _look())
    _job_summary(report)
    return ExitCode.OK if write_baseline else _exit_code(report, fail_on or FailOn(settings.fail_on or FailOn.ERROR))


def _settings(config: str | None, first: str) -> CheckSettings:
    from iamsim.analysis.ignores import EXPIRED, UNUSED
    from iamsim.analysis.report import ASSERTION
    from iamsim.analysis.rules import RULES
    from iamsim.inputs.check_settings import CheckSettings, read_settings_file, settings_beside

    file = Path(config) if config else settings_beside(first)
    if file is None:
        return CheckSettings()
    return read_settings_file(file, [*RULES, ASSERTION, UNUSED, EXPIRED])


def _outputs(outputs: tuple[Output, ...], *, quiet: bool) -> tuple[Output, ...]:
    """The outputs that are wanted; inside GitHub Actions with annotations."""
    from iamsim.outputs.check_formats import inside_github

    shown = () if quiet else outputs
    return inside_github(shown) if os.environ.get("GITHUB_ACTIONS") == "true" and not quiet else shown


def _job_summary(report: Report) -> None:
    """The summary of the job, which GitHub takes from a file that it names.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if os.environ.get("GITHUB_ACTIONS") != "true" or not file:
        return
    from iamsim.outputs.github import append_summary

    try:
        append_summary(report, file, _look()._replace(width=80, color=False))
    except OSError as error:
        sys.stderr.write(f"warning: the job summary cannot be written: {(error.strerror or 'no such path').lower()}\n")


def _exit_code(report: Report, fail_on: FailOn) -> ExitCode:
    from iamsim.analysis.report import State
    from iamsim.language.diagnostic import Severity

    counted = {FailOn.WARNING: (Severity.ERROR, Severity.WARNING)}.get(fail_on, (Severity.ERROR,))
    undecided = report.of(State.UNDECIDED)
    if fail_on is FailOn.NEVER:
        return ExitCode.OK
    if report.failed(counted) or (undecided and fail_on is FailOn.UNKNOWN):
        return ExitCode.FINDINGS
    return ExitCode.UNDECIDED if undecided else ExitCode.OK


def _progress(*, quiet: bool) -> Callable[[str], None]:
    """Tells on standard error what is done, in one line that is written over; only where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    room = width() - 1

    def tell(what: str) -> None:
        sys.stderr.write(f"\r{what[:room]:<{room}}\r")

    return tell


def _look() -> Look:
    from iamsim.outputs.check_words import Look

    root = os.environ.get("GITHUB_WORKSPACE") if os.environ.get("GITHUB_ACTIONS") == "true" else None
    return Look(width(), color(), root or str(Path.cwd()))


def _today() -> date:
    return datetime.now(UTC).date()
