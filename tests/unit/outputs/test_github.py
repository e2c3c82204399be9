"""Annotations and job summaries of GitHub Actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; how the runner unescapes what is in
them: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs.
"""

from __future__ import annotations

import re
from dataclasses import replace

from check_reports import IGNORED, KEY_FILE, KNOWN, MISSING, NOTHING, ODD, ODD_NAME, OPEN, REPORT, RIGHT, WIDE

from iamsim.analysis.report import Place, Report
from iamsim.language.diagnostic import Label, Severity
from iamsim.outputs.check_words import Look
from iamsim.outputs.github import append_summary, github
from iamsim.outputs.markdown import MARK

PROPERTIES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))


def unescaped(text, table):
    for written, meant in table:
        text = text.replace(written, meant)
    return text


def commands(report):
    """The commands as the runner reads them: name, properties, message; every line is one."""
    lines = github(report, Look()).splitlines()
    assert lines[0].startswith("::group::")
    assert lines[-1] == "::endgroup::"
    found = []
    for line in lines[1:-1]:
        head, message = re.fullmatch(r"::([^:]*)::(.*)", line).groups()
        name, _, rest = head.partition(" ")
        properties = dict(part.split("=", 1) for part in rest.split(","))
        found.append(
            (name, {k: unescaped(v, PROPERTIES) for k, v in properties.items()}, unescaped(message, DATA).split("\n"))
        )
    return found


def test_an_annotation_names_place_rule_message_and_the_other_file():
    assert commands(Report((MISSING,))) == [
        (
            "error",
            {
                "file": "consumer/app.template.yaml",
                "line": "11",
                "endLine": "11",
                "col": "25",
                "endColumn": "54",
                "title": "key-policy-lacks-caller",
            },
            [
                "`consumer:role/app` may read `owner:secret/prod/db`, but its key does not let it decrypt",
                "in Consumer/AppRole",
                "see producer/key policy.json:3:16 (owner:key/secrets): no statement names the role",
                "help: add the statement below to the key policy",
            ],
        )
    ]


def test_each_severity_has_its_command_and_what_is_undecided_is_a_warning():
    note = replace(WIDE, severity=Severity.NOTE)
    assert [(name, properties["title"]) for name, properties, _ in commands(Report((OPEN, note, WIDE, MISSING)))] == [
        ("error", "key-policy-lacks-caller"),
        ("warning", "any-principal"),
        ("notice", "any-principal"),
        ("warning", "undecided: assertion"),
    ]


def test_over_several_lines_there_are_no_columns():
    place = Place(Label(KEY_FILE, ("Statement",)))
    ((_, properties, _),) = commands(Report((replace(WIDE, places=(place,)),)))
    assert properties == {"file": "producer/key policy.json", "line": "3", "endLine": "11", "title": "any-principal"}


def test_what_passed_is_ignored_or_known_is_not_annotated():
    assert commands(Report((RIGHT, IGNORED, KNOWN))) == []


def test_nothing_in_a_file_becomes_a_command():
    """A line that begins with `::` would be one; a raw `,` or `:` would end a property."""
    (_, nowhere, _), (name, properties, message) = commands(ODD)
    assert nowhere == {"title": "nowhere"}
    assert name == "notice"
    assert properties["file"] == ODD_NAME
    assert properties["title"] == "odd|rule"
    assert message == [
        '100% <b>|&"quoted"\' ]]> ��[31m� {0} ${aws:PrincipalTag/team} ::error::injected `a|b` [x](y)',
        "in Stack/<A>|B,C:D",
        "help: write ::add-mask::this",
    ]


def test_what_it_says_is_one_group():
    assert github(NOTHING, Look()) == "::group::iamsim check: no findings\n::endgroup::\n"


def test_the_summary_is_added_to_what_other_steps_wrote(tmp_path):
    file = tmp_path / "summary.md"
    file.write_text("# before\n", encoding="utf-8")
    append_summary(REPORT, str(file), Look())
    append_summary(NOTHING, str(file), Look())
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"# before\n{MARK}\n### iamsim check: 2 errors, 1 warning,")
    assert text.endswith(f"\n{MARK}\n### iamsim check: no findings\n")
