"""Folding and colour."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamsim.outputs.diagnostics import columns
from iamsim.outputs.paint import fold, painter, wants_color


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_first_line_begins_with_the_label_and_the_others_below_it():
    assert fold("one two three four five", 22, "label  ") == ["label  one two three", "       four five"]


def test_other_lines_may_begin_otherwise():
    assert fold("one two three four five six", 18, "1. ", "   | ") == ["1. one two three", "   | four five six"]


def test_a_word_that_is_too_long_stays_whole_on_a_line_of_its_own():
    arn = "arn:aws:iam::111122223333:role/orders-api"
    assert fold(f"it is {arn} here", 20) == ["it is", arn, "here"]


def test_an_empty_text_is_one_line():
    assert fold("", 40, "Lesson    ") == ["Lesson"]


def test_wide_characters_take_two_columns():
    assert fold("漢字漢字 漢字漢字 漢字漢字", 19) == ["漢字漢字 漢字漢字", "漢字漢字"]


def test_line_ends_are_spaces_and_controls_cannot_reach_the_terminal():
    assert fold("one\ntwo\r\n\tthree \x1b[2J\x9b31m\u202e", 80) == ["one two three �[2J�31m�"]


@given(st.text(), st.integers(16, 100), st.sampled_from(["", "1. ", "   nearest  "]))
def test_lines_fit_and_nothing_is_lost(text, width, first):
    lines = fold(text, width, first)
    for line in lines:
        assert columns(line) <= max(width, len(first) + 16) or len(line[len(first) :].split(" ")) == 1
    assert len("".join(lines).replace(" ", "")) >= len("".join(text.split()))


@pytest.mark.parametrize(
    ("stream", "variables", "colored"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals_that_can_show_it_and_people_who_want_it(monkeypatch, stream, variables, colored):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_color(stream) is colored


def test_a_painter_without_colour_leaves_the_text_as_it_is():
    assert painter(color=False)("denied", "bad") == "denied"
    assert painter(color=True)("denied", "bad") == "\x1b[1;31mdenied\x1b[0m"
    assert painter(color=True)("", "bad") == ""
