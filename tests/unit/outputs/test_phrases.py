"""What a check says of the request, in words that are written by hand."""

from __future__ import annotations

import pytest

from iamsim.analysis.nearness import SeenCheck, SeenGrant
from iamsim.engine.decision import Element, Finding, Reason
from iamsim.model.world import Grant
from iamsim.outputs.phrases import check_phrase, grant_phrase, shorten, statement_name

SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf"


def check(element, matched, reason, actual=None, expected=(), operator="", key="", keys=()):
    return SeenCheck(element, (), Finding(matched, reason, actual, keys=keys), expected, operator, key)


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (check(Element.ACTION, True, Reason.MATCH, "kms:Decrypt"), "Action matches"),
        (check(Element.ACTION, False, Reason.NO_MATCH, "kms:Decrypt"), "Action does not match `kms:Decrypt`"),
        (check(Element.NOT_ACTION, False, Reason.EXCLUDED, "kms:Decrypt"), "NotAction leaves out `kms:Decrypt`"),
        (check(Element.PRINCIPAL, False, Reason.NO_MATCH, "arn:x"), "Principal does not name `arn:x`"),
        (
            check(Element.RESOURCE, False, Reason.ELEMENT_MISSING),
            "the statement has no Resource, so it never applies",
        ),
        (
            check(Element.RESOURCE, False, Reason.NO_MATCH, SECRET, (SECRET[:-7],)),
            f"Resource lacks the six-character suffix of `{SECRET}`: write `{SECRET[:-7]}-??????`",
        ),
        (
            check(Element.RESOURCE, False, Reason.NO_MATCH, SECRET, (SECRET[:-8],)),
            f"Resource does not match `{SECRET}`",
        ),
        (
            check(Element.NOT_PRINCIPAL, True, Reason.HAS_BOUNDARY),
            "NotPrincipal with Deny reaches every caller that has a permissions boundary",
        ),
        (check(Element.RESOURCE, None, Reason.TEXT_UNKNOWN), "its text is not known"),
        (
            check(Element.RESOURCE, None, Reason.KEY_UNKNOWN, keys=("aws:username",)),
            "Resource hangs on `aws:username`, which is not known",
        ),
    ],
)
def test_elements(seen, says):
    assert check_phrase(seen, {}) == says


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (
            check(
                Element.CONDITION,
                False,
                Reason.NO_MATCH,
                ("eu-west-1",),
                ("us-*",),
                "StringLike",
                "aws:RequestedRegion",
            ),
            "StringLike: `aws:RequestedRegion` is `eu-west-1`",
        ),
        (
            check(Element.CONDITION, False, Reason.KEY_ABSENT, None, ("x",), "StringEquals", "aws:SourceVpce"),
            "StringEquals: `aws:SourceVpce` is not in the request",
        ),
        (
            check(Element.CONDITION, True, Reason.KEY_ABSENT, None, ("x",), "StringNotEquals", "aws:SourceVpce"),
            "StringNotEquals: `aws:SourceVpce` is not in the request, and so this matches",
        ),
        (
            check(Element.CONDITION, None, Reason.KEY_UNKNOWN, None, ("x",), "Bool", "aws:x", ("aws:x",)),
            "Bool hangs on `aws:x`, which is not known",
        ),
        (
            check(
                Element.CONDITION,
                False,
                Reason.NO_MATCH,
                tuple("abcd"),
                ("x",),
                "ForAnyValue:StringEquals",
                "aws:TagKeys",
            ),
            "ForAnyValue:StringEquals: `aws:TagKeys` is `a`, `b`, `c`, …",
        ),
    ],
)
def test_conditions(seen, says):
    assert check_phrase(seen, {}) == says


@pytest.mark.parametrize(
    ("pattern", "values", "says"),
    [
        ("${aws:PrincipalTag/team}", {"aws:principaltag/team": ("orders",)}, "; `aws:PrincipalTag/team` is `orders`"),
        ("x-${ aws:username }-*", {}, "; `aws:username` is not in the request"),
        ("${aws:username, 'nobody'}", {}, "; `aws:username` is not in the request: `nobody` stands for it"),
        ("${aws:TagKeys}", {"aws:tagkeys": ("a", "b")}, "; `aws:TagKeys` has several values"),
        (
            "${aws:TagKeys, 'none'}",
            {"aws:tagkeys": ("a", "b")},
            "; `aws:TagKeys` has several values: `none` stands for it",
        ),
        ("${*}${?}${$}", {}, ""),
        ("${aws:username}", None, '; `${…}` is literal text without `"Version": "2012-10-17"`'),
        ("plain", None, ""),
    ],
)
def test_variables_are_told_with_their_values(pattern, values, says):
    seen = check(Element.RESOURCE, False, Reason.NO_MATCH, "arn:b", (f"arn:{pattern}",))
    assert check_phrase(seen, values) == f"Resource does not match `arn:b`{says}"


GRANT = Grant("arn:role", ("Decrypt", "Encrypt"), {"EncryptionContextSubset": {"SecretARN": "a"}}, "one")
MATCHED, MISSED = Finding(True, Reason.MATCH), Finding(False, Reason.NO_MATCH, {"SecretARN": "b"})


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (
            SeenGrant(GRANT, MATCHED, Finding(False, Reason.NO_MATCH), MATCHED),
            "grant one to `arn:role` covers Decrypt, Encrypt only",
        ),
        (
            SeenGrant(GRANT, MATCHED, MATCHED, MISSED),
            "grant one to `arn:role` wants EncryptionContextSubset SecretARN = `a`; the request has SecretARN = `b`",
        ),
        (
            SeenGrant(GRANT, MATCHED, MATCHED, Finding(False, Reason.KEY_ABSENT)),
            "grant one to `arn:role` wants EncryptionContextSubset SecretARN = `a`; the request has none",
        ),
        (
            SeenGrant(GRANT, Finding(False, Reason.NO_MATCH, "arn:caller"), MATCHED, MATCHED),
            "grant one names `arn:role`, not the caller",
        ),
    ],
)
def test_grants(seen, says):
    assert grant_phrase(seen) == says


def test_a_statement_is_called_by_its_sid_or_by_its_place():
    assert statement_name("ReadSecrets", 3) == "statement `ReadSecrets`"
    assert statement_name(None, 3) == "Statement[3]"
    assert statement_name("", 3) == "Statement[3]"


@pytest.mark.parametrize(("most", "text"), [(10, "abcdefghij"), (9, "abcd…ghij"), (8, "abcd…hij"), (3, "a…j")])
def test_a_text_is_shortened_in_its_middle(most, text):
    assert shorten("abcdefghij", most) == text
