"""Where the parts of a text stand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamsim.language.json_document import json_source
from iamsim.language.source import Position, Source, Span, Spans

DOCUMENT = """{
  "Statement": [
    {"Action": "s3:*", "Resource": ["a", "b\\"c"]}
  ]
}"""


def text_at(source, span):
    return source.text[span.start : span.end]


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ((), DOCUMENT),
        (("Statement", 0, "Action"), '"s3:*"'),
        (("Statement", 0, "Resource"), '["a", "b\\"c"]'),
        (("Statement", 0, "Resource", 1), '"b\\"c"'),
    ],
)
def test_a_pointer_finds_its_value(pointer, text):
    source = json_source("p.json", DOCUMENT)
    assert text_at(source, source.span_of(pointer)) == text


def test_a_key_is_found_beside_its_value():
    source = json_source("p.json", DOCUMENT)
    assert text_at(source, source.span_of(("Statement", 0, "Action"), key=True)) == '"Action"'


def test_a_single_value_may_stand_without_its_list():
    source = json_source("p.json", '{"Action": "s3:*"}')
    assert text_at(source, source.span_of(("Action", 0))) == '"s3:*"'


def test_a_part_that_is_missing_gives_the_nearest_around_it():
    source = json_source("p.json", '{"a": {"b": 1}}')
    assert text_at(source, source.span_of(("a", "c", "d"))) == '{"b": 1}'


def test_a_child_counts_pointers_from_its_own_root_and_shares_the_spans():
    source = json_source("p.json", DOCUMENT)
    child = source.child(("Statement", 0)).child(("Resource",))
    assert text_at(child, child.span_of((0,))) == '"a"'
    assert child.spans is source.spans


def test_positions_are_worked_out_once_and_only_when_asked():
    calls = []

    def locate(text):
        calls.append(text)
        return Spans({(): Span(0, 1)}, {})

    source = Source("x", "abc", locate)
    source.child(("a",))
    assert not calls
    assert [source.span_of(()), source.span_of(("b",))] == [(0, 1), (0, 1)]
    assert calls == ["abc"]


def test_lines_and_columns_count_from_one():
    source = json_source("p.json", "ab\ncd\n")
    assert [source.position(at) for at in (0, 2, 3, 4)] == [(1, 1), (1, 3), (2, 1), (2, 2)]
    assert source.position(0) == Position(1, 1)


def test_a_line_comes_without_its_end():
    source = json_source("p.json", "ab\r\ncd\nef")
    assert [source.line_text(n) for n in (1, 2, 3, 4)] == ["ab", "cd", "ef", ""]


@pytest.mark.parametrize(
    ("written", "start", "end", "text"),
    [
        ('"arn:aws"', 4, 7, "aws"),
        (r'"a\"b"', 1, 2, r"\""),
        (r'"a\u0062c"', 1, 3, r"\u0062c"),
        (r'"\ud83d\ude00x"', 0, 1, r"\ud83d\ude00"),
        (r'"\ud83d\ude00x"', 1, 2, "x"),
        (r'"\ud83dx"', 1, 2, "x"),
        ('"abc"', 3, 3, '"'),
        ('"abc"', 9, 12, '"abc"'),
        ('"abc"', 1, 99, "bc"),
    ],
)
def test_characters_inside_a_string_are_found_with_escapes_counted(written, start, end, text):
    source = json_source("p.json", f'{{"k": {written}}}')
    assert text_at(source, source.text_span(("k",), start, end)) == text


@given(st.text(), st.data())
def test_every_character_of_a_json_string_is_found(value, data):
    raw = json.dumps(value, ensure_ascii=data.draw(st.booleans()))
    source = json_source("p.json", raw)
    for i, character in enumerate(value):
        assert json.loads(f'"{text_at(source, source.text_span((), i, i + 1))}"') == character


def test_offsets_that_the_text_brings_are_taken():
    spans = Spans({(): Span(0, 6), ("k",): Span(2, 6)}, {}, {("k",): [0, 3, 4]})
    source = Source("x", "ab'c''", lambda _text: spans)
    assert source.text_span(("k",), 0, 1) == (2, 5)
    assert source.text_span(("k",), 1, 2) == (5, 6)


def test_nothing_of_the_text_is_in_the_repr():
    assert "password" not in repr(json_source("p.json", '{"password": 1}'))
