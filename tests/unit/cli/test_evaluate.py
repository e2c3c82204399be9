"""`iamsim evaluate`: a line in, a line out, whatever stands in it."""

from __future__ import annotations

import json

import pytest
from running import run

from iamsim.cli import evaluate

SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"
REQUEST = {
    "principal": "arn:aws:iam::111122223333:user/a",
    "action": "secretsmanager:GetSecretValue",
    "resource": SECRET,
}
CASE = {"id": "one", "request": REQUEST}


def answers(stdin, *options):
    ended = run("evaluate", *options, stdin=stdin if isinstance(stdin, bytes) else stdin.encode())
    assert ended.err == ""
    return ended.code, [json.loads(line) for line in ended.out.splitlines()]


def test_standard_input_is_read_when_no_file_is_named():
    assert answers(json.dumps(CASE)) == answers(json.dumps(CASE), "-")


def test_nothing_in_nothing_out():
    assert answers("") == (0, [])
    assert answers("\n \n") == (0, [])
    assert run("evaluate", "--expected").out == "0 cases, 0 differences, 0 unreadable\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"\xff\xfe", "not-utf-8"),
        (b"{", "json-syntax"),
        (b"[" * 5000, None),
        (b"[]", None),
        (b"null", None),
        (b"{}", None),
        (b'{"id": "x", "request": 5}', None),
        (b'{"id": "x", "request": {"principal": 1, "action": 2, "resource": 3}}', None),
        (json.dumps({**CASE, "identity_policies": "x"}).encode(), None),
        (json.dumps({**CASE, "resource_policy": {"Statement": 5}}).encode(), None),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_and_the_others_go_on(line, code):
    ended, found = answers(
        json.dumps(CASE).encode() + b"\n" + line + b"\n" + json.dumps({**CASE, "id": "two"}).encode()
    )
    assert ended == 2
    first, error, last = found
    assert (first["id"], last["id"]) == ("one", "two")
    assert first["decision"] == last["decision"] == "implicitDeny"
    assert error["error"]["message"]
    assert code is None or error["error"]["code"] == code


def test_with_expected_a_case_that_cannot_be_read_expects_nothing():
    differs = {**CASE, "expected": "ALLOWED"}
    ended = run("evaluate", "--expected", stdin="\n".join(map(json.dumps, (differs, {"id": "x"}))).encode())
    *found, tally = ended.out.splitlines()
    difference, error = map(json.loads, found)
    assert (ended.code, tally) == (2, "2 cases, 2 differences, 1 unreadable")
    assert difference["expected"] == "ALLOWED"
    assert error.keys() == {"id", "error"}


def test_the_id_of_an_unreadable_case_is_kept_where_it_can_be():
    _, (answer,) = answers(json.dumps({"id": 7, "request": {}}))
    assert answer["id"] == 7


def test_a_line_that_is_too_long_is_skipped(monkeypatch):
    monkeypatch.setattr(evaluate, "MAX_LINE", 1000)
    long = json.dumps({**CASE, "note": "x" * 5000})
    code, (error, answer) = answers(f"{long}\n{json.dumps(CASE)}\n")
    assert code == 2
    assert error["error"]["code"] == "line-too-long"
    assert answer["decision"] == "implicitDeny"


def test_line_ends_and_a_missing_last_one_do_not_matter():
    line = json.dumps(CASE)
    assert answers(f"{line}\r\n{line}") == answers(f"{line}\n{line}\n")


def test_what_a_case_says_beyond_the_format_is_its_own_affair():
    assert answers(json.dumps({**CASE, "note": "x", "cite": ["y"]})) == answers(json.dumps(CASE))


def test_ids_of_any_script_are_kept():
    _, (answer,) = answers(json.dumps({**CASE, "id": "größe 漢"}))
    assert answer["id"] == "größe 漢"
