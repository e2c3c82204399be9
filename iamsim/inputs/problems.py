"""Problems of an input, gathered so that all of them can be reported at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.diagnostic import Diagnostic, Label, Severity, language_diagnostic
from iamsim.language.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.language.errors import LanguageError
    from iamsim.language.source import Pointer, Source

MAX_REPORTED = 100
"""Problems that are reported one by one; of the others, only how many there are."""


class Problems:
    """A growing list of diagnostics."""

    def __init__(self) -> None:
        """Begin without any."""
        self.found: list[Diagnostic] = []

    @property
    def many(self) -> bool:
        """Whether no further problem will be reported one by one."""
        return len(self.found) >= MAX_REPORTED

    def add(self, code: str, message: str, *labels: Label, help_: str = "") -> None:
        """Note one problem; the first label is where it is."""
        self.found.append(Diagnostic(code, message, labels, help=help_))

    def add_language(self, code: str, error: LanguageError, source: Source, pointer: Pointer) -> None:
        """Note a string that does not parse, underlined inside the string."""
        self.found.append(language_diagnostic(code, error, source, pointer))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Note several problems."""
        self.found.extend(diagnostics)

    def raise_any(self) -> None:
        """Report what was found, in the order of the text.

        Raises:
            InputError: there is at least one problem.
        """
        if self.found:
            raise self.error()

    def error(self) -> InputError:
        """What was found as an error, in the order of the text."""
        shown = sorted(self.found[:MAX_REPORTED], key=_place)
        hidden = len(self.found) - len(shown)
        if hidden:
            shown.append(Diagnostic("more-problems", f"{hidden} more problems are not shown", severity=Severity.NOTE))
        return InputError(shown)


def _place(diagnostic: Diagnostic) -> tuple[str, int]:
    if not diagnostic.labels:
        return "", 0
    label = diagnostic.labels[0]
    return label.source.name, label.span.start
