"""A baseline: the fingerprints of what was found before, and is not counted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from iamsim.analysis.ignores import EXPIRED
from iamsim.analysis.report import State
from iamsim.inputs.text import read_source
from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.language.errors import InputError
from iamsim.language.json_document import parse_json
from iamsim.language.unknown_text import readable

if TYPE_CHECKING:
    from iamsim.analysis.report import Report

SCHEMA = "iamsim/baseline/1"
MAX_BYTES = 16 * 1024 * 1024
"""The longest baseline that is read, in bytes."""

_FINGERPRINT = re.compile(r"[0-9a-f]{32}")


def read_baseline(path: str) -> frozenset[str]:
    """The fingerprints of a baseline.

    Raises:
        InputError: the file cannot be read, or is no baseline.
    """
    source = read_source(path, limit=MAX_BYTES)
    value = parse_json(source)
    if not isinstance(value, dict) or value.get("schema") != SCHEMA or not isinstance(value.get("results"), list):
        help_ = f"a baseline is what `iamsim check --write-baseline {path}` writes"
        raise InputError([Diagnostic("no-baseline", f"`{path}` is no baseline", (Label(source),), help=help_)])
    found = []
    for i, result in enumerate(value["results"]):
        fingerprint = result.get("fingerprint") if isinstance(result, dict) else None
        if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
            label = Label(source, ("results", i))
            raise InputError([Diagnostic("no-baseline", "a fingerprint is expected here", (label,), help=_WRITE)])
        found.append(fingerprint)
    return frozenset(found)


_WRITE = "write the baseline anew: `iamsim check --write-baseline FILE`"
_COUNTED = (State.FAILED, State.UNDECIDED, State.KNOWN)


def baseline_json(report: Report) -> str:
    """A baseline of what a report counts, and of what was in the baseline before; the order is that of the rules and subjects."""
    rows = {
        result.fingerprint: {
            "fingerprint": result.fingerprint,
            "rule": result.rule,
            "subject": readable(result.subject),
        }
        for result in report.of(*_COUNTED)
        if result.rule != EXPIRED
    }
    ordered = sorted(rows.values(), key=lambda row: (row["rule"], row["subject"], row["fingerprint"]))
    return json.dumps({"schema": SCHEMA, "results": ordered}, indent=2, ensure_ascii=False) + "\n"
