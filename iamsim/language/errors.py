"""What can go wrong with an input, drawn as a tree.

IamsimError                 everything that iamsim raises on purpose
├── LanguageError           a small string (ARN, pattern, operator, assertion) does not parse
└── DiagnosticsError        one or several located diagnostics
├── PolicyError         a policy document
└── InputError          a file, an option or a case that cannot be read
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iamsim.language.diagnostic import Diagnostic


class IamsimError(Exception):
    """Root of every error that iamsim raises on purpose."""


class LanguageError(IamsimError):
    """A small string does not parse. `start` and `end` are character offsets inside it."""

    def __init__(self, message: str, text: str, start: int = 0, end: int | None = None, help_: str = "") -> None:
        """Keep the message (no full stop), the text, the offending range and what to write instead."""
        super().__init__(message)
        self.message = message
        self.text = text
        self.start = start
        self.end = len(text) if end is None else end
        self.help = help_


class DiagnosticsError(IamsimError):
    """Carries every diagnostic that was found, not only the first."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep the diagnostics; the exception's own text is their messages, a line each."""
        super().__init__("\n".join(f"{d.where}{d.message}" for d in diagnostics))
        self.diagnostics = tuple(diagnostics)


class PolicyError(DiagnosticsError):
    """A policy document that AWS would not accept, or whose meaning is not clear."""


class InputError(DiagnosticsError):
    """A file, an option or a case that cannot be read."""
