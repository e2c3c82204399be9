"""Whatever is given to a command, it ends with 0 to 3, in seconds, without a traceback. A fixed budget of examples."""

from __future__ import annotations

import json
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import ROOT, run

SCENARIOS = sorted((ROOT / "scenarios").rglob("*.iamsim.yaml"))
POLICIES = sorted((ROOT / "scenarios").rglob("*.json"))
CASES = (ROOT / "tests" / "corpus" / "cross-account.jsonl").read_bytes().splitlines()
TYPES = ("identity", "boundary", "session", "scp", "rcp", "endpoint", "secretPolicy", "keyPolicy", "trustPolicy")
AT_HAND = (
    "explain",
    "--caller=arn:aws:sts::111122223333:assumed-role/app/alice",
    "--secret=arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf",
)
OPTIONS = ("identity", "boundary", "session", "scp", "rcp", "secret-policy", "key-policy", "grants")
SECONDS = 10
"""The longest that a command may take; most take milliseconds."""

FIXED = settings(
    max_examples=25, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def survives(*arguments, stdin=b""):
    began = time.monotonic()
    ended = run(*arguments, stdin=stdin)
    assert time.monotonic() - began < SECONDS
    assert ended.code in {0, 1, 2, 3}, ended
    assert "Traceback" not in ended.err
    assert "a bug in iamsim" not in ended.err
    assert "\x1b" not in ended.out + ended.err
    assert ended.code != 2 or ended.out + ended.err
    return ended


def explain_scenario(folder, data):
    file = folder / "s.iamsim.yaml"
    file.write_bytes(data)
    return survives("explain", file)


def explain_policy(folder, data, option):
    file = folder / "policy.json"
    file.write_bytes(data)
    return survives(*AT_HAND, f"--{option}={file}")


def lint(folder, data, kind):
    file = folder / "policy.json"
    file.write_bytes(data)
    return survives("lint", file, f"--type={kind}")


@FIXED
@given(st.binary(max_size=400), st.sampled_from(OPTIONS), st.sampled_from(TYPES))
def test_random_bytes(tmp_path, data, option, kind):
    explain_scenario(tmp_path, data)
    explain_policy(tmp_path, data, option)
    lint(tmp_path, data, kind)
    survives("evaluate", "-", stdin=data)


def changed(chance, data):
    """Some bytes of a file, changed, left out or said twice."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made))
        end = at + chance.randint(0, 20)
        made[at:end] = chance.choice(
            [b"", bytes(made[at:end]) * 2, bytes(chance.choices(b" \n:{}[]\"'*&!,-$?x0\\\xff\x00", k=3))]
        )
    return bytes(made)


def retyped(chance, document):
    """A JSON document with one of its parts replaced by something of another type."""
    waiting, places = [document], []
    while waiting:
        part = waiting.pop()
        items = list(part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ())
        places += [(part, key) for key, _ in items]
        waiting += [value for _, value in items]
    part, key = chance.choice(places)
    part[key] = chance.choice([None, True, 0, -1.5, 1e400, "", "x", "*", "${", [], {}, [[]], {"": {}}, [None], [{}]])
    return json.dumps(document).encode()


@FIXED
@given(st.integers(0, 2**32))
def test_a_good_scenario_changed(tmp_path, seed):
    chance = random.Random(seed)
    file = chance.choice(SCENARIOS)
    policies = tmp_path / "policies"
    if not policies.exists():
        policies.symlink_to(file.parent / "policies")
    explain_scenario(tmp_path, changed(chance, file.read_bytes()))
    policies.unlink()


@FIXED
@given(st.integers(0, 2**32), st.sampled_from(OPTIONS), st.sampled_from(TYPES))
def test_a_good_policy_changed(tmp_path, seed, option, kind):
    chance = random.Random(seed)
    data = chance.choice(POLICIES).read_bytes()
    for made in (changed(chance, data), retyped(chance, json.loads(data))):
        explain_policy(tmp_path, made, option)
        lint(tmp_path, made, kind)


@FIXED
@given(st.integers(0, 2**32))
def test_a_good_case_changed(seed):
    chance = random.Random(seed)
    lines = [chance.choice(CASES) for _ in range(3)]
    made = [changed(chance, lines[0]), retyped(chance, json.loads(lines[1])), lines[2]]
    ended = survives("evaluate", "-", stdin=b"\n".join(made))
    assert len(ended.out.splitlines()) >= 3
    survives("evaluate", "-", "--expected", stdin=b"\n".join(made))


@FIXED
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_random_arguments(caller, secret, context):
    survives("explain", f"--caller={caller}", f"--secret={secret}", f"--key={context}")
    survives(*AT_HAND, f"--context={context}")
    survives("explain", f"./{caller}".replace("\x00", ""))


MEGABYTE = "x" * 1_000_000
LAUGHS = "a0: &a0 [x]\n" + "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40))
STATEMENT = '{"Effect":"Allow","Action":"*","Resource":"*"}'


def statement(**elements):
    made = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*", **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": made})


HOSTILE = {
    "nothing": "",
    "a byte order mark": "\ufeff{}",
    "null": "null",
    "deep lists": "[" * 20_000,
    "deep objects": '{"a":' * 20_000,
    "deep and closed": "[" * 3_000 + "]" * 3_000,
    "a megabyte string": json.dumps({"Version": "2012-10-17", "Id": MEGABYTE, "Statement": []}),
    "a megabyte action": statement(Action=MEGABYTE),
    "a megabyte resource": statement(Resource=f"arn:aws:secretsmanager:us-east-1:111122223333:secret:{MEGABYTE}"),
    "a hostile pattern": statement(Resource="arn:aws:secretsmanager:*:*:secret:" + "*a" * 20_000 + "b"),
    "a hostile condition": statement(Condition={"StringLike": {"aws:PrincipalArn": "*:" * 20_000 + "b"}}),
    "many variables": statement(Resource="arn:aws:s3:::" + "${aws:username}" * 20_000),
    "an open variable": statement(Resource="arn:aws:s3:::" + "${" * 20_000),
    "many statements": '{"Version":"2012-10-17","Statement":[' + ",".join([STATEMENT] * 2_000) + "]}",
    "many principals": statement(Principal={"AWS": [f"arn:aws:iam::{i:012d}:root" for i in range(5_000)]}),
    "many keys": json.dumps({f"k{i}": i for i in range(5_000)}),
    "one key often": '{"a":1' + ',"a":1' * 5_000 + "}",
    "a long number": "9" * 100_000,
    "a number that is none": '{"Version": NaN, "Statement": Infinity}',
    "lone surrogates": statement(Sid="\ud800"),
    "controls": statement(Sid="\x1b[2J\x9b\u202e"),
    "yaml laughs": LAUGHS,
    "yaml tags": "!!python/object/apply:os.system [ls]",
    "yaml anchors of itself": "a: &a [*a]",
    "yaml merges": "a: &a {b: 1}\nc: {<<: *a, <<: *a}",
    "yaml documents": "---\na: 1\n---\nb: 2\n",
}
BYTES = {
    "utf-16": statement().encode("utf-16"),
    "latin-1": b'{"Id": "\xe9\xff"}',
    "zeros": bytes(1000),
    "gzip": bytes.fromhex("1f8b08000000000000ff"),
    **{name: text.encode("utf-8", "surrogatepass") for name, text in HOSTILE.items()},
}


@pytest.mark.parametrize("name", BYTES)
def test_hostile_files(tmp_path, name):
    data = BYTES[name]
    explain_scenario(tmp_path, data)
    for option in ("identity", "key-policy", "grants"):
        explain_policy(tmp_path, data, option)
    lint(tmp_path, data, "secretPolicy")
    survives("evaluate", "-", stdin=data)


INSIDE = 'accounts: {{a: {{id: "111122223333", roles: {{r: {{boundary: {}}}}}}}}}\n'
PATHS = [
    "none.json",
    "../outside.json",
    "/etc/passwd",
    ".",
    "",
    "s.iamsim.yaml",
    "loop",
    "a/" * 3_000,
    "x" * 5_000,
    "~",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:20])
def test_references_that_lead_nowhere_or_outside(tmp_path, path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path.parent / "outside.json").write_text(statement(), encoding="utf-8")
    assert explain_scenario(tmp_path, INSIDE.format(json.dumps(path)).encode()).code == 2
    survives(*AT_HAND, f"--identity={path}")
    survives("lint", f"./{path}", "--type=identity")
    survives("evaluate", f"./{path}")


def test_directories_and_files_that_may_not_be_read(tmp_path):
    closed = tmp_path / "closed.json"
    closed.write_text("{}", encoding="utf-8")
    closed.chmod(0)
    for path in (tmp_path, closed):
        survives("explain", path)
        survives(*AT_HAND, f"--identity={path}")
        survives("lint", path, "--type=identity")
        survives("evaluate", path)
