"""`decided_by`, `matched_statements`, `missing_context_values` and `opened_alone_by`, where the corpus does not reach."""

from __future__ import annotations

import pytest
from unit.engine.asking import (
    ALICE,
    BOB,
    DECRYPT,
    EC2,
    FULL,
    KEY,
    READ,
    ROLE,
    SECRET,
    SESSION,
    STRANGER,
    allow,
    ask,
    deny,
    policy,
)

from iamsim import PolicyType
from iamsim.engine.authorize import PathKind
from iamsim.engine.decision import Decision, Reason
from iamsim.model.policy import Policy

T = PolicyType
OFFICE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
TEAM = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
UNREAD = Policy("unread", PolicyType.IDENTITY, None, (), known=False)

DECIDED = [
    ("a closed SCP level", {"identity": [FULL], "scps": [[FULL], [EC2]]}, [T.SCP]),
    ("a closed gate before a closed path", {"identity": [EC2], "scps": [[EC2]]}, [T.SCP]),
    ("two kinds of closed gates", {"identity": [FULL], "scps": [[EC2]], "endpoint": [policy()]}, [T.SCP, T.ENDPOINT]),
    ("denies of several types", {"identity": [policy(deny())], "boundary": policy(deny()), "scps": [[policy(deny())]]},
     [T.SCP, T.IDENTITY, T.BOUNDARY]),
    ("a Deny and closed gates", {"identity": [policy(deny())], "scps": [[EC2]]}, [T.IDENTITY]),
    ("an RCP", {"identity": [FULL], "rcps": [[policy(deny("secretsmanager:*", "*", "*"))]]}, [T.RCP]),
    ("two closed steps of one path", {"identity": [EC2], "boundary": EC2, "on": policy(allow("kms:*", "*", ALICE)),
                                      "action": DECRYPT}, [T.KEY_POLICY]),
    ("delegation, and everything behind it", {"action": DECRYPT, "principal": SESSION, "identity": [EC2],
                                              "boundary": EC2, "session": EC2, "on": policy(allow("kms:*", "*", ROLE[13:25]))},
     [T.IDENTITY, T.BOUNDARY, T.SESSION]),
    ("no path at all: two accounts", {"principal": STRANGER}, [T.SECRET_POLICY, T.IDENTITY]),
    ("an action that is not open to other accounts", {"principal": STRANGER, "action": "secretsmanager:CreateSecret",
                                                      "identity": [FULL], "on": policy(allow("*", "*", "*"))}, [T.SECRET_POLICY]),
    ("a grant of other operations", {"action": DECRYPT, "grants": [{"grantee": ALICE, "operations": ["Encrypt"]}],
                                     "on": policy(allow("kms:*", "*", BOB))}, [T.GRANT]),
    ("the open path of a grant", {"action": DECRYPT, "grants": [{"grantee": ALICE, "operations": ["Decrypt"]}]}, [T.GRANT]),
    ("the open path through a role's grant", {"action": DECRYPT, "principal": SESSION, "boundary": FULL,
                                              "grants": [{"grantee": ROLE, "operations": ["Decrypt"]}]}, [T.GRANT, T.BOUNDARY]),
    ("a trust policy", {"action": "sts:AssumeRole", "resource": ROLE, "on": policy(allow("sts:AssumeRole", None, ALICE))},
     [T.TRUST_POLICY]),
    ("a function's policy", {"action": "lambda:InvokeFunction", "resource": "arn:aws:lambda:us-east-1:111122223333:function:f",
                             "on": policy(allow("lambda:*", "*", ALICE))}, [T.FUNCTION_POLICY]),
    ("any other resource policy", {"action": "sqs:SendMessage", "resource": "arn:aws:sqs:us-east-1:111122223333:q",
                                   "on": policy(allow("sqs:*", "*", ALICE))}, [T.RESOURCE_POLICY]),
    ("the root user", {"principal": "arn:aws:iam::111122223333:root"}, [T.IDENTITY]),
    ("GetCallerIdentity", {"action": "sts:GetCallerIdentity", "resource": "*"}, []),
    ("unknown: only what is not known", {"identity": [FULL, policy(deny(READ, "*", None, OFFICE))],
                                         "unknown": ["aws:SourceIp"]}, [T.IDENTITY]),
    ("unknown: a gate", {"identity": [FULL], "scps": [[policy(allow("*", "*", None, OFFICE))]], "unknown": ["aws:SourceIp"]},
     [T.SCP]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "types"), [row[1:] for row in DECIDED], ids=[row[0] for row in DECIDED])
def test_decided_by(case, types):
    assert list(ask(**case).decided_by) == types


