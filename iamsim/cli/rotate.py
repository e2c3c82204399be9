"""`iamsim rotate`: a rotation, played step by step; what it lacks; when it comes."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from iamsim.cli.exit_code import ExitCode
from iamsim.cli.terminal import color, print_json, width

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from iamsim.inputs.scenario import Scenario
    from iamsim.simulator.rotation_run import RotationRun, RotationStart


class Report(StrEnum):
    """How a rotation is printed."""

    TEXT = "text"
    JSON = "json"


_WINDOWS = "Rotation windows"
_USUAL = 5
"""Windows of a --schedule, where no number is given."""


def rotate(
    scenario: Annotated[str | None, typer.Argument(metavar="SCENARIO", help="A scenario file, *.iamsim.yaml.")] = None,
    secret: Annotated[
        str | None,
        typer.Argument(
            metavar="SECRET", help="The secret: owner:secret/prod/db, prod/db if only one has it, or its ARN."
        ),
    ] = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Everything that any step lacks, and one remedy for all of it, proved.")
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(metavar="CALLER", help="Who calls RotateSecret; else Secrets Manager begins, by the schedule."),
    ] = None,
    no_rotate_immediately: Annotated[
        bool,
        typer.Option(
            "--no-rotate-immediately", help="With --by: RotateImmediately is false, only testSecret is tried."
        ),
    ] = False,
    context: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A context key of the function's calls, as for explain; repeatable."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When: 2026-01-31T12:00:00Z. Only --next takes the clock's instead."),
    ] = None,
    next: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=1000, help="Only the next N windows of the schedule.", rich_help_panel=_WINDOWS
        ),
    ] = None,
    schedule: Annotated[
        str | None,
        typer.Option(metavar="EXPRESSION", help="A schedule instead of a scenario's.", rich_help_panel=_WINDOWS),
    ] = None,
    duration: Annotated[
        str | None, typer.Option(metavar="HOURS", help="How long its windows are: 3h.", rich_help_panel=_WINDOWS)
    ] = None,
    format: Annotated[Report, typer.Option(help="Text for people, JSON for programs.")] = Report.TEXT,
) -> int:
    """Play one rotation of a secret: who makes each call in each step, where it stops and why, and where it leaves the secret.

    Exit code 0 if it completes, 1 if it stops, 3 if it hangs on what is not known, 2 if something cannot be read.
    """
    if schedule is not None:
        playing = {"SCENARIO": scenario, "--audit": audit, "--by": by, "--context": context}
        given = [name for name, value in playing.items() if value]
        _refuse(bool(given), f"--schedule stands by itself: leave out {', '.join(given)}")
        return _windows_of_options(schedule, duration, at, next or _USUAL, format)
    _refuse(duration is not None, "--duration goes with --schedule")
    _refuse(
        no_rotate_immediately and by is None, "--no-rotate-immediately goes with --by: a call of RotateSecret says it"
    )
    if scenario is None or secret is None:
        raise typer.BadParameter("give a SCENARIO file and a SECRET in it, or a --schedule")

    from iamsim.inputs.options import caller_of_option, secret_of, time_of_option
    from iamsim.inputs.scenario import load_scenario
    from iamsim.inputs.settings import read_settings
    from iamsim.simulator.rotation_run import RotationStart

    loaded = load_scenario(scenario)
    arn, time = secret_of(loaded, secret), time_of_option(at)
    if next is not None:
        _refuse(
            audit or by is not None or bool(context),
            "--next tells of windows only: leave out --audit, --by and --context",
        )
        return _windows_of_secret(loaded, arn, time, next, format)
    settings = read_settings(context or [])
    start = RotationStart(
        arn,
        caller=caller_of_option(loaded, by) if by is not None else None,
        parameters={"RotateImmediately": False} if no_rotate_immediately else {},
        context=settings.context,
        unknown=settings.unknown,
        time=time,
    )
    run = _audited(loaded, start, format) if audit else _played(loaded, start, format)
    return _exit_code(run)


def _refuse(wrong: bool, message: str) -> None:
    if wrong:
        raise typer.BadParameter(message)


def _played(scenario: Scenario, start: RotationStart, format: Report) -> RotationRun:
    from iamsim.simulator.rotation import rotate as play

    run = play(scenario.world, start)
    if format is Report.JSON:
        from iamsim.outputs.rotation_json import rotation_json

        print_json(rotation_json(run))
    else:
        from iamsim.outputs.rotation_text import rotation_text

        sys.stdout.write(rotation_text(run, width=width(), color=color()))
    return run


def _audited(scenario: Scenario, start: RotationStart, format: Report) -> RotationRun:
    from iamsim.analysis.rotation_audit import audit

    found = audit(scenario.world, start)
    if format is Report.JSON:
        from iamsim.outputs.rotation_json import rotation_json

        print_json(rotation_json(found.run, found))
    else:
        from iamsim.outputs.rotation_audit_text import audit_text

        sys.stdout.write(audit_text(found, width=width(), color=color()))
    return found.run


def _exit_code(run: RotationRun) -> ExitCode:
    if run.completed:
        return ExitCode.OK
    return ExitCode.FINDINGS if run.stopped else ExitCode.UNDECIDED


def _windows_of_options(schedule: str, duration: str | None, at: str | None, count: int, format: Report) -> int:
    from iamsim.inputs.options import rules_of_options, time_of_option

    rules = rules_of_options(schedule, duration)
    _print_windows(rules, time_of_option(at), None, count, format)
    return ExitCode.OK


def _windows_of_secret(scenario: Scenario, arn: str, at: datetime | None, count: int, format: Report) -> int:
    from iamsim.services.secretsmanager.rotation_windows import counts_from

    secret = scenario.world.secret(arn)
    assert secret is not None  # noqa: S101 - `secret_of` finds those of the world only
    rotation = secret.rotation
    rules = rotation.rules if rotation else {}
    enabled = rotation is None or rotation.enabled
    _print_windows(rules, at, counts_from(secret), count, format, enabled=enabled, secret=arn)
    return ExitCode.OK


def _print_windows(
    rules: Mapping[str, Any],
    at: datetime | None,
    since: datetime | None,
    count: int,
    format: Report,
    *,
    enabled: bool = True,
    secret: str | None = None,
) -> None:
    from datetime import UTC, datetime, timedelta

    from iamsim.language.schedule import Cron
    from iamsim.outputs.windows import windows_json, windows_text
    from iamsim.services.secretsmanager.rotation_windows import next_windows
    from iamsim.services.secretsmanager.schedules import schedule_of

    at = at.astimezone(UTC) if at else datetime.now(UTC).replace(microsecond=0)
    is_cron = isinstance(schedule_of(rules), Cron)
    unknown = (
        at - timedelta(days=1) if is_cron else at
    )  # no window is longer, so one that is open now is among those of a cron
    found = next_windows(rules, since or unknown, at, count)
    if format is Report.JSON:
        print_json(windows_json(rules, found, at, since, enabled=enabled, secret=secret))
    else:
        sys.stdout.write(windows_text(rules, found, at, since, enabled=enabled, width=width()))
