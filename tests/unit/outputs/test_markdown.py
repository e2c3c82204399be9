"""Comments for pull requests, read again by a parser of Markdown."""

from __future__ import annotations

from dataclasses import replace

from check_reports import IGNORED, NOTHING, ODD, REPORT, WIDE, WRONG
from markdown_it import MarkdownIt

from iamsim.analysis.report import Report
from iamsim.outputs.check_words import Look
from iamsim.outputs.markdown import MARK, MOST, markdown

READER = MarkdownIt("commonmark").enable("table")


def cells(report):
    """The rows of the table as a reader sees them, without marks; what was taken for HTML or a link is seen, too."""
    rows, row = [], None
    for token in READER.parse(markdown(report, Look())):
        if token.type == "tr_open":
            row = []
            rows.append(row)
        elif token.type == "inline" and row is not None:
            row.append("".join(f"<{c.type}>" if c.type in BAD else c.content for c in token.children))
        elif token.type == "table_close":
            return rows[1:]
    return []


BAD = {"html_inline", "link_open", "em_open", "strong_open"}


def test_there_is_a_row_for_each_result_that_counts_is_undecided_or_ignored():
    assert [(row[0], row[2]) for row in cells(REPORT)] == [
        ("error", "check.iamsim.yaml:2"),
        ("error", "consumer/app.template.yaml:11 Consumer/AppRole"),
        ("warning", "producer/key policy.json:7"),
        ("undecided", "check.iamsim.yaml:4"),
        ("ignored", "producer/key policy.json:8"),
    ]


def test_an_assertion_is_told_with_its_text_and_what_is_ignored_with_its_reason():
    assert cells(Report((WRONG, IGNORED))) == [
        [
            "error",
            "consumer:role/app can GetSecretValue on owner:secret/prod/db: it is implicitDeny, and allowed is expected",
            "check.iamsim.yaml:2",
            "assertion",
        ],
        [
            "ignored",
            "the account root may do everything with owner:key/secrets — the team narrows it in spring (until 2027-05-31)",
            "producer/key policy.json:8",
            "any-principal",
        ],
    ]


def test_nothing_in_a_file_is_taken_for_markdown_or_html():
    assert cells(ODD)[1] == [
        "note",
        '100% <b>|&"quoted"\' ]]> ��[31m� {0} ${aws:PrincipalTag/team} ::error::injected a|b [x](y)',
        'a,b:c%d&<"é>.json:1 Stack/<A>|B,C:D',
        "odd|rule",
    ]


def test_no_text_can_end_its_fence():
    """The longest run of backticks in the text is three, so the fence has four."""
    fences = [token for token in READER.parse(markdown(ODD, Look())) if token.type == "fence"]
    assert [token.markup for token in fences] == ["```", "````"]
    assert "note: ``` </details>" in fences[1].content


def test_the_details_hold_the_remedy():
    assert '+      "Action": "kms:Decrypt",\n' in markdown(REPORT, Look())


def test_the_first_line_is_a_mark_by_which_a_bot_finds_its_comment():
    assert markdown(REPORT, Look()).startswith(f"{MARK}\n")
    assert markdown(NOTHING, Look()) == f"{MARK}\n### iamsim check: no findings\n"


def test_what_does_not_fit_is_counted():
    """GitHub takes 65,536 characters: https://github.com/orgs/community/discussions/41331."""
    many = Report(tuple(replace(WIDE, subject=f"{number}", message=f"é{number}") for number in range(1000)))
    text = markdown(many, Look())
    assert len(text.encode()) <= MOST
    rows = len(cells(many))
    assert 0 < rows <= 1000
    details = text.count("<details>")
    assert f"\n{1000 - details} more details do not fit here.\n" in text
    few = markdown(many, Look(), most=2000)
    assert len(few.encode()) <= 2000
    assert " more results do not fit here.\n" in few
    assert "\n1000 more details do not fit here.\n" in few
