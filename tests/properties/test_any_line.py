"""Law: whatever a line holds, `evaluate` answers it: a decision, or an error that says what is wrong."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from properties.strategies import cases

from iamsim.cli.batch import Batch
from iamsim.cli.evaluate import _answer, evaluate

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["*", "Allow", "arn:aws:iam::111122223333:root", "${", "2012-10-17", "secretsmanager:Get*"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.text(max_size=6), st.sampled_from(["Statement", "policy", "Null"])), inner, max_size=3
        ),
    ),
    max_leaves=8,
)


def answered(line):
    """The answer, which must be one."""
    answer = _answer(Batch(Path(), reveal=False), line, "cases.jsonl:1").document
    assert set(answer) in ({"id", "error"}, {"id", "decision", *REST})
    if "error" in answer:
        assert answer["error"]["code"]
        assert answer["error"]["message"]
    return json.loads(json.dumps(answer, default=str))


REST = ("decided_by", "matched_statements", "missing_context_values", "cautions")


def places(value, at=()):
    """The pointer of everything inside a value."""
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*at, key))


def put(value, at, new):
    """A copy with something else at a place."""
    if not at:
        return new
    made = copy.copy(value)
    made[at[0]] = put(value[at[0]], at[1:], new)
    return made


@given(values)
def test_any_json_value(value):
    answered(json.dumps(value).encode())


@given(st.binary(max_size=64))
@example(b"\xff")
@example(b'{"a": 1, "a": 2}')
@example(b"[" * 5000)
@example(b"1" * 5000)
@example(b'{"request": {"principal": NaN}}')
def test_any_bytes(line):
    answered(line)


@settings(max_examples=settings.default.max_examples * 3)
@given(cases(), st.data())
def test_any_case_with_one_value_exchanged(case, data):
    at = data.draw(st.sampled_from(list(places(case))), label="place")
    answered(json.dumps(put(case, at, data.draw(values))).encode())


@settings(max_examples=settings.default.max_examples * 2)
@given(cases(), st.data())
def test_any_case_with_one_text_changed(case, data):
    def at_place(at):
        value = case
        for step in at:
            value = value[step]
        return value

    texts = [at for at in places(case) if isinstance(at_place(at), str)]
    at = data.draw(st.sampled_from(texts), label="place")
    text = at_place(at)
    start, stop = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    piece = data.draw(st.sampled_from(["", "*", ":", "${", "}", "/", "?", "'", "\0", "\ud800", "é", ":::", "arn:"]))
    answered(json.dumps(put(case, at, text[:start] + piece + text[stop:])).encode())


DECIMALS = ["0.5", "1e400", "9" * 1200, '{"a": 0.5}']


@pytest.mark.parametrize(
    "line_id",
    [
        "null",
        "[1]",
        "true",
        *DECIMALS,
    ],
    ids=lambda line_id: line_id[:12],
)
def test_any_id_is_written_back(line_id, capsys, monkeypatch):
    request = (
        '{"principal": "anonymous", "action": "s3:GetObject", "resource": "arn:aws:s3:::b", "resource_account": "%s"}'
    )
    line = f'{{"id": {line_id}, "request": {request % "111122223333"}}}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line.encode())))
    assert evaluate("-") == 0
    assert json.loads(capsys.readouterr().out)["decision"] == "implicitDeny"


@given(cases())
def test_a_drawn_case_is_decided_or_lacks_a_resource(case):
    answer = answered(json.dumps(case).encode())
    assert "decision" in answer or answer["error"]["code"] == "missing-resource"
