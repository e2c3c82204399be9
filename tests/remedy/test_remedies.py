"""What opens a refused call. Expected by hand, from AWS's page on sharing a secret across accounts.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from explanation.settings import CONSUMER, KEY, OWNER, SECRET, VIA, Setting, played
from explanation.worlds import (
    ADMINISTRATION,
    CONSUMER_ROLE,
    DECRYPT,
    DELEGATION,
    OTHER,
    READ,
    ROLE,
    USER,
    allow,
    deny,
    policy,
)

from iamsim.analysis.amend import amended
from iamsim.analysis.obstacles import Why
from iamsim.analysis.remedy import applied, remedies, replayed
from iamsim.model.world import Organization, Unit
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate, simulate_authorization

CONDITION = {"StringEquals": {"kms:ViaService": VIA, "kms:EncryptionContext:SecretARN": SECRET}}
"""The key only through Secrets Manager, and only for this secret."""

ACROSS = {
    "identity-app": policy(allow(READ, SECRET), allow(DECRYPT, KEY)),
    "secretPolicy": policy(allow(READ, "*", {"AWS": CONSUMER_ROLE})),
    "keyPolicy": policy(DELEGATION, allow(DECRYPT, "*", {"AWS": CONSUMER_ROLE})),
}
MISSING = {
    "identity of the secret": (
        {"identity-app": policy(allow(DECRYPT, KEY))},
        (CONSUMER, CONSUMER_ROLE, "identity", [{"Action": READ, "Resource": SECRET}]),
    ),
    "identity of the key": (
        {"identity-app": policy(allow(READ, SECRET))},
        (CONSUMER, CONSUMER_ROLE, "identity", [{"Action": DECRYPT, "Resource": KEY, "Condition": CONDITION}]),
    ),
    "secret policy": (
        {"secretPolicy": policy(allow("secretsmanager:ListSecretVersionIds", "*", {"AWS": CONSUMER_ROLE}))},
        (OWNER, SECRET, "secretPolicy", [{"Principal": {"AWS": CONSUMER_ROLE}, "Action": READ, "Resource": SECRET}]),
    ),
    "key policy": (
        {"keyPolicy": policy(DELEGATION)},
        (
            OWNER,
            KEY,
            "keyPolicy",
            [{"Principal": {"AWS": CONSUMER_ROLE}, "Action": DECRYPT, "Resource": "*", "Condition": CONDITION}],
        ),
    ),
}


def across(changed=(), **more):
    return played(Setting("across accounts", {**ACROSS, **dict(changed)}, account=CONSUMER, **more))


def within(documents, **more):
    return played(Setting("same account", documents, **more))


def without_users(outcome):
    """The call in a world where nobody else has the role's policy."""
    account = outcome.world.accounts[OWNER]
    world = replace(outcome.world, accounts={**outcome.world.accounts, OWNER: replace(account, users={})})
    return simulate(world, outcome.call)


def bare(statements):
    return [{k: v for k, v in statement.items() if k not in ("Sid", "Effect")} for statement in statements]


def shape(remedy):
    return [(a.account, a.owner, a.type.value, bare(a.statements)) for a in remedy.additions]


def kinds(remedy):
    return sorted(addition.type.value for addition in remedy.additions)


def opens(outcome, remedy):
    world = amended(outcome.world, remedy.additions)
    return replayed(outcome, world).ok


@pytest.mark.parametrize("name", MISSING)
def test_each_of_the_four_grants_across_accounts(name):
    changed, expected = MISSING[name]
    outcome = across(changed)
    found = remedies(outcome)
    assert shape(found.remedy) == [expected]
    assert opens(outcome, found.remedy)
    assert found.obstacles == ()


def test_all_four_grants_at_once_and_conditions_on_the_owners_statement():
    outcome = across({name: policy(ADMINISTRATION) for name in ("keyPolicy",)} | {
        "identity-app": policy(allow("s3:*")),
        "secretPolicy": policy(allow("secretsmanager:ListSecretVersionIds", "*", {"AWS": CONSUMER_ROLE})),
    })  # fmt: skip
    found = remedies(outcome)
    made = {kind: statements for _, _, kind, statements in shape(found.remedy)}
    assert set(made) == {"secretPolicy", "keyPolicy", "identity"}
    assert made["keyPolicy"][0]["Condition"] == CONDITION
    assert made["identity"] == [{"Action": READ, "Resource": SECRET}, {"Action": DECRYPT, "Resource": KEY}]
    assert ["grant", "identity", "secretPolicy"] in [kinds(other) for other in found.alternatives]


