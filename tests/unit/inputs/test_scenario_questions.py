"""From the questions of a scenario file to the calls that they stand for."""

from __future__ import annotations

import pytest

from iamsim.inputs.scenario import load_scenario
from iamsim.language.errors import InputError
from iamsim.model.policy import PolicyType
from iamsim.model.question import Because

A, B = "111122223333", "444455556666"
STRANGER = "arn:aws:iam::000000000000:root"
APP, API = f"arn:aws:iam::{A}:role/x/app", f"arn:aws:iam::{A}:role/api"
ALICE = f"arn:aws:sts::{A}:assumed-role/app/alice"
DB, DB2 = (f"arn:aws:secretsmanager:us-east-1:{A}:secret:prod/db{n}-AbCdEf" for n in ("", "2"))
FAR = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:far-AbCdEf"

WORLD = f"""
organization: {{accounts: [a]}}
accounts:
  a:
    id: "{A}"
    roles: {{app: {{path: /x/, sessions: {{alice: }}}}, api: }}
    users: {{"me@x,y=z": }}
    secrets: {{prod/db: , prod/db2: , far: {{region: eu-west-1}}}}
    keys: {{k: {{aliases: [main]}}}}
    functions: {{rotate: }}
    parameters: {{/url: }}
  b: {{id: "{B}", roles: {{app: }}, users: {{bob: }}, federated_users: {{carol: {{user: bob}}}}}}
questions:
"""


@pytest.fixture
def ask(tmp_path):
    def ask_line(line, more=""):
        file = tmp_path / "s.iamsim.yaml"
        quoted = line.replace("'", "''")
        file.write_text(f"{WORLD}  - ask: '{quoted}'\n{more}")
        [question] = load_scenario(file).questions
        return question

    return ask_line


@pytest.fixture
def callers(ask):
    return lambda name: [call.caller for call in ask(f"{name} can A on a:secret/prod/db").calls]


@pytest.fixture
def resources(ask):
    return lambda name: [call.resource for call in ask(f"a:role/api can A on {name}").calls]


