"""`iamsim check`: what it looks at, its options, its exit codes."""

from __future__ import annotations

import json
import re

import pytest
from cdk_pair import BOUNDARY, CDK, CONSUMER, GIVEN, PRODUCER, SECRET, edited, statements
from running import ROOT, run

RULE = "secret-read-without-kms"


def results(*arguments, code):
    """What a check finds, by rule and state."""
    ended = run("check", "--format", "json", *arguments)
    assert (ended.code, ended.err) == (code, "")
    return [(r["rule"], r["state"]) for r in json.loads(ended.out)["results"]]


# The pair of templates. The read needs kms:Decrypt in the consumer's own policy, across accounts:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html


def test_the_pair_fails_with_the_missing_statement_at_the_consumers_policy(pair):
    ended = run("check", PRODUCER, CONSUMER)
    assert (ended.code, ended.err) == (1, "")
    assert re.search(f"--> {CONSUMER}:4[0-9]:[0-9]+\n +in Consumer/AppRole/DefaultPolicy/Resource\n", ended.out)
    assert "Access to KMS is" in ended.out
    assert '"Action": "kms:Decrypt"' in ended.out
    assert "No KMS grant lets the principal decrypt" in ended.out


def test_mended_it_is_undecided_until_the_unknowns_are_given(mended):
    assert results(PRODUCER, CONSUMER, code=3) == [(RULE, "undecided")]
    assert f"--policy {BOUNDARY}=FILE" in run("check", PRODUCER, CONSUMER).out
    assert results(PRODUCER, CONSUMER, *GIVEN, code=0) == []


def test_a_boundary_that_does_not_let_it_decrypt_is_a_finding(mended):
    narrow = {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"}
    edited(mended / "boundary.json", lambda policy: policy.update(Statement=[narrow]))
    assert results(PRODUCER, CONSUMER, *GIVEN, code=1) == [(RULE, "failed")]


def test_a_producer_for_any_account_is_given_its_account(pair):
    agnostic = ROOT / "tests" / "data" / "check" / "ProducerEnvAgnostic.template.json"
    text = run("check", agnostic, CONSUMER).out
    assert "⟨ProducerEnvAgnostic.AccountId⟩" in text
    given = ("--account", "ProducerEnvAgnostic=111111111111", "--region", "ProducerEnvAgnostic=us-east-1")
    assert results(agnostic, CONSUMER, *given, code=1) == [(RULE, "failed")]
    text = run("check", agnostic, CONSUMER, *given).out
    assert "⟨ProducerEnvAgnostic.AccountId⟩" not in text
    assert "arn:aws:kms:us-east-1:111111111111:key/⟨" in text


def test_files_and_folders_are_checked_once_each(pair):
    assert results(".", PRODUCER, CONSUMER, code=1) == [(RULE, "failed")]
    ended = run("check", ".", "--format", "json")
    assert json.loads(ended.out)["files"] == sorted([PRODUCER, CONSUMER, "boundary.json"])


@pytest.mark.parametrize(
    ("fail_on", "broken", "fixed"),
    [("error", 1, 3), ("warning", 1, 3), ("unknown", 1, 1), ("never", 0, 0)],
)
def test_fail_on_says_what_fails(mended, fail_on, broken, fixed):
    assert run("check", PRODUCER, CONSUMER, "--fail-on", fail_on).code == fixed
    edited(mended / CONSUMER, lambda template: statements(template).pop())
    assert run("check", PRODUCER, CONSUMER, "--fail-on", fail_on).code == broken


def test_a_warning_fails_only_if_that_is_wanted(mended):
    (mended / "iamsim.toml").write_text(f'rules = {{{RULE} = "warning"}}\n', encoding="utf-8")
    edited(mended / CONSUMER, lambda template: statements(template).pop())
    assert run("check", PRODUCER, CONSUMER).code == 0
    assert run("check", PRODUCER, CONSUMER, "--fail-on", "warning").code == 1


def test_an_error_goes_before_what_is_undecided(pair):
    (pair / "more.iamsim.yaml").write_text(
        "assertions:\n  - ask: Consumer:role/AppRole can kms:Decrypt on Producer:key/SecretKey573D36D8\n"
        "  - ask: Consumer:role/AppRole can secretsmanager:GetSecretValue on Producer:secret/DbSecret685A0FA5\n",
        encoding="utf-8",
    )
    found = results(".", code=1)
    assert ("assertion", "failed") in found
    assert ("assertion", "undecided") in found


# What is wrong with the command line or the files: exit 2, located


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--account", "Prodcer=111111111111"], ["there is no stack `Prodcer`", "did you mean `Producer`?"]),
        (["--account", "Producer=111"], ["STACK=111122223333"]),
        (["--account", "Producer"], ["STACK=111122223333"]),
        (["--region", "Producer=here"], ["STACK=us-east-1"]),
        (["--region", "Nowhere=us-east-1"], ["there is no stack `Nowhere`"]),
        (["--parameter", "BootstrapVersio=1"], ["no parameter `BootstrapVersio`", "did you mean `BootstrapVersion`?"]),
        (["--parameter", "Producer.Other=1"], ["stack `Producer` has no parameter `Other`"]),
        (
            ["--name", "DbSecret=arn:aws:iam::111111111111:role/x"],
            ["there is no resource `DbSecret`", "DbSecret685A0FA5"],
        ),
        (["--name", "DbSecret685A0FA5=prod/db"], ["[STACK.]LogicalId=ARN"]),
        (["--name", f"DbSecret685A0FA5={SECRET}", "--name", f"DbSecret685A0FA5={SECRET[:-1]}g"], ["says two things"]),
        (
            ["--name", "DbSecret685A0FA5=" + SECRET.replace("1111", "2222")],
            ["is not of the account and Region of its stack"],
        ),
        (
            ["--name", "DbSecret685A0FA5=" + SECRET.replace("us-east", "eu-west")],
            ["is not of the account and Region of its stack"],
        ),
        (["--policy", f"{BOUNDARY}=nowhere.json"], ["there is no file `nowhere.json`"]),
        (["--policy", "TeamBoundary=boundary.json"], ["`TeamBoundary` is no ARN"]),
        (["--context", "nothing"], ["sets no context key"]),
        (["--format", "xml"], ["`xml` is no format"]),
        (["--baseline", "nowhere.json"], ["there is no file `nowhere.json`"]),
        (["--baseline", PRODUCER], ["is no baseline"]),
        (["--config", "nowhere.toml"], ["there is no file `nowhere.toml`"]),
        (["nowhere.json"], ["there is no file `nowhere.json`"]),
        (["-"], ["standard input cannot be checked"]),
    ],
)
def test_what_is_wrong_is_said_with_what_is_there(pair, arguments, said):
    ended = run("check", PRODUCER, CONSUMER, *arguments)
    assert (ended.code, ended.out) == (2, "")
    text = " ".join(ended.err.split())
    assert all(words in text for words in said)