def test_a_grant_and_a_role_of_the_owner_are_alternatives_to_the_key_policy():
    outcome = across(MISSING["key policy"][0])
    grant, role = remedies(outcome).alternatives
    made = grant.additions[0].grant
    assert (made.grantee, made.operations) == (CONSUMER_ROLE, ("Decrypt",))
    assert made.constraints == {"EncryptionContextSubset": {"SecretARN": SECRET}}
    assert opens(outcome, grant)
    assert role.role == f"arn:aws:iam::{OWNER}:role/app-access"
    world = amended(outcome.world, role.additions)
    assert simulate(world, replace(outcome.call, caller=role.role)).ok
    assert simulate_authorization(world, Call("sts:AssumeRole", outcome.call.caller), role.role).ok


def test_in_the_same_account_one_identity_statement_or_one_on_the_secret():
    outcome = within({"identity-app": policy(allow("s3:*"))}, customer_key=False)
    found = remedies(outcome)
    assert shape(found.remedy) == [(OWNER, ROLE, "identity", [{"Action": READ, "Resource": SECRET}])]
    (other,) = found.alternatives
    assert bare(other.additions[0].statements) == [{"Principal": {"AWS": ROLE}, "Action": READ, "Resource": SECRET}]


def test_a_user_is_named_by_its_arn_and_a_key_policy_that_does_not_delegate_is_added_to():
    documents = {"identity-app": policy(allow(READ, SECRET)), "keyPolicy": policy(ADMINISTRATION)}
    found = remedies(within(documents, caller="user"))
    expected = {"Principal": {"AWS": USER}, "Action": DECRYPT, "Resource": "*", "Condition": CONDITION}
    assert shape(found.remedy) == [(OWNER, KEY, "keyPolicy", [expected])]


def test_boundary_session_and_endpoint_policies_get_a_statement_too():
    documents = {
        "identity-app": policy(allow("*")),
        "boundary": policy(allow("s3:*")),
        "session": policy(allow("s3:*")),
        "endpoint": policy(allow("s3:*", "*", "*")),
        "keyPolicy": policy(DELEGATION),
    }
    outcome = within(documents, context={"aws:SourceVpce": "vpce-1"})
    found = remedies(outcome)
    assert kinds(found.remedy) == ["boundary", "endpoint", "session"]
    assert opens(outcome, found.remedy)


def test_a_sid_that_is_taken_gets_a_number():
    documents = {"identity-app": policy(allow("s3:*", Sid="AllowGetSecretValue"))}
    found = remedies(without_users(within(documents, customer_key=False)))
    assert [s["Sid"] for s in found.remedy.additions[0].statements] == ["AllowGetSecretValue2"]


def test_nothing_outweighs_an_explicit_deny():
    documents = {"identity-app": policy(allow(READ, SECRET)), "secretPolicy": policy(deny(READ, "*", "*", Sid="No"))}
    found = remedies(within(documents, customer_key=False))
    assert (found.remedy, found.alternatives) == (None, ())
    (obstacle,) = found.obstacles
    assert (obstacle.why, obstacle.account) == (Why.EXPLICIT_DENY, OWNER)
    assert [s.sid for s in obstacle.cause.statements] == ["No"]


def test_no_statement_is_proposed_for_an_scp():
    documents = {"identity-app": policy(allow("*")), "scp-unit-only": policy(allow("s3:*"))}
    found = remedies(within(documents, customer_key=False))
    assert found.remedy is None
    assert {(o.why, o.cause.name) for o in found.obstacles} == {(Why.SCP, "unit")}


def test_the_managed_key_across_accounts_leaves_a_new_key_or_a_role_of_the_owner():
    found = remedies(across(customer_key=False))
    assert found.remedy is None
    assert [(o.why, o.account, o.thing) for o in found.obstacles] == [(Why.MANAGED_KEY, OWNER, SECRET)]
    assert [other.role for other in found.alternatives] == [f"arn:aws:iam::{OWNER}:role/app-access"]


def test_the_managed_key_is_found_behind_a_refusal():
    found = remedies(across(MISSING["secret policy"][0], customer_key=False))
    assert (found.remedy, [o.why for o in found.obstacles]) == (None, [Why.MANAGED_KEY])


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_a_key_that_cannot_be_used(state):
    outcome = across()
    world = outcome.world.with_key(replace(outcome.world.key(KEY), state=state))
    (obstacle,) = remedies(simulate(world, outcome.call)).obstacles
    assert (obstacle.why, obstacle.account, obstacle.thing, obstacle.state) == (Why.KEY_STATE, OWNER, KEY, state)


