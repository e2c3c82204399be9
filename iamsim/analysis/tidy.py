"""Additions as an administrator would write them: one for each document, and no more statements than it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iamsim.analysis.amend import Addition


def tidy(pieces: Iterable[Addition]) -> tuple[Addition, ...]:
    """One addition for each document, one statement for actions that differ in nothing else, every Sid once."""
    documents: dict[object, Addition] = {}
    for piece in pieces:
        place = (*piece.place, repr(piece.grant)) if piece.grant else piece.place
        before = documents.get(place)
        documents[place] = replace(before, statements=(*before.statements, *piece.statements)) if before else piece
    return tuple(replace(addition, statements=_merged(addition)) for addition in documents.values())


def _merged(addition: Addition) -> tuple[Mapping[str, Any], ...]:
    merged: dict[str, dict[str, Any]] = {}
    for statement in addition.statements:
        rest = repr({key: value for key, value in statement.items() if key not in ("Sid", "Action")})
        known = merged.setdefault(rest, {**statement, "Action": []})
        known["Action"] += [action for action in _listed(statement["Action"]) if action not in known["Action"]]
    taken = {s.sid for s in addition.policy.statements if s.sid} if addition.policy else set()
    made = []
    for statement in merged.values():
        actions = statement["Action"]
        sid = _free(str(statement["Sid"]), taken)
        taken.add(sid)
        made.append({**statement, "Sid": sid, "Action": actions[0] if len(actions) == 1 else actions})
    return tuple(made)


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _free(sid: str, taken: set[str]) -> str:
    return next(name for name in (sid, *(f"{sid}{i}" for i in range(2, len(taken) + 3))) if name not in taken)
