"""What `cdk synth` writes of a producer and a consumer stack: the world that they make, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamsim.inputs.cloudformation import Settings, read_stacks, world_of_stacks
from iamsim.language.unknown_text import unknown_text
from iamsim.model.policy import Effect, PolicyType

CDK = Path(__file__).parents[3] / "data" / "cdk"
SUFFIX = unknown_text("Producer.DbSecret685A0FA5.suffix", 6)
SECRET = f"arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db/password-{SUFFIX}"
KEY = f"arn:aws:kms:us-east-1:111111111111:key/{unknown_text('Producer.SecretKey573D36D8.keyid', 36)}"
READER = (
    "arn:aws:iam::111111111111:role/Producer-ReaderServiceRole8283AF10-"
    f"{unknown_text('Producer.ReaderServiceRole8283AF10.name')}"
)
APP = "arn:aws:iam::222222222222:role/AppRole"
REPORT = "arn:aws:iam::333333333333:role/ReportRole"
COMPLETE = "arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db/password-AbCdEf"


def read(settings=None):
    return world_of_stacks(read_stacks([CDK / "Producer.template.json", CDK / "Consumer.template.json"], settings))


@pytest.fixture(scope="module")
def found():
    return read()


def test_the_accounts_are_proved_by_what_stands_in_the_templates(found):
    stacks = read_stacks([CDK])
    assert {(s.label, s.account) for s in stacks.stacks} == {("Producer", "111111111111"), ("Consumer", "222222222222")}
    assert set(found.world.accounts) == {"111111111111", "222222222222", "333333333333"}


def test_the_secret_has_its_key_and_its_policy(found):
    (secret,) = found.world.accounts["111111111111"].secrets.values()
    assert (secret.arn, secret.name, secret.key) == (SECRET, "prod/db/password", KEY)
    (current,) = secret.versions
    assert (current.stages, current.value) == (("AWSCURRENT",), '{"username": "app", "password": "example"}')
    consumer, report, everybody = secret.policy.statements
    assert consumer.principals.entries[0].value == "arn:aws:iam::222222222222:root"
    assert consumer.resources.values == (SECRET,)
    assert consumer.actions.values == ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")
    assert report.principals.entries[0].value == REPORT
    assert everybody.effect is Effect.DENY
    assert [c.key for c in everybody.conditions] == ["aws:PrincipalOrgID", "aws:PrincipalIsAWSService"]


def test_the_key_has_its_policy_and_its_alias(found):
    (key,) = found.world.accounts["111111111111"].keys.values()
    assert (key.arn, key.aliases, key.state) == (KEY, ("alias/prod-db",), "Enabled")
    assert [s.principals.entries[0].value for s in key.policy.statements] == [
        *["arn:aws:iam::111111111111:root"] * 3,
        "arn:aws:iam::222222222222:root",
        REPORT,
        READER,
    ]


def test_the_function_runs_as_its_role_with_aws_s_policy_and_its_own(found):
    account = found.world.accounts["111111111111"]
    (function,) = account.functions.values()
    assert function.role == READER
    role = account.roles[READER]
    assert [p.name for p in role.policies] == [
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "ReaderServiceRoleDefaultPolicy01D93D42",
    ]
    assert role.policies[0].statements[0].actions.values == (
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    )
    assert role.policies[1].statements[0].resources.values == (SECRET,)
    assert role.trust.statements[0].principals.entries[0].value == "lambda.amazonaws.com"


def test_a_boundary_that_stands_in_no_template_is_not_known_and_says_how_it_would_be(found):
    role = found.world.accounts["222222222222"].roles[APP]
    arn = "arn:aws:iam::222222222222:policy/TeamBoundary"
    assert (role.boundary.known, role.boundary.type, role.boundary.name) == (False, PolicyType.BOUNDARY, arn)
    assert role.policies[0].statements[0].resources.values == (COMPLETE,)
    unknown = found.unknowns[arn]
    assert unknown.option == f"--policy {arn}=FILE"
    assert unknown.command.startswith(f"aws iam get-policy-version --policy-arn {arn}")


def test_a_boundary_that_is_given_is_known():
    arn = "arn:aws:iam::222222222222:policy/TeamBoundary"
    allow = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"}}
    role = read(Settings(policies={arn: allow})).world.accounts["222222222222"].roles[APP]
    assert role.boundary.known
    assert role.boundary.statements[0].actions.values == ("secretsmanager:*",)


def test_who_is_only_named_takes_part_as_far_as_known(found):
    role = found.world.accounts["333333333333"].roles[REPORT]
    assert [p.known for p in (*role.policies, role.boundary, role.trust)] == [False, False, False]


def test_a_secret_that_may_be_the_one_of_a_template_is_no_second_one(found):
    assert list(found.world.accounts["111111111111"].secrets) == [SECRET]
    unknown = found.unknowns["Producer.DbSecret685A0FA5.suffix"]
    assert unknown.option == f"--name Producer.DbSecret685A0FA5={COMPLETE}"


def test_an_arn_that_is_given_stands_everywhere():
    account = read(Settings(names={"DbSecret685A0FA5": COMPLETE})).world.accounts["111111111111"]
    (secret,) = account.secrets.values()
    assert (secret.arn, secret.name) == (COMPLETE, "prod/db/password")
    assert secret.policy.statements[0].resources.values == (COMPLETE,)
    assert account.roles[READER].policies[1].statements[0].resources.values == (COMPLETE,)


def test_each_thing_has_its_place(found):
    place = found.places[SECRET]
    assert place[:3] == ("Producer", "DbSecret685A0FA5", "Producer/DbSecret/Resource")
    assert place.source.position(place.source.span_of((), key=True).start) == (164, 3)
    assert found.places[APP].cdk_path == "Consumer/AppRole/Resource"


def test_a_part_of_a_policy_stands_where_it_is_written(found):
    role = found.world.accounts["222222222222"].roles[APP]
    source = role.policies[0].source
    span = source.span_of(("Statement", 0, "Resource"))
    assert source.text[span.start : span.end] == f'"{COMPLETE}"'


def test_nothing_is_to_be_said_of_them(found):
    assert list(found.diagnostics) == []


def test_a_template_for_any_environment_keeps_account_and_region_open(shared):
    (stack,) = read_stacks([shared / "fixtures" / "cdk" / "ProducerEnvAgnostic.template.json"]).stacks
    assert stack.account == unknown_text("ProducerEnvAgnostic.AccountId", 12)
    assert stack.region == unknown_text("ProducerEnvAgnostic.Region")