def test_a_secret_that_awaits_its_deletion():
    from datetime import UTC, datetime

    outcome = across()
    deleted = replace(outcome.world.secret(SECRET), deleted=datetime(2026, 1, 1, tzinfo=UTC))
    (obstacle,) = remedies(simulate(outcome.world.with_secret(deleted), outcome.call)).obstacles
    assert (obstacle.why, obstacle.thing) == (Why.DELETION, SECRET)


def test_of_a_caller_whose_policies_are_not_known_nothing_is_claimed():
    outcome = within({"identity-app": policy(allow("*")), "keyPolicy": policy(ADMINISTRATION)})
    stranger = Call("GetSecretValue", f"arn:aws:iam::{OWNER}:role/nobody-knows", {"SecretId": SECRET})
    found = remedies(simulate(outcome.world, stranger))
    assert (found.remedy, found.alternatives) == (None, ())
    assert [o.why for o in found.obstacles] == [Why.UNKNOWN]


def test_a_key_policy_that_is_not_known_is_said():
    found = remedies(within({"identity-app": policy(allow("s3:*"))}))
    assert found.remedy is None
    assert KEY in found.obstacles[0].policies[0]


def test_a_call_that_succeeds_needs_nothing():
    found = remedies(across())
    assert (found.remedy, found.alternatives, found.obstacles) == (None, (), ())


def test_one_authorization_alone():
    outcome = across(MISSING["key policy"][0])
    context = {"kms:ViaService": VIA, "kms:EncryptionContext:SecretARN": SECRET}
    alone = simulate_authorization(outcome.world, replace(outcome.call, operation=DECRYPT, context=context), KEY)
    found = remedies(alone)
    assert kinds(found.remedy) == ["keyPolicy"]
    assert opens(alone, found.remedy)


def test_a_member_of_no_organization_and_a_managed_unit_make_no_difference():
    outcome = across(MISSING["secret policy"][0])
    world = replace(outcome.world, organization=Organization("o-exampleorg", "999999999999", Unit("root")))
    assert kinds(remedies(simulate(world, outcome.call)).remedy) == ["secretPolicy"]


# A batch: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html


def batch(documents, *names, **more):
    """A batch in the world of a setting with a second secret that stands beside the first."""
    outcome = within(documents, **more)
    world = outcome.world.with_secret(replace(outcome.world.secret(SECRET), arn=OTHER, name="prod/cache", policy=None))
    parameters = {"SecretIdList": list(names)}
    return simulate(world, replace(outcome.call, operation="BatchGetSecretValue", parameters=parameters))


BATCH = allow("secretsmanager:BatchGetSecretValue")


def test_a_batch_that_could_not_read_every_secret_gets_what_opens_each_of_them():
    documents = {"identity-app": policy(BATCH, allow(READ, SECRET)), "keyPolicy": policy(DELEGATION)}
    outcome = batch(documents, SECRET, OTHER)
    assert [error["SecretId"] for error in outcome.response["Errors"]] == [SECRET, OTHER]
    found = remedies(outcome)
    about_other = {"StringEquals": {"kms:ViaService": VIA, "kms:EncryptionContext:SecretARN": OTHER}}
    (made,) = shape(found.remedy)
    assert made[:3] == (OWNER, ROLE, "identity")
    assert made[3] == [
        {"Action": DECRYPT, "Resource": KEY, "Condition": CONDITION},
        {"Action": READ, "Resource": OTHER},
        {"Action": DECRYPT, "Resource": KEY, "Condition": about_other},
    ]
    again = replayed(outcome, applied(outcome.world, found.remedy))
    assert (len(again.response["SecretValues"]), again.response["Errors"]) == (2, [])


def test_a_batch_that_is_refused_gets_the_batch_and_its_secrets():
    outcome = batch({"identity-app": policy(allow("s3:*"))}, SECRET, customer_key=False)
    found = remedies(outcome)
    (made,) = shape(found.remedy)
    assert made[3] == [
        {"Action": "secretsmanager:BatchGetSecretValue", "Resource": "*"},
        {"Action": READ, "Resource": SECRET},
    ]
    assert replayed(outcome, applied(outcome.world, found.remedy)).response["Errors"] == []


