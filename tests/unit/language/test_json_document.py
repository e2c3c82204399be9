"""JSON: what is read, what is refused and where, where every part stands."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamsim.language.errors import InputError
from iamsim.language.json_document import MAX_DEPTH, json_source, locate_json, parse_json

SCALARS = st.none() | st.booleans() | st.integers() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


def problems(text):
    with pytest.raises(InputError) as caught:
        parse_json(json_source("p.json", text))
    return caught.value.diagnostics


def underlined(diagnostic, label=0):
    found = diagnostic.labels[label]
    return found.source.text[found.span.start : found.span.end]


@given(VALUES)
def test_what_json_writes_is_read_back(value):
    assert parse_json(json_source("p.json", json.dumps(value))) == value


@given(VALUES, st.integers(0, 4), st.booleans())
def test_every_value_stands_where_its_span_says(value, indent, ascii_only):
    text = json.dumps(value, indent=indent or None, ensure_ascii=ascii_only)
    spans = locate_json(text)
    waiting = [((), value)]
    while waiting:
        pointer, part = waiting.pop()
        span = spans.values[pointer]
        assert json.loads(text[span.start : span.end]) == part
        inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        for step, child in inner:
            waiting.append(((*pointer, step), child))
            if isinstance(part, dict):
                key = spans.keys[(*pointer, step)]
                assert json.loads(text[key.start : key.end]) == step


def test_numbers_keep_their_digits():
    assert parse_json(json_source("p", "[1, 1.10, 1e400]")) == [1, Decimal("1.10"), Decimal("1e400")]
    assert parse_json(json_source("p", "9" * 5000)) == Decimal("9" * 5000)


@pytest.mark.parametrize(
    ("text", "where", "under", "help_"),
    [
        ('{"a": }', "p.json:1:7: ", "}", "a string in double quotes"),
        ('{"a": 1,}', "p.json:1:9: ", "}", "a string in double quotes"),
        ("{'a': 1}", "p.json:1:2: ", "'", "a string in double quotes"),
        ('{"a": 1}\n{', "p.json:2:1: ", "{", ""),
        ("[1\n2]", "p.json:2:1: ", "2", "`,`"),
        ("[NaN]", "p.json:1:2: ", "N", "a number"),
    ],
)
def test_a_syntax_error_is_underlined_and_says_what_could_stand_there(text, where, under, help_):
    [diagnostic] = problems(text)
    assert diagnostic.code == "json-syntax"
    assert diagnostic.where == where
    assert underlined(diagnostic) == under
    assert help_ in diagnostic.help


@pytest.mark.parametrize("text", ["", "   \n", '{"a": [1', '"abc'])
def test_a_text_that_ends_too_early_is_no_json(text):
    [diagnostic] = problems(text)
    assert diagnostic.code == "json-syntax"
    assert diagnostic.where.startswith("p.json:")


def test_a_repeated_key_is_an_error_with_both_places():
    first, second = problems('{"a": 1, "b": {"c": 1, "c": 2}, "a": 2}')
    assert [first.code, second.code] == ["duplicate-key"] * 2
    assert [first.where, second.where] == ["p.json:1:24: ", "p.json:1:33: "]
    assert second.labels[1].span.start == 1
    assert second.labels[1].text == "first here"


def test_a_key_written_with_an_escape_is_the_same_key():
    assert [d.code for d in problems('{"a": 1, "\\u0061": 2}')] == ["duplicate-key"]


def test_beside_a_repeated_key_what_is_no_json_comes_first():
    assert [d.code for d in problems('{"a": 1, "a": 2, }')] == ["json-syntax"]
    assert [d.code for d in problems('[{"a": 1, "a": 2}')] == ["json-syntax"]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_refused_whatever_its_depth(opening):
    closing = {"[": "]"}.get(opening, "}")
    deepest = opening * MAX_DEPTH + "1" + closing * MAX_DEPTH
    assert parse_json(json_source("p", deepest))
    for depth in (MAX_DEPTH + 1, 5_000):
        [diagnostic] = problems(opening * depth + "1" + closing * depth)
        assert diagnostic.code == "nested-too-deeply"


def test_what_is_no_json_has_no_spans():
    assert locate_json("{") == ({}, {}, {})
