"""What a rule is: something that a check looks for without being asked, with what people read about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamsim.analysis.checked import Checked
    from iamsim.analysis.report import Result
    from iamsim.language.diagnostic import Severity

Find = Callable[["Checked"], Iterator["Result"]]
"""Yields what a rule finds, and what it could not decide."""


@dataclass(frozen=True)
class Rule:
    """A rule, as `iamsim.analysis.report.RuleInfo` has it; `why` and `fix` are sentences, `url` is a page of AWS."""

    id: str
    title: str
    severity: Severity
    security_severity: float
    summary: str
    why: str
    fix: str
    url: str
    find: Find

    @property
    def help(self) -> str:
        """What it finds, why that matters and what to do, in Markdown."""
        return f"{self.summary}\n\n**Why:** {self.why}\n\n**How to fix:** {self.fix}\n\n[AWS: {self.url}]({self.url})"
