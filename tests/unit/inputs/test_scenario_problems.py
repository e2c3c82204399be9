"""What is wrong in a scenario file is shown where it stands, with what to write instead, all of it at once."""

from __future__ import annotations

import json
import os

import pytest

from iamsim.inputs.scenario import load_scenario
from iamsim.language.errors import InputError

ID = "111122223333"
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


@pytest.fixture
def problems(tmp_path):
    folder = tmp_path / "inside"
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "allow.json").write_text(json.dumps(ALLOW))
    (tmp_path / "outside.json").write_text(json.dumps(ALLOW))

    def problems_of(text):
        file = folder / "s.iamsim.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(InputError) as caught:
            load_scenario(file)
        return caught.value.diagnostics

    problems_of.folder = folder
    return problems_of


def under(diagnostic, label=0):
    found = diagnostic.labels[label]
    return found.source.text[found.span.start : found.span.end]


def account(body, more=""):
    return f'accounts:\n  a: {{id: "{ID}", {body}}}\n{more}'


SHAPE = [
    ("accounts: {a: {id: 111122223333}}", "account-id-unquoted", "111122223333", '`"111122223333"`'),
    ("accounts: {a: {id: 012345678901}}", "account-id-unquoted", "012345678901", '`"012345678901"`'),
    ("accounts: {a: {id: 12}}", "account-id-unquoted", "12", "12 digits in quotes"),
    ('accounts: {a: {id: "12"}}', "malformed-text", '"12"', "12 digits"),
    ("accounts: {a: {}}", "missing-field", "a", "12 digits"),
    ("accounts: [a]", "wrong-type", "[a]", ""),
    ("title: x", "missing-field", "title: x", "each account"),
    ("- a", "wrong-type", "- a", ""),
    ("just text", "wrong-type", "just text", ""),
    (account("", "titel: x"), "unknown-field", "titel", "did you mean `title`?"),
    (account("", "title: 5"), "wrong-type", "5", "put it in quotes"),
    (account("", "title: true"), "wrong-type", "true", "put it in quotes"),
    (account("", "region: Ireland"), "malformed-text", "Ireland", "us-east-1"),
    (account("", "partition: azure"), "malformed-text", "azure", "aws-cn"),
    (account("rolls: {}"), "unknown-field", "rolls", "did you mean `roles`?"),
    (account("roles: []"), "wrong-type", "[]", ""),
    (account('roles: {"a b": {}}'), "malformed-text", '"a b"', "letters, digits"),
    (account("roles: {r: {path: teams}}"), "malformed-text", "teams", "begins and ends with `/`"),
    (account("roles: {r: {policies: {p: 3}}}"), "policy-reference", "3", "path of a JSON file"),
    (account("roles: {r: {policies: {p: }}}"), "policy-reference", "p", "path of a JSON file"),
    (account("roles: {r: {policies: [p]}}"), "wrong-type", "[p]", ""),
    (account("roles: {r: {tags: {a: 1}}}"), "wrong-type", "1", "put it in quotes"),
    (account("roles: {r: {sessions: {x: {}}}}"), "malformed-text", "x", "2 to 64"),
    (account('secrets: {"a b": {}}'), "malformed-text", '"a b"', "letters, digits"),
    (account("secrets: {s: {suffix: abc}}"), "malformed-text", "abc", "six letters or digits"),
    (account("keys: {k: {state: enabled}}"), "unknown-word", "enabled", "did you mean `Enabled`?"),
    (account("keys: {k: {aliases: [alias/x]}}"), "malformed-text", "alias/x", "without `alias/`"),
    (account("keys: {k: {aliases: [aws/x]}}"), "malformed-text", "aws/x", "AWS's own keys"),
    (account("keys: {k: {grants: [{grantee: x}]}}"), "missing-field", "{grantee: x}", "`[Decrypt]`"),
    (
        account("keys: {k: {grants: [{grantee: a:root, operations: [decrypt]}]}}"),
        "unknown-word",
        "decrypt",
        "`Decrypt`",
    ),
    (account("full_access: yes"), "wrong-type", "yes", ""),
    (account("endpoints: {e: {}}"), "malformed-text", "e", "vpce-"),
    ("accounts: {organization: {id: '111122223333'}}", "malformed-text", "organization", "mean something else"),
    ("accounts: {'111122223333': {id: '111122223333'}}", "malformed-text", "'111122223333'", "letters, digits"),
    (account("", "organization: {id: exampleorg}"), "malformed-text", "exampleorg", "`o-`"),
    (account("", "questions: {ask: x}"), "wrong-type", "{ask: x}", ""),
    (account("", "questions: [{}]"), "missing-field", "{}", "write, for example"),
]

