"""Commands, options and exit codes, nothing else."""

from __future__ import annotations

import gc


def main() -> None:
    """The console script.

    What a start makes stays until the end, so the garbage collector is spared walking through it: that takes a sixth of
    the time of a short command.
    """
    gc.disable()
    from iamsim.cli.app import run

    gc.freeze()
    gc.enable()
    try:
        run()
    finally:
        gc.freeze()
