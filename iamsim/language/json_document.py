"""JSON: plain reading for meaning, located reading for positions.

A located parse costs about two hundred times a plain one, so it runs only when something must be underlined.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.language.errors import InputError
from iamsim.language.grammar import load_grammar
from iamsim.language.source import Pointer, Source, Span, Spans

MAX_DEPTH = 64
"""Levels of nesting that are read; no document of AWS's comes near."""

_MOST_DUPLICATES = 100  # repeated keys that are reported of one text
_LONG_NUMBER = 1000  # digits; Python refuses to convert longer ones quickly


class _Node(NamedTuple):
    span: Span
    members: tuple[tuple[str | int, Span | None, _Node], ...] = ()


def json_source(name: str, text: str) -> Source:
    """A source whose positions are found by the located JSON parse."""
    return Source(name, text, locate_json)


def parse_json(source: Source) -> Any:
    """The value of a JSON text; numbers with a fraction are `Decimal`, so that they keep their digits.

    Raises:
        InputError: the text is no JSON (RFC 8259), repeats a key in an object, or is nested too deeply.
    """
    try:
        value = _DECODER.decode(source.text)
    except (ValueError, RecursionError):
        raise InputError([_syntax_diagnostic(source)]) from None
    except _RepeatedKeyError:
        raise InputError(_duplicate_diagnostics(source)) from None
    if source.text.count("[") + source.text.count("{") > MAX_DEPTH and _too_deep(value):
        raise InputError(
            [Diagnostic("nested-too-deeply", f"more than {MAX_DEPTH} levels of nesting", (Label(source),))]
        )
    return value


def locate_json(text: str) -> Spans:
    """The spans of every value and key of a JSON text; empty where the text is no JSON.

    Of a repeated key, the last occurrence counts.
    """
    from lark.exceptions import UnexpectedInput

    spans = Spans({}, {})
    try:
        waiting: list[tuple[Pointer, _Node]] = [((), _located().parse(text))]
    except UnexpectedInput:
        return spans
    while waiting:
        pointer, node = waiting.pop()
        spans.values[pointer] = node.span
        for step, key, member in node.members:
            if key:
                spans.keys[(*pointer, step)] = key
            waiting.append(((*pointer, step), member))
    return spans


class _RepeatedKeyError(Exception):
    """An object has the same key twice."""


def _object(items: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(items)
    if len(made) < len(items):
        raise _RepeatedKeyError
    return made


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) < _LONG_NUMBER else Decimal(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Decimal, parse_int=_integer, parse_constant=_no_constant
)


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        inside: list[Any] = []
        for part in level:
            if type(part) is dict:
                inside += part.values()
            elif type(part) is list:
                inside += part
        if not inside:
            return False
        level = inside
    return True


@cache
def _located() -> Any:
    from lark import Token, Transformer

    def span(first: Token, last: Token) -> Span:
        return Span(first.start_pos or 0, last.end_pos or 0)

    class Locate(Transformer[Token, _Node]):
        """Builds located nodes while the text is parsed; no tree is walked, so no depth is too great."""

        def start(self, children: list[_Node]) -> _Node:
            return children[0]

        def scalar(self, children: list[Token]) -> _Node:
            return _Node(span(children[0], children[0]))

        def member(self, children: list[Any]) -> tuple[str, Span, _Node]:
            return json.loads(children[0]), span(children[0], children[0]), children[1]

        def object(self, children: list[Any]) -> _Node:
            return _Node(span(children[0], children[-1]), tuple(c for c in children[1:-1] if c))

        def array(self, children: list[Any]) -> _Node:
            items = [c for c in children[1:-1] if c]
            return _Node(span(children[0], children[-1]), tuple((i, None, c) for i, c in enumerate(items)))

    return load_grammar("json", Locate())


def _syntax_diagnostic(source: Source) -> Diagnostic:
    """Where and why a text is no JSON, in the words of the grammar's terminals."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    try:
        _located().parse(source.text)
    except UnexpectedInput as error:
        allowed = error.allowed if isinstance(error, UnexpectedCharacters) else getattr(error, "expected", ())
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        at = len(source.text.rstrip()) if ended else max(getattr(error, "pos_in_stream", None) or 0, 0)
        span = Span(min(at, max(len(source.text) - 1, 0)), min(at + 1, max(len(source.text), 1)))
        found = "the text ends here" if ended else f"`{source.text[at]}` cannot stand here"
        expected = sorted({_TERMINALS[name] for name in allowed or () if name in _TERMINALS})
        help_ = f"expected {', '.join(expected)}" if expected else ""
        return Diagnostic("json-syntax", f"not JSON: {found}", (Label(source, offset=span),), help=help_)
    return _depth_diagnostic(source)


def _depth_diagnostic(source: Source) -> Diagnostic:
    """It points at the beginning: to locate the parts of such a text would take very long."""
    message = f"more than {MAX_DEPTH} levels of nesting"
    return Diagnostic("nested-too-deeply", message, (Label(source, offset=Span(0, 1)),))


_TERMINALS = {
    "LBRACE": "`{`", "RBRACE": "`}`", "LBRACKET": "`[`", "RBRACKET": "`]`", "_COMMA": "`,`", "_COLON": "`:`",
    "TRUE": "`true`", "FALSE": "`false`", "NULL": "`null`", "STRING": "a string in double quotes", "NUMBER": "a number",
}  # fmt: skip


def _duplicate_diagnostics(source: Source) -> list[Diagnostic]:
    """Where keys are repeated; where the text is no JSON either, that comes first."""
    from lark.exceptions import UnexpectedInput

    found: list[Diagnostic] = []
    try:
        waiting: list[_Node] = [_located().parse(source.text)]
    except UnexpectedInput:
        return [_syntax_diagnostic(source)]
    while waiting:
        node = waiting.pop()
        first: dict[str | int, Span] = {}
        for key, span, member in node.members:
            waiting.append(member)
            if span and key in first:
                labels = (Label(source, offset=span), Label(source, offset=first[key], text="first here"))
                help_ = "keep one of them; AWS refuses a document that repeats a key"
                found.append(Diagnostic("duplicate-key", f"`{key}` stands twice in one object", labels, help=help_))
            elif span:
                first[key] = span
    return sorted(found, key=lambda d: d.labels[0].span)[:_MOST_DUPLICATES]
