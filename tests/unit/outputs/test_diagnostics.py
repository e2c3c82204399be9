"""Diagnostics as text, in colour, and as data. Every expected block is written by hand."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamsim.language.diagnostic import Diagnostic, Label, Severity
from iamsim.language.json_document import json_source
from iamsim.language.source import Span
from iamsim.outputs.diagnostics import diagnostic_json, render_diagnostics, visible

TEXT = """{
  "Statement": [
    {"Sid": "a", "Effect": "allow"},
    {"Sid": "a"}
  ]
}
"""
SOURCE = json_source("policies/app.json", TEXT)
EFFECT = Diagnostic(
    "unknown-effect",
    "`allow` is no effect",
    (Label(SOURCE, ("Statement", 0, "Effect")),),
    help="write `Allow` or `Deny`",
    url="https://example.com/effect",
)
SID = Diagnostic(
    "duplicate-sid",
    "the `Sid` `a` stands twice",
    (Label(SOURCE, ("Statement", 1, "Sid")), Label(SOURCE, ("Statement", 0, "Sid"), text="first here")),
    Severity.WARNING,
)
PLACELESS = Diagnostic("file-not-found", "there is no file `x`", severity=Severity.NOTE, help="check the path")


def test_a_diagnostic_shows_place_line_underline_help_and_page():
    assert render_diagnostics([EFFECT], width=80) == (
        "error[unknown-effect]: `allow` is no effect\n"
        "  --> policies/app.json:3:28\n"
        "  |\n"
        '3 |     {"Sid": "a", "Effect": "allow"},\n'
        "  |                            ^^^^^^^\n"
        "   = help: write `Allow` or `Deny`\n"
        "   = see: https://example.com/effect\n"
        "\n"
    )


def test_a_second_place_is_marked_otherwise_and_says_why():
    assert render_diagnostics([SID], width=80) == (
        "warning[duplicate-sid]: the `Sid` `a` stands twice\n"
        "  --> policies/app.json:4:13\n"
        "  |\n"
        '4 |     {"Sid": "a"}\n'
        "  |             ^^^\n"
        "  ::: policies/app.json:3:13\n"
        "  |\n"
        '3 |     {"Sid": "a", "Effect": "allow"},\n'
        "  |             --- first here\n"
        "\n"
    )


def test_without_a_place_there_is_only_the_message_and_the_help():
    assert render_diagnostics([PLACELESS], width=80) == (
        "note[file-not-found]: there is no file `x`\n   = help: check the path\n\n"
    )


def test_nothing_gives_nothing():
    assert render_diagnostics([], width=80) == ""


def test_a_narrow_terminal_wraps_words_and_cuts_the_line_around_what_is_meant():
    source = json_source("p.json", '{"Action": ["kms:Decrypt", "GetSecretValue", "kms:Encrypt"]}')
    found = Diagnostic("action-without-service", "`GetSecretValue` names no service", (Label(source, ("Action", 1)),))
    assert render_diagnostics([found], width=40) == (
        "error[action-without-service]:\n"
        "`GetSecretValue` names no service\n"
        "  --> p.json:1:28\n"
        "  |\n"
        '1 | …ecrypt", "GetSecretValue", "kms:En…\n'
        "  |           ^^^^^^^^^^^^^^^^\n"
        "\n"
    )


def test_a_range_that_does_not_fit_is_cut_itself():
    source = json_source("p.json", '{"Action": "' + "x" * 100 + '"}')
    shown = render_diagnostics([Diagnostic("c", "m", (Label(source, ("Action",)),))], width=40).splitlines()
    assert shown[3] == '1 | …"' + "x" * 33 + "…"
    assert shown[4] == "  |  " + "^" * 35


def test_what_goes_on_in_the_next_lines_is_underlined_to_the_end_of_its_first():
    shown = render_diagnostics([Diagnostic("c", "m", (Label(SOURCE, ()),))], width=80).splitlines()
    assert shown[3:5] == ["1 | {", "  | ^"]
    shown = render_diagnostics([Diagnostic("c", "m", (Label(SOURCE, ("Statement",)),))], width=80).splitlines()
    assert shown[3:5] == ['2 |   "Statement": [', "  |                ^"]


def test_columns_are_counted_as_a_terminal_does():
    source = json_source("p.json", '{"é\t日本": "x"}')
    shown = render_diagnostics([Diagnostic("c", "m", (Label(source, offset=Span(9, 12)),))], width=80).splitlines()
    assert shown[1] == "  --> p.json:1:10"
    assert shown[3] == '1 | {"é    日本": "x"}'
    assert shown[4] == "  | " + " " * 14 + "^^^"


def test_the_end_of_an_empty_text_can_be_underlined():
    shown = render_diagnostics([Diagnostic("c", "m", (Label(json_source("e", ""), offset=Span(0, 1)),))], width=80)
    assert "  --> e:1:1\n  |\n1 |\n  | ^\n" in shown


def test_line_numbers_of_several_digits_move_the_margin():
    source = json_source("p.json", "\n" * 99 + "[1]")
    shown = render_diagnostics([Diagnostic("c", "m", (Label(source, (0,)),), help="h")], width=80).splitlines()
    assert shown == ["error[c]: m", "    --> p.json:100:2", "    |", "100 | [1]", "    |  ^", "     = help: h", ""]


@pytest.mark.parametrize("text", ["\x1b[31m", "a\rb", "\x9b1m", "\u202eevil", "\ud800", "\x00", "\u2028"])
def test_nothing_that_a_terminal_would_obey_is_written(text):
    source = json_source(f"name{text}", f"[{text}]")
    found = Diagnostic("c", f"the word `{text}`", (Label(source, offset=Span(0, 1)),), help=f"not `{text}`")
    shown = render_diagnostics([found], width=80)
    shown.encode()
    assert not [c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl")]


def test_a_tab_is_four_columns_and_other_controls_are_replaced():
    assert visible("a\tb\x07") == "a    b�"


@given(
    message=st.text(min_size=1, max_size=300),
    text=st.text(max_size=300),
    start=st.integers(0, 300),
    length=st.integers(0, 300),
    width=st.integers(30, 120),
)
def test_no_line_is_wider_than_the_terminal(message, text, start, length, width):
    source = json_source("s", text)
    at = min(start, len(text))
    label = Label(source, offset=Span(at, min(at + length, len(text))))
    shown = render_diagnostics([Diagnostic("c", message, (label,), help=message)], width=width)
    for line in shown.splitlines():
        columns = sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in line)
        assert columns <= width, line


def test_in_colour_the_same_words_stand():
    plain = render_diagnostics([EFFECT, SID, PLACELESS], width=60)
    colored = render_diagnostics([EFFECT, SID, PLACELESS], width=60, color=True)
    assert colored != plain
    assert "\x1b[1;31merror[unknown-effect]:\x1b[0m" in colored
    without = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in without.splitlines()] == plain.splitlines()


def test_the_width_of_the_terminal_is_asked_for(monkeypatch):
    long = Diagnostic("c", "word " * 40)
    monkeypatch.setenv("COLUMNS", "50")
    assert max(map(len, render_diagnostics([long]).splitlines())) <= 50
    monkeypatch.setenv("COLUMNS", "150")
    assert max(map(len, render_diagnostics([long]).splitlines())) > 100


def test_as_data_everything_is_there():
    assert diagnostic_json(SID) == {
        "code": "duplicate-sid",
        "severity": "warning",
        "message": "the `Sid` `a` stands twice",
        "help": "",
        "url": "",
        "labels": [
            {
                "source": "policies/app.json",
                "pointer": ["Statement", 1, "Sid"],
                "line": 4,
                "column": 13,
                "end_line": 4,
                "end_column": 16,
                "text": "",
            },
            {
                "source": "policies/app.json",
                "pointer": ["Statement", 0, "Sid"],
                "line": 3,
                "column": 13,
                "end_line": 3,
                "end_column": 16,
                "text": "first here",
            },
        ],
    }
    assert diagnostic_json(PLACELESS)["labels"] == []


def test_a_long_line_with_many_findings_is_shown_quickly():
    source = json_source("p.json", "[" + ",".join('"x"' for _ in range(60_000)) + "]")
    found = [Diagnostic("c", "m", (Label(source, offset=Span(at, at + 3)),)) for at in range(1, 240_000, 1_200)]
    begin = time.perf_counter()
    render_diagnostics(found, width=80)
    assert time.perf_counter() - begin < 5
