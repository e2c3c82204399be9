"""Wildcards and policy variables: the split that reads plain ones says what the grammar says."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iamsim.language.errors import LanguageError
from iamsim.language.pattern import Variable, Wildcard, parse_template, parse_template_by_grammar

PIECES = [
    "${",
    "}",
    "$",
    "{",
    "*",
    "?",
    ",",
    "'",
    " ",
    "a",
    "aws:Tag/Te-am",
    "${aws:UserName}",
    "${*}",
    "${a, 'b'}",
    "é",
]


def read(parse, text):
    try:
        return parse(text)
    except LanguageError as error:
        return error.message, error.start, error.end


@given(text=st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example(text="${${a}}")
@example(text="$${a}")
@example(text="${a}}{b}")
@example(text="${ a }${b")
def test_a_template_is_read_as_the_grammar_reads_it(text):
    assert read(parse_template, text) == read(parse_template_by_grammar, text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ("plain",)),
        ("a${aws:UserName}*", ("a", Variable("aws:username", None), Wildcard.ANY)),
        ("${aws:PrincipalTag/Team}?", (Variable("aws:principaltag/team", None), Wildcard.ONE)),
        ("${a, 'X'}b", (Variable("a", "X"), "b")),
        ("${*}${?}${$}", ("*", "?", "$")),
    ],
)
def test_variables_wildcards_and_texts_are_told_apart(text, parts):
    assert parse_template(text) == parts


@pytest.mark.parametrize("text", ["${", "a${b", "${}", "${a'}", "${a, b}", "${a*}"])
def test_what_opens_no_variable_is_refused(text):
    with pytest.raises(LanguageError, match="opens no policy variable"):
        parse_template(text)
