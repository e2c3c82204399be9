"""Explanations as text: what is shown, what is left out, and that nothing in a file can reach the terminal."""

from __future__ import annotations

import json
import re

import pytest

from iamsim.engine.decision import Caution
from iamsim.outputs.cautions import CAUTIONS
from iamsim.outputs.explanation_json import explanation_json
from iamsim.outputs.explanation_text import explanation_text

GET = "secretsmanager:GetSecretValue"
OWN = "owner:role/app can GetSecretValue on owner:secret/db"
ASK = "consumer:role/app can GetSecretValue on owner:secret/db"


def statement(effect="Allow", action="*", **elements):
    return {"Effect": effect, "Action": action, "Resource": "*", **elements}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


ALL = policy(statement())
READER = {"roles": {"app": {"policies": {"all": ALL}}}}


def rows(text, label):
    return [line[12:] for line in text.splitlines() if line.startswith(f"   {label:<9}")]


def test_an_open_path_names_its_statements_once(explained):
    text = explanation_text(explained(OWN, READER), width=100)
    assert rows(text, "path") == ["identity path open: identity policy", "resource path open: key policy (*)"]
    first, second = rows(text, "allowed")
    assert re.fullmatch(r"identity policy Statement\[0\] \(\S+/s\.iamsim\.yaml:1:\d+\)", first)
    assert second.endswith("(written by AWS)")


def test_the_place_of_a_default_key_policy_fits_a_terminal_of_40_columns(explained):
    """`default key policy`, line 8 of its text: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""
    named = policy(statement(Principal={"AWS": "arn:aws:iam::444455556666:role/app"}))
    owner = {"secrets": {"db": {"key": "k", "policy": named}}, "keys": {"k": {}}}
    lines = explanation_text(explained(ASK, owner, READER), width=40).splitlines()
    assert "   --> KMS's default key policy:8:28" in lines


def test_an_authorization_that_aws_does_not_come_to_is_short(explained):
    text = explanation_text(explained(OWN, {"roles": {"app": {}}}), width=81)
    _, second = text.split("\n2. ")
    assert second.split("\n\n")[0].splitlines() == [
        "kms:Decrypt on owner:key/aws/secretsmanager: allowed (AWS does not come to it)",
        "   denies   none match",
        "   gates    none",
        "   path     resource path open: key policy (*)",
    ]


def test_both_ways_of_one_account_are_shown_and_a_repeated_one_is_not(explained):
    text = explanation_text(explained(OWN, {"roles": {"app": {}}}))
    assert rows(text, "path")[:2] == [
        "resource path CLOSED: secret policy CLOSED",
        "identity path CLOSED: identity policy CLOSED",
    ]
    delegating = {"db": {"policy": policy(statement(Principal={"AWS": "arn:aws:iam::111122223333:root"}))}}
    text = explanation_text(explained(OWN, {"roles": {"app": {}}, "secrets": delegating}), width=100)
    assert rows(text, "path")[:1] == ["resource path CLOSED: secret policy (account) open, identity policy CLOSED"]
    assert len(rows(text, "path")) == 2


def test_beside_a_silent_resource_policy_the_identity_path_is_shown(explained):
    roles = {"app": {"boundary": policy(statement(action="s3:*"))}}
    text = explanation_text(explained(OWN, {"roles": roles}), width=100)
    assert "identity path CLOSED: identity policy CLOSED, permissions boundary CLOSED" in rows(text, "path")


def test_denying_statements_are_shown_in_the_order_of_the_file(explained):
    deny = {
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
        "Resource": "*",
        "Action": GET,
        "Effect": "Deny",
        "Sid": "Guard",
    }
    roles = {"app": {"policies": {"all": ALL, "guard": policy(deny)}}}
    text = explanation_text(explained(OWN, {"roles": roles}), width=120)
    assert rows(text, "denies")[0] == "1 matches"
    assert rows(text, "denied") == ["identity policy guard, statement `Guard`"]
    said = ("StringNotEquals: `aws:SourceVpce`", "Resource matches", "Action matches")
    assert sorted(said, key=text.index) == list(said)
    assert text.count("   --> ") == 1


def test_a_policy_without_an_allow_statement_and_one_that_is_not_there(explained):
    denies = policy(statement("Deny", "s3:*", Principal="*"))
    explanation = explained(ASK, {"secrets": {"db": {"policy": denies}}})
    assert rows(explanation_text(explanation, width=100), "missing") == [
        "no Allow statement in the secret policy in account 111122223333 (owner)",
        "no identity policy in account 444455556666 (consumer)",
    ]


def test_how_to_decide_what_is_not_known(explained):
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}
    owner = {"roles": {"app": {"policies": {"office": policy(statement(Condition=condition))}}}}
    unknown = "with aws:SourceIp = unknown, aws:MultiFactorAuthPresent = unknown"
    text = explanation_text(explained(f"{OWN} {unknown}", owner), width=300)
    assert text.splitlines()[-1] == (
        "To decide it: --context aws:SourceIp=VALUE (or aws:SourceIp=absent), "
        "--context aws:MultiFactorAuthPresent=VALUE (or aws:MultiFactorAuthPresent=absent)"
    )


def test_what_kms_sees_of_the_network_cannot_be_given(explained):
    owner = {
        **READER,
        "secrets": {"db": {"key": "k"}},
        "keys": {
            "k": {
                "policy": policy(
                    statement(
                        Principal={"AWS": "arn:aws:iam::111122223333:role/app"},
                        Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
                    )
                )
            }
        },
    }
    text = explanation_text(explained(f"{OWN} with aws:SourceIp = 203.0.113.7", owner), width=100)
    assert text.splitlines()[1] == "  kms:Decrypt hangs on `aws:SourceIp`, which is not known"
    assert text.splitlines()[-1] == "No --context decides it: what KMS sees of `aws:SourceIp` is caution C4-network"
    assert "caution  C4-network: AWS does not document what KMS sees of the caller's network" in text


def test_nothing_in_a_file_reaches_the_terminal(explained):
    noted = statement(Sid="Sid \x9b31m", Principal={"AWS": "arn:aws:iam::111122223333:user/x"})
    owner = {"roles": {"app": {}}, "secrets": {"db": {"policy": policy(noted)}}}
    text = explanation_text(explained(OWN, owner))
    assert "statement `Sid �31m`" in text
    assert "\x9b" not in text


def test_no_value_of_a_secret_is_shown(explained):
    owner = {
        "roles": {"app": {}},
        "secrets": {"db": {"value": "hunter2", "policy": policy(statement(Principal="arn:x"))}},
    }
    owner["secrets"]["db"]["policy"]["Statement"][0]["Principal"] = {"AWS": "arn:aws:iam::111122223333:user/x"}
    explanation = explained(OWN, owner)
    assert "hunter2" not in explanation_text(explanation, width=400)
    assert "hunter2" not in json.dumps(explanation_json(explanation))


@pytest.mark.parametrize("width", [1, 10, 20])
def test_a_terminal_that_is_too_narrow_is_survived(explained, width):
    assert "DENIED" in explanation_text(explained(ASK), width=width)


def test_every_caution_has_its_text():
    assert set(CAUTIONS) == set(Caution)
    assert all(text and not text.endswith(".") for text in CAUTIONS.values())
