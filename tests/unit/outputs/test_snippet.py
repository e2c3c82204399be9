"""Lines of policy files with a part underlined."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamsim.language.source import Source, Span, Spans
from iamsim.outputs.diagnostics import columns
from iamsim.outputs.paint import painter
from iamsim.outputs.snippet import place, short_place, snippet

PLAIN = painter(color=False)
LINE = '      "Resource": "arn:aws:s3:::orders/*",'


def source(text):
    return Source("policies/app.json", text, lambda _: Spans({}, {}))


def underlined(text, part, says, width):
    start = text.index(part)
    return snippet(source(text), Span(start, start + len(part)), says, width, PLAIN)


def test_what_is_said_stands_beside_the_marks():
    assert underlined(f"{{\n{LINE}\n}}", '"arn:aws:s3:::orders/*"', "Resource does not match `b`", 80) == [
        '   2 | "Resource": "arn:aws:s3:::orders/*",',
        "     |             ^^^^^^^^^^^^^^^^^^^^^^^ Resource does not match `b`",
    ]


def test_or_below_them_where_there_is_no_room():
    assert underlined(LINE, '"arn:aws:s3:::orders/*"', "Resource does not match `arn:aws:s3:::other/*`", 60) == [
        '   1 | "Resource": "arn:aws:s3:::orders/*",',
        "     |             ^^^^^^^^^^^^^^^^^^^^^^^",
        "     | Resource does not match `arn:aws:s3:::other/*`",
    ]


def test_a_long_line_is_cut_around_the_part():
    assert underlined(LINE, '"arn:aws:s3:::orders/*"', "no", 40) == [
        '   1 | …ource": "arn:aws:s3:::orders/*",',
        "     |          ^^^^^^^^^^^^^^^^^^^^^^^",
        "     | no",
    ]


def test_a_part_that_is_too_long_is_cut_itself():
    assert underlined(LINE, '"arn:aws:s3:::orders/*"', "no", 25) == [
        '   1 | "arn:aws:s3:::ord…',
        "     | ^^^^^^^^^^^^^^^^^^",
        "     | no",
    ]


def test_a_minified_document_is_shown_around_the_part():
    text = '{"Statement":[' + '{"Effect":"Allow","Action":"s3:Get*"},' * 50 + '{"Effect":"Deny","Action":"kms:*"}]}'
    assert underlined(text, '"Deny"', "no", 46) == [
        '   1 | …t*"},{"Effect":"Deny","Action":"kms:*…',
        "     |                 ^^^^^^ no",
    ]
    assert underlined(text, '"kms:*"', "no", 46) == [
        '   1 | …},{"Effect":"Deny","Action":"kms:*"}]}',
        "     |                              ^^^^^^^ no",
    ]
    assert underlined(text, '"Statement"', "no", 46) == [
        '   1 | {"Statement":[{"Effect":"Allow","Actio…',
        "     |  ^^^^^^^^^^^ no",
    ]


def test_an_empty_part_at_the_end_of_a_line_is_marked():
    assert snippet(source("ab"), Span(2, 2), "here", 40, PLAIN) == ["   1 | ab", "     |   ^ here"]


def test_what_a_terminal_would_obey_is_not_shown():
    shown = underlined('"\x1b[2J\u202eSid"', "Sid", "\x9bno", 60)
    assert shown == ['   1 | "�[2J�Sid"', "     |       ^^^ �no"]


def test_a_line_of_megabytes_is_quick():
    text = "x" * 3_000_000 + "Sid" + "y" * 3_000_000
    began = time.monotonic()
    shown, _ = underlined(text, "Sid", "no", 80)
    assert "Sid" in shown
    assert time.monotonic() - began < 1


@given(st.text('ab"漢é {}', max_size=120), st.data(), st.integers(24, 120))
def test_it_fits_and_the_marks_stand_under_the_part(text, data, width):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown, marks, *_ = snippet(source(text), Span(start, end), "", width, PLAIN)
    assert max(columns(shown), columns(marks)) <= width
    left = marks.index("^")
    part, before = "", ""
    for character in shown:
        if columns(before) < left:
            before += character
        elif columns(part) < marks.count("^"):
            part += character
    wanted = text.rstrip()[start:end]
    assert wanted.startswith(part.removesuffix("…")) or not wanted


def test_a_place_is_file_line_and_column():
    assert place(source("{\n  a"), Span(4, 5)) == "policies/app.json:2:3"
    assert place(Source("\x1b[2J.json", "a", lambda _: Spans({}, {})), Span(0, 1)) == "�[2J.json:1:1"


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (80, "scenarios/kms/policies/key.json:8:16"),
        (36, "scenarios/kms/policies/key.json:8:16"),
        (35, "…/kms/policies/key.json:8:16"),
        (27, "…/policies/key.json:8:16"),
        (20, "…/key.json:8:16"),
        (3, "…/key.json:8:16"),
    ],
)
def test_a_short_place_keeps_the_file(room, shown):
    assert short_place("scenarios/kms/policies/key.json:8:16", room) == shown


def test_a_place_without_folders_stays_as_it_is():
    assert short_place("key.json:8:16", 3) == "key.json:8:16"
