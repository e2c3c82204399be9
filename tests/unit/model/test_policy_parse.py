"""Policy.parse: from every form of a document to the same nouns, strict and lenient."""

from __future__ import annotations

import json
from decimal import Decimal
from types import MappingProxyType

import pytest

from iamsim.language.errors import PolicyError
from iamsim.language.json_document import json_source
from iamsim.model.document import diagnose_policy
from iamsim.model.policy import Condition, Effect, Policy, PolicyType, PrincipalEntry, Principals, Statement, Strings

DOCUMENT = {
    "Version": "2012-10-17",
    "Id": "key-default-1",
    "Statement": [
        {
            "Sid": "Use the key",
            "Effect": "Allow",
            "Principal": {
                "AWS": ["111122223333", "arn:aws:iam::444455556666:role/app"],
                "Service": "lambda.amazonaws.com",
            },
            "Action": "kms:Decrypt",
            "Resource": ["*"],
            "Condition": {
                "StringEquals": {"kms:ViaService": ["a", "b"], "aws:username": "c"},
                "Bool": {"aws:SecureTransport": True},
            },
        },
        {"Effect": "Deny", "NotPrincipal": "*", "NotAction": ["kms:*"], "NotResource": "*"},
    ],
}
NOUNS = (
    Statement(
        0,
        Effect.ALLOW,
        "Use the key",
        Principals(
            (
                PrincipalEntry("AWS", "111122223333", 0),
                PrincipalEntry("AWS", "arn:aws:iam::444455556666:role/app", 1),
                PrincipalEntry("Service", "lambda.amazonaws.com", None),
            ),
            negated=False,
        ),
        Strings(("kms:Decrypt",), negated=False),
        Strings(("*",), negated=False),
        (
            Condition("StringEquals", "kms:ViaService", ("a", "b")),
            Condition("StringEquals", "aws:username", ("c",)),
            Condition("Bool", "aws:SecureTransport", ("true",)),
        ),
    ),
    Statement(
        1,
        Effect.DENY,
        None,
        Principals((PrincipalEntry("*", "*", None),), negated=True),
        Strings(("kms:*",), negated=True),
        Strings(("*",), negated=True),
    ),
)
STATEMENT = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def document(**changes):
    """A customer managed policy of one statement; a change to None leaves the element out."""
    changed = {**STATEMENT, **changes}
    return {"Version": "2012-10-17", "Statement": {k: v for k, v in changed.items() if v is not None}}


def codes(found):
    return [diagnostic.code for diagnostic in found]


@pytest.mark.parametrize(
    "form",
    [
        DOCUMENT,
        json.dumps(DOCUMENT),
        json_source("key.json", json.dumps(DOCUMENT, indent=4)),
        MappingProxyType(DOCUMENT),
        {**DOCUMENT, "Statement": tuple(DOCUMENT["Statement"])},
    ],
    ids=["mapping", "text", "source", "other mapping", "tuple"],
)
def test_every_form_of_a_document_gives_the_same_nouns(form):
    policy = Policy.parse(form, "keyPolicy", "k")
    assert policy.statements == NOUNS
    assert (policy.name, policy.type, policy.version, policy.id) == (
        "k",
        PolicyType.KEY_POLICY,
        "2012-10-17",
        "key-default-1",
    )
    assert policy.variables
    assert policy == Policy.parse(DOCUMENT, PolicyType.KEY_POLICY, "k")


def test_a_single_statement_is_a_list_of_one():
    [statement] = Policy.parse(document(), "identity").statements
    assert statement == Statement(
        0, Effect.ALLOW, None, None, Strings(("s3:*",), negated=False), Strings(("*",), negated=False)
    )


