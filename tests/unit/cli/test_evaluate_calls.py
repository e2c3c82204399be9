"""`iamsim evaluate` and `explain` on whole calls: what is answered, what is compared, what stays hidden."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from running import run

READ = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"}}
OFFICE = {
    "Version": "2012-10-17",
    "Statement": {**READ["Statement"], "Condition": {"Bool": {"aws:SecureTransport": True}}},
}
SCENARIO = {
    "accounts": {
        "shop": {
            "id": "111122223333",
            "secrets": {"db": {"value": "hunter2"}},
            "roles": {"app": {"policies": {"all": READ}}, "tls": {"policies": {"all": OFFICE}}, "guest": {}},
        }
    },
    "questions": [{"ask": "shop:role/app can GetSecretValue on shop:secret/db"}],
}
HIDDEN = "(hidden; --reveal shows it)"
ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"


def call(operation, caller="shop:role/app", at=None, unknown=(), expected=None, error=None, labels=None, **parameters):
    made = {"operation": operation, "caller": caller, "parameters": parameters, "unknown": list(unknown), "at": at}
    return made | {"expected": expected, "expected_error": error, "labels": labels}


def one(operation, **more):
    made = call(operation, **more)
    wanted = {key: made.pop(key) for key in ("expected", "expected_error", "labels")}
    return {"id": "one", "scenario": "s.iamsim.yaml", "call": made, **wanted}


def row(*calls):
    return {"id": "row", "scenario": "s.iamsim.yaml", "calls": list(calls)}


@pytest.fixture
def evaluate(tmp_path):
    """Evaluate lines beside a scenario: the exit code and the answers, and what else is printed."""

    def evaluated(*lines, options=()):
        (tmp_path / "s.iamsim.yaml").write_text(json.dumps(SCENARIO), encoding="utf-8")
        (tmp_path / "lines.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
        ended = run("evaluate", tmp_path / "lines.jsonl", *options)
        assert ended.err == ""
        return ended.code, [json.loads(line) for line in ended.out.splitlines() if line.startswith("{")], ended.out

    return evaluated


def test_a_call_is_answered_whole(evaluate):
    """The elements of a response: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html."""
    code, (answer,), _ = evaluate(one("GetSecretValue", SecretId="shop:secret/db"))
    assert code == 0
    assert list(answer) == ["id", "decision", "decided_by", "error", "authorizations", "labels", "response"]
    assert (answer["id"], answer["decision"], answer["error"]) == ("one", "allowed", None)
    assert [(a["action"], a["decision"], a["asked"]) for a in answer["authorizations"]] == [
        ("secretsmanager:GetSecretValue", "allowed", True),
        ("kms:Decrypt", "allowed", True),
    ]
    assert answer["authorizations"][0]["resource"] == ARN
    assert answer["labels"] == {"AWSCURRENT": 1}
    assert answer["response"]["ARN"] == ARN
    assert answer["response"]["SecretString"] == HIDDEN


def test_a_refusal_has_awss_error(evaluate):
    """The code and the status: https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html."""
    _, (answer,), _ = evaluate(one("GetSecretValue", caller="shop:role/guest", SecretId="db"))
    assert answer["decision"] == "implicitDeny"
    assert (answer["error"]["code"], answer["error"]["status"]) == ("AccessDeniedException", 400)
    assert answer["response"] is None


def test_an_arn_and_a_name_are_the_same_caller(evaluate):
    arn = one("GetSecretValue", caller="arn:aws:iam::111122223333:role/app", SecretId=ARN)
    _, (first, second), _ = evaluate(arn, one("GetSecretValue", SecretId="shop:secret/db"))
    assert first == second


def test_each_call_of_a_row_meets_the_world_that_the_one_before_leaves(evaluate):
    """A new value takes AWSCURRENT, the one before AWSPREVIOUS.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
    """
    line = row(call("PutSecretValue", SecretId="db", SecretString="next"), call("GetSecretValue", SecretId="db"))
    _, (answer, alone), _ = evaluate(line, one("GetSecretValue", SecretId="db"), options=["--reveal"])
    assert [c["labels"] for c in answer["calls"]] == [{"AWSPREVIOUS": 1, "AWSCURRENT": 2}] * 2
    assert answer["calls"][1]["response"]["SecretString"] == "next"
    assert alone["labels"] == {"AWSCURRENT": 1}


def test_a_row_names_what_it_creates(evaluate):
    line = row(
        call("CreateSecret", Name="shop:secret/new@eu-west-1", SecretString="first"),
        call("GetSecretValue", SecretId="shop:secret/new@eu-west-1"),
    )
    _, (answer,), _ = evaluate(line)
    arns = [c["response"]["ARN"] for c in answer["calls"]]
    assert arns == ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:new-AbCdEf"] * 2


def test_after_a_change_that_is_not_known_nothing_is(evaluate):
    open_ = call("DeleteSecret", caller="shop:role/tls", unknown=["aws:SecureTransport"], SecretId="db")
    read = call("GetSecretValue", SecretId="db")
    _, (answer,), _ = evaluate(row(read, open_, read))
    assert [c["decision"] for c in answer["calls"]] == ["allowed", "unknown", "unknown"]
    assert answer["calls"][2]["decided_by"] == ["state"]
    assert (answer["calls"][2]["response"], answer["calls"][2]["labels"]) == (None, None)


def test_a_read_that_is_not_known_leaves_the_world_known(evaluate):
    open_ = call("GetSecretValue", caller="shop:role/tls", unknown=["aws:SecureTransport"], SecretId="db")
    _, (answer,), _ = evaluate(row(open_, call("GetSecretValue", SecretId="db")))
    assert [c["decision"] for c in answer["calls"]] == ["unknown", "allowed"]


def test_a_time_says_when(evaluate):
    """Of a deletion on January 31st with the shortest window of 7 days.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
    """
    line = one("DeleteSecret", at="2026-01-31T12:00:00+02:00", SecretId="db", RecoveryWindowInDays=7)
    _, (answer,), _ = evaluate(line)
    assert answer["response"]["DeletionDate"] == "2026-02-07T10:00:00Z"


@pytest.mark.parametrize(
    ("wanted", "missed"),
    [
        ({"expected": "ALLOWED"}, {}),
        ({"labels": {"AWSCURRENT": 1}}, {}),
        ({"expected": "DENIED"}, {"expected": "DENIED"}),
        ({"error": "InvalidRequestException"}, {"expected_error": "InvalidRequestException"}),
        ({"labels": {"AWSCURRENT": 2}}, {"expected_labels": {"AWSCURRENT": 2}}),
        ({"labels": {}}, {"expected_labels": {}}),
    ],
)
def test_what_is_expected_is_compared(evaluate, wanted, missed):
    code, found, out = evaluate(one("GetSecretValue", SecretId="db", **wanted), options=["--expected"])
    assert code == bool(missed)
    assert [{key: a[key] for key in a if key.startswith("expected")} for a in found] == ([missed] if missed else [])
    assert out.endswith(f"1 cases, {len(found)} differences, 0 unreadable\n")


def test_what_a_row_expects_stands_in_its_calls(evaluate):
    met = call("GetSecretValue", SecretId="db", expected="ALLOWED")
    unmet = call("GetSecretValue", SecretId="nope", expected="DENIED", error="AccessDeniedException")
    code, (answer,), _ = evaluate(row(met, unmet), row(met), options=["--expected"])
    assert code == 1
    assert "expected_error" not in answer["calls"][0]
    assert answer["calls"][1]["expected_error"] == "AccessDeniedException"
    assert answer["calls"][1]["error"]["code"] == "ResourceNotFoundException"


GOOD = one("GetSecretValue", SecretId="db")


@pytest.mark.parametrize(
    ("line", "code", "where"),
    [
        ({**GOOD, "scenario": "none.iamsim.yaml"}, "file-not-found", '"none.iamsim.yaml"'),
        ({**GOOD, "scenario": "-"}, "malformed-text", '"-"'),
        ({**GOOD, "request": {}}, "unknown-field", '"request"'),
        ({**row(call("GetSecretValue")), "expected": "ALLOWED"}, "unknown-field", '"expected": "ALLOWED"'),
        (row(), "no-call", "[]"),
        (one("GetSecretvalue"), "unknown-operation", '"GetSecretvalue"'),
        (one("GetSecretValue", Secret="db"), "unknown-parameter", '{"Secret"'),
        (one("GetSecretValue", SecretId=1), "parameter-type", '{"SecretId"'),
        (one("GetSecretValue", SecretId="shop:secret/dv"), "unknown-name", "dv"),
        (one("GetSecretValue", caller="shop:role/ap", SecretId="db"), "unknown-name", "ap"),
        (one("GetSecretValue", caller="shop:role/*", SecretId="db"), "unknown-name", "shop:role/*"),
        (one("GetSecretValue", at="9999-12-31", SecretId="db"), "malformed-time", '"9999-12-31"'),
        (one("PutSecretValue", SecretId="db", SecretBinary="hunter2"), "malformed-base64", '"hunter2"'),
        ({**GOOD, "call": {**GOOD["call"], "paramters": {}}}, "unknown-field", '"paramters"'),
        ({**GOOD, "call": {**GOOD["call"], "context": {"a": [[1]]}}}, "wrong-type", "[[1]]"),
    ],
)
def test_a_line_that_is_wrong_says_where_and_the_others_go_on(evaluate, line, code, where):
    ended, (error, answer), out = evaluate(line, GOOD)
    assert ended == 2
    assert error.keys() == {"id", "error"}
    assert error["error"]["code"] == code
    *_, number, column = error["error"]["where"].split(":")
    assert json.dumps(line)[int(column) - 1 :].startswith(where), json.dumps(line)[int(column) - 1 :]
    assert number == "1"
    assert answer["decision"] == "allowed"
    assert "hunter2" not in out


def test_a_scenario_that_is_wrong_is_named_with_its_place(evaluate, tmp_path):
    (tmp_path / "bad.iamsim.yaml").write_text("accounts: {shop: {id: '1'}}\n", encoding="utf-8")
    bad = {**GOOD, "scenario": "bad.iamsim.yaml"}
    code, (first, second, _), _ = evaluate(bad, bad, GOOD)
    assert code == 2
    assert first == second
    assert first["error"]["where"] == f"{tmp_path / 'bad.iamsim.yaml'}:1:23"


def test_a_scenario_is_read_once(evaluate, monkeypatch):
    from iamsim.inputs import call_case

    read = []
    load = call_case.load_scenario
    monkeypatch.setattr(call_case, "load_scenario", lambda path: read.append(path) or load(path))
    evaluate(GOOD, GOOD, {**GOOD, "scenario": "none.yaml"}, {**GOOD, "scenario": "none.yaml"})
    assert [path.rpartition("/")[2] for path in read] == ["s.iamsim.yaml", "none.yaml"]


def test_paths_of_standard_input_begin_in_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "s.iamsim.yaml").write_text(json.dumps(SCENARIO), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert json.loads(run("evaluate", stdin=json.dumps(GOOD).encode()).out)["decision"] == "allowed"


def test_reveal_shows_text_bytes_and_passwords(evaluate):
    blob = b64encode(b"\x00\x01hunter3").decode()
    line = row(
        call("GetSecretValue", SecretId="db"),
        call("PutSecretValue", SecretId="db", SecretBinary=blob),
        call("GetSecretValue", SecretId="db"),
        call("BatchGetSecretValue", SecretIdList=["db"]),
        call("GetRandomPassword", PasswordLength=7),
    )
    _, (answer,), shown = evaluate(line, options=["--reveal"])
    responses = [c["response"] for c in answer["calls"]]
    assert responses[0]["SecretString"] == "hunter2"
    assert responses[2]["SecretBinary"] == responses[3]["SecretValues"][0]["SecretBinary"] == blob
    assert len(responses[4]["RandomPassword"]) == 7
    assert "(hidden" not in shown
    _, (answer,), hidden = evaluate(line)
    assert answer["calls"][4]["response"] == {"RandomPassword": HIDDEN}
    assert answer["calls"][3]["response"]["SecretValues"][0]["SecretBinary"] == HIDDEN
    assert not any(value in hidden for value in ("hunter2", blob, json.dumps(responses[4]["RandomPassword"])))


def explained(tmp_path, *options):
    file = tmp_path / "s.iamsim.yaml"
    put = {"ask": "shop:role/app can PutSecretValue on shop:secret/db", "parameters": {"SecretString": "hunter3"}}
    questions = [*SCENARIO["questions"], put]
    file.write_text(json.dumps({**SCENARIO, "questions": questions}), encoding="utf-8")
    return run("explain", file, *options).out


def test_explain_shows_the_response_only_if_it_is_asked_to(tmp_path):
    text = explained(tmp_path)
    assert "Returned" not in text
    assert "hunter" not in text
    shown = explained(tmp_path, "--reveal")
    assert f"Returned  ARN            {ARN}\n" in shown
    assert "\n          SecretString   hunter2\n" in shown


def test_explain_shows_hidden_parameters_only_if_it_is_asked_to(tmp_path):
    hidden, shown = (
        [answer["explanation"] for q in json.loads(out)["questions"] for answer in q["answers"]]
        for out in (explained(tmp_path, "--format=json"), explained(tmp_path, "--format=json", "--reveal"))
    )
    assert [e["response"].get("SecretString") for e in hidden] == [HIDDEN, None]
    assert [e["response"].get("SecretString") for e in shown] == ["hunter2", None]
    assert hidden[1]["call"]["parameters"] == {"SecretId": ARN}
    assert shown[1]["call"]["parameters"] == {"SecretId": ARN, "SecretString": "hunter3"}


def test_no_value_commands_the_terminal(tmp_path):
    accounts = json.loads(json.dumps(SCENARIO["accounts"]))
    accounts["shop"]["secrets"]["db"]["value"] = "a\x1b[2J\n\x9b b"
    file = tmp_path / "s.iamsim.yaml"
    file.write_text(json.dumps({**SCENARIO, "accounts": accounts}), encoding="utf-8")
    out = run("explain", file, "--reveal").out
    assert '"a\\u001b[2J\\n\ufffd b"\n' in out
    assert "\x1b" not in out
