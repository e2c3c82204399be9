"""The statements that decided, and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.engine.evaluation import Evaluation, MatchedStatement, StatementTrace
    from iamsim.language.source import Source, Span


class Place(NamedTuple):
    """A part of a source."""

    source: Source
    span: Span


def matched_places(evaluation: Evaluation) -> Iterator[tuple[MatchedStatement, Place | None]]:
    """Each statement that decided, with the place of the whole statement; None where it was not read from a text."""
    for matched in evaluation.matched_statements:
        found = (trace for trace in _statements(evaluation) if _is(evaluation, trace, matched))
        places = (_place(trace) for trace in found)
        yield matched, next(places, None)


def _statements(evaluation: Evaluation) -> Iterator[StatementTrace]:
    trace = evaluation.trace()
    yield from trace.denies
    for path in trace.paths:
        if path.granted:
            yield path.granted
        for step in path.steps:
            yield from step.statements


def _is(evaluation: Evaluation, trace: StatementTrace, matched: MatchedStatement) -> bool:
    same = (trace.policy.policy.name, trace.statement.index) == (matched.policy, matched.statement)
    return same and evaluation.type_of(trace.policy) is matched.policy_type


def _place(trace: StatementTrace) -> Place | None:
    source = trace.policy.policy.source
    return Place(source, source.span_of(trace.statement.pointer)) if source else None
