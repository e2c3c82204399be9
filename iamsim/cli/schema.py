"""`iamsim schema`: the JSON Schema of the files that people write."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from iamsim.cli.exit_code import ExitCode


class Written(StrEnum):
    """What people write."""

    SCENARIO = "scenario"
    ASSERTIONS = "assertions"


def schema(
    format: Annotated[
        Written, typer.Argument(metavar="[scenario|assertions]", help="Scenario files, or assertion files.")
    ] = Written.SCENARIO,
) -> int:
    """Print the JSON Schema of scenario files or assertion files, with which editors check and complete them.

    A file names it in a comment: # yaml-language-server: $schema=iamsim-scenario.json
    """
    from iamsim.inputs.schema import json_schema

    sys.stdout.write(json.dumps(json_schema(format.value), indent=2, ensure_ascii=False) + "\n")
    return ExitCode.OK
