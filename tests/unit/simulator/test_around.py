"""What stays with a world stays with that world alone: the next one is asked anew.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from dataclasses import replace

from iamsim.engine.decision import Decision
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, Role, World
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate_authorization

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:db-AbCdEf"


def test_a_changed_role_is_asked_with_its_new_policies():
    read = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    policy = Policy.parse({"Version": "2012-10-17", "Statement": read}, PolicyType.IDENTITY, "read")
    role = Role(ROLE, "", (policy,))
    world = World({ACCOUNT: Account(ACCOUNT, "shop", roles={ROLE: role})})
    get, put = (Call(f"secretsmanager:{name}", ROLE) for name in ("GetSecretValue", "PutSecretValue"))
    without = world.with_role(replace(role, policies=()))
    found = [simulate_authorization(each, call, SECRET) for each in (world, without) for call in (get, put)]
    refused = Decision.IMPLICIT_DENY
    assert [outcome.decision for outcome in found] == [Decision.ALLOWED, refused, refused, refused]
    assert found[0].error is None
    assert "is not authorized to perform: secretsmanager:PutSecretValue" in found[1].error.message
