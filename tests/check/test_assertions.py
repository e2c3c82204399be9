"""Assertions over templates and scenarios: what holds for those whom no file lists, too."""

from __future__ import annotations

import json

import pytest
from cdk_pair import CONSUMER, GIVEN, PRODUCER
from running import run

ORGANIZATION = "organization: {id: o-abcd123456, accounts: [owner, app]}"
NAMES = 'accounts: {owner: "111111111111", app: "222222222222"}'
SECRET = "owner:secret/prod/db/password"


@pytest.fixture
def state(mended):
    """The state of one assertion about the pair, told all that the templates leave open, and its severity."""

    def of(ask, *more, about="", given=GIVEN, files=(PRODUCER, CONSUMER)):
        text = f"{NAMES}\n{about}\nassertions:\n  - ask: {ask}\n" + "".join(f"    {line}\n" for line in more)
        (mended / "must.iamsim.yaml").write_text(text, encoding="utf-8")
        ended = run("check", *files, "must.iamsim.yaml", *given, "--format", "json")
        assert ended.err == ""
        (found,) = [r for r in json.loads(ended.out)["results"] if r["rule"] == "assertion"]
        return found["state"]

    return of


# The secret's policy denies everybody outside o-abcd123456; a template does not say who is in it.


def test_a_read_hangs_on_the_organization_until_a_file_tells_it(state):
    ask = f"app:role/AppRole can GetSecretValue on {SECRET}"
    assert state(ask) == "undecided"
    assert state(ask, about=ORGANIZATION) == "passed"
    assert state(ask, given=(*GIVEN, "--context", "aws:PrincipalOrgID=o-abcd123456")) == "passed"
    assert state(ask, given=(*GIVEN, "--context", "aws:PrincipalOrgID=o-other12345")) == "failed"
    assert state(f"{ask} with aws:PrincipalOrgID = o-abcd123456") == "passed"


def test_no_one_outside_the_organization(state):
    assert state(f"no one outside organization can GetSecretValue on {SECRET}", about=ORGANIZATION) == "passed"
    # the owner's own account is inside: its root user may
    ask = f"no one outside app can secretsmanager:PutSecretValue on {SECRET}"
    assert state(ask, about=ORGANIZATION) == "failed"


def test_a_principal_that_no_file_lists_leaves_it_open(state):
    # the account statement of the key's policy and no Deny: an administrator of the account may read, if there is one
    ask = f"no one outside app can secretsmanager:DescribeSecret on {SECRET}"
    assert state(ask, about=ORGANIZATION) == "failed"
    spared = "app:role/AppRole, owner:root, owner:role/Producer/Reader/ServiceRole"
    only = f"only {spared} can secretsmanager:ListSecretVersionIds on {SECRET}"
    assert state(only, about=ORGANIZATION) != "passed"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("owner:secret/prod/db/password", "its own name"),
        ("owner:secret/DbSecret685A0FA5", "its logical id"),
        ("owner:secret/Producer.DbSecret685A0FA5", "stack and logical id"),
        ("owner:secret/Producer/DbSecret", "its path in the CDK app"),
        ("owner:secret/Producer/DbSecret/Resource", "the path of the resource"),
        ("Producer:secret/DbSecret685A0FA5", "the stack for the account"),
        ('"111111111111:secret/DbSecret685A0FA5"', "12 digits"),
        ("owner:secret/prod/*", "a glob"),
    ],
)
def test_a_thing_is_called_in_many_ways(state, name, form):
    ask = f"Consumer:role/AppRole can secretsmanager:DescribeSecret on {name}"
    assert state(json.dumps(ask), about=ORGANIZATION) == "passed", form


def test_a_severity_and_a_reason(state, mended):
    ask = f"app:role/AppRole cannot secretsmanager:DescribeSecret on {SECRET}"
    assert state(ask, "severity: warning", "reason: nobody should", about=ORGANIZATION) == "failed"
    ended = run("check", ".", *GIVEN)
    assert ended.code == 0
    assert ended.out.startswith("warning[assertion]")
    assert "= help: nobody should" in ended.out
    assert run("check", ".", *GIVEN, "--fail-on", "warning").code == 1


def test_because_must_hold_too(state):
    ask = f"app:role/AppRole can secretsmanager:DeleteSecret on {SECRET}"
    assert (
        state(ask, "expect: denied", "because: identity", about=ORGANIZATION) == "failed"
    )  # the secret's policy lacks it too
    deny = f"app:role/AppRole cannot secretsmanager:DescribeSecret on {SECRET} with aws:PrincipalOrgID = o-other12345"
    assert state(deny, "because: secretPolicy") == "passed"
    assert state(deny, "because: keyPolicy") == "failed"