def test_the_source_of_a_mapping_is_written_when_somebody_looks():
    policy = Policy.parse(DOCUMENT, "keyPolicy", "the key's")
    span = policy.source.span_of(("Statement", 0, "Principal", "AWS", 1))
    assert policy.source.text[span.start : span.end] == '"arn:aws:iam::444455556666:role/app"'
    assert policy.source.name == "the key's"
    assert policy.source.child(("Statement", 1)).span_of(("Effect",)) == policy.source.span_of(
        ("Statement", 1, "Effect")
    )
    assert json.loads(policy.source.text) == DOCUMENT


def test_the_source_does_not_change_with_the_mapping():
    mutable = document()
    policy = Policy.parse(mutable, "identity")
    mutable["Statement"]["Effect"] = "Deny"
    assert '"Allow"' in policy.source.text


def test_a_mapping_out_of_a_larger_text_is_located_there():
    whole = json_source("scenario", json.dumps({"a": {"policy": document(Effect="allow")}}))
    with pytest.raises(PolicyError) as caught:
        Policy.parse(document(Effect="allow"), "identity", source=whole.child(("a", "policy")))
    [diagnostic] = caught.value.diagnostics
    span = diagnostic.labels[0].span
    assert whole.text[span.start : span.end] == '"allow"'
    assert diagnostic.where.startswith("scenario:1:")


def test_a_mapping_without_a_name_is_called_a_policy():
    with pytest.raises(PolicyError, match=r"^<policy>:\d+:\d+: "):
        Policy.parse(document(Effect="allow"), "identity")


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("text", ("text",)),
        (True, ("true",)),
        ([False, "x"], ("false", "x")),
        (10, ("10",)),
        ([None, "x", None], ("x",)),
        ([], ()),
        (1.5, ("1.5",)),
        (Decimal("1.50"), ("1.50",)),
    ],
)
def test_condition_values_become_text(written, values):
    policy = Policy.parse(document(Condition={"StringEquals": {"k": written}}), "identity")
    assert policy.statements[0].conditions == (Condition("StringEquals", "k", values),)


def test_a_number_in_json_text_keeps_its_digits():
    text = json.dumps(document(Condition={"StringEquals": {"k": "DIGITS"}})).replace('"DIGITS"', "[1.10, 1e3, 7]")
    assert Policy.parse(text, "identity").statements[0].conditions[0].values == ("1.10", "1E+3", "7")


def test_a_null_among_resources_is_left_out():
    assert Policy.parse(document(Resource=["*", None]), "identity").statements[0].resources.values == ("*",)


def test_an_operator_without_keys_is_no_condition():
    assert Policy.parse(document(Condition={"Foo": {}, "DateEquals": {}}), "identity").statements[0].conditions == ()


@pytest.mark.parametrize("policy_type", ["grant", "managedKey", "state"])
def test_what_is_no_document_cannot_be_parsed(policy_type):
    with pytest.raises(ValueError, match="no document"):
        Policy.parse(document(), policy_type)


def test_an_unknown_type_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="identiy"):
        Policy.parse(document(), "identiy")


REFUSED_BUT_CLEAR = {
    "old version": ({"Version": "2008-10-17", "Statement": STATEMENT}, "identity"),
    "no version": ({"Statement": STATEMENT}, "scp"),
    "duplicate Sids": ({"Version": "2012-10-17", "Statement": [{"Sid": "a", **STATEMENT}] * 2}, "identity"),
    "Sid with spaces": (document(Sid="a b"), "identity"),
    "too long for a managed policy": (document(Action=[f"s3:{'x' * 50}{i}" for i in range(200)]), "identity"),
    "Allow with NotPrincipal": (document(NotPrincipal="*"), "secretPolicy"),
    "a resource that is no ARN": (document(Resource="bucket"), "identity"),
    "an ARN with a gap": (document(Resource="arn:aws:s3::bucket"), "identity"),
    "a short ARN in a session policy": (document(Resource="arn:aws:s3"), "session"),
    "an RCP without Principal": (document(Effect="Deny"), "rcp"),
    "an RCP that allows": (document(Principal="*"), "rcp"),
    "an RCP for every action": (document(Effect="Deny", Principal="*", Action="*"), "rcp"),
    "an RCP with NotAction": (document(Effect="Deny", Principal="*", Action=None, NotAction="s3:*"), "rcp"),
    "an odd service principal": (document(Principal={"Service": "lambda"}), "secretPolicy"),
    "a wildcard in a principal": (document(Principal={"AWS": "arn:aws:iam::111122223333:user/*"}), "secretPolicy"),
    "a group as principal": (document(Principal={"AWS": "arn:aws:iam::111122223333:group/g"}), "secretPolicy"),
    "a federated principal on a secret": (document(Principal={"Federated": "accounts.google.com"}), "secretPolicy"),
    "a resource in a trust policy": (document(Principal="*", Action="sts:AssumeRole"), "trustPolicy"),
    "another service's action in a trust policy": (document(Principal="*", Resource=None), "trustPolicy"),
    "a date that is none": (document(Condition={"DateLessThan": {"aws:CurrentTime": "soon"}}), "identity"),
    "characters beyond U+00FF": (document(Resource="arn:aws:s3:::“b"), "identity"),
}


