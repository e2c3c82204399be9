"""Which statements came nearest to allowing, and by what they fail."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from iamsim.engine.decision import Element, Finding, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iamsim.engine.check import Case, Check
    from iamsim.engine.compile import CompiledPolicy
    from iamsim.engine.statement import Statement
    from iamsim.language.source import Pointer
    from iamsim.model.policy import Policy
    from iamsim.model.policy import Statement as WrittenStatement
    from iamsim.model.world import Grant

MOST = 3
"""Near misses that are kept for a step."""

COMPARED = 200
"""Characters, values and grants that are compared for likeness; more would only be slow."""


@dataclass(frozen=True)
class SeenCheck:
    """A check of a statement with its finding. `pointer` is the entry that matched, or that came nearest to it.

    `expected` are the values as they are written, `actual` what the request holds.
    """

    element: Element
    pointer: Pointer
    finding: Finding
    expected: tuple[str, ...]
    operator: str = ""
    key: str = ""

    @property
    def actual(self) -> tuple[str, ...]:
        """The request's values, as texts."""
        actual = self.finding.actual
        if actual is None:
            return ()
        return tuple(str(a) for a in actual) if isinstance(actual, tuple) else (str(actual),)

    @property
    def particular(self) -> float:
        """1 where an exact value matches, a half for a pattern, 0 for `*` and where nothing matches."""
        if not self.finding.matched:
            return 0.0
        value = "" if self.finding.entry is None else self.expected[self.finding.entry]
        return 0.0 if value == "*" else 0.5 if "*" in value or "?" in value else 1.0


@dataclass(frozen=True)
class SeenStatement:
    """A statement with every check of it."""

    policy: Policy
    index: int
    sid: str | None
    effect: str
    checks: tuple[SeenCheck, ...]

    @property
    def failed(self) -> int:
        """How many checks do not match."""
        return len(self.failures)

    @property
    def failures(self) -> tuple[SeenCheck, ...]:
        """The checks that do not match, unknown ones left out."""
        return tuple(check for check in self.checks if check.finding.matched is False)

    @property
    def particular(self) -> float:
        """How many checks match this request in particular: an exact value counts 1, a pattern a half, `*` nothing."""
        return sum(check.particular for check in self.checks)

    def names_another(self, caller: str) -> bool:
        """Whether it is about somebody else, and no slip in writing this caller's name."""
        return any(
            check.element is Element.PRINCIPAL and _are_others(check.expected, caller) for check in self.failures
        )


@dataclass(frozen=True)
class SeenGrant:
    """A KMS grant that does not open the key: whether by its grantee, its operations or its constraints."""

    grant: Grant
    grantee: Finding
    operation: Finding
    constraints: Finding

    @property
    def failed(self) -> int:
        """How many of its parts do not match."""
        return sum(found.matched is False for found in (self.grantee, self.operation, self.constraints))

    @property
    def particular(self) -> float:
        """How many of its parts match this request in particular; constraints only where there are any."""
        parts = (self.grantee, self.operation, *((self.constraints,) if self.grant.constraints else ()))
        return float(sum(found.matched is True for found in parts))

    def names_another(self, caller: str) -> bool:
        """Whether it is made for somebody else, and no slip in writing this caller's name."""
        return self.grantee.matched is False and _are_others((self.grant.grantee,), caller)


Nearest = tuple[SeenStatement, ...]


def nearest_statements(statements: Iterable[tuple[CompiledPolicy, Statement]], case: Case) -> Nearest:
    """The statements that fail by the fewest checks: first those that else speak of this request in particular, the likest."""
    failing = [(policy, s, s.findings(case)) for policy, s in statements]
    counts = [sum(f.matched is False for f in findings) for _, _, findings in failing]
    fewest = min(counts, default=0)
    seen = [seen_statement(p, s, case) for (p, s, _), count in zip(failing, counts, strict=True) if count == fewest]
    return tuple(sorted(seen, key=_remoteness)[:MOST])


def _remoteness(statement: SeenStatement) -> tuple[float, float]:
    return -statement.particular, -sum(_likeness_of(check) for check in statement.failures)


def _likeness_of(check: SeenCheck) -> float:
    actual = check.actual[0] if check.actual else ""
    return max((_likeness(value, actual) for value in check.expected[:COMPARED]), default=0.0)


def _likeness(expected: str, actual: str) -> float:
    return SequenceMatcher(None, expected[:COMPARED].lower(), actual[:COMPARED].lower(), autojunk=False).ratio()


def _are_others(entries: Sequence[str], caller: str) -> bool:
    return all(likeness_of_names(entry, caller) < _SLIP for entry in entries[:COMPARED])


def likeness_of_names(entry: str, caller: str) -> float:
    """How like an entry's name is to a caller's. A session's ARN holds two names, its role's and its own; either counts."""
    return max(_likeness(name, caller) for name in entry.split("/")[1:][:COMPARED] or (entry,))


_SLIP = 0.75
"""How like two names are at least where one may be meant for the other."""


def seen_statement(policy: CompiledPolicy, statement: Statement, case: Case) -> SeenStatement:
    """A statement with every check, each pointing at the entry that matters."""
    written = policy.policy.statements[statement.index] if policy.policy.known else None
    findings = statement.findings(case)
    checks = tuple(_seen(check, finding, written) for check, finding in zip(statement.checks, findings, strict=True))
    return SeenStatement(policy.policy, statement.index, statement.sid, statement.effect.value, checks)


def _seen(check: Check, finding: Finding, written: WrittenStatement | None) -> SeenCheck:
    if written is None or finding.reason in (Reason.ELEMENT_MISSING, Reason.TEXT_UNKNOWN):
        return SeenCheck(check.element, check.pointer[:2], finding, ())
    if check.element is Element.CONDITION:
        return _seen_condition(check, finding, written)
    if check.element in (Element.PRINCIPAL, Element.NOT_PRINCIPAL):
        return _seen_principal(check, finding, written)
    strings = written.actions if check.element in (Element.ACTION, Element.NOT_ACTION) else written.resources
    values = strings.values if strings else ()
    entry = _entry(finding, values)
    pointer = check.pointer if entry is None else (*check.pointer, entry)
    return SeenCheck(check.element, pointer, finding, values)


def _entry(finding: Finding, values: tuple[str, ...]) -> int | None:
    """The entry that matched, or the one that is likest to what the request holds."""
    if finding.entry is not None or not values:
        return finding.entry
    actual = str(finding.actual or "")
    return max(range(min(len(values), COMPARED)), key=lambda i: _likeness(values[i], actual))


def _seen_condition(check: Check, finding: Finding, written: WrittenStatement) -> SeenCheck:
    *_, operator, key = check.pointer
    found = next(c for c in written.conditions if (c.operator, c.key) == (operator, key))
    entry = finding.entry
    pointer = check.pointer if entry is None else (*check.pointer, entry)
    return SeenCheck(check.element, pointer, finding, found.values, str(operator), str(key))


def _seen_principal(check: Check, finding: Finding, written: WrittenStatement) -> SeenCheck:
    entries = written.principals.entries if written.principals else ()
    index = _entry(finding, tuple(entry.value for entry in entries))
    pointer = check.pointer
    if index is not None:
        entry = entries[index]
        pointer = (
            *pointer,
            *(() if entry.kind == "*" else (entry.kind,)),
            *(() if entry.index is None else (entry.index,)),
        )
    return SeenCheck(check.element, pointer, finding, tuple(entry.value for entry in entries))
