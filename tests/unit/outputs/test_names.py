"""Short names for ARNs and policies."""

from __future__ import annotations

import pytest

from iamsim.language.json_document import json_source
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, Key, World
from iamsim.outputs.names import Names, policy_name

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
OTHER = "arn:aws:kms:us-east-1:111122223333:key/5678"
NAMED = Policy("owner:key/secrets", PolicyType.KEY_POLICY, None, ())
WORLD = World(
    {
        "111122223333": Account(
            "111122223333", "owner", keys={KEY: Key(KEY, NAMED), OTHER: Key(OTHER, aliases=("alias/a", "alias/b"))}
        ),
        "444455556666": Account("444455556666", "444455556666"),
    }
)


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::111122223333:role/service/app", "owner:role/service/app"),
        ("arn:aws:sts::111122223333:assumed-role/app/alice", "owner:session/app/alice"),
        ("arn:aws:sts::111122223333:federated-user/carol", "owner:federated-user/carol"),
        ("arn:aws:iam::111122223333:root", "owner:root"),
        ("arn:aws:iam::444455556666:user/ana", "444455556666:user/ana"),
        ("arn:aws:iam::999999999999:user/ana", "999999999999:user/ana"),
        ("arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf", "owner:secret/prod/db"),
        (KEY, "owner:key/secrets"),
        (OTHER, "owner:key/alias/a"),
        ("arn:aws:kms:us-east-1:111122223333:key/other", "owner:key/other"),
        ("arn:aws:kms:us-east-1:999999999999:key/aws/secretsmanager", "999999999999:key/aws/secretsmanager"),
        ("anonymous", "anonymous"),
        ("*", "*"),
    ],
)
def test_things(arn, name):
    assert Names(WORLD).thing(arn) == name


def test_principals_and_accounts():
    names = Names(WORLD)
    assert names.principal({"Service": "lambda.amazonaws.com"}) == "service:lambda.amazonaws.com"
    assert names.principal("arn:aws:iam::111122223333:root") == "owner:root"
    assert names.account("111122223333") == "111122223333 (owner)"
    assert names.account("444455556666") == "444455556666"
    assert names.alias("999999999999") == "999999999999"


@pytest.mark.parametrize(
    ("name", "kind", "source", "called"),
    [
        ("read", PolicyType.IDENTITY, "a.json", "identity policy read"),
        ("guard", PolicyType.SCP, "a.json", "SCP guard"),
        ("owner:key/secrets", PolicyType.KEY_POLICY, "a.json", "key policy of owner:key/secrets"),
        ("vpce-1", PolicyType.ENDPOINT, None, "VPC endpoint policy of vpce-1"),
        ("a.json", PolicyType.IDENTITY, "a.json", "identity policy"),
        ("key policy of arn:x", PolicyType.KEY_POLICY, None, "key policy of arn:x"),
        ("", PolicyType.SESSION, None, "session policy"),
    ],
)
def test_policies(name, kind, source, called):
    assert policy_name(Policy(name, kind, None, (), source=json_source(source, "{}") if source else None)) == called
