"""What a check found: results of rules and of assertions, each with its places. Nothing is formatted here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from iamsim.language.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from iamsim.analysis.solve import Remedy
    from iamsim.language.diagnostic import Label
    from iamsim.model.world import World


ASSERTION = "assertion"
"""The `rule` of a result that an assertion gave."""


class RuleInfo(Protocol):
    """What the outputs say of a rule. `title` is a few words, `summary` a sentence, `help` a page in Markdown.

    `security_severity` is from 0 to 10, where 9 and more is critical, 7 high, 4 medium:
    https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
    """

    @property
    def id(self) -> str:
        """What it is called in every output, in kebab-case; it never changes."""

    @property
    def title(self) -> str:
        """What it is about, in a few words without a full stop."""

    @property
    def summary(self) -> str:
        """What it finds, in a sentence."""

    @property
    def help(self) -> str:
        """What it finds, why that matters and what to do, in Markdown."""

    @property
    def severity(self) -> Severity:
        """How bad its results are, if nothing else is said."""

    @property
    def security_severity(self) -> float:
        """How much security hangs on it, from 0 to 10."""

    @property
    def url(self) -> str:
        """A page about it; empty for none."""


class State(StrEnum):
    """What became of a result: it counts, or something says that it does not.

    An assertion that holds is `passed`; what cannot be decided from the files is `undecided`.
    """

    FAILED = "failed"
    PASSED = "passed"
    UNDECIDED = "undecided"
    IGNORED = "ignored"
    KNOWN = "known"
    """In the baseline."""


@dataclass(frozen=True)
class Place:
    """Where something stands. `thing` is what people call it there: a CDK path, `owner:role/app`, or a logical id."""

    label: Label
    thing: str = ""


@dataclass(frozen=True)
class Unknown:
    """Something that is not known, and the option of the command that would tell it: `--name DbSecret=ARN`."""

    name: str
    words: str
    option: str = ""


@dataclass(frozen=True)
class Ignore:
    """Why a result is not counted, and until when."""

    reason: str
    expires: date | None = None
    label: Label | None = None


@dataclass(frozen=True)
class Result:
    """One thing that a rule or an assertion found.

    `rule` is the id of the rule, `assertion` for an assertion. `message` is one sentence without a full stop. `subject`
    is what it is about, in words that stay the same when lines move: it makes the fingerprint. `places` begin with the
    one to point at; the others are related. `remedy` opens what is missing, and was proved. `unknowns` are what it
    hangs on, or was decided in spite of. `proved` says what the remedy brings; where it is empty, that the call
    succeeds. `assumed` are assumptions that it rests on, in sentences. `ask` is the text of an assertion. `world` is
    where the remedy was proved: the names of what it amends are looked up in it.
    """

    rule: str
    severity: Severity
    message: str
    subject: str
    places: tuple[Place, ...] = ()
    state: State = State.FAILED
    help: str = ""
    notes: tuple[str, ...] = ()
    remedy: Remedy | None = None
    proved: str = ""
    unknowns: tuple[Unknown, ...] = ()
    assumed: tuple[str, ...] = ()
    ignore: Ignore | None = None
    ask: str = ""
    world: World | None = field(default=None, repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """What tells it from every other result, whatever lines move."""
        return sha256(f"{self.rule}\n{self.subject}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Report:
    """All that a check found. `files` are what it read, by name; `unknowns` what it did not know; `rules` what it looked for."""

    results: tuple[Result, ...]
    files: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    rules: tuple[RuleInfo, ...] = ()

    def of(self, *states: State) -> tuple[Result, ...]:
        """The results in some states."""
        return tuple(result for result in self.results if result.state in states)

    def failed(self, severities: Iterable[Severity] = tuple(Severity)) -> tuple[Result, ...]:
        """The results that count, of some severities."""
        return tuple(result for result in self.of(State.FAILED) if result.severity in set(severities))