def test_the_place_is_the_line_and_the_policy_that_decides_is_related(state, mended):
    state(f"app:role/AppRole can secretsmanager:DeleteSecret on {SECRET}", about=ORGANIZATION)
    found = json.loads(run("check", ".", *GIVEN, "--format", "json").out)["results"]
    (places,) = [r["places"] for r in found if r["rule"] == "assertion"]
    assert places[0]["source"] == "must.iamsim.yaml"
    assert {place["source"] for place in places[1:]} <= {PRODUCER, CONSUMER}
    assert len(places) > 1


# Small worlds, where each stranger alone decides


WORLD = """
organization: {{id: o-exampleorg, accounts: [owner]}}
accounts:
  owner:
    id: "111122223333"
    keys: {{secrets: {{policy: {key}}}}}
    secrets: {{db: {{key: secrets, policy: {secret}}}}}
questions: []
"""


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **statement}]})


OPEN = document(Principal="*", Action=["secretsmanager:GetSecretValue", "kms:Decrypt"])


@pytest.fixture
def outside(tmp_path):
    """The state of an assertion about a secret with such policies."""

    def of(secret, key=OPEN, ask="no one outside organization can GetSecretValue on owner:secret/db"):
        (tmp_path / "world.iamsim.yaml").write_text(WORLD.format(secret=secret, key=key), encoding="utf-8")
        (tmp_path / "must.iamsim.yaml").write_text(f"assertions: [{{ask: {ask}}}]", encoding="utf-8")
        ended = run("check", tmp_path, "--format", "json")
        assert ended.err == ""
        (found,) = [r for r in json.loads(ended.out)["results"] if r["rule"] == "assertion"]
        return found["state"]

    return of


def on(key, operator="StringEquals", **values):
    """The same statement under a condition."""
    return document(
        Principal="*",
        Action=["secretsmanager:GetSecretValue", "kms:Decrypt"],
        Condition={operator: {key: values["to"]}},
    )


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (OPEN, "failed"),
        (document(Principal={"AWS": "arn:aws:iam::999988887777:root"}, Action="secretsmanager:*"), "failed"),
        (document(Principal={"AWS": "arn:aws:iam::999988887777:role/partner"}, Action="secretsmanager:*"), "undecided"),
        (document(Principal={"AWS": "arn:aws:iam::111122223333:root"}, Action="secretsmanager:*"), "passed"),
        (on("aws:PrincipalOrgID", to="o-exampleorg"), "passed"),
        (on("aws:PrincipalOrgID", to=["o-exampleorg", "o-partner1234"]), "failed"),
        (on("aws:PrincipalOrgID", "StringLike", to="o-*"), "failed"),
        (on("aws:PrincipalOrgID", "Null", to="false"), "failed"),
        (on("aws:PrincipalOrgID", "Null", to="true"), "failed"),
        (on("aws:PrincipalAccount", to="111122223333"), "passed"),
        (on("aws:PrincipalAccount", to="999988887777"), "failed"),
        (on("aws:PrincipalAccount", "StringNotEquals", to="111122223333"), "failed"),
        (on("aws:PrincipalArn", "ArnLike", to="arn:aws:iam::111122223333:role/*"), "passed"),
        (on("aws:PrincipalArn", "ArnLike", to="arn:aws:iam::999988887777:role/reader-*"), "undecided"),
        (on("aws:PrincipalArn", "ArnLike", to="arn:aws:iam::*:role/reader"), "undecided"),
        (on("aws:PrincipalTag/team", to="orders"), "undecided"),
    ],
)
def test_no_one_outside_holds_for_whom_no_file_lists(outside, secret, expected):
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    assert outside(secret) == expected


def test_a_key_that_is_shut_shuts_the_call(outside):
    shut = document(Principal={"AWS": "arn:aws:iam::111122223333:root"}, Action="kms:*")
    assert outside(OPEN, shut) == "passed"


def test_only_says_nothing_of_roles_that_it_names_by_a_glob(outside):
    shut = document(Principal={"AWS": "arn:aws:iam::111122223333:root"}, Action="secretsmanager:*")
    assert outside(shut, ask="only owner:root can secretsmanager:GetSecretValue on owner:secret/db") == "undecided"


def test_names_that_two_things_share_stand_for_neither(mended):
    text = (mended / PRODUCER).read_text(encoding="utf-8").replace("prod/db/password", "prod/db/other")
    (mended / "Second.template.json").write_text(text, encoding="utf-8")
    ask = "{}: [{{ask: 'Consumer:role/AppRole can secretsmanager:DescribeSecret on Producer:secret/{}'}}]"
    (mended / "must.iamsim.yaml").write_text(ask.format("assertions", "DbSecret685A0FA5"), encoding="utf-8")
    ended = run("check", ".")
    assert ended.code == 2
    assert "has no secret `DbSecret685A0FA5`" in " ".join(ended.err.split())
    (mended / "must.iamsim.yaml").write_text(ask.format("assertions", "Second.DbSecret685A0FA5"), encoding="utf-8")
    assert run("check", ".").code in (1, 3)