@pytest.mark.parametrize(
    ("name", "caller"),
    [
        ("a:role/app", APP),
        (f"{A}:role/app", APP),
        ("a:session/app/alice", ALICE),
        ("a:session/app/anybody", f"arn:aws:sts::{A}:assumed-role/app/anybody"),
        ("a:root", f"arn:aws:iam::{A}:root"),
        ("b:federated-user/carol", f"arn:aws:sts::{B}:federated-user/carol"),
        ('"a:user/me@x,y=z"', f"arn:aws:iam::{A}:user/me@x,y=z"),
        ("service:lambda.amazonaws.com", {"Service": "lambda.amazonaws.com"}),
        ("anonymous", "anonymous"),
        (APP, APP),
        (f"arn:aws:sts::{A}:assumed-role/app/anybody", f"arn:aws:sts::{A}:assumed-role/app/anybody"),
        (f"arn:aws:iam::{A}:root", f"arn:aws:iam::{A}:root"),
        ("arn:aws:iam::777788889999:role/unheard-of", "arn:aws:iam::777788889999:role/unheard-of"),
    ],
)
def test_a_name_of_a_caller_stands_for_one(callers, name, caller):
    assert callers(name) == [caller]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a:role/*", [APP, API]),
        ("*:role/app", [APP, f"arn:aws:iam::{B}:role/app"]),
        ("1111*:role/a?i", [API]),
        ("a:session/app/*", [ALICE]),
        (f"arn:aws:iam::{A}:role/*", [APP, API]),
        ("*:root", [f"arn:aws:iam::{A}:root", f"arn:aws:iam::{B}:root"]),
    ],
)
def test_a_glob_stands_for_every_match(callers, name, found):
    assert callers(name) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a:secret/prod/db", [DB]),
        ("a:secret/prod/*", [DB, DB2]),
        ("a:secret/far@eu-west-1", [FAR]),
        ("a:secret/*@eu-west-1", [FAR]),
        ("a:key/k", [f"arn:aws:kms:us-east-1:{A}:key/00000000-0000-0000-0000-000000000001"]),
        ("a:key/alias/main", [f"arn:aws:kms:us-east-1:{A}:key/00000000-0000-0000-0000-000000000001"]),
        (
            "a:key/00000000-0000-0000-0000-000000000001",
            [f"arn:aws:kms:us-east-1:{A}:key/00000000-0000-0000-0000-000000000001"],
        ),
        ("a:parameter/url", [f"arn:aws:ssm:us-east-1:{A}:parameter/url"]),
        ("a:parameter//url", [f"arn:aws:ssm:us-east-1:{A}:parameter/url"]),
        ("a:function/rotate", [f"arn:aws:lambda:us-east-1:{A}:function:rotate"]),
        ("a:role/app", [APP]),
        ("arn:aws:s3:::bucket/key", ["arn:aws:s3:::bucket/key"]),
        (f"arn:aws:secretsmanager:*:{A}:secret:prod/*", [DB, DB2]),
    ],
)
def test_a_name_of_a_resource_stands_for_arns(resources, name, found):
    assert resources(name) == found


@pytest.mark.parametrize("name", ["a:secret/prod/db@eu-west-1", "a:secret/far@us-east-1"])
def test_a_secret_in_another_region_is_unknown(ask, name):
    with pytest.raises(InputError, match="`a` has no secret"):
        ask(f"a:root can A on {name}")


def test_a_session_of_no_role_is_unknown(ask):
    with pytest.raises(InputError, match="`a` has no session `nobody/x`"):
        ask("a:session/nobody/x can A on a:secret/far")


def test_a_question_asks_every_caller_for_every_resource(ask):
    calls = ask("a:role/* can A on a:secret/prod/*").calls
    assert [(call.caller, call.resource) for call in calls] == [(APP, DB), (APP, DB2), (API, DB), (API, DB2)]


def test_a_call_carries_its_context(ask):
    [call] = ask(
        'a:role/app can kms:Decrypt on a:key/k with aws:SourceIp = 10.0.0.1, x = [p, "q r"], u = unknown, v = absent'
    ).calls
    assert (call.action, call.context) == ("kms:Decrypt", {"aws:SourceIp": "10.0.0.1", "x": ("p", "q r")})
    assert (call.unknown, call.absent) == (("u",), ("v",))


def test_bytes_of_a_call_are_written_in_base64(ask):
    line = "a:role/app can PutSecretValue on a:secret/prod/db"
    [call] = ask(line, "    parameters: {SecretBinary: AAEC/w==}").calls
    assert call.parameters == {"SecretBinary": b"\x00\x01\x02\xff"}
    [call] = ask(line, "    parameters: {SecretString: AAEC/w==}").calls
    assert call.parameters == {"SecretString": "AAEC/w=="}


@pytest.mark.parametrize(
    ("line", "expects"),
    [
        ("a:role/app can A on a:secret/far", ["allowed"]),
        ("a:role/app cannot A on a:secret/far", ["denied"]),
        ("no one outside a can A on a:secret/far", ["denied"] * 5),
        ("a:function/rotate can rotate a:secret/far", ["allowed"]),
    ],
)
def test_a_form_says_what_it_expects(ask, line, expects):
    question = ask(line)
    assert [call.expect for call in question.calls] == expects
    assert question.expect is None


@pytest.mark.parametrize(
    "expect", ["allowed", "denied", "explicitDeny", "implicitDeny", "unknown", "InvalidRequestException", "AccessDenied",
               "DecryptionFailure", "KMSInvalidStateException"],
)  # fmt: skip
def test_an_expectation_is_a_verdict_or_an_error_code(ask, expect):
    question = ask("a:role/app can A on a:secret/far", f"    expect: {expect}\n")
    assert (question.expect, question.calls[0].expect) == (expect, expect)


def test_only_expects_everybody_else_to_be_denied(ask):
    question = ask("only a:role/app, a:root can A on a:secret/far")
    expected = {call.caller: call.expect for call in question.calls}
    assert expected == {
        APP: "allowed",
        f"arn:aws:iam::{A}:root": "allowed",
        API: "denied",
        f"arn:aws:iam::{A}:user/me@x,y=z": "denied",
        f"arn:aws:iam::{B}:role/app": "denied",
        f"arn:aws:iam::{B}:user/bob": "denied",
        f"arn:aws:iam::{B}:root": "denied",
        f"arn:aws:sts::{B}:federated-user/carol": "denied",
        STRANGER: "denied",
    }


def test_a_session_that_is_named_speaks_for_itself_only(ask):
    expected = {call.caller: call.expect for call in ask("only a:session/app/alice can A on a:secret/far").calls}
    assert (expected[ALICE], expected[APP]) == ("allowed", "denied")


@pytest.mark.parametrize("scope", ["organization", "o-exampleorg", "a", A])
def test_outside_a_scope_stand_the_others_and_a_stranger(ask, scope):
    calls = ask(f"no one outside {scope} can A on a:secret/far").calls
    assert [call.caller for call in calls] == [
        f"arn:aws:iam::{B}:user/bob",
        f"arn:aws:iam::{B}:role/app",
        f"arn:aws:sts::{B}:federated-user/carol",
        f"arn:aws:iam::{B}:root",
        STRANGER,
    ]


def test_a_function_calls_only_to_rotate(ask):
    [call] = ask("a:function/rotate can rotate a:secret/far").calls
    assert (call.caller, call.action, call.resource) == (f"arn:aws:lambda:us-east-1:{A}:function:rotate", "rotate", FAR)


def test_a_reason_has_a_type_an_account_and_a_sid(ask):
    question = ask("a:role/app can A on a:secret/far", '    because: keyPolicy of b sid "Allow use"\n    lesson: So.\n')
    assert question.because == Because(PolicyType.KEY_POLICY, B, "Allow use")
    assert question.lesson == "So."


def test_the_source_of_a_question_is_its_line(ask):
    question = ask("a:role/app can A on a:secret/far")
    span = question.source.text_span((), *question.assertion.resource.word.span)
    assert question.source.text[span.start : span.end] == "a:secret/far"


def test_questions_that_stand_for_too_many_calls_are_refused(tmp_path):
    file = tmp_path / "s.iamsim.yaml"
    secrets = ", ".join(f"s{i}: " for i in range(400))
    roles = ", ".join(f"r{i}: " for i in range(400))
    file.write_text(
        f'accounts: {{a: {{id: "{A}", secrets: {{{secrets}}}, roles: {{{roles}}}}}}}\n'
        "questions: [{ask: 'a:role/* can A on a:secret/*'}]\n"
    )
    with pytest.raises(InputError, match="more than 100,000 calls"):
        load_scenario(file)
