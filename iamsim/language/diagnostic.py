"""A diagnostic is data: what is wrong, where, and what to write instead. Renderers live in `iamsim.outputs`.

Style: a message is one phrase in lower case without a full stop, the user's own words in backticks; the help says what to
write instead. Codes are kebab-case and stable.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamsim.language.errors import LanguageError
    from iamsim.language.source import Pointer, Source, Span


class Severity(StrEnum):
    """How bad: an error makes the input unusable, a warning does not, a note only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Label:
    """A part of a source to underline. `inside` narrows it to characters of the string there."""

    source: Source
    pointer: Pointer = ()
    text: str = ""
    key: bool = False
    inside: tuple[int, int] | None = None
    offset: Span | None = None

    @property
    def span(self) -> Span:
        """The characters to underline, looked up when asked."""
        if self.offset is not None:
            return self.offset
        if self.inside is not None:
            return self.source.text_span(self.pointer, *self.inside)
        return self.source.span_of(self.pointer, key=self.key)


@dataclass(frozen=True)
class Diagnostic:
    """One finding about an input. The first label is the primary one; the others point at what it conflicts with."""

    code: str
    message: str
    labels: tuple[Label, ...] = ()
    severity: Severity = Severity.ERROR
    help: str = ""
    url: str = ""

    @property
    def where(self) -> str:
        """`name:line:column: `, or nothing where no place is known."""
        if not self.labels:
            return ""
        label = self.labels[0]
        return "{}:{}:{}: ".format(label.source.name, *label.source.position(label.span.start))


def language_diagnostic(code: str, error: LanguageError, source: Source | None, pointer: Pointer = ()) -> Diagnostic:
    """The diagnostic for a small string that does not parse, pointing inside the string."""
    labels = (Label(source, pointer, inside=(error.start, error.end)),) if source else ()
    return Diagnostic(code, error.message, labels, help=error.help)
