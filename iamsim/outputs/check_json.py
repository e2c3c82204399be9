"""What a check found, as data: the schema is docs/check-schema.json, its version in `schema`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from iamsim.model.world import World
from iamsim.outputs.check_words import ordered, plain, tally
from iamsim.outputs.diagnostics import label_json
from iamsim.outputs.names import Names
from iamsim.outputs.remedy_json import remedy_json

if TYPE_CHECKING:
    from iamsim.analysis.report import Ignore, Place, Report, Result, Unknown
    from iamsim.outputs.check_words import Look

SCHEMA = "iamsim/check/1"


def check_json(report: Report, _look: Look) -> str:
    """Everything, what passed included; files are called as they were when the check was started."""
    document = {
        "schema": SCHEMA,
        "summary": tally(report),
        "files": list(report.files),
        "unknowns": [_unknown(unknown) for unknown in report.unknowns],
        "results": [_result(result) for result in ordered(report.results)],
    }
    return json.dumps(plain(document), indent=2, ensure_ascii=False) + "\n"


def _result(result: Result) -> dict[str, Any]:
    names = Names(result.world or World())
    return {
        "rule": result.rule,
        "severity": result.severity.value,
        "state": result.state.value,
        "message": result.message,
        "subject": result.subject,
        "ask": result.ask or None,
        "fingerprint": result.fingerprint,
        "help": result.help,
        "places": [_place(place) for place in result.places],
        "notes": list(result.notes),
        "assumed": list(result.assumed),
        "unknowns": [_unknown(unknown) for unknown in result.unknowns],
        "ignore": result.ignore and _ignore(result.ignore),
        "remedy": result.remedy and remedy_json(result.remedy, names),
    }


def _place(place: Place) -> dict[str, Any]:
    return {"thing": place.thing or None, **label_json(place.label)}


def _unknown(unknown: Unknown) -> dict[str, Any]:
    return {"name": unknown.name, "words": unknown.words, "option": unknown.option or None}


def _ignore(ignore: Ignore) -> dict[str, Any]:
    return {
        "reason": ignore.reason,
        "expires": ignore.expires and ignore.expires.isoformat(),
        "place": ignore.label and label_json(ignore.label),
    }
