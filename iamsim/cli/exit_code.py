"""The exit codes of every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status says. Where several apply, the precedence is 70, 2, 1, 3, 0."""

    OK = 0
    """As expected."""
    FINDINGS = 1
    """Findings, failed assertions, an expectation that is not met, a rotation that stops."""
    UNREADABLE = 2
    """Wrong usage, or input that cannot be read."""
    UNDECIDED = 3
    """Values that are not known would decide it."""
    BUG = 70
    """A bug in iamsim."""
