"""Remedies for people to read: who edits which document, and how, or why nobody can."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.analysis.obstacles import Why
from iamsim.outputs.diagnostics import visible
from iamsim.outputs.names import Names
from iamsim.outputs.paint import Paint, fold, painter
from iamsim.outputs.policy_diff import diff_lines
from iamsim.outputs.remedy_words import document_phrase, remedy_phrase, steps, why_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.amend import Addition
    from iamsim.analysis.remedy import Remedies, Remedy
    from iamsim.model.world import Grant, World

_STYLES = {"+": "good", "-": "bad", "@": "faint"}


def remedies_text(found: Remedies, world: World, *, width: int = 80, color: bool = False, brief: bool = False) -> str:
    """The remedy as a diff for each owner, its proof and its alternatives; or the obstacles. Empty where nothing is amiss.

    In brief, no alternatives to a remedy.
    """
    if brief and found.remedy is not None:
        found = replace(found, alternatives=())
    lines = list(_lines(found, Names(world), width, painter(color=color)))
    return "\n".join(lines) + "\n" if lines else ""


def _lines(found: Remedies, names: Names, width: int, paint: Paint) -> Iterator[str]:
    if found.remedy is not None:
        yield from change_lines(found.remedy, names, width, paint)
        said = "the call then succeeds, and reads all but what follows" if found.obstacles else "the call then succeeds"
        yield from (paint(line, "good") for line in fold(said, width, "Proved    "))
    label = "But       " if found.remedy else "Fix       "
    for obstacle in found.obstacles:
        said = why_phrase(obstacle, names)
        which = f" for {names.thing(obstacle.named)}" if obstacle.named else ""
        why = said if obstacle.why is Why.UNKNOWN else f"none can be added{which}: {said}"
        yield from (paint(line, "strong") for line in fold(why, width, label))
        for step in steps(obstacle, names):
            yield from fold(step, width, "          - ")
    for alternative in found.alternatives:
        yield from fold(remedy_phrase(alternative, names), width, "Or        ")


def change_lines(remedy: Remedy, names: Names, width: int, paint: Paint) -> Iterator[str]:
    """Who edits which document, and how."""
    for number, addition in enumerate(remedy.additions, 1):
        heading = f"account {names.account(addition.account)}: {document_phrase(addition, names)}"
        first = "Fix       " if number == 1 else "And       "
        yield from (paint(line, "strong") for line in fold(heading, width, first))
        yield from _change(addition, paint)


def _change(addition: Addition, paint: Paint) -> Iterator[str]:
    """The diff of the document's file; where it has none, the statements as JSON."""
    for line in _written(addition):
        style = _STYLES.get(line[:1])
        shown = visible(line)
        yield paint(shown, style) if style else shown


def _written(addition: Addition) -> list[str]:
    if addition.grant is not None:
        return _json(create_grant(addition.owner, addition.grant))
    policy = addition.policy
    if policy is None:
        return _json(addition.document)
    lines = diff_lines(policy.source, addition.statements) if policy.source else None
    return lines or [line for statement in addition.statements for line in _json(dict(statement))]


def _json(document: object) -> list[str]:
    return json.dumps(document, indent=2, ensure_ascii=False).split("\n")


def create_grant(key: str, grant: Grant) -> dict[str, object]:
    """A grant as CreateGrant takes it: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html."""
    made: dict[str, object] = {
        "KeyId": key,
        "GranteePrincipal": grant.grantee,
        "Operations": list(grant.operations),
        "Name": grant.name,
    }
    return {**made, "Constraints": dict(grant.constraints)} if grant.constraints else made
