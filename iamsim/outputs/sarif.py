"""What a check found, as SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

What GitHub makes of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from iamsim.analysis.report import State
from iamsim.outputs.check_words import ignore_phrase, name_of, ordered, plain, sentence, unknown_phrase, uri_of
from iamsim.outputs.sarif_rules import LEVELS, descriptors

if TYPE_CHECKING:
    from iamsim.analysis.report import Ignore, Place, Report, Result, Unknown
    from iamsim.language.diagnostic import Label
    from iamsim.outputs.check_words import Look

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "iamsim/v1"
"""The name of our fingerprints; a new way to make them gets a new number."""

_ROOT = "%SRCROOT%"
_KINDS = {State.UNDECIDED: "open"}
_LONGEST = 2000
"""Characters of a source that are repeated as a snippet."""

_PLACEHOLDER = re.compile(r"\{([0-9]+)\}")


def sarif(report: Report, look: Look) -> str:
    """All that did not pass. A result that passed would be an alert for readers that know no `kind`, as GitHub's."""
    results = ordered(report.of(State.FAILED, State.UNDECIDED, State.IGNORED, State.KNOWN))
    rules = descriptors(report.rules, [result.rule for result in results])
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    uris = [uri for uri in (uri_of(name, look.root) for name in report.files) if uri is not None]
    run = {
        "tool": {"driver": {"name": "iamsim", "version": import_module("iamsim").__version__, "rules": rules}},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _artifact(uri)} for uri in dict.fromkeys(uris)],
        "results": [_result(result, numbers[result.rule], report, look) for result in results],
        **_properties(unknowns=[_unknown(unknown) for unknown in report.unknowns]),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(plain(log), indent=2, ensure_ascii=False) + "\n"


def _result(result: Result, rule: int, report: Report, look: Look) -> dict[str, Any]:
    """By section 3.27.10 only what failed has a level."""
    kind = _KINDS.get(result.state, "fail")
    locations = [_location(place, look) for place in result.places]
    related = [{"id": number, **location} for number, location in enumerate(locations[1:], 1)]
    return {
        "ruleId": result.rule,
        "ruleIndex": rule,
        "kind": kind,
        "level": LEVELS[result.severity] if kind == "fail" else "none",
        "message": {"text": _message(result)},
        "locations": locations[:1],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {FINGERPRINT: result.fingerprint},
        **_baseline(result, report),
        **_suppressions(result, look),
        **_properties(
            subject=name_of(result),
            notes=list(result.notes),
            assumed=list(result.assumed),
            unknowns=[_unknown(unknown) for unknown in result.unknowns],
        ),
    }


def _message(result: Result) -> str:
    """Sentences, with what reads as a placeholder escaped as section 3.11.5 has it."""
    said = [sentence(result), *map(unknown_phrase, result.unknowns), result.help]
    text = " ".join(f"{sentence.rstrip('.')}." for sentence in said if sentence)
    return _PLACEHOLDER.sub(r"{{\1}}", text)


def _baseline(result: Result, report: Report) -> dict[str, str]:
    """Said of every result as soon as there is a baseline."""
    if not report.of(State.KNOWN):
        return {}
    return {"baselineState": "unchanged" if result.state is State.KNOWN else "new"}


def _suppressions(result: Result, look: Look) -> dict[str, Any]:
    if result.state is not State.IGNORED:
        return {}
    ignore = result.ignore
    return {"suppressions": [_suppression(ignore, look) if ignore else {"kind": "external"}]}


def _suppression(ignore: Ignore, look: Look) -> dict[str, Any]:
    physical = ignore.label and _physical(ignore.label, look)
    return {
        "kind": "external",
        "status": "accepted",
        "justification": ignore_phrase(ignore),
        **({"location": {"physicalLocation": physical}} if physical else {}),
        **_properties(expires=ignore.expires and ignore.expires.isoformat()),
    }


def _location(place: Place, look: Look) -> dict[str, Any]:
    physical = _physical(place.label, look)
    logical = [{"fullyQualifiedName": place.thing, "kind": "resource"}] if place.thing else []
    said = place.label.text or place.thing
    return {
        **({"physicalLocation": physical} if physical else {}),
        **({"logicalLocations": logical} if logical else {}),
        **({"message": {"text": _PLACEHOLDER.sub(r"{{\1}}", said)}} if said else {}),
    }


def _physical(label: Label, look: Look) -> dict[str, Any] | None:
    """Where a part of a file stands; None for what stands in no file."""
    uri = uri_of(label.source.name, look.root)
    if uri is None:
        return None
    span, source = label.span, label.source
    start, end = source.position(span.start), source.position(span.end)
    text = source.text[span.start : span.end]
    region = {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        **({"snippet": {"text": text}} if 0 < len(text) <= _LONGEST else {}),
    }
    return {"artifactLocation": _artifact(uri), "region": region}


def _artifact(uri: str) -> dict[str, str]:
    return {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": _ROOT}


def _unknown(unknown: Unknown) -> dict[str, str]:
    return {"name": unknown.name, "words": unknown.words, "option": unknown.option}


def _properties(**named: Any) -> dict[str, Any]:
    """A property bag of what is not empty."""
    kept = {name: value for name, value in named.items() if value}
    return {"properties": kept} if kept else {}
