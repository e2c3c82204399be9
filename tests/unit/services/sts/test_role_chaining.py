"""What a session hands on to the session that it makes: source identity and transitive tags; and services that assume roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.simulator.worlds import ALL, OWNER, ROLE, USER, owner, policy, read, world

from iamsim.analysis.remedy import remedies
from iamsim.model.world import Role
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

SECOND = f"arn:aws:iam::{OWNER}:role/second"
ONE, TWO = (f"arn:aws:sts::{OWNER}:assumed-role/{name}" for name in ("app/one", "second/two"))
EVERY_ACTION = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
STAR = [{"Key": "Star", "Value": "1"}, {"Key": "Heart", "Value": "2"}]


def trust(*actions, condition=None, principal=None):
    made = {"Effect": "Allow", "Principal": principal or {"AWS": [USER, ROLE]}, "Action": list(actions)}
    return policy("trustPolicy", {**made, "Condition": condition} if condition else made)


def chain(first=EVERY_ACTION, second=EVERY_ACTION, condition=None, tags=None):
    made = owner()
    roles = {
        ROLE: replace(made.roles[ROLE], trust=trust(*first)),
        SECOND: Role(SECOND, "AROASECOND", ALL, trust=trust(*second, condition=condition), tags=tags or {}),
    }
    return world(replace(made, roles=roles))


def step(made, caller, role, name, **more):
    return simulate(made, Call("AssumeRole", caller, {"RoleArn": role, "RoleSessionName": name, **more}))


def first(made, **more):
    outcome = step(made, USER, ROLE, "one", **more)
    assert outcome.ok, outcome.error
    return outcome


def context(outcome):
    return outcome.authorizations[0].evaluation.request.context


def test_a_source_identity_stays_in_every_call_of_the_chain():
    one = first(chain(), SourceIdentity="alice")
    assert one.response["SourceIdentity"] == "alice"
    assert context(read(one.world, ONE))["aws:SourceIdentity"] == "alice"
    two = step(one.world, ONE, SECOND, "two")
    assert two.response["SourceIdentity"] == "alice"
    assert context(read(two.world, TWO))["aws:SourceIdentity"] == "alice"
    issued = read(two.world, TWO).events[-1]["userIdentity"]["sessionContext"]
    assert issued["sourceIdentity"] == "alice"


def test_without_one_there_is_no_key():
    assert "aws:SourceIdentity" not in context(read(first(chain()).world, ONE))


def test_a_source_identity_cannot_be_changed_but_said_again():
    one = first(chain(), SourceIdentity="alice").world
    refused = step(one, ONE, SECOND, "two", SourceIdentity="bob")
    assert not refused.ok
    assert refused.world.session(TWO) is None
    assert step(one, ONE, SECOND, "two", SourceIdentity="alice").ok


def test_every_trust_policy_of_the_chain_must_allow_a_source_identity():
    one = first(chain(second=("sts:AssumeRole",)), SourceIdentity="alice").world
    refused = step(one, ONE, SECOND, "two")
    assert refused.error.code == "AccessDenied"
    assert "sts:SetSourceIdentity" in refused.error.message
    assert step(first(chain(second=("sts:AssumeRole",))).world, ONE, SECOND, "two").ok


@pytest.mark.parametrize(("identity", "ok"), [("alice", True), ("bob", False)])
def test_a_trust_policy_can_ask_for_the_source_identity(identity, ok):
    made = chain(condition={"StringEquals": {"aws:SourceIdentity": "alice"}})
    one = first(made, SourceIdentity=identity).world
    assert step(one, ONE, SECOND, "two").ok is ok


def test_transitive_tags_go_on_and_others_do_not():
    """The example of the page: Star is transitive, Heart is not."""
    one = first(chain(tags={"star": "of the role"}), Tags=STAR, TransitiveTagKeys=["Star"]).world
    assert {"aws:PrincipalTag/Star", "aws:PrincipalTag/Heart"} <= set(context(read(one, ONE)))
    two = step(one, ONE, SECOND, "two", Tags=[{"Key": "Sun", "Value": "3"}]).world
    found = {k.split("/")[1]: v for k, v in context(read(two, TWO)).items() if k.startswith("aws:PrincipalTag/")}
    assert found == {"Star": "1", "Sun": "3"}


def test_tags_that_are_handed_on_are_request_tags_and_need_tag_session():
    """https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html: the target role's trust policy."""
    asked = {"StringEquals": {"aws:RequestTag/Star": "1"}}
    one = first(chain(condition=asked), Tags=STAR, TransitiveTagKeys=["Star"]).world
    assert step(one, ONE, SECOND, "two").ok
    one = first(chain(second=("sts:AssumeRole",)), Tags=STAR, TransitiveTagKeys=["Star"]).world
    assert "sts:TagSession" in step(one, ONE, SECOND, "two").error.message
    one = first(chain(second=("sts:AssumeRole",)), Tags=STAR).world
    assert step(one, ONE, SECOND, "two").ok


