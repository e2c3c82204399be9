"""What each service adds to the law."""

from __future__ import annotations

import pytest

from iamsim.engine.request import CallerKind
from iamsim.engine.rules import ServiceRules
from iamsim.model.policy import PolicyType
from iamsim.services import rules_for, secretsmanager
from iamsim.services.kms.managed import managed_key_policy
from iamsim.services.operation import ManagedKey
from iamsim.services.organizations import RCP_SERVICES

S, K, T = PolicyType.SECRET_POLICY, PolicyType.KEY_POLICY, PolicyType.TRUST_POLICY
F, R = PolicyType.FUNCTION_POLICY, PolicyType.RESOURCE_POLICY

# service, action: policy type, resource policy demanded, open to other accounts, unsigned requests taken, RCPs reach it
RULES = {
    ("secretsmanager", "getsecretvalue"): (S, False, True, False, True),
    ("secretsmanager", "createsecret"): (S, False, False, False, True),
    ("secretsmanager", "listsecrets"): (S, False, False, False, False),
    ("secretsmanager", "batchgetsecretvalue"): (S, False, False, False, False),
    ("secretsmanager", "getrandompassword"): (S, False, True, False, False),
    ("kms", "decrypt"): (K, True, True, False, True),
    ("kms", "schedulekeydeletion"): (K, True, False, False, True),
    ("kms", "retiregrant"): (K, True, True, False, False),
    ("kms", "createkey"): (K, False, False, False, False),
    ("sts", "assumerole"): (T, True, True, False, True),
    ("sts", "tagsession"): (T, True, True, False, True),
    ("sts", "assumerolewithwebidentity"): (T, True, True, True, True),
    ("sts", "assumerolewithsaml"): (T, True, True, True, True),
    ("sts", "getsessiontoken"): (R, False, True, False, False),
    ("iam", "getuser"): (R, False, False, False, False),
    ("lambda", "invokefunction"): (F, False, True, False, False),
    ("lambda", "invokefunctionurl"): (F, False, True, True, False),
    ("s3", "getobject"): (R, False, True, True, True),
    ("sqs", "sendmessage"): (R, False, True, True, True),
    ("ssm", "getparameter"): (R, False, True, False, False),
    ("ssm", "putparameter"): (R, False, False, False, False),
    ("ec2", "runinstances"): (R, False, True, True, False),
}


@pytest.mark.parametrize(("asked", "expected"), RULES.items(), ids=[":".join(asked) for asked in RULES])
def test_the_rules_of_an_action(asked, expected):
    rules = rules_for(*asked)
    found = (rules.policy_type, rules.demands_policy, rules.cross_account, rules.unsigned_requests, rules.rcp)
    assert found == expected


def test_a_service_that_is_not_modelled_has_the_default_rules():
    assert rules_for("s3", "getobject") == ServiceRules()


@pytest.mark.parametrize(
    ("asked", "closed"),
    [
        (("sts", "getfederationtoken"), {CallerKind.FEDERATED_USER, CallerKind.ROLE, CallerKind.SESSION}),
        (("sts", "getsessiontoken"), {CallerKind.FEDERATED_USER, CallerKind.ROLE, CallerKind.SESSION}),
        (("sts", "assumerole"), {CallerKind.FEDERATED_USER}),
        (("iam", "getuser"), {CallerKind.FEDERATED_USER}),
        (("secretsmanager", "getsecretvalue"), set()),
    ],
)
def test_sessions_that_can_never_call(asked, closed):
    assert rules_for(*asked).closed_to == closed


def test_only_get_caller_identity_is_always_allowed():
    assert rules_for("sts", "getcalleridentity").always_allowed
    assert not any(rules_for(*asked).always_allowed for asked in RULES)


def test_aliases_carry_no_policy():
    assert rules_for("kms", "createalias").without_policy == ("alias/",)


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
def test_the_actions_of_secrets_manager_that_are_open_to_other_accounts():
    assert len(secretsmanager.CROSS_ACCOUNT) == 20
    assert not {"createsecret", "listsecrets", "batchgetsecretvalue"} & secretsmanager.CROSS_ACCOUNT


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
def test_the_services_that_rcps_reach():
    assert len(RCP_SERVICES) == 62
    assert {"s3", "sts", "kms", "sqs", "secretsmanager"} <= RCP_SERVICES
    assert not {"lambda", "iam", "ssm", "ec2"} & RCP_SERVICES


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-policies
def test_the_policy_of_the_managed_key_of_parameter_store():
    """services-parameter-store: every principal in the account that may use Parameter Store, through it."""
    use, describe = managed_key_policy(ManagedKey("aws-cn", "cn-north-1", "111122223333", "ssm"))["Statement"]
    assert {"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"} <= set(use["Action"])
    assert use["Condition"] == {
        "StringEquals": {"kms:CallerAccount": "111122223333", "kms:ViaService": "ssm.cn-north-1.amazonaws.com"}
    }
    assert describe["Principal"] == {"AWS": ["arn:aws-cn:iam::111122223333:root"]}


def test_the_policy_of_the_managed_key():
    use, generate, describe = managed_key_policy(ManagedKey("aws", "eu-west-1", "111122223333"))["Statement"]
    owner, via = {"kms:CallerAccount": "111122223333"}, {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}
    assert use["Action"] == ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:CreateGrant", "kms:DescribeKey"]
    assert use["Condition"] == {"StringEquals": {**owner, **via}}
    assert (generate["Action"], generate["Condition"]) == (
        "kms:GenerateDataKey*",
        {"StringEquals": owner, "StringLike": via},
    )
    assert describe["Principal"] == {"AWS": ["arn:aws:iam::111122223333:root"]}
    assert "Condition" not in describe
