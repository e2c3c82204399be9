"""Law: the matcher equals the obvious regular expression, and stays quick where that one would not."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamsim.engine.glob import field_glob, matcher
from iamsim.language.pattern import parse_wildcards

GENEROUS = 2.0
"""Seconds of processor time for a text of a million characters."""

letters = st.sampled_from("aabbc:/.\n")
globs = st.lists(st.one_of(letters, st.sampled_from("**?")), max_size=12).map("".join)
texts = st.lists(letters, max_size=14).map("".join)
arns = st.lists(st.text("ab/", max_size=3), min_size=4, max_size=8).map(":".join)
arn_globs = st.lists(st.text("ab*?", max_size=4), min_size=3, max_size=8).map(":".join)


def obvious(glob):
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in glob), re.DOTALL)


def obvious_in_fields(glob):
    """In the first five fields only a `*` at the end of a field goes past a colon."""
    fields = glob.split(":", 5)
    for i, field in enumerate(fields[:5]):
        body = field.rstrip("*")
        inside = "".join({"*": "[^:]*", "?": "[^:]"}.get(c, re.escape(c)) for c in body)
        fields[i] = inside + (".*" if body != field else "")
    return re.compile(":".join([*fields[:5], *(obvious(field).pattern for field in fields[5:])]), re.DOTALL)


@settings(max_examples=settings.default.max_examples * 4)
@given(globs, texts)
def test_a_plain_glob(glob, text):
    assert matcher(parse_wildcards(glob))(text) == bool(obvious(glob).fullmatch(text))


@settings(max_examples=settings.default.max_examples * 4)
@given(globs, st.data())
def test_a_plain_glob_matches_what_is_made_from_it(glob, data):
    text = "".join(data.draw(texts) if c == "*" else data.draw(letters) if c == "?" else c for c in glob)
    assert matcher(parse_wildcards(glob))(text)


@settings(max_examples=settings.default.max_examples * 4)
@given(arn_globs, arns)
def test_the_glob_of_a_resource(glob, arn):
    assert matcher(field_glob(parse_wildcards(glob)))(arn) == bool(obvious_in_fields(glob).fullmatch(arn))


@settings(max_examples=settings.default.max_examples * 2)
@given(arn_globs, st.data())
def test_the_glob_of_a_resource_matches_what_is_made_from_it(glob, data):
    inside = st.text("ab/", max_size=3)
    text = "".join(
        data.draw(inside) if c == "*" else data.draw(st.sampled_from("ab/")) if c == "?" else c for c in glob
    )
    assert matcher(field_glob(parse_wildcards(glob)))(text)


@pytest.mark.parametrize(
    "glob",
    [
        "*a" * 30 + "!",
        "*a*a*a*a*a*a*a*a*a*a*!",
        "a*" * 500 + "!",
        "*?" * 500 + "!",
        "?*" * 500 + "!",
        "*a?" * 300 + "!",
        "*" * 5000 + "!",
        "a" * 5000 + "*!",
        "*" + "a" * 5000 + "!",
        "*" + "ab" * 2000 + "*" + "ba" * 2000 + "*!",
    ],
    ids=lambda glob: f"{glob[:12]}-{len(glob)}",
)
@pytest.mark.parametrize("text", ["a" * 1_000_000, "ab:" * 333_333], ids=["a", "ab-colon"])
def test_hostile_patterns_are_quick(glob, text):
    plain, in_fields = matcher(parse_wildcards(glob)), matcher(field_glob(parse_wildcards(glob)))
    before = process_time()
    assert not plain(text)
    assert not in_fields(text)
    assert process_time() - before < 2 * GENEROUS


@pytest.mark.parametrize("length", [1_000, 10_000, 100_000])
def test_the_time_grows_with_the_text_and_not_faster(length):
    matches = matcher(parse_wildcards("*a?" * 100 + "b"))
    before = process_time()
    matches("a" * length)
    assert process_time() - before < GENEROUS * length / 100_000 + 0.05
