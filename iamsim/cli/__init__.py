"""Commands, options and exit codes, nothing else."""

from __future__ import annotations

from iamsim.cli.app import main

__all__ = ["main"]