SHARED = '{Version: "2012-10-17", Statement: {Effect: Allow, Principal: "*", Action: "ssm:*", Resource: "*"}}'

REFERENCES = [
    ("accounts: {a: {id: '111122223333'}, b: {id: '111122223333'}}", "duplicate-id", "id", "its own id"),
    (account("keys: {k: {id: x}, l: {id: x}}"), "duplicate-id", "l", "its own id"),
    (account("keys: {k: {aliases: [x]}, l: {aliases: [x]}}"), "duplicate-id", "x", "its own id"),
    (account("parameters: {/x: {}, x: {}}"), "duplicate-id", "x", "its own id"),
    (account('parameters: {/x: {value: ""}}'), "value-size", "**", "write a shorter value"),
    (account(f"parameters: {{/x: {{value: {'x' * 4097}}}}}"), "value-size", "*" * 4097, "write a shorter value"),
    (account("parameters: {/x: {value: 5}}"), "wrong-type", "*", "put it in quotes"),
    (account("parameters: {/x: {tier: standard}}"), "unknown-word", "standard", "`Standard`"),
    (account("keys: {k: {}}, parameters: {/x: {key: k, type: String}}"), "key-without-encryption", "k", "SecureString"),
    (account(f"parameters: {{/x: {{policy: {SHARED}}}}}"), "policy-on-standard", SHARED, "`tier: Advanced`"),
    (account("parameters: {/x: {key: aws/secretsmanager}}"), "unknown-key", "aws/secretsmanager", "`ACCOUNT:NAME`"),
    (account("secrets: {s: {key: k}}"), "unknown-key", "k", "`ACCOUNT:NAME`"),
    (account("keys: {kay: {}}, secrets: {s: {key: key}}"), "unknown-key", "key", "did you mean `kay`?"),
    (account("secrets: {s: {key: 'b:k'}}"), "unknown-key", "'b:k'", "`ACCOUNT:NAME`"),
    (account('secrets: {s: {key: "arn:aws:kms:x"}}'), "unknown-key", '"arn:aws:kms:x"', "`ACCOUNT:NAME`"),
    (account("secrets: {s: {value: x, versions: []}}"), "value-and-versions", "versions", "remove one of them"),
    (
        account("secrets: {s: {binary: AAE=, versions: []}}"),
        "value-and-versions",
        "versions",
        "`binary` is the current",
    ),
    (account("secrets: {s: {value: x, binary: AAE=}}"), "value-and-binary", "binary", "`binary` is SecretBinary"),
    (
        account("secrets: {s: {versions: [{value: x, binary: AAE=}]}}"),
        "value-and-binary",
        "binary",
        "`value` is SecretString",
    ),
    (account("secrets: {s: {binary: AAE}}"), "malformed-base64", "***", "as `base64` prints them"),
    (account("secrets: {s: {binary: 'A-E='}}"), "malformed-base64", "******", "as `base64` prints them"),
    (account("secrets: {s: {binary: ''}}"), "value-size", "**", "write a shorter value"),
    (account("secrets: {s: {value: 5}}"), "wrong-type", "*", "put it in quotes"),
    (account("secrets: {s: {versions: [{stages: [a]}, {stages: [a]}]}}"), "duplicate-id", "[a]", "one version at most"),
    (account("users: {u: {groups: [g]}}"), "unknown-group", "g", ""),
    (account("groups: {devs: {}}, users: {u: {groups: [dev]}}"), "unknown-group", "dev", "did you mean `devs`?"),
    (account("users: {bob: {}}, federated_users: {carol: {user: rob}}"), "unknown-user", "rob", "`bob`"),
    (account("roles: {app: {}}, functions: {f: {role: ap}}"), "unknown-role", "ap", "did you mean `app`?"),
    (account("keys: {k: {grants: [{grantee: 'a:role/x', operations: []}]}}"), "unknown-grantee", "'a:role/x'", "role"),
    (
        account("keys: {k: {grants: [{grantee: 'bob', operations: []}]}}"),
        "unknown-grantee",
        "bob",
        "`ACCOUNT:kind/name`",
    ),
    (account("scps: {p: policies/allow.json}"), "account-outside", "scps", "`organization`"),
    (account("", "organization: {management: b}"), "unknown-account", "b", "write one of `a`"),
    (account("", "organization: {accounts: [aa]}"), "unknown-account", "aa", "did you mean `a`?"),
    (account("", "organization: {units: {u: {accounts: [b]}}}"), "unknown-account", "b", "`a`"),
    (account("", "organization: {accounts: [a], units: {u: {accounts: [a]}}}"), "account-twice", "a", "one unit"),
]

