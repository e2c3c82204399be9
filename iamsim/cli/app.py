"""The command line: which commands there are, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from functools import wraps
from typing import TYPE_CHECKING, Annotated

import typer

from iamsim import __version__
from iamsim.cli.check import check
from iamsim.cli.evaluate import evaluate
from iamsim.cli.exit_code import ExitCode
from iamsim.cli.explain import explain
from iamsim.cli.lint import lint
from iamsim.cli.rotate import rotate
from iamsim.cli.schema import schema

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="iamsim",
    help="Will this call to AWS Secrets Manager succeed, and if not, which line of which policy is to blame?",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"iamsim {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Will this call to AWS Secrets Manager succeed, and if not, which line of which policy is to blame?"""


def command(function: Callable[..., int], about: str) -> None:
    """Register a command: a function that returns an exit code. What it raises becomes a message and an exit code."""

    @wraps(function)
    def guarded(*args: object, **kwargs: object) -> None:
        raise typer.Exit(_guarded(function, *args, **kwargs))

    app.command(short_help=about)(guarded)


def _guarded(function: Callable[..., int], *args: object, **kwargs: object) -> int:
    from iamsim.language.errors import DiagnosticsError

    try:
        code = function(*args, **kwargs)
        sys.stdout.flush()
    except DiagnosticsError as error:
        from iamsim.outputs.diagnostics import render_diagnostics
        from iamsim.outputs.paint import wants_color

        sys.stderr.write(render_diagnostics(error.diagnostics, color=wants_color(sys.stderr)))
        return ExitCode.UNREADABLE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except (typer.Exit, typer.Abort, typer.BadParameter, KeyboardInterrupt):
        raise
    except Exception as error:
        if os.environ.get("IAMSIM_DEBUG"):
            raise
        name = type(error).__name__
        sys.stderr.write(f"error: a bug in iamsim ({name}); please report it with the output of IAMSIM_DEBUG=1\n")
        return ExitCode.BUG
    return code


command(explain, "why a call is allowed or not, and which line is to blame")
command(rotate, "a rotation, step by step: where it stops, what it lacks, when it comes")
command(check, "rules and assertions over templates, scenarios and policies, for CI")
command(evaluate, "a batch of cases in, a decision a line out")
command(lint, "what AWS would refuse in policy documents")
command(schema, "the JSON Schema of scenario and assertion files, for editors")


def run() -> None:
    """Run the command of the command line. Text that the terminal cannot show is escaped rather than refused."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # a plugin would see what is read, the values of secrets too
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    app()
