"""What a check found, as JUnit XML: a suite for each file, a case for each assertion and for each result of a rule.

The format as CI systems read it: https://github.com/testmoapp/junitxml.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from iamsim.analysis.report import State
from iamsim.language.unknown_text import readable
from iamsim.outputs.check_text import result_text
from iamsim.outputs.check_words import Look, file_of, ignore_phrase, name_of, one_line, ordered, path_of, unknown_phrase

if TYPE_CHECKING:
    from iamsim.analysis.report import Report, Result

_WIDTH = 100
_NOWHERE = "iamsim"
"""The suite of what stands in no file."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold: https://www.w3.org/TR/xml/#charsets."""


def junit(report: Report, look: Look) -> str:
    """A file that nothing was found in has an empty suite. Nothing is timed."""
    suites: dict[str, list[Result]] = {_suite(name, look): [] for name in sorted(report.files)}
    for result in ordered(report.results):
        suites.setdefault(_suite(file_of(result), look), []).append(result)
    root = ET.Element("testsuites", {"name": "iamsim check", **_counts(list(report.results))})
    for name, results in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": _xml(name), **_counts(results)})
        for result in results:
            _case(suite, result, name)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(name: str, look: Look) -> str:
    return (path_of(name, look.root) or name) if name else _NOWHERE


def _counts(results: list[Result]) -> dict[str, str]:
    failures = sum(result.state is State.FAILED for result in results)
    skipped = sum(result.state in _SKIPPED for result in results)
    return {
        "tests": str(len(results)),
        "failures": str(failures),
        "errors": "0",
        "skipped": str(skipped),
        "time": "0",
    }


def _case(suite: ET.Element, result: Result, file: str) -> None:
    line = {}
    if result.places:
        label = result.places[0].label
        line = {"file": _xml(file), "line": str(label.source.position(label.span.start).line)}
    named = {"name": _xml(name_of(result)), "classname": _xml(result.rule)}
    case = ET.SubElement(suite, "testcase", {**named, "time": "0", **line})
    if result.state is State.FAILED:
        said = {"message": _xml(one_line(result.message)), "type": result.severity.value}
        ET.SubElement(case, "failure", said).text = _xml(result_text(result, Look(_WIDTH)))
    elif result.state in _SKIPPED:
        ET.SubElement(case, "skipped", {"message": _xml(_why_skipped(result))})


_SKIPPED = {State.UNDECIDED: "undecided", State.IGNORED: "ignored", State.KNOWN: "in the baseline"}


def _why_skipped(result: Result) -> str:
    reasons = [ignore_phrase(result.ignore)] if result.ignore else map(unknown_phrase, result.unknowns)
    return one_line("; ".join([f"{_SKIPPED[result.state]}: {result.message}", *reasons]))


def _xml(text: str) -> str:
    """A text without the characters that XML cannot hold; the library escapes the others."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", readable(text))
