"""The table of AWS managed policies: what it says, when it is unpacked, how large it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from iamsim.inputs.aws_managed_policies import _table, aws_managed_policy, table_date
from iamsim.model.policy import Policy, PolicyType

PACKED = Path(__file__).parents[3] / "iamsim" / "data" / "aws-managed-policies.json.gz"


def test_a_policy_says_what_aws_s_page_says():
    # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html
    arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    policy = aws_managed_policy(arn)
    (statement,) = policy.statements
    assert (policy.name, policy.type, statement.effect) == (arn, PolicyType.IDENTITY, "Allow")
    assert statement.actions.values == ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
    assert statement.resources.values == ("*",)


def test_an_administrator_may_do_everything():
    # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
    (statement,) = aws_managed_policy("arn:aws:iam::aws:policy/AdministratorAccess").statements
    assert (statement.effect, statement.actions.values, statement.resources.values) == ("Allow", ("*",), ("*",))
    assert statement.conditions == ()


def test_as_a_boundary_it_is_a_boundary():
    policy = aws_managed_policy("arn:aws:iam::aws:policy/ReadOnlyAccess", PolicyType.BOUNDARY)
    assert policy.type is PolicyType.BOUNDARY


def test_what_the_table_lacks_is_none():
    assert aws_managed_policy("arn:aws:iam::aws:policy/NoSuchPolicy") is None
    assert aws_managed_policy("arn:aws:iam::111111111111:policy/ReadOnlyAccess") is None
    assert aws_managed_policy("arn:aws-cn:iam::aws:policy/ReadOnlyAccess") is None


def test_every_policy_of_the_table_can_be_read():
    policies = _table()["policies"]
    assert len(policies) > 1500
    assert all(isinstance(aws_managed_policy(arn), Policy) for arn in policies)


def test_the_table_has_a_date_and_is_small():
    assert table_date() == "2026-08-22"
    assert PACKED.stat().st_size < 500_000


def test_the_table_is_unpacked_only_when_a_policy_of_aws_s_is_named():
    code = (
        "from iamsim.inputs.aws_managed_policies import _table, aws_managed_policy\n"
        "aws_managed_policy('arn:aws:iam::111111111111:policy/x')\n"
        "assert _table.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