MISSING = [
    ("a definite answer misses nothing", {"identity": [FULL], "unknown": ["aws:SourceIp"]}, ()),
    ("a key, as it is written among the unknown ones", {"identity": [policy(allow(READ, "*", None, OFFICE))],
                                                        "unknown": ["AWS:sourceIP"]}, ("AWS:sourceIP",)),
    ("keys of two statements", {"identity": [policy(allow(READ, "*", None, OFFICE), allow(READ, "*", None, TEAM))],
                                "unknown": ["aws:SourceIp", "aws:PrincipalTag/team"]}, ("aws:SourceIp", "aws:PrincipalTag/team")),
    ("a key that a failing statement asks for is not missing",
     {"identity": [policy(allow(READ, SECRET + "x", None, TEAM), allow(READ, "*", None, OFFICE))],
      "unknown": ["aws:SourceIp", "aws:PrincipalTag/team"]}, ("aws:SourceIp",)),
    ("a variable", {"identity": [policy(allow(READ, SECRET[:-9] + "${aws:PrincipalTag/team}"))],
                    "unknown": ["aws:PrincipalTag/team"]}, ("aws:PrincipalTag/team",)),
    ("a constraint of a grant", {"action": DECRYPT, "unknown": ["kms:EncryptionContext:App"],
                                 "grants": [{"grantee": ALICE, "operations": ["Decrypt"],
                                             "constraints": {"EncryptionContextSubset": {"App": "shop"}}}]},
     ("kms:EncryptionContext:App",)),
    ("the text of a policy is no key", {"identity": [UNREAD]}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("case", "keys"), [row[1:] for row in MISSING], ids=[row[0] for row in MISSING])
def test_missing_context_values(case, keys):
    assert ask(**case).missing_context_values == keys


ALONE = [
    ("the identity policy of one account", {}, {T.IDENTITY, T.SECRET_POLICY}),
    ("a secret's policy, behind a boundary", {"identity": [FULL], "boundary": EC2}, {T.BOUNDARY, T.SECRET_POLICY}),
    ("two closed steps", {"boundary": EC2}, {T.SECRET_POLICY}),
    ("a closed SCP", {"identity": [FULL], "scps": [[EC2]]}, {T.SCP}),
    ("two closed SCP levels", {"identity": [FULL], "scps": [[EC2], [EC2]]}, {T.SCP}),
    ("a closed SCP, and a closed path", {"scps": [[EC2]]}, set()),
    ("closed gates of two types", {"identity": [FULL], "scps": [[EC2]], "endpoint": [policy()]}, set()),
    ("two accounts, both silent", {"principal": STRANGER}, set()),
    ("two accounts, one silent", {"principal": STRANGER, "identity": [FULL]}, {T.SECRET_POLICY}),
    ("a key that delegates", {"action": DECRYPT, "on": policy(allow("kms:*", "*", "111122223333"))}, {T.IDENTITY}),
    ("a key that does not", {"action": DECRYPT, "on": policy(allow("kms:*", "*", BOB))}, {T.KEY_POLICY}),
    ("a grant to somebody else", {"action": DECRYPT, "on": policy(allow("kms:*", "*", BOB)),
                                  "grants": [{"grantee": BOB, "operations": ["Decrypt"]}]}, {T.KEY_POLICY, T.GRANT}),
    ("a grant to somebody else, of other operations", {"action": DECRYPT, "on": policy(allow("kms:*", "*", BOB)),
                                                       "grants": [{"grantee": BOB, "operations": ["Encrypt"]}]}, {T.KEY_POLICY}),
    ("an explicit deny", {"identity": [policy(deny())]}, set()),
    ("an allow", {"identity": [FULL]}, set()),
    ("a Deny that is not known", {"identity": [policy(deny(READ, "*", None, OFFICE))], "unknown": ["aws:SourceIp"]}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("case", "types"), [row[1:] for row in ALONE], ids=[row[0] for row in ALONE])
def test_opened_alone_by(case, types):
    evaluation = ask(**case)
    assert {kind for kind in PolicyType if evaluation.opened_alone_by(kind)} == types


def test_a_policy_whose_text_is_not_known_may_allow_and_may_deny():
    assert ask(identity=[UNREAD]).decision is Decision.UNKNOWN
    assert ask(identity=[FULL, UNREAD]).decision is Decision.UNKNOWN
    assert ask(identity=[UNREAD, policy(deny())]).decision is Decision.EXPLICIT_DENY
    assert ask(identity=[UNREAD], scps=[[EC2]]).decision is Decision.IMPLICIT_DENY
    assert ask(identity=[UNREAD]).decided_by == (T.IDENTITY,)


def test_the_statements_of_the_open_path_are_told_and_no_others():
    both = policy(allow("ec2:*"), allow(READ), allow("secretsmanager:*"))
    on = policy(allow(READ, "*", BOB), allow(READ, "*", STRANGER))
    matched = ask(principal=STRANGER, identity=[both], on=on).matched_statements
    assert [(m.policy, m.policy_type, m.statement) for m in matched] == [
        ("resourcePolicy", T.SECRET_POLICY, 1),
        ("identity", T.IDENTITY, 1),
        ("identity", T.IDENTITY, 2),
    ]


def test_a_trace_holds_every_path_and_the_nearest_is_the_one_with_the_fewest_closed_steps():
    evaluation = ask(principal=SESSION, identity=[EC2], boundary=EC2, on=policy(allow(READ, "*", ROLE)))
    trace = evaluation.trace()
    assert [path.path.kind for path in trace.paths] == [PathKind.RESOURCE, PathKind.IDENTITY]
    assert [[step.step.type for step in path.closed] for path in trace.paths] == [
        [T.BOUNDARY],
        [T.IDENTITY, T.BOUNDARY],
    ]
    assert trace.nearest is trace.paths[0]


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ({}, Reason.NO_POLICY),
        ({"on": policy(allow(READ, "*", BOB))}, Reason.NO_ALLOW),
        ({"principal": "anonymous", "on": policy(allow(READ, "*", "*"))}, Reason.UNSIGNED),
        ({"principal": {"Federated": "accounts.google.com"}}, Reason.NO_PATH),
        ({"principal": STRANGER, "action": "secretsmanager:ListSecrets", "resource": SECRET}, Reason.NOT_CROSS_ACCOUNT),
        ({"principal": SESSION, "action": "sts:GetSessionToken", "resource": "*"}, Reason.SESSION_LIMIT),
        ({"action": DECRYPT, "resource": KEY}, Reason.NO_POLICY),
    ],
)
def test_a_step_that_is_closed_for_good_says_why(case, reason):
    assert ask(**case).trace().paths[0].steps[0].step.reason is reason