@pytest.mark.parametrize(("refused", "policy_type"), REFUSED_BUT_CLEAR.values(), ids=REFUSED_BUT_CLEAR)
def test_what_aws_refuses_is_read_leniently_where_its_meaning_is_clear(refused, policy_type):
    with pytest.raises(PolicyError):
        Policy.parse(refused, policy_type)
    lenient = Policy.parse(refused, policy_type, lenient=True)
    assert lenient.statements
    policy, found = diagnose_policy(refused, policy_type)
    assert policy == lenient
    assert "error" in [diagnostic.severity for diagnostic in found]


ALLOWED = {
    "unique ids of deleted principals": (document(Principal={"AWS": "AROADBQP57FF2AEXAMPLE"}), "secretPolicy"),
    "an Id in an identity policy": ({"Id": "x", "Version": "2012-10-17", "Statement": STATEMENT}, "identity"),
    "empty Sids": ({"Version": "2012-10-17", "Statement": [{"Sid": "", **STATEMENT}] * 2}, "identity"),
    "an inline policy without version": ({"Statement": STATEMENT}, "session"),
    "a canonical user": (document(Principal={"CanonicalUser": "79a59df9"}), "resourcePolicy"),
    "a key policy without Resource": (document(Principal="*", Resource=None), "keyPolicy"),
    "an SCP that allows with NotAction and a condition": (
        document(Action=None, NotAction="s3:*", Resource="arn:aws:s3:::b", Condition={"Null": {"aws:x": "true"}}),
        "scp",
    ),
    "an action of a service that nobody knows": (document(Action="aaaaaaaa:Whatever it is"), "identity"),
}


@pytest.mark.parametrize(("accepted", "policy_type"), ALLOWED.values(), ids=ALLOWED)
def test_what_aws_accepts_is_accepted(accepted, policy_type):
    assert Policy.parse(accepted, policy_type).statements


UNCLEAR = {
    "no JSON": ("{", "json-syntax"),
    "a repeated key": ('{"Version": "2012-10-17", "Version": "2012-10-17"}', "duplicate-key"),
    "no object": ("[]", "wrong-type"),
    "an unknown element": (document(Sids="x"), "unknown-element"),
    "no effect": (document(Effect=None), "missing-effect"),
    "an odd effect": (document(Effect="ALLOW"), "unknown-effect"),
    "both Action and NotAction": (document(NotAction="s3:*"), "action-and-not-action"),
    "neither Action nor NotAction": (document(Action=None), "missing-action"),
    "an unknown operator": (document(Condition={"Equals": {"a": "b"}}), "unknown-operator"),
    "Null with IfExists": (document(Condition={"NullIfExists": {"a": "true"}}), "null-if-exists"),
    "Principal where none may stand": (document(Principal="*"), "principal-not-allowed"),
    "a malformed action": (document(Action="GetSecretValue"), "action-without-service"),
    "a malformed variable": (document(Resource="arn:aws:s3:::b/${"), "malformed-variable"),
    "an unknown version": ({"Version": "2025-01-01", "Statement": STATEMENT}, "unknown-version"),
    "a null scalar": (document(Condition={"StringEquals": {"a": None}}), "wrong-type"),
    "a date of YAML": ({"Version": __import__("datetime").date(2012, 10, 17), "Statement": STATEMENT}, "wrong-type"),
}