QUESTIONS = [
    ("- ask: a:role/app may X on a:secret/db", "ask-syntax", "may", "`can` or `cannot`"),
    ('- ask: "a:role/app can X on a:secrets/db"', "ask-syntax", "a:secrets/db", "did you mean `secret`?"),
    ("- ask: a:role/ap can X on a:secret/db", "unknown-name", "ap", "did you mean `app`?"),
    ("- ask: b:role/app can X on a:secret/db", "unknown-name", "b", "`a`"),
    ("- ask: a:role/app can X on a:secret/dbs", "unknown-name", "dbs", "did you mean `db`?"),
    ("- ask: a:role/app can X on a:secret/z*", "unknown-name", "a:secret/z*", "must stand for something"),
    ("- ask: 'a:role/app can X on \"a:secret/d*\"'", "unknown-name", '"a:secret/d*"', ""),
    ("- ask: a:role/app can X on a:root", "unknown-name", "a:root", "secret, key"),
    ("- ask: a:secret/db can X on a:secret/db", "unknown-name", "a:secret/db", "user, role"),
    ("- ask: a:function/f can X on a:secret/db", "unknown-name", "a:function/f", "user, role"),
    (
        f"- ask: arn:aws:iam::{ID}:role/ap can X on a:secret/db",
        "unknown-name",
        f"arn:aws:iam::{ID}:role/ap",
        "role/app",
    ),
    ("- ask: arn:aws:s3:::x can X on a:secret/db", "unknown-name", "arn:aws:s3:::x", "ARN of a user, role"),
    ("- ask: no one outside c can X on a:secret/db", "unknown-name", "c", "`a`"),
    ("- ask: no one outside organization can X on a:secret/db", "unknown-name", "organization", "`a`"),
    ("- {ask: a:role/app can X on a:secret/db, expect: Denied}", "unknown-expectation", "Denied", "`denied`"),
    ("- {ask: a:role/app can X on a:secret/db, expect: refused}", "unknown-expectation", "refused", "`allowed`"),
    (
        "- {ask: a:role/app cannot X on a:secret/db, expect: allowed}",
        "expectation-contradicts",
        "allowed",
        "leave `expect`",
    ),
    ("- {ask: no one outside a can X on a:secret/db, expect: allowed}", "expectation-contradicts", "allowed", "cannot"),
    (
        "- {ask: only a:root can X on a:secret/db, expect: denied}",
        "expectation-contradicts",
        "denied",
        "leave `expect`",
    ),
    (
        "- {ask: a:role/app can PutSecretValue on a:secret/db, parameters: {SecretBinary: AAE}}",
        "malformed-base64",
        "***",
        "as `base64` prints them",
    ),
    (
        "- {ask: a:role/app can PutSecretValue on a:secret/db, parameters: {SecretBinary: [1]}}",
        "wrong-type",
        "***",
        "",
    ),
    ("- {ask: a:role/app can X on a:secret/db, because: keypolicy}", "unknown-policy-type", "keypolicy", "`keyPolicy`"),
    ("- {ask: a:role/app can X on a:secret/db, because: scp of b}", "unknown-account", "b", "`a`"),
    ("- {ask: a:role/app can X on a:secret/db, because: scp by a}", "because-syntax", "by", "`of` or `sid`"),
]


def check(found, code, underlined, help_):
    [diagnostic] = found
    assert diagnostic.code == code
    assert underlined is None or under(diagnostic) == underlined
    assert help_ in diagnostic.help
    assert "s.iamsim.yaml:" in diagnostic.where
    assert diagnostic.message[0].islower() or diagnostic.message[0] == "`"
    assert not diagnostic.message.endswith(".")
    assert not {"dict", "str", "int", "NoneType", "input"} & set(diagnostic.message.split())


@pytest.mark.parametrize(("text", "code", "underlined", "help_"), SHAPE)
def test_a_wrong_shape(problems, text, code, underlined, help_):
    check(problems(text), code, underlined, help_)


@pytest.mark.parametrize(("text", "code", "underlined", "help_"), REFERENCES)
def test_a_wrong_reference(problems, text, code, underlined, help_):
    check(problems(text), code, underlined, help_)


@pytest.mark.parametrize(("line", "code", "underlined", "help_"), QUESTIONS)
def test_a_wrong_question(problems, line, code, underlined, help_):
    world = "roles: {app: {}}, secrets: {db: {}}, functions: {f: {}}"
    check(problems(account(world, f"questions:\n  {line}\n")), code, underlined, help_)


