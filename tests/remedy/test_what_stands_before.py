"""What is said of a call that no statement opens is true of it, and in AWS's words only where those were recorded.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
"""

from __future__ import annotations

import pytest
from running import run
from unit.simulator.worlds import CONSUMER_ROLE, KEY, OPEN, SECRET, USER, VERSION, owner, policy, world

from iamsim.analysis.obstacles import Why
from iamsim.analysis.remedy import remedies
from iamsim.model.world import Secret
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

PROVIDER = "oidc.eks.us-east-1.amazonaws.com/id/EX"
SCENARIO = f"""
accounts:
  shop:
    id: "111122223333"
    oidc_providers: {{{PROVIDER}: }}
    secrets: {{db: }}
    roles:
      pod:
        trust:
          Version: "2012-10-17"
          Statement:
            Effect: Allow
            Principal: {{Federated: "arn:aws:iam::111122223333:oidc-provider/{PROVIDER}"}}
            Action: sts:AssumeRoleWithWebIdentity
            Condition: {{StringEquals: {{"{PROVIDER}:sub": "system:serviceaccount:a:b"}}}}
        policies: {{all: {{Version: "2012-10-17", Statement: {{Effect: Allow, Action: "*", Resource: "*"}}}}}}
questions:
  - ask: shop:oidc-provider/{PROVIDER} can AssumeRoleWithWebIdentity on shop:role/pod
    parameters: {{RoleSessionName: pod, WebIdentityToken: {{sub: "system:serviceaccount:other:b", aud: sts.amazonaws.com}}}}
  - ask: shop:role/pod can RotateSecret on shop:secret/db
    parameters:
      RotationLambdaARN: "arn:aws:lambda:us-east-1:111122223333:function:f"
      RotationRules: {{ScheduleExpression: rate(1 hour)}}
  - ask: shop:role/pod can GetSecretValue on shop:secret/db
    parameters: {{VersionStage: AWSPREVIOUS}}
"""


@pytest.fixture
def shown(tmp_path):
    file = tmp_path / "s.iamsim.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return lambda question: " ".join(run("explain", str(file), "--fix", f"--question={question}").out.split())


def test_a_trust_policy_could_take_another_token(shown):
    assert "no set of statements was found" in shown(1)
    assert "no statement can allow" not in shown(1)


def test_words_that_are_not_recorded_are_not_put_in_the_mouth_of_aws(shown):
    assert "no policy refuses it: two rotations are at least 4 hours apart" in shown(2)
    assert "no policy refuses it; AWS says: Secrets Manager can't find the specified secret value" in shown(3)


def test_a_secret_with_a_key_of_its_own_is_not_said_to_be_under_the_managed_one():
    """The call would move it there, which no caller of another account can."""
    opened = Secret(SECRET, "prod/db", KEY, policy("secretPolicy", OPEN), (VERSION,))
    given = {"SecretId": SECRET, "KmsKeyId": "alias/aws/secretsmanager"}
    outcome = simulate(world(owner(secrets={SECRET: opened})), Call("UpdateSecret", CONSUMER_ROLE, given))
    assert outcome.error.code == "InvalidRequestException"
    assert [obstacle.why for obstacle in remedies(outcome).obstacles] == [Why.STATE]


@pytest.mark.parametrize("who", ["GranteePrincipal", "RetiringPrincipal"])
def test_a_grant_names_principals_by_their_arns(who):
    given = {"KeyId": KEY, "GranteePrincipal": CONSUMER_ROLE, "Operations": ["Decrypt"]}
    assert simulate(world(), Call("CreateGrant", USER, given)).ok
    refused = simulate(world(), Call("CreateGrant", USER, {**given, who: "role/app"}))
    assert refused.error.code == "InvalidArnException"
