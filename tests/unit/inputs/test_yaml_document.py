"""YAML: what plain texts mean, what is refused and where, where every part stands."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from iamsim.inputs.yaml_document import MAX_WEIGHT, locate_yaml, parse_yaml, read_yaml
from iamsim.language.errors import InputError
from iamsim.language.json_document import MAX_DEPTH
from iamsim.language.source import Source

READABLE = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff\x85\u2028\u2029")
TEXTS = st.text(READABLE)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def source_of(text):
    return Source("s.yaml", text, locate_yaml)


def read(text):
    return parse_yaml(source_of(text))


def problems(text):
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value.diagnostics


def under(label):
    return label.source.text[label.span.start : label.span.end]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("012345678901", 12345678901),
        ("1.50", Decimal("1.50")),
        ("1e3", Decimal(1000)),
        ("9" * 5000, Decimal("9" * 5000)),
        *((text, text) for text in ("yes", "no", "on", "off", "0o17", "0x1F", "1_000", "2012-10-17", ".inf", ".nan")),
        *((text, text) for text in ("12:30:45", "<<", "=", "tRue", "1234abcd-12ab", "o-1234567890")),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int '12'", 12),
        ("!!float 3", Decimal(3)),
        ("!!bool true", True),
    ],
)
def test_a_scalar_means_what_it_looks_like(written, value):
    read_value = read(f"k: {written}\n")["k"]
    assert read_value == value
    assert type(read_value) is type(value)


def test_keys_are_text_whatever_they_look_like():
    assert read("111122223333: a\ntrue: b\n~: c\n") == {"111122223333": "a", "true": "b", "~": "c"}


def test_a_merge_key_is_a_key():
    assert read("a: &x {b: 1}\nc:\n  <<: *x\n") == {"a": {"b": 1}, "c": {"<<": {"b": 1}}}


@given(VALUES)
def test_json_is_yaml(value):
    text = json.dumps(value, ensure_ascii=False)
    if len(text) < 1000:  # YAML wants a simple key within 1024 characters
        assert read(text) == value


@given(VALUES, st.booleans(), st.sampled_from([None, "'", '"', "|", ">"]), st.integers(10, 120))
def test_what_another_writer_writes_is_read_with_every_part_where_it_stands(value, flow, style, width):
    text = yaml.safe_dump(value, default_flow_style=flow, default_style=style, allow_unicode=True, width=width)
    text = text.removesuffix("...\n")
    expected = yaml.load(text, Loader=yaml.CSafeLoader)
    if expected != value:
        return  # the writer itself was wrong
    document = read_yaml(source_of(text))
    spans = document.spans()
    waiting = [((), document.value)]
    while waiting:
        pointer, part = waiting.pop()
        span = spans.values[pointer]
        assert 0 <= span.start <= span.end <= len(text)
        if isinstance(part, dict):
            waiting += [((*pointer, key), child) for key, child in part.items()]
        elif isinstance(part, list):
            waiting += [((*pointer, i), child) for i, child in enumerate(part)]
        elif isinstance(part, str):
            offsets = spans.offsets.get(pointer)
            assert offsets is None or len(offsets) == len(part) + 1
            assert offsets is None or list(offsets) == sorted(offsets)


@pytest.mark.parametrize(
    ("written", "find"),
    [
        ("plain text", "text"),
        ("folded\n  plain\n  text here", "text"),
        ("'it''s the text'", "text"),
        ("'over\n\n  two text'", "text"),
        (r'"a \x41 \u0042 \U00000043 \n text"', "text"),
        ('"escaped \\\n   break text"', "text"),
        ('"folded\n   break text"', "text"),
        ("|\n  literal\n    deeper\n  text\n", "text"),
        (">-\n  folded\n  over\n\n  text\n", "text"),
        ("&a !!str\n  tagged text", "text"),
    ],
)
def test_a_word_inside_a_text_is_underlined_whatever_its_style(written, find):
    source = source_of(f"k: {written}\nother: 1\n")
    value = read(source.text)["k"]
    start = value.index(find)
    span = source.text_span(("k",), start, start + len(find))
    assert source.text[span.start : span.end] == find


def test_spans_are_those_of_values_and_keys():
    text = "a: &x\n  b: [1, 'two']\nc: *x\nd:\n"
    spans = locate_yaml(text)
    values = {pointer: text[a:b] for pointer, (a, b) in spans.values.items()}
    assert values == {
        (): "a: &x\n  b: [1, 'two']\nc: *x\nd:",
        ("a",): "b: [1, 'two']",
        ("a", "b"): "[1, 'two']",
        ("a", "b", 0): "1",
        ("a", "b", 1): "'two'",
        ("c",): "b: [1, 'two']",
        ("c", "b"): "[1, 'two']",
        ("c", "b", 0): "1",
        ("c", "b", 1): "'two'",
        ("d",): "d",
    }
    assert {pointer: text[a:b] for pointer, (a, b) in spans.keys.items()} == {
        ("a",): "a",
        ("a", "b"): "b",
        ("c",): "c",
        ("c", "b"): "b",
        ("d",): "d",
    }


def test_repeated_keys_are_all_errors_with_both_places():
    first, second = problems("a: 1\nb: {c: 1, c: 2}\n'a': 2\n")
    assert [first.where, second.where] == ["s.yaml:2:11: ", "s.yaml:3:1: "]
    assert [under(label) for label in second.labels] == ["'a'", "a"]
    assert second.message == "`a` stands twice in one mapping"


@pytest.mark.parametrize(
    ("text", "code", "where", "underlined"),
    [
        ("a: !foo 1", "yaml-tag", "s.yaml:1:9: ", "1"),
        ("a: !!binary aGk=", "yaml-tag", "s.yaml:1:13: ", "aGk="),
        ("a: !!timestamp 2012-10-17", "yaml-tag", "s.yaml:1:16: ", "2012-10-17"),
        ("a: !!python/object:os.system {}", "yaml-tag", "s.yaml:1:30: ", "{"),
        ("a: !!int x", "yaml-tag", "s.yaml:1:10: ", "x"),
        ("? [a]\n: 1", "yaml-key", "s.yaml:1:3: ", "[a]"),
        ("a: *b", "yaml-alias", "s.yaml:1:4: ", "*b"),
        ("a: &b [*b]", "yaml-alias", "s.yaml:1:8: ", "*b"),
        ("a: 1\n---\nb: 2", "yaml-documents", "s.yaml:2:1: ", "---"),
        ("a: b: c", "yaml-syntax", "s.yaml:1:5: ", ":"),
        ("a: [1", "yaml-syntax", "s.yaml:1:6: ", ""),
        ("a: 'b", "yaml-syntax", "s.yaml:1:6: ", ""),
        ("\ta: b", "yaml-syntax", "s.yaml:1:1: ", "\t"),
        ("a: \x07", "yaml-syntax", "s.yaml:1:4: ", "\x07"),
        ("a: \ud800", "yaml-syntax", "s.yaml:1:4: ", "\ud800"),
        ("", "yaml-empty", "s.yaml:1:1: ", ""),
        ("# nothing\n", "yaml-empty", "s.yaml:1:1: ", "# nothing\n"),
    ],
)
def test_what_is_refused_is_underlined(text, code, where, underlined):
    [diagnostic] = problems(text)
    assert (diagnostic.code, diagnostic.where, under(diagnostic.labels[0])) == (code, where, underlined)
    assert diagnostic.message[0].islower() or diagnostic.message.startswith("`") or "YAML" in diagnostic.message


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "a:\n ", "[{a: "])
def test_deep_nesting_is_refused_whatever_its_depth(opening):
    text = "\n".join(" " * i + "a:" for i in range(5000)) if "\n" in opening else opening * 5000
    [diagnostic] = problems(text)
    assert diagnostic.code == "nested-too-deeply"


def test_the_deepest_nesting_is_read():
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    assert problems("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[0].code == "nested-too-deeply"


def test_aliases_do_not_deepen_beyond_the_limit():
    steps = "\n".join(f"k{i}: &a{i} [[*a{i - 1}, 1]]" if i else "k0: &a0 [1]" for i in range(40))
    assert problems(steps)[0].code == "nested-too-deeply"


@pytest.mark.parametrize(
    "bomb",
    [
        "a0: &a0 [x, x]\n" + "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)),
        "a: &a " + "x" * 100_000 + "\nb: [" + ", ".join(["*a"] * 10_000) + "]",
        "a: &a {? " + "x" * 100_000 + " : 1}\nb: [" + ", ".join(["*a"] * 10_000) + "]",
        "- a\n" * 200_000,
    ],
    ids=["a billion laughs", "one long text", "one long key", "many parts"],
)
def test_a_document_that_explodes_is_refused(bomb):
    [diagnostic] = problems(bomb)
    assert diagnostic.code == "yaml-too-large"


def test_a_long_text_within_the_limit_is_read():
    assert len(read("a: " + "x" * (MAX_WEIGHT // 2))["a"]) == MAX_WEIGHT // 2


def test_many_problems_are_counted_but_not_all_shown():
    found = problems("a: 1\n" * 150)
    assert [d.code for d in found] == ["duplicate-key"] * 100 + ["more-problems"]
    assert found[-1].message == "49 more problems are not shown"


def test_diagnostics_can_be_shown_in_another_text():
    shown = Source("shown", "a: ****", locate_yaml)
    with pytest.raises(InputError) as caught:
        read_yaml(source_of("a: [pas"), shown)
    assert caught.value.diagnostics[0].labels[0].source is shown


@given(st.text(READABLE | st.sampled_from("[]{}:-,&*!|>'\"%@`\n\t \x00#?"), max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        read(text)
    except InputError as error:
        for diagnostic in error.diagnostics:
            span = diagnostic.labels[0].span
            assert 0 <= span.start <= span.end <= max(len(text), 1)
