"""Everything that a rotation lacks, for people to read: who must change which document, and the proof that it is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.obstacles import Why
from iamsim.outputs.names import Names
from iamsim.outputs.paint import Paint, fold, painter
from iamsim.outputs.remedy_text import change_lines
from iamsim.outputs.remedy_words import document_phrase, steps, why_phrase
from iamsim.outputs.rotation_text import heading, remarks, steps_not_reached
from iamsim.outputs.rotation_words import cause, where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.analysis.amend import Addition
    from iamsim.analysis.rotation_audit import Audit, Lacking

_ITEM = "          - "


def audit_text(audit: Audit, *, width: int = 80, color: bool = False) -> str:
    """The verdict, what is lacking by document, the remedy as diffs, its proof, and what no statement removes."""
    paint, names = painter(color=color), Names(audit.run.world)
    lines = [*heading(audit.run, names, width, paint), "", *_lacking(audit, names, width, paint)]
    if audit.remedy is not None:
        lines += ["", *change_lines(audit.remedy, names, width, paint), *_proof(audit, names, width, paint)]
    lines += _in_the_way(audit, names, width, paint)
    lines += remarks(audit.run, names, width)
    return "\n".join(lines) + "\n"


def _lacking(audit: Audit, names: Names, width: int, paint: Paint) -> Iterator[str]:
    """What is lacking, under each document that can give it; what none can give comes last."""
    additions = audit.remedy.additions if audit.remedy else ()
    groups = [(f"in {_document(each, names)}", [it for it in audit.lacking if gives(each, it)]) for each in additions]
    given = [it for _, group in groups for it in group]
    rest = [it for it in audit.lacking if it not in given]
    groups.append(("perhaps, as it hangs on what is not known", [it for it in rest if it.unknown]))
    groups.append(("what no added statement gives", [it for it in rest if not it.unknown]))
    unseen = steps_not_reached(audit.played_on)
    shown = [(said, group) for said, group in groups if group]
    if not shown:
        every = "what was asked for" if unseen or audit.run.only_tried else "every authorization of every step"
        yield from fold(f"nothing: {every} is allowed", width, "Lacking   ")
    for number, (said, group) in enumerate(shown):
        yield from (paint(line, "strong") for line in fold(said, width, "And       " if number else "Lacking   "))
        for it in group:
            yield from fold(f"{it.action} on {names.thing(it.resource)}, {where(it.step)}", width, _ITEM)
    if unseen:
        yield from fold(f"{', '.join(unseen)}: not reached, so what they lack is not known", width, "Unseen    ")


def _document(addition: Addition, names: Names) -> str:
    return f"account {names.account(addition.account)}, {document_phrase(addition, names)}"


def gives(addition: Addition, lacking: Lacking) -> bool:
    """Whether an addition is about an authorization that is lacking: its action, on its resource or by who asks for it."""
    of_caller = addition.owner != lacking.resource
    return any(
        lacking.action in _texts(statement, "Action")
        and (not of_caller or lacking.resource in _texts(statement, "Resource"))
        for statement in addition.statements
    ) or (
        addition.grant is not None and not of_caller and lacking.action.partition(":")[2] in addition.grant.operations
    )


def _texts(statement: Mapping[str, object], element: str) -> tuple[str, ...]:
    value = statement.get(element, ())
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def _proof(audit: Audit, names: Names, width: int, paint: Paint) -> list[str]:
    repaired = audit.repaired
    if repaired is None or repaired.completed:
        return [paint(line, "good") for line in fold("the rotation then completes", width, "Proved    ")]
    step = where(repaired.decisive[0].name) if repaired.decisive else ""
    said = f"it still does not complete; {step}, {cause(repaired, names)}"
    return [paint(line, "doubt") for line in fold(said, width, "Then      ")]


def _in_the_way(audit: Audit, names: Names, width: int, paint: Paint) -> Iterator[str]:
    """What no statement removes: obstacles, and acts that fail by themselves."""
    for found in audit.in_the_way:
        for obstacle in found.obstacles:
            said = why_phrase(obstacle, names)
            why = said if obstacle.why is Why.UNKNOWN else f"none can be added: {said}"
            text = f"{where(found.step)}, {found.act.what}: {why}"
            yield ""
            yield from (paint(line, "strong") for line in fold(text, width, "Besides   "))
            for todo in steps(obstacle, names):
                yield from fold(todo, width, _ITEM)
    for step in audit.played_on.steps:
        for act in step.acts:
            if act.problem:
                yield from ["", *fold(f"{where(step.name)}, {act.what}: {act.problem}", width, "Besides   ")]
