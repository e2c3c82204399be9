"""Statements added to a policy's own text, and what changes in it."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

from iamsim.language.json_document import locate_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iamsim.language.source import Source

_INDENT = 2


def extended_text(source: Source, statements: Sequence[Mapping[str, Any]]) -> str | None:
    """The text of a document with statements at its end, all else as it was; None where it is no JSON file of its own."""
    if source.base or source.locate is not locate_json:
        return None
    text, spans = source.text, source.spans.values
    whole = spans.get(("Statement",))
    if whole is None:
        return None
    if text[whole.start] != "[":
        return _wrapped(text, whole.start, whole.end, statements)
    count = sum(1 for pointer in spans if len(pointer) == 2 and pointer[0] == "Statement")
    if not count:
        return text[: whole.start] + json.dumps([dict(s) for s in statements], indent=_INDENT) + text[whole.end :]
    last = spans[("Statement", count - 1)]
    lead = _lead(text, last.start)
    made = ("," + _separator(lead) + _written(statement, lead) for statement in statements)
    return text[: last.end] + "".join(made) + text[last.end :]


def diff_lines(source: Source, statements: Sequence[Mapping[str, Any]]) -> list[str] | None:
    """A unified diff of the policy's file; None where it is no JSON file of its own."""
    after = extended_text(source, statements)
    if after is None:
        return None
    before = source.text.splitlines()
    return list(difflib.unified_diff(before, after.splitlines(), source.name, source.name, n=2, lineterm=""))


def _wrapped(text: str, start: int, end: int, statements: Sequence[Mapping[str, Any]]) -> str:
    """A single statement stands without a list: it gets one."""
    line = text.rfind("\n", 0, start) + 1
    lead = text[line : line + len(text[line:start]) - len(text[line:start].lstrip())] if line else None
    made = "".join("," + _separator(lead) + _written(statement, lead) for statement in statements)
    return f"{text[:start]}[{text[start:end]}{made}]{text[end:]}"


def _lead(text: str, start: int) -> str | None:
    """The blanks before a value that begins its line; None where something else stands before it."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return before if not before.strip() and "\n" in text[:start] else None


def _separator(lead: str | None) -> str:
    return " " if lead is None else f"\n{lead}"


def _written(statement: Mapping[str, Any], lead: str | None) -> str:
    if lead is None:
        return json.dumps(statement, ensure_ascii=False)
    return json.dumps(statement, indent=_INDENT, ensure_ascii=False).replace("\n", f"\n{lead}")
