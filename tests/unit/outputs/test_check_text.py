"""What a check found, for terminals and logs. Every expected block is written by hand."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from check_reports import ASSERTION_RESULTS, IGNORED, KEY_FILE, MISSING, NOTHING, ODD, OPEN, REPORT, RIGHT, RULES, WIDE

from iamsim.analysis.report import Place, Report, Result, State, Unknown
from iamsim.language.diagnostic import Label, Severity
from iamsim.outputs.check_text import check_text
from iamsim.outputs.check_words import Look, summary_line
from iamsim.outputs.diagnostics import columns

REMEDY = """\
Fix       account 111122223333 (owner): key policy of owner:key/secrets
--- producer/key policy.json
+++ producer/key policy.json
@@ -8,4 +8,12 @@
       "Action": "kms:*",
       "Resource": "*"
+    },
+    {
+      "Effect": "Allow",
+      "Principal": {
+        "AWS": "arn:aws:iam::444455556666:role/app"
+      },
+      "Action": "kms:Decrypt",
+      "Resource": "*"
     }
   ]
Proved    the call then succeeds
"""


def test_a_result_shows_its_places_notes_help_page_and_remedy():
    assert check_text(Report((MISSING,), rules=RULES), Look(80)) == (
        "error[key-policy-lacks-caller]: `consumer:role/app` may read\n"
        "`owner:secret/prod/db`, but its key does not let it decrypt\n"
        "   --> consumer/app.template.yaml:11:25\n"
        "       in Consumer/AppRole\n"
        "   |\n"
        "11 |                 Action: secretsmanager:GetSecretValue\n"
        "   |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is allowed\n"
        "   ::: producer/key policy.json:3:16\n"
        "       in owner:key/secrets\n"
        "   |\n"
        ' 3 |   "Statement": [\n'
        "   |                - no statement names the role\n"
        "    = note: AWS answers `Access to KMS is not allowed`\n"
        "    = assumed: the key `DbKey` is the one of `owner:secret/prod/db`\n"
        "    = help: add the statement below to the key policy\n"
        "    = see: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html\n"
        f"{REMEDY}"
        "\n"
        "1 error\n"
    )


def test_what_is_undecided_names_the_option_that_tells_it():
    assert check_text(Report((OPEN,)), Look(80)) == (
        "undecided[assertion]: it hangs on what is not known\n"
        "  --> check.iamsim.yaml:4:10\n"
        "  |\n"
        "4 |   - ask: consumer:role/app can DescribeSecret on owner:secret/prod/db\n"
        "  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   = unknown: DbSecretArn: what another stack exports under this name; to tell:\n"
        "              --name DbSecretArn=ARN\n"
        "\n"
        "1 undecided (to tell: --name DbSecretArn=ARN)\n"
    )


def test_what_is_ignored_says_why_and_until_when_and_shows_no_line():
    assert check_text(Report((IGNORED,)), Look(80)) == (
        "ignored[any-principal]: the account root may do everything with\n"
        "`owner:key/secrets`\n"
        "   = at: producer/key policy.json:8:17\n"
        "   = reason: the team narrows it in spring (until 2027-05-31)\n"
        "   = said in: check.iamsim.yaml:2:5\n"
        "\n"
        "1 ignored\n"
    )


def test_where_nothing_is_found_there_is_one_line():
    assert check_text(NOTHING, Look()) == "no findings\n"


def test_what_passed_is_only_counted():
    assert check_text(Report((RIGHT, replace(RIGHT, subject="another"))), Look()) == "2 assertions passed\n"


def test_the_last_line_sums_it_up():
    assert summary_line(REPORT) == (
        "2 errors, 1 warning, 1 assertion passed, 1 undecided (to tell: --name DbSecretArn=ARN), 1 ignored, "
        "1 in the baseline"
    )
    assert check_text(REPORT, Look(40)).endswith(f"\n\n{summary_line(REPORT)}\n")


def test_what_no_option_tells_is_named_in_the_summary():
    open_ = replace(OPEN, unknowns=(Unknown("Policy", "the text of a managed policy"), *OPEN.unknowns))
    assert summary_line(Report((open_,))) == "1 undecided (to tell: --name DbSecretArn=ARN; unknown: Policy)"


def test_of_many_unknowns_the_summary_names_a_handful():
    names = [Unknown(f"Policy{n}", "its text") for n in range(6)]
    options = [Unknown(f"Key{n}", "its id", f"--name Key{n}=ARN") for n in range(5)]
    assert summary_line(Report((replace(OPEN, unknowns=(*names, *options)),))) == (
        "1 undecided (to tell: --name Key0=ARN --name Key1=ARN --name Key2=ARN --name Key3=ARN and 1 more; "
        "unknown: Policy0, Policy1, Policy2, Policy3 and 2 more)"
    )


def test_the_order_is_that_of_the_results_not_of_the_finding():
    expected = check_text(REPORT, Look())
    for seed in range(10):
        results = list(REPORT.results)
        random.Random(seed).shuffle(results)
        assert check_text(replace(REPORT, results=tuple(results)), Look()) == expected


def test_errors_come_first_then_files_then_lines():
    def at(severity, offset_of, name):
        return Result("r", severity, name, name, (Place(Label(KEY_FILE, offset_of)),))

    results = (
        at(Severity.NOTE, ("Version",), "fourth"),
        at(Severity.WARNING, ("Version",), "third"),
        at(Severity.ERROR, ("Statement",), "second"),
        at(Severity.ERROR, ("Version",), "first"),
    )
    heads = [line for line in check_text(Report(results), Look()).splitlines() if "[r]" in line]
    assert heads == ["error[r]: first", "error[r]: second", "warning[r]: third", "note[r]: fourth"]


def test_a_line_above_moves_only_the_numbers():
    """Two runs of the same findings differ in the lines that name a place, and in no other."""
    moved = replace(KEY_FILE, text="\n" + KEY_FILE.text)
    before = replace(WIDE, remedy=None)
    after = replace(before, places=(Place(Label(moved, ("Statement", 0, "Principal"), key=True)),))
    first, second = (check_text(Report((r,)), Look()).splitlines() for r in (before, after))
    assert [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]] == [
        ("  --> producer/key policy.json:7:7", "  --> producer/key policy.json:8:7"),
        (
            '7 |       "Principal": {"AWS": "arn:aws:iam::111122223333:root"},',
            '8 |       "Principal": {"AWS": "arn:aws:iam::111122223333:root"},',
        ),
    ]
    assert before.fingerprint == after.fingerprint


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit_but_for_addresses_documents_and_the_last(width):
    results = [replace(result, remedy=None) for result in REPORT.results]
    *lines, _ = check_text(replace(REPORT, results=tuple(results)), Look(width)).splitlines()
    assert [line for line in lines if columns(line) > width and "https://" not in line] == []


def test_colour_changes_no_word():
    coloured = check_text(REPORT, Look(80, color=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).replace(" \n", "\n") == check_text(REPORT, Look(80))


def test_nothing_in_a_file_reaches_the_terminal_as_a_command():
    shown = check_text(ODD, Look())
    assert [c for c in shown if not c.isprintable() and c != "\n"] == []


def test_a_failed_assertion_counts_as_its_severity():
    assert summary_line(Report(ASSERTION_RESULTS)) == (
        "1 error, 1 assertion passed, 1 undecided (to tell: --name DbSecretArn=ARN)"
    )
    assert summary_line(Report((replace(RIGHT, state=State.KNOWN),))) == "1 in the baseline"
