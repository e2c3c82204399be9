"""The answers to the cases of a batch, and whether they are as expected."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from iamsim.inputs.call_case import CallCases, Expected
    from iamsim.inputs.case import Document
    from iamsim.language.source import Source


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Answer(NamedTuple):
    """The answer to a line. `missed` is the answer with what was expected of it, empty where it is as expected."""

    document: Mapping[str, Any]
    missed: Mapping[str, Any] = _NOTHING
    readable: bool = True


class Batch:
    """Answers lines. The paths of scenarios begin in a folder; with `reveal`, the values of secrets are shown."""

    def __init__(self, folder: Path, *, reveal: bool) -> None:
        """Begin without any line."""
        self.folder = folder
        self.reveal = reveal

    def answer(self, line: str, name: str) -> Answer:
        """The answer to a line.

        Raises:
            DiagnosticsError: the line cannot be read.
        """
        from iamsim.inputs.case import read_document
        from iamsim.language.json_document import json_source

        source = json_source(name, line)
        document = read_document(source)
        called = any(document.get(key) is not None for key in ("call", "calls"))
        return self._calls(document, source) if called else _request(document)

    @cached_property
    def _cases(self) -> CallCases:
        from iamsim.inputs.call_case import CallCases

        return CallCases(self.folder)

    def _calls(self, document: Document, source: Source) -> Answer:
        from iamsim.outputs.call_answer import call_json
        from iamsim.simulator.row import simulate_row

        case = self._cases.read(document, source)
        found = [call_json(outcome, reveal=self.reveal) for outcome in simulate_row(case.world, case.calls)]
        missed = [_unmet(answer, wanted) for answer, wanted in zip(found, case.expected, strict=True)]
        shown = [{**answer, **more} for answer, more in zip(found, missed, strict=True)]
        if case.row:
            return Answer({"id": case.id, "calls": found}, {"id": case.id, "calls": shown} if any(missed) else {})
        return Answer({"id": case.id, **found[0]}, {"id": case.id, **shown[0]} if any(missed) else {})


def _request(document: Document) -> Answer:
    from iamsim.inputs.case import case_of
    from iamsim.outputs.evaluation import decision_json
    from iamsim.simulator.authorize import authorize

    case = case_of(document)
    answer = {"id": case.id, **decision_json(authorize(case.request, case.policies))}
    met = _as_expected(answer["decision"], case.expected)
    return Answer(answer, {} if met else {**answer, "expected": case.expected})


def _unmet(answer: Mapping[str, Any], wanted: Expected) -> dict[str, Any]:
    """What was expected of a call and is not so, by the name under which the answer shows it."""
    code = answer["error"] and answer["error"]["code"]
    unmet: dict[str, Any] = {}
    if not _as_expected(answer["decision"], wanted.expected):
        unmet["expected"] = wanted.expected
    if wanted.expected_error not in (None, code):
        unmet["expected_error"] = wanted.expected_error
    if wanted.labels is not None and wanted.labels != answer["labels"]:
        unmet["expected_labels"] = wanted.labels
    return unmet


def _as_expected(decision: str, wanted: str | None) -> bool:
    verdicts = {
        "allowed": ("ALLOWED",),
        "explicitDeny": ("EXPLICIT_DENY", "DENIED"),
        "implicitDeny": ("IMPLICIT_DENY", "DENIED"),
        "unknown": ("UNKNOWN",),
    }
    return wanted is None or wanted in verdicts[decision]