def test_of_a_batch_what_cannot_be_opened_is_said_beside_what_can():
    documents = {"identity-app": policy(BATCH), "secretPolicy": policy(deny(READ, "*", "*", Sid="No"))}
    outcome = batch(documents, SECRET, OTHER, "no-such-secret", customer_key=False)
    found = remedies(outcome)
    assert [statement["Resource"] for statement in shape(found.remedy)[0][3]] == [OTHER]
    assert [obstacle.why for obstacle in found.obstacles] == [Why.EXPLICIT_DENY, Why.STATE]
    again = replayed(outcome, applied(outcome.world, found.remedy))
    assert [error["SecretId"] for error in again.response["Errors"]] == [SECRET, "no-such-secret"]


def test_a_batch_that_read_every_secret_needs_nothing():
    outcome = batch({"identity-app": policy(BATCH, allow(READ))}, SECRET, OTHER, customer_key=False)
    assert outcome.ok
    assert remedies(outcome) == type(remedies(outcome))()


# Whose document it is: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html


def of_user(*, from_groups, boundary=None):
    """A user with a policy, of its own or from a group, in a world where a role has the same boundary."""
    documents = {"identity-app": policy(allow("secretsmanager:List*")), "keyPolicy": policy(DELEGATION)}
    documents |= {"boundary": boundary} if boundary else {}
    outcome = within(documents, caller="user", customer_key=False)
    account = outcome.world.accounts[OWNER]
    user = replace(account.users[USER], from_groups=from_groups)
    roles = {arn: replace(role, policies=()) for arn, role in account.roles.items()}
    account = replace(account, users={USER: user}, roles=roles)
    return simulate(replace(outcome.world, accounts={OWNER: account}), outcome.call)


def test_a_policy_of_ones_own_is_added_to():
    (addition,) = remedies(of_user(from_groups=0)).remedy.additions
    assert (addition.owner, addition.index, addition.name) == (USER, 0, "identity-app")


def test_a_groups_policy_is_left_alone_and_the_user_gets_one_of_its_own():
    outcome = of_user(from_groups=1)
    (addition,) = remedies(outcome).remedy.additions
    assert (addition.owner, addition.index, addition.policy, addition.name) == (USER, None, None, "app-access")
    user = amended(outcome.world, (addition,)).accounts[OWNER].users[USER]
    assert [held.name for held in user.policies] == ["app-access", "identity-app"]
    assert user.policies[1] is outcome.world.accounts[OWNER].users[USER].policies[0]


def test_a_policy_that_is_attached_to_others_too_is_left_alone():
    outcome = within({"identity-app": policy(allow("s3:*"))}, customer_key=False)
    (addition,) = remedies(outcome).remedy.additions
    assert (addition.owner, addition.policy) == (ROLE, None)


def test_a_boundary_that_others_have_too_is_widened_for_the_caller_alone():
    outcome = of_user(from_groups=0, boundary=policy(allow("s3:*")))
    by_type = {addition.type.value: addition for addition in remedies(outcome).remedy.additions}
    (statement,) = by_type["boundary"].statements
    assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": USER}}
    account = amended(outcome.world, by_type.values()).accounts[OWNER]
    assert account.users[USER].boundary == account.roles[ROLE].boundary


def test_a_grant_may_be_made_only_as_it_was_asked_for():
    """https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html."""
    outcome = within({"identity-app": policy(allow("s3:*")), "keyPolicy": policy(DELEGATION)})
    parameters = {"KeyId": KEY, "GranteePrincipal": USER, "Operations": ["Encrypt", "Decrypt"]}
    call = replace(outcome.call, operation="CreateGrant", parameters=parameters)
    ((_, _, _, [statement]),) = shape(remedies(simulate(outcome.world, call)).remedy)
    assert statement["Condition"] == {
        "StringEquals": {"kms:GranteePrincipal": USER},
        "ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt"]},
    }


def test_a_variable_in_an_encryption_context_is_taken_as_it_is_written():
    outcome = within({"identity-app": policy(allow("s3:*")), "keyPolicy": policy(DELEGATION)})
    parameters = {"KeyId": KEY, "Plaintext": "x", "EncryptionContext": {"App": "${aws:username}"}}
    call = replace(outcome.call, operation="Encrypt", parameters=parameters)
    ((_, _, _, [statement]),) = shape(remedies(simulate(outcome.world, call)).remedy)
    assert statement["Condition"] == {"StringEquals": {"kms:EncryptionContext:App": "${$}{aws:username}"}}