@pytest.mark.parametrize(("unclear", "code"), UNCLEAR.values(), ids=UNCLEAR)
def test_what_has_no_clear_meaning_is_refused_in_both_modes(unclear, code):
    for lenient in (False, True):
        with pytest.raises(PolicyError) as caught:
            Policy.parse(unclear, "identity", lenient=lenient)
        assert code in codes(caught.value.diagnostics)
    policy, found = diagnose_policy(unclear, "identity")
    assert policy is None
    assert code in codes(found)


def test_a_policy_on_a_resource_must_name_principals():
    for policy_type in ("secretPolicy", "keyPolicy", "trustPolicy", "functionPolicy", "resourcePolicy", "endpoint"):
        with pytest.raises(PolicyError) as caught:
            Policy.parse(document(), policy_type, lenient=True)
        assert "missing-principal" in codes(caught.value.diagnostics)


def test_an_rcp_without_principal_is_about_everybody():
    policy = Policy.parse(document(Effect="Deny"), "rcp", lenient=True)
    assert policy.statements[0].principals == Principals((PrincipalEntry("*", "*", None),), negated=False)


def test_a_lenient_error_tells_only_what_is_unclear():
    both = document(Effect="allow", Resource="bucket")
    with pytest.raises(PolicyError) as strict:
        Policy.parse(both, "identity")
    assert sorted(codes(strict.value.diagnostics)) == ["resource-format", "unknown-effect"]
    with pytest.raises(PolicyError) as lenient:
        Policy.parse(both, "identity", lenient=True)
    assert codes(lenient.value.diagnostics) == ["unknown-effect"]


def test_problems_come_in_the_order_of_the_text():
    text = '{"Statement": {"Resource": "b", "Action": "a", "Effect": "x"}, "Version": "1"}'
    with pytest.raises(PolicyError) as caught:
        Policy.parse(text, "identity")
    assert codes(caught.value.diagnostics) == [
        "resource-format",
        "action-without-service",
        "unknown-effect",
        "unknown-version",
    ]


def test_a_duplicate_sid_points_at_both_places():
    text = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Sid": "a", **STATEMENT}, {"Sid": "a", **STATEMENT}]}, indent=1
    )
    with pytest.raises(PolicyError) as caught:
        Policy.parse(json_source("p.json", text), "identity")
    [diagnostic] = caught.value.diagnostics
    lines = [label.source.position(label.span.start).line for label in diagnostic.labels]
    assert lines == [11, 5]


def test_repeated_case_of_element_names_is_suggested():
    with pytest.raises(PolicyError) as caught:
        Policy.parse(document(condition={}), "identity")
    assert caught.value.diagnostics[0].help == "did you mean `Condition`?"


def test_warnings_never_crowd_out_an_error():
    empty_operators = {f"X{i}": {} for i in range(400)}
    later = {"Sid": "late", **STATEMENT, "Resource": "bucket"}
    spoiled = {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Condition": empty_operators}, later]}
    with pytest.raises(PolicyError) as caught:
        Policy.parse(spoiled, "identity")
    assert codes(caught.value.diagnostics)[0] == "resource-format"


def test_two_hundred_problems_are_enough():
    with pytest.raises(PolicyError) as caught:
        Policy.parse(document(Action=["bad"] * 1_000), "identity", name="many")
    found = caught.value.diagnostics
    assert len(found) == 201
    assert found[-1].code == "too-many-problems"
    assert found[-1].message.startswith("800 more")
