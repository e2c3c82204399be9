"""A rotation for people to read: in a terminal of any width, with or without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.rotation_aftermath import advice, aftermath
from iamsim.analysis.stale_readers import stale_readers
from iamsim.engine.decision import Decision
from iamsim.model.rotation import STEPS
from iamsim.outputs import rotation_aftermath as words
from iamsim.outputs.cautions import CAUTIONS
from iamsim.outputs.diagnostics import columns, visible
from iamsim.outputs.names import Names
from iamsim.outputs.paint import Paint, fold, painter
from iamsim.outputs.phrases import VERDICTS
from iamsim.outputs.rotation_words import labels_phrase, missing_keys, shown_cause, summary, verdict
from iamsim.outputs.workload_words import stale_phrase
from iamsim.simulator.cautions import cautions_of_rotation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.simulator.rotation_run import Act, RotationRun, StepRun

_WORD = 10
_LABEL = 9
_ACT = "     "
_BREAK = " \\"


def rotation_text(run: RotationRun, *, width: int = 80, color: bool = False) -> str:
    """The whole rotation: the verdict and its cause, every step, and where it leaves the secret."""
    paint, names = painter(color=color), Names(run.world)
    lines = heading(run, names, width, paint)
    for number, step in enumerate(run.steps, 1):
        lines += ["", *_step(run, step, number, names, width, paint)]
    lines += not_reached(run, width)
    lines += ["", *_aftermath(run, names, width, paint)]
    lines += remarks(run, names, width)
    return "\n".join(lines) + "\n"


def heading(run: RotationRun, names: Names, width: int, paint: Paint) -> list[str]:
    """The verdict and its cause."""
    word, style = verdict(run)
    first, *more = fold(summary(run, names), width - _WORD)
    lines = [paint(f"{word:<{_WORD}}", style) + paint(first, "strong")]
    lines += [paint(" " * _WORD + line, "strong") for line in more]
    return [*lines, *shown_cause(run, names, width), *_to_decide(run, width)]


def _to_decide(run: RotationRun, width: int) -> list[str]:
    """How to say what is not known, where that decides."""
    if run.decision is not Decision.UNKNOWN:
        return []
    keys = [f"--context {key}=VALUE (or {key}=absent)" for key in missing_keys(run)]
    return fold(", ".join(keys), width, "Decide    ") if keys else []


def _step(run: RotationRun, step: StepRun, number: int, names: Names, width: int, paint: Paint) -> Iterator[str]:
    failing = next((act for act in step.acts if act.decision is not Decision.ALLOWED), None)
    decision = failing.decision if failing else Decision.ALLOWED
    said = f"{step.name}: {verdict_of(failing) if failing else 'nothing was left to do' if step.done_before else 'succeeds'}"
    yield from (paint(line, VERDICTS[decision][1]) for line in fold(said, width, f"{number}. "))
    column = max((columns(visible(act.what)) for act in step.acts), default=0)
    by = ""
    for act in step.acts:
        if act.by != by:
            by = act.by
            yield from _row("by", names.thing(by), width)
        yield from _act(act, column, width, paint)
    if step.before == step.after:
        yield from _row("labels", labels_phrase(run, step.before), width)
    else:
        yield from _row("before", labels_phrase(run, step.before), width)
        yield from _row("after", labels_phrase(run, step.after), width)


def _act(act: Act, column: int, width: int, paint: Paint) -> list[str]:
    said, what = verdict_of(act), visible(act.what)
    if len(_ACT) + column + 2 + len(said) > width:
        lines = fold(f"{what}: {said}", width, _ACT, _ACT + "  ")
    else:
        lines = [f"{_ACT}{what}{' ' * (column - columns(what))}  {said}"]
    word = said.partition(",")[0]
    style = VERDICTS[act.decision][1]
    head, found, tail = lines[-1].rpartition(word)
    return [*lines[:-1], head + paint(found, style) + tail] if found else lines


def verdict_of(act: Act) -> str:
    """What an act came to: a verdict, perhaps with AWS's error."""
    error = act.outcome.error if act.outcome else None
    if act.outcome is None:
        return "fails" if act.problem else "succeeds"
    if act.tolerated and error:
        return f"goes on ({error.code})"
    return act.decision.value + (f", {error.code}" if error else "")


def _row(label: str, text: str, width: int) -> list[str]:
    return fold(text, width, f"   {label:<{_LABEL}}")


def not_reached(run: RotationRun, width: int) -> list[str]:
    """The steps that a rotation by a function does not come to."""
    missing = steps_not_reached(run)
    return ["", *fold(", ".join(missing), width, "Unreached ")] if missing else []


def steps_not_reached(run: RotationRun) -> list[str]:
    """The names of the steps that a rotation by a function does not come to."""
    played = {step.name for step in run.steps}
    return [] if run.only_tried or run.completed else [name for name in STEPS if name not in played]


def _aftermath(run: RotationRun, names: Names, width: int, paint: Paint) -> Iterator[str]:
    found = aftermath(run)
    if not words.is_certain(run):
        yield from fold("provided that what is not known is allowed:", width, "Then      ")
    bad = not found.readable or found.works is False
    yield from _painted("Readers   ", words.readers(run, found), width, paint, "bad" if bad else "")
    if said := words.database(run, found):
        differ = found.works is False
        yield from _painted("Database  ", said, width, paint, "bad" if differ else "")
    for reader in stale_readers(run):
        yield from _painted(
            "Cached    ", stale_phrase(reader, names), width, paint, "bad" if reader.works is False else ""
        )
    yield from _painted("Next      ", words.next_rotation(run, found), width, paint, "doubt" if found.blocked else "")
    for number, way in enumerate(words.ways(run, advice(found), names)):
        yield from fold(way.says, width, "Or        " if number else "Do        ")
        for command in way.commands:
            yield from shown_command(command, width)


def _painted(label: str, text: str, width: int, paint: Paint, style: str) -> list[str]:
    lines = fold(text, width, label)
    return [paint(line, style) for line in lines] if style else lines


def shown_command(command: words.Command, width: int) -> Iterator[str]:
    """A command on one line, or with an option a line, so that it can be copied in any case."""
    command = tuple(map(visible, command))
    whole = " " * _WORD + " ".join(command)
    if len(whole) <= width:
        yield whole
        return
    last = len(command) - 1
    for number, part in enumerate(command):
        yield " " * (_WORD + 2 * bool(number)) + part + (_BREAK if number < last else "")


def remarks(run: RotationRun, names: Names, width: int) -> list[str]:
    """Notes and cautions."""
    lines = [line for note in words.notes(run, names) for line in fold(note, width, "Note      ")]
    for caution in cautions_of_rotation(run):
        lines += fold(f"{caution.value}: {CAUTIONS[caution]}", width, "Caution   ")
    return ["", *lines] if lines else []
