"""A statement is put at the end of a document's own text; everything else stays as it was written."""

from __future__ import annotations

import json

import pytest

from iamsim.language.json_document import json_source
from iamsim.outputs.policy_diff import diff_lines, extended_text

FIRST = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
ADDED = {"Sid": "Added", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
TEXTS = {
    "two blanks": json.dumps({"Version": "2012-10-17", "Statement": [FIRST]}, indent=2),
    "four blanks": json.dumps({"Version": "2012-10-17", "Statement": [FIRST, FIRST]}, indent=4),
    "one line": json.dumps({"Version": "2012-10-17", "Statement": [FIRST]}),
    "a single statement": json.dumps({"Version": "2012-10-17", "Statement": FIRST}, indent=2),
    "a single statement in one line": json.dumps({"Statement": FIRST, "Version": "2012-10-17"}),
    "no statement": '{"Version": "2012-10-17",\n "Statement": []}',
    "a brace after its list": '{"Statement": [\n{"Effect": "Allow",\n"Action": "s3:*", "Resource": "*"}]}',
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_says_the_old_and_the_new(name):
    text = TEXTS[name]
    before, after = json.loads(text), json.loads(extended_text(json_source("p.json", text), [ADDED, ADDED]))
    old = before.pop("Statement")
    assert after.pop("Statement") == [*(old if isinstance(old, list) else [old]), ADDED, ADDED]
    assert after == before


def test_the_diff_of_a_written_out_document_takes_nothing_away_but_a_brace():
    lines = diff_lines(json_source("p.json", TEXTS["two blanks"]), [ADDED])
    assert lines[:2] == ["--- p.json", "+++ p.json"]
    assert [line for line in lines[2:] if line.startswith("-")] == []


def test_a_document_inside_another_text_has_no_diff():
    source = json_source("p.json", json.dumps({"policy": {"Statement": [FIRST]}})).child(("policy",))
    assert diff_lines(source, [ADDED]) is None