def test_everything_that_is_wrong_is_reported_in_the_order_of_the_text(problems):
    found = problems("""
title: 1
accounts:
  a: {id: 1, roles: {r: {paths: /}}}
  b: {keys: {k: {state: off}}}
questions: [{}]
""")
    assert [(d.code, d.where.rpartition("yaml:")[2]) for d in found] == [
        ("wrong-type", "2:8: "),
        ("account-id-unquoted", "4:11: "),
        ("unknown-field", "4:26: "),
        ("missing-field", "5:3: "),
        ("unknown-word", "5:25: "),
        ("missing-field", "6:13: "),
    ]


def test_problems_of_the_world_of_policies_and_of_questions_come_together(problems):
    found = problems(
        account(
            "secrets: {s: {key: k, policy: policies/allow.json}}", "questions: [{ask: a:role/x can A on a:secret/s}]"
        )
    )
    assert sorted(d.code for d in found) == ["missing-principal", "unknown-key", "unknown-name"]
    assert next(d for d in found if d.code == "missing-principal").labels[0].source.name.endswith("allow.json")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("policies/nope.json", "file-not-found"),
        ("policies", "file-not-found"),
        ("../outside.json", "path-outside"),
        ("policies/../../outside.json", "path-outside"),
        ("/etc/passwd", "path-outside"),
        ("linked.json", "path-outside"),
        ("linked/outside.json", "path-outside"),
        ("circle.json", "path-outside"),
        ("pipe.json", "file-not-found"),
        ('"a\\0b"', "path-outside"),
        ("x" * 5000, None),
    ],
)
def test_a_path_that_leads_nowhere_or_outside_is_underlined(problems, path, code):
    folder = problems.folder
    (folder / "linked.json").symlink_to(folder.parent / "outside.json")
    (folder / "linked").symlink_to(folder.parent)
    (folder / "circle.json").symlink_to(folder / "circle.json")
    os.mkfifo(folder / "pipe.json")
    [diagnostic] = problems(account(f"roles: {{r: {{policies: {{p: {path}}}}}}}"))
    assert code is None or diagnostic.code == code
    assert under(diagnostic) == path
    assert diagnostic.help


def test_a_path_may_wander_inside_the_folder(problems, tmp_path):
    (problems.folder / "inner").symlink_to(problems.folder / "policies")
    file = problems.folder / "s.iamsim.yaml"
    file.write_text(account("roles: {r: {policies: {p: policies/../policies/allow.json, q: inner/allow.json}}}"))
    [role] = load_scenario(file).world.accounts[ID].roles.values()
    assert len(role.policies) == 2


def test_a_missing_file_suggests_its_neighbour(problems):
    [diagnostic] = problems(account("roles: {r: {policies: {p: policies/alow.json}}}"))
    assert diagnostic.help == "did you mean `allow.json`?"


def test_a_policy_file_that_is_no_utf8_shows_both_places(problems):
    (problems.folder / "policies" / "bad.json").write_bytes(b'{"a": "\xff"}')
    [diagnostic] = problems(account("roles: {r: {policies: {p: policies/bad.json}}}"))
    assert [label.source.name.rpartition("/")[2] for label in diagnostic.labels] == ["bad.json", "s.iamsim.yaml"]


def test_a_wrong_policy_that_is_used_often_is_reported_once(problems):
    (problems.folder / "policies" / "bad.json").write_text('{"Version": "2012-10-17"}')
    found = problems(account("roles: {r: {policies: {p: policies/bad.json}}, s: {policies: {p: policies/bad.json}}}"))
    assert len(found) == 1


def test_a_wrong_policy_in_the_scenario_is_located_there(problems):
    [diagnostic] = problems(
        account(
            "roles: {r: {policies: {p: {Version: 2012-10-17, Statement: [{Effect: allow, Action: 's3:*', Resource: '*'}]}}}}"
        )
    )
    assert (under(diagnostic), diagnostic.code) == ("allow", "unknown-effect")


def test_inside_a_folded_question_the_right_characters_are_underlined(problems):
    [diagnostic] = problems(
        account(
            "roles: {app: {}}, secrets: {db: {}}",
            "questions:\n  - ask: >-\n      a:role/app can X\n      on a:secret/dbs\n",
        )
    )
    assert (under(diagnostic), diagnostic.where.rpartition("yaml:")[2]) == ("dbs", "6:19: ")


def test_more_than_a_hundred_problems_are_counted(problems):
    found = problems(account("", "questions:\n" + "  - {}\n" * 250))
    assert len(found) == 101
    assert found[-1].message == "150 more problems are not shown"


@pytest.mark.parametrize("text", [b"accounts: \xff", b"\xff\xfe", b""])
def test_bytes_that_are_no_text_are_a_problem(problems, text):
    assert problems(text)


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        load_scenario(tmp_path / "nope.iamsim.yaml")