def test_a_value_of_a_parameter_is_never_shown(pair):
    ended = run("check", PRODUCER, "--parameter", "Other=hunter2", "--parameter", "=hunter2")
    assert ended.code == 2
    assert "hunter2" not in ended.err


def test_a_file_of_no_known_kind_is_refused_by_name_and_passed_over_in_a_folder(pair):
    (pair / "other.json").write_text('{"a": 1}', encoding="utf-8")
    (pair / "holds.json").write_text('{"policies": [{"Statement": []}]}', encoding="utf-8")
    (pair / "chart.yaml").write_text("Resources:\n  limits: 1\n", encoding="utf-8")
    (pair / "notes.txt").write_text("Resources: none", encoding="utf-8")
    assert "nothing that can be checked" in " ".join(run("check", "other.json").err.split())
    assert results(".", code=1) == [(RULE, "failed")]


def test_an_empty_folder_is_refused(tmp_path):
    ended = run("check", tmp_path)
    assert ended.code == 2
    assert "nothing that can be checked" in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("broken.template.json", '{"Resources": {"A": {"Type": 1,}}}', "broken.template.json:1:"),
        ("broken.yaml", "Resources:\n  A: [\n", "broken.yaml:"),
        ("broken.iamsim.yaml", "assertions:\n  - ask: 1\n", "broken.iamsim.yaml:2:10"),
        ("asks.iamsim.yaml", "assertions:\n  - ask: nobody\n", "asks.iamsim.yaml:2:"),
        ("more.iamsim.yaml", "assertions: []\nquestions: []\n", "more.iamsim.yaml:2:1"),
        ("level.iamsim.yaml", "assertions:\n  - {ask: a, severity: bad}\n", "level.iamsim.yaml:2:"),
        ("policy.json", '{"Statement": [}', "policy.json:1:"),
    ],
)
def test_a_broken_file_is_a_located_diagnostic(tmp_path, monkeypatch, name, text, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    ended = run("check", name)
    assert (ended.code, ended.out) == (2, "")
    assert place in ended.err
    assert "bug" not in ended.err


def test_no_link_leads_out_of_a_folder(pair, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "Other.template.json"
    outside.write_text("{not json", encoding="utf-8")
    (pair / "Other.template.json").symlink_to(outside)
    assert results(".", code=1) == [(RULE, "failed")]


# What else can be checked


def test_a_policy_by_itself_is_linted(tmp_path, monkeypatch):
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html: `-??????`
    monkeypatch.chdir(tmp_path)
    arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db"
    statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    (tmp_path / "policy.json").write_text(json.dumps(policy, indent=1), encoding="utf-8")
    assert results("policy.json", code=0) == [("secret-arn-without-suffix", "failed")]
    assert run("check", "policy.json", "--fail-on", "warning").code == 1


def test_a_policy_that_aws_would_refuse_is_a_finding(tmp_path, monkeypatch):
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html
    monkeypatch.chdir(tmp_path)
    statement = {"Effect": "Permit", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    (tmp_path / "p.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}), encoding="utf-8")
    assert [state for _, state in results("p.json", code=1)] == ["failed"]
    assert "p.json:1:" in run("check", "p.json").out


def test_a_resource_policy_by_itself_is_checked_by_the_rules(tmp_path, monkeypatch):
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
    monkeypatch.chdir(tmp_path)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    (tmp_path / "p.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}), encoding="utf-8")
    assert ("secret-open-to-strangers", "failed") in results("p.json", code=1)


def test_the_type_of_a_policy_follows_from_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    (tmp_path / "trust.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": trust}), encoding="utf-8")
    assert results("trust.json", code=0) == []


def test_scenarios_by_themselves_are_worlds_of_their_own():
    found = results(ROOT / "scenarios" / "cross-account", code=1)
    assert ("assertion", "passed") in found
    assert ("assertion", "failed") not in found


def test_every_shipped_scenario_answers_as_it_says():
    found = results(ROOT / "scenarios", code=1)
    assert {state for rule, state in found if rule == "assertion"} == {"passed"}


def test_a_scenario_and_a_template_with_the_same_arn_are_refused(pair):
    (pair / "app.iamsim.yaml").write_text(
        'accounts:\n  app:\n    id: "222222222222"\n    roles: {AppRole: {}}\n', encoding="utf-8"
    )
    ended = run("check", ".")
    assert ended.code == 2
    assert "stands in two files" in " ".join(ended.err.split())
    assert f"{CONSUMER}:" in ended.err
    assert "app.iamsim.yaml:4:" in ended.err


def test_a_scenario_and_templates_make_one_world(mended):
    # the boundary is unknown, but the deny of the SCP is certain: an explicit deny ends it
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    (mended / "org.iamsim.yaml").write_text(
        """
accounts:
  app: {id: "222222222222"}
organization:
  scps: {no: {Version: "2012-10-17", Statement: {Effect: Deny, Action: "secretsmanager:*", Resource: "*"}}}
  accounts: [app]
questions: []
""",
        encoding="utf-8",
    )
    (mended / "must.iamsim.yaml").write_text(
        "assertions: [{ask: app:role/AppRole cannot GetSecretValue on Producer:secret/DbSecret685A0FA5}]",
        encoding="utf-8",
    )
    assert results(".", code=0) == [("assertion", "passed")]


def assembly(folder, account="111111111111"):
    """A cloud assembly with the producer, beside files that belong to none of its stacks.

    https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema
    """
    folder.mkdir()
    (folder / "Shared.template.json").write_text((CDK / PRODUCER).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "asset.0123.template.json").write_text("{no template", encoding="utf-8")
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{account}/us-east-1",
        "properties": {"templateFile": "Shared.template.json", "stackName": "shared-production"},
    }
    manifest = {"version": "48.0.0", "artifacts": {"Shared": artifact}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("named", ["cdk.out", "cdk.out/manifest.json"])
def test_a_cloud_assembly_is_its_stacks(pair, named):
    assembly(pair / "cdk.out")
    (pair / "must.iamsim.yaml").write_text(
        "assertions: [{ask: Consumer:role/AppRole cannot kms:Decrypt on shared-production:key/SecretKey573D36D8}]",
        encoding="utf-8",
    )
    found = results(named, CONSUMER, "must.iamsim.yaml", code=1)
    assert sorted(found) == [("assertion", "passed"), (RULE, "failed")]


def test_a_cloud_assembly_in_a_folder_is_found(pair):
    assembly(pair / "cdk.out")
    (pair / PRODUCER).unlink()
    assert (RULE, "failed") in results(".", code=1)


# GitHub, quiet, formats


def test_inside_github_annotations_and_a_summary_are_added(pair):
    summary = pair / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    given = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(pair)}
    ended = run("check", PRODUCER, CONSUMER, **given)
    assert ended.code == 1
    assert f"::error file={CONSUMER},line=4" in ended.out
    assert "\nerror[secret-read-without-kms]" in ended.out
    assert summary.read_text(encoding="utf-8").startswith("before\n")
    assert "Consumer/AppRole" in summary.read_text(encoding="utf-8")


def test_outside_github_there_are_none(pair):
    assert "::error" not in run("check", PRODUCER, CONSUMER, GITHUB_ACTIONS="").out


def test_a_summary_that_cannot_be_written_is_only_said(pair):
    ended = run("check", PRODUCER, CONSUMER, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(pair / "no" / "where"))
    assert ended.code == 1
    assert "the job summary cannot be written" in ended.err


def test_quiet_says_nothing(pair):
    assert run("check", PRODUCER, CONSUMER, "--quiet", terminal=True)[:] == (1, "", "")


def test_quiet_keeps_a_format_that_is_asked_for(pair):
    assert run("check", PRODUCER, CONSUMER, "-q", "--format", "text").out.endswith("1 error\n")


def test_several_formats_go_to_several_files(pair):
    ended = run(
        "check", PRODUCER, CONSUMER, "--format", "text", "--format", "sarif=out.sarif", "--format", "junit=out.xml"
    )
    assert ended.out.endswith("1 error\n")
    assert json.loads((pair / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert (pair / "out.xml").read_text(encoding="utf-8").startswith("<?xml")


def test_progress_is_on_a_terminal_only(pair):
    assert "rule secret-read-without-kms" in run("check", PRODUCER, CONSUMER, terminal=True).err
    assert run("check", PRODUCER, CONSUMER).err == ""


# The baseline


def test_what_stands_in_the_baseline_is_not_counted(pair):
    ended = run("check", PRODUCER, CONSUMER, "--write-baseline", "base.json")
    assert (ended.code, ended.err) == (0, "")
    before = (pair / "base.json").read_text(encoding="utf-8")
    assert results(PRODUCER, CONSUMER, "--baseline", "base.json", code=0) == [(RULE, "known")]
    moved = (pair / CONSUMER).read_text(encoding="utf-8").replace("{", "{\n\n", 1)
    (pair / CONSUMER).write_text(moved, encoding="utf-8")
    assert results(PRODUCER, CONSUMER, "--baseline", "base.json", code=0) == [(RULE, "known")]
    run("check", CONSUMER, PRODUCER, "--write-baseline", "base.json")
    assert (pair / "base.json").read_text(encoding="utf-8") == before


def test_a_baseline_cannot_be_read_and_written_at_once(pair):
    assert run("check", PRODUCER, "--baseline", "a", "--write-baseline", "b").code == 2


def test_a_baseline_that_cannot_be_written_is_said(pair):
    (pair / "folder").mkdir()
    ended = run("check", PRODUCER, "--write-baseline", "folder")
    assert ended.code == 2
    assert "`folder` cannot be written" in " ".join(ended.err.split())


def test_a_baseline_in_no_folder_is_said(pair):
    ended = run("check", PRODUCER, "--write-baseline", "no/where.json")
    assert ended.code == 2
    assert "`no/where.json` cannot be written" in " ".join(ended.err.split())


def test_a_function_that_nobody_lets_secrets_manager_invoke(tmp_path, monkeypatch):
    """Without an account there is no statement to print, and nothing to remove: the permission lacks.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
    """
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    may = {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [may]}
    role = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "RoleName": "rotator",
        "Policies": [{"PolicyName": "rotate", "PolicyDocument": document}],
    }
    schedule = {"SecretId": {"Ref": "Secret"}, "RotationLambdaARN": {"Fn::GetAtt": ["Function", "Arn"]}}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"FunctionName": "rotate", "Role": {"Fn::GetAtt": ["Role", "Arn"]}},
        },
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "db"}},
        "Schedule": {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": schedule},
    }
    (tmp_path / "T.template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ended = run("check", "T.template.json", "--format", "json")
    (found,) = [r for r in json.loads(ended.out)["results"] if r["rule"] == "rotation-cannot-finish"]
    assert found["help"] == (
        "let secretsmanager.amazonaws.com invoke the function: in a template by AWS::Lambda::Permission"
    )


def test_a_baseline_replaces_the_old_one_and_leaves_nothing_beside_it(pair):
    """It is written beside its place first, as every file of a report is."""
    old = pair / "known.json"
    old.write_text("old", encoding="utf-8")
    assert run("check", PRODUCER, CONSUMER, "--write-baseline", str(old)).code == 0
    assert json.loads(old.read_text(encoding="utf-8"))
    assert [path.name for path in pair.iterdir() if path.name.startswith(".known")] == []