BECAUSE = f"app:role/AppRole cannot GetSecretValue on {SECRET}"


@pytest.mark.parametrize(
    ("organization", "identity", "secret_policy"),
    [(None, "undecided", "undecided"), ("o-abcd123456", "passed", "failed"), ("o-other12345", "failed", "passed")],
)
def test_a_reason_hangs_on_what_is_not_known(pair, organization, identity, secret_policy):
    """The role lacks kms:Decrypt; the secret's policy denies everybody outside o-abcd123456, which goes before."""
    ask = [{"ask": BECAUSE, "because": kind} for kind in ("identity", "secretPolicy")]
    names = {"owner": "111111111111", "app": "222222222222"}
    (pair / "must.iamsim.yaml").write_text(json.dumps({"accounts": names, "assertions": ask}), encoding="utf-8")
    context = ("--context", f"aws:PrincipalOrgID={organization}") if organization else ()
    ended = run("check", PRODUCER, CONSUMER, "must.iamsim.yaml", *GIVEN, *context, "--format", "json")
    found = [r["state"] for r in json.loads(ended.out)["results"] if r["rule"] == "assertion"]
    assert found == [identity, secret_policy]


def test_an_empty_secret_is_filled_some_day(tmp_path, monkeypatch):
    """CloudFormation makes a secret without a value; that it has none yet is no reason that nobody can read it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
    """
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [everybody]}
    resources = {
        "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": document}},
        "S": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "s", "KmsKeyId": {"Ref": "Key"}}},
        "P": {
            "Type": "AWS::SecretsManager::ResourcePolicy",
            "Properties": {"SecretId": {"Ref": "S"}, "ResourcePolicy": document},
        },
    }
    (tmp_path / "T.template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    ask = "no one outside T can GetSecretValue on T:secret/s"
    (tmp_path / "must.iamsim.yaml").write_text(json.dumps({"assertions": [{"ask": ask}]}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = ("--account", "T=111122223333", "--region", "T=us-east-1")
    ended = run("check", "T.template.json", "must.iamsim.yaml", *given, "--format", "json")
    (found,) = [r for r in json.loads(ended.out)["results"] if r["rule"] == "assertion"]
    assert found["state"] == "failed"


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("T:secret/shared", ["us-east-1"]),
        ("T:secret/S", ["us-east-1"]),
        ("T:secret/shared@eu-west-1", ["eu-west-1"]),
        ("T:secret/T.S@eu-west-1", ["eu-west-1"]),
        ("T:secret/shared@us-east-1", ["us-east-1"]),
        ("T:secret/*", ["us-east-1", "eu-west-1"]),
        ("T:secret/*red", ["us-east-1", "eu-west-1"]),
        ("T:secret/*red@eu-west-1", ["eu-west-1"]),
    ],
)
def test_a_replica_is_called_as_its_primary_with_its_region(tmp_path, monkeypatch, name, calls):
    properties = {"Name": "shared", "ReplicaRegions": [{"Region": "eu-west-1"}]}
    resources = {"S": {"Type": "AWS::SecretsManager::Secret", "Properties": properties}}
    (tmp_path / "T.template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    ask = f"arn:aws:iam::444455556666:role/stranger can secretsmanager:GetSecretValue on {name}"
    (tmp_path / "must.iamsim.yaml").write_text(json.dumps({"assertions": [{"ask": ask}]}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = ("--account", "T=111122223333", "--region", "T=us-east-1")
    ended = run("check", "T.template.json", "must.iamsim.yaml", *given, "--format", "json")
    (found,) = json.loads(ended.out)["results"]
    assert found["state"] == "failed"
    things = {"us-east-1": "GetSecretValue on T.S is", "eu-west-1": "GetSecretValue on T.S@eu-west-1 is"}
    told = [found["message"], *found["notes"]]
    assert [things[region] in words for region, words in zip(calls, told, strict=True)] == [True] * len(calls)


def test_secrets_of_one_name_in_two_regions_are_both_meant_by_a_glob(tmp_path, monkeypatch):
    resources = {"S": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "db"}}}
    for stack in "TU":
        (tmp_path / f"{stack}.template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    stranger = "arn:aws:iam::444455556666:role/stranger can secretsmanager:GetSecretValue on"
    asks = [{"ask": f"{stranger} T:secret/{name}"} for name in ("d*", "db@eu-west-1")]
    (tmp_path / "must.iamsim.yaml").write_text(json.dumps({"assertions": asks}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = [f"--account={stack}=111122223333" for stack in "TU"]
    given += ["--region=T=us-east-1", "--region=U=eu-west-1"]
    ended = run("check", ".", *given, "--format", "json")
    both, one = json.loads(ended.out)["results"]
    assert ("on T.S is" in both["message"], "on U.S is" in both["notes"][0]) == (True, True)
    assert ("on U.S is" in one["message"], one["notes"]) == (True, [])