def test_a_transitive_tag_cannot_be_passed_again():
    """Recorded by LocalStack on AWS (aws-facts A7.4)."""
    one = first(chain(), Tags=STAR, TransitiveTagKeys=["Star"]).world
    error = step(one, ONE, SECOND, "two", Tags=[{"Key": "star", "Value": "9"}]).error
    assert error.code == "InvalidParameterValue"
    assert error.message == (
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the "
        "calling session."
    )
    assert step(one, ONE, SECOND, "two", Tags=[{"Key": "Heart", "Value": "9"}]).ok


def test_what_is_transitive_is_among_the_tags():
    assert step(chain(), USER, ROLE, "one", Tags=STAR, TransitiveTagKeys=["Moon"]).error.code == "InvalidParameterValue"


@pytest.mark.parametrize(
    "tag", ["Star", {"Key": "Star"}, {"Key": "", "Value": ""}, {"Key": "Star", "Value": "x" * 257}]
)
def test_a_tag_has_a_key_and_a_value(tag):
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html"""
    assert step(chain(first=("sts:AssumeRole",)), USER, ROLE, "one", Tags=[tag]).error.code == "ValidationError"


def test_a_session_tag_goes_before_the_tag_of_its_role_in_any_case():
    """Session tags override role tags of the same key; keys do not differ by case."""
    one = first(chain(), Tags=[{"Key": "Team", "Value": "blue"}]).world
    found = {k: v for k, v in context(read(one, ONE)).items() if k.lower() == "aws:principaltag/team"}
    assert found == {"aws:PrincipalTag/Team": "blue"}


PODS = {"Service": "pods.eks.amazonaws.com"}
POD_TAGS = [{"Key": "kubernetes-namespace", "Value": "orders"}, {"Key": "kubernetes-service-account", "Value": "api"}]


def served(*actions, service="pods.eks.amazonaws.com"):
    made = owner()
    role = replace(made.roles[ROLE], trust=trust(*actions, principal={"Service": service}))
    return world(replace(made, roles={ROLE: role}))


def test_pod_identity_needs_tag_session():
    """https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"""
    more = {"Tags": POD_TAGS, "TransitiveTagKeys": ["kubernetes-namespace", "kubernetes-service-account"]}
    assert "sts:TagSession" in step(served("sts:AssumeRole"), PODS, ROLE, "one", **more).error.message
    outcome = step(served("sts:AssumeRole", "sts:TagSession"), PODS, ROLE, "one", **more)
    assert outcome.ok
    assert context(read(outcome.world, ONE))["aws:PrincipalTag/kubernetes-namespace"] == "orders"


@pytest.mark.parametrize("service", ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"])
def test_a_service_assumes_only_a_role_that_trusts_it(service):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"""
    assert step(served("sts:AssumeRole", service=service), {"Service": service}, ROLE, "one").ok
    assert not step(served("sts:AssumeRole"), {"Service": service}, ROLE, "one").ok


def test_what_is_listed_as_a_session_policy_is_the_arn_of_one():
    refused = step(chain(), USER, ROLE, "one", PolicyArns=[{"arn": "garbage"}])
    assert refused.error.code == "MalformedPolicyDocument"
    assert step(chain(), USER, ROLE, "one", PolicyArns=[{"arn": f"arn:aws:iam::{OWNER}:policy/p"}]).ok


def test_a_remedy_of_assume_role_is_bound_to_the_source_identity_of_the_call():
    """A statement without it would let the caller pass any other."""
    alice = {"StringEquals": {"sts:SourceIdentity": "alice"}}
    refused = step(chain(second=EVERY_ACTION, condition=alice), USER, SECOND, "two", SourceIdentity="eve")
    found = remedies(refused)
    (addition,) = found.remedy.additions
    conditions = [statement.get("Condition") for statement in addition.statements]
    assert conditions == [{"StringEquals": {"sts:SourceIdentity": "eve"}}] * len(conditions)
