"""Bad input of every kind: a diagnostic that can be shown, never another error, never a hang. A fixed budget of examples."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iamsim.inputs.files_at_hand import FilesAtHand, world_from_files
from iamsim.inputs.scenario import load_scenario
from iamsim.language.errors import InputError

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").rglob("*.iamsim.yaml"))
WHOLE = SCENARIOS[0].parents[1] / "kms" / "grant-opens-cross-account.iamsim.yaml"
FIXED = settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SECONDS = 15
"""The longest that any input may take; most take milliseconds."""


def shown(error):
    """What a renderer asks of every diagnostic."""
    assert error.diagnostics
    for diagnostic in error.diagnostics:
        assert diagnostic.message
        assert "Traceback" not in diagnostic.message
        for label in diagnostic.labels:
            line, column = label.source.position(label.span.start)
            assert line >= 1
            assert column >= 1
            label.source.line_text(line)
        assert isinstance(diagnostic.where, str)


def survives(folder, data):
    """Load bytes as a scenario: it is read, or refused with diagnostics, in good time."""
    file = folder / "s.iamsim.yaml"
    file.write_bytes(data)
    began = time.monotonic()
    try:
        load_scenario(file)
    except InputError as error:
        shown(error)
    assert time.monotonic() - began < SECONDS


@FIXED
@given(st.binary(max_size=300))
def test_random_bytes(tmp_path, data):
    survives(tmp_path, data)


@FIXED
@given(st.text("[]{}:-,&*!|>'\"%@`\n\t #?abc01~<=.", max_size=200))
def test_random_signs(tmp_path, text):
    survives(tmp_path, text.encode())


@FIXED
@given(st.integers(0, 2**32))
def test_a_good_scenario_with_some_bytes_changed(tmp_path, seed):
    chance = random.Random(seed)
    data = bytearray(chance.choice(SCENARIOS).read_bytes())
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 3)] = bytes(
            chance.choices(b" \n:{}[]\"'*&!,-x0\xff\x00", k=chance.randint(0, 3))
        )
    survives(tmp_path, bytes(data))


@FIXED
@given(st.integers(0, 2**32))
def test_a_good_scenario_with_a_value_of_another_type(tmp_path, seed):
    chance = random.Random(seed)
    lines = chance.choice(SCENARIOS).read_text(encoding="utf-8").split("\n")
    at = chance.randrange(len(lines))
    other = chance.choice(
        ["5", "true", "~", "[]", "{}", "[[]]", "{a: {b: 1}}", "'x'", "1.5e999999", "[1, x, ~]", "*a", "&a"]
    )
    lines[at] = re.sub(r"(: |- ).*", lambda match: match[1] + other, lines[at], count=1)
    survives(tmp_path, "\n".join(lines).encode())


@FIXED
@given(st.integers(0, 2**32))
def test_a_good_scenario_without_a_line(tmp_path, seed):
    chance = random.Random(seed)
    lines = chance.choice(SCENARIOS).read_text(encoding="utf-8").split("\n")
    del lines[chance.randrange(len(lines))]
    survives(tmp_path, "\n".join(lines).encode())


def account(body="", *questions):
    """A scenario of one account."""
    asked = "\n".join(f"- ask: {line}" for line in questions)
    return f'accounts:\n  a: {{id: "111122223333", {body}}}\n' + (f"questions:\n{asked}\n" if questions else "")


def many(what, count, body=""):
    """A mapping of many things."""
    return f"{what}: {{{', '.join(f's{i}: {body.format(i)}' for i in range(count))}}}"


LAUGHS = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40))
POLICY = "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: [s3:x], Resource: '*'}]}"
ACCOUNTS = "\n".join(f'  a{i}: {{id: "{i:012d}"}}' for i in range(8000))
MEMBERS = ", ".join(f"a{i}" for i in range(8000))

HOSTILE = {
    "a billion laughs": f"a0: &a0 [x]\n{LAUGHS}",
    "aliases of a policy": account(
        f"roles: {{r: {{policies: {{p: &p {POLICY}{''.join(f', p{i}: *p' for i in range(5000))}}}}}}}"
    ),
    "deep lists": "[" * 100_000,
    "deep mappings": "\n".join(" " * i + "a:" for i in range(2000)),
    "a megabyte of text": "title: " + "x" * 1_000_000,
    "a megabyte of a question": account("", "a" * 1_000_000),
    "a megabyte of names": account("", "only " + ", ".join(["a:root"] * 100_000) + " can A on a:secret/x"),
    "a hostile glob": account(f"secrets: {{{'a' * 500}: }}", f"a:root can A on a:secret/{'*a' * 5000}b"),
    "many globs": account(many("secrets", 3000), *(f"a:root can A on a:secret/*{i}*" for i in range(3000))),
    "many unknown names": account(many("secrets", 3000), *(f"a:root can A on a:secret/x{i}" for i in range(3000))),
    "many unknown fields": "\n".join(f"x{i}: 1" for i in range(20_000)),
    "many accounts": f"accounts:\n{ACCOUNTS}\norganization: {{accounts: [{MEMBERS}]}}",
    "many wrong keys": account(f"{many('keys', 1000)}, {many('secrets', 5000, '{{key: q{}}}')}"),
    "a long number": f"accounts: {{a: {{id: {'9' * 100_000}}}}}",
    "a long key": '? "' + "x" * 1_000_000 + '"\n: 1',
    "a long path": account(f"roles: {{r: {{boundary: {'x/' * 400_000}y}}}}"),
    "a long value": account(f"secrets: {{s: {{value: {'x' * 1_000_000}}}}}"),
    "values that explode": f"v: &v {'x' * 60_000}\n" + account(f"secrets: {{s: {{value: [{'*v, ' * 1000}*v]}}}}"),
    "control characters": "title: \x00\x01\x1b[2J",
    "utf-16": "title: x".encode("utf-16"),
    "a device": account("roles: {r: {boundary: /dev/zero}}"),
    "the folder itself": account("roles: {r: {boundary: .}}"),
    "itself as a policy": account("roles: {r: {boundary: s.iamsim.yaml}}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_scenarios(tmp_path, name):
    text = HOSTILE[name]
    survives(tmp_path, text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    "text", ["", "[", "[" * 100_000, '{"Version": 1}', "\x00", '{"a":1,"a":1}', '"' + "x" * 1_000_000]
)
@pytest.mark.parametrize("field", ["identity", "boundary", "secret_policy", "key_policy", "grants", "scps", "rcps"])
def test_hostile_files_at_hand(tmp_path, field, text):
    file = tmp_path / "f.json"
    file.write_text(text)
    given_files = {field: [file] if field in ("identity", "scps", "rcps") else file}
    with pytest.raises(InputError) as caught:
        world_from_files(
            FilesAtHand(
                caller="arn:aws:iam::111122223333:role/r",
                secret="arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf",
                **given_files,
            )
        )
    shown(caught.value)


@FIXED
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_random_arns_at_hand(caller, secret, key):
    with pytest.raises(InputError) as caught:
        world_from_files(FilesAtHand(caller=caller, secret=secret, key=key))
    shown(caught.value)
