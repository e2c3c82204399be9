"""What a check found, for terminals and logs: a block for each result, and one line that sums it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.report import State
from iamsim.model.world import World
from iamsim.outputs.check_words import file_line, ignore_phrase, one_line, ordered, summary_line, unknown_phrase
from iamsim.outputs.diagnostics import Block, render_blocks, visible
from iamsim.outputs.names import Names
from iamsim.outputs.paint import fold, painter
from iamsim.outputs.remedy_text import change_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.report import Report, Result
    from iamsim.outputs.check_words import Look

_SHOWN = (State.FAILED, State.UNDECIDED, State.IGNORED)


def check_text(report: Report, look: Look) -> str:
    """Each result that failed, then what is undecided, then what is ignored; at the end one line.

    What stands in the baseline and what passed is only counted.
    """
    urls = {rule.id: rule.url for rule in report.rules}
    results = [result for state in _SHOWN for result in ordered(report.of(state))]
    blocks = [result_text(result, look, urls.get(result.rule, "")) for result in results]
    bad = report.of(State.FAILED, State.UNDECIDED)
    paint = painter(color=look.color)
    return "\n".join([*blocks, paint(visible(summary_line(report)), "strong" if bad else "good")]) + "\n"


def result_text(result: Result, look: Look, url: str = "") -> str:
    """One result, as a diagnostic is shown, and what mends it."""
    text = render_blocks([_block(result, url)], width=look.width, color=look.color).rstrip("\n") + "\n"
    if result.state is State.IGNORED or result.remedy is None:
        return text
    return text + "".join(f"{line}\n" for line in _remedy_lines(result, look))


def _block(result: Result, url: str) -> Block:
    code, message = result.rule, one_line(result.message)
    if result.state is State.IGNORED:
        at = file_line(result.places[0].label) if result.places else ""
        return Block("ignored", code, message, footers=(("at", at), *_ignored(result)))
    word = "undecided" if result.state is State.UNDECIDED else result.severity.value
    labels = tuple(place.label for place in result.places)
    things = tuple(place.thing for place in result.places)
    footers = tuple((title, one_line(text)) for title, text in _footers(result))
    return Block(word, code, message, labels, things, (*footers, ("see", url)))


def _ignored(result: Result) -> Iterator[tuple[str, str]]:
    if result.ignore is not None:
        yield "reason", one_line(ignore_phrase(result.ignore))
        if result.ignore.label is not None:
            yield "said in", file_line(result.ignore.label)


def _footers(result: Result) -> Iterator[tuple[str, str]]:
    yield from (("note", note) for note in result.notes)
    yield from (("assumed", assumption) for assumption in result.assumed)
    yield from (("unknown", unknown_phrase(unknown)) for unknown in result.unknowns)
    yield "help", result.help


def _remedy_lines(result: Result, look: Look) -> Iterator[str]:
    remedy, paint = result.remedy, painter(color=look.color)
    if remedy is None:
        return
    names = Names(result.world or World())
    if remedy.role:
        said = f"the caller assumes a new role {names.thing(remedy.role)}, and calls as it"
        yield from fold(said, look.width, "Role      ")
    yield from change_lines(remedy, names, look.width, paint)
    proved = result.proved or "the call then succeeds"
    yield from (paint(line, "good") for line in fold(proved, look.width, "Proved    "))
