"""How values are read: numbers, dates, addresses; what cannot be read compares as false, and quickly."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest
from unit.engine.asking import READ, allow, ask, policy

from iamsim.engine.operators import OPERATORS, arn_fields, read_date, read_network, read_number
from iamsim.language.operator import parse_operator
from iamsim.language.pattern import parse_wildcards

NUMBERS = {
    "10": 10, "-10": -10, "+10": 10, " 10 ": 10, "1.5": "1.5", "0.10": "0.1", "1e3": 1000, ".5": "0.5",
    "": None, "ten": None, "1_000": None, "NaN": None, "Infinity": None, "-inf": None, "0x10": None, "1,5": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMBERS.items(), ids=[repr(text) for text in NUMBERS])
def test_numbers(text, value):
    assert read_number(text) == (None if value is None else Decimal(value))


NEW_YEAR = 1577836800  # 2020-01-01T00:00:00Z
DATES = {
    "2020-01-01T00:00:00Z": NEW_YEAR,
    "2020-01-01T00:00:00z": NEW_YEAR,
    "2020-01-01T00:00:00": NEW_YEAR,
    "2020-01-01T00:00Z": NEW_YEAR,
    "2020-01-01": NEW_YEAR,
    "2020-01": NEW_YEAR,
    "2020": NEW_YEAR,
    "2020-01-01T01:00:00+01:00": NEW_YEAR,
    "2020-01-01T05:30:00+05:30": NEW_YEAR,
    "2019-12-31T19:00:00-0500": NEW_YEAR,
    "2020-01-01T00:00:00.25Z": "1577836800.25",
    "1577836800": NEW_YEAR,
    "-1": -1,
    "0": 0,
    "2020-13-01": None,
    "2020-02-30": None,
    "2020-01-01T25:00:00Z": None,
    "1 January 2020": None,
    "yesterday": None,
    "": None,
    "0000-01-01": None,
}


@pytest.mark.parametrize(("text", "seconds"), DATES.items(), ids=[repr(text) for text in DATES])
def test_dates(text, seconds):
    assert read_date(text) == (None if seconds is None else Decimal(seconds))


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("203.0.113.7/24", "203.0.113.0/24"),
        ("2001:db8::7", "2001:db8::7/128"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("203.0.113", None),
        ("203.0.113.7/33", None),
        ("", None),
    ],
)
def test_addresses(text, network):
    found = read_network(text)
    assert (found and str(found)) == network


@pytest.mark.parametrize(
    ("pattern", "fields"),
    [
        ("arn:aws:iam::111122223333:role/app", ["arn", "aws", "iam", "", "111122223333", "role/app"]),
        ("arn:aws:lambda:*:*:function:f:*", ["arn", "aws", "lambda", "*", "*", "function:f:*"]),
        ("arn:*", ["arn", "*"]),
        ("*", ["*"]),
    ],
)
def test_an_arn_pattern_has_six_fields_and_the_last_keeps_its_colons(pattern, fields):
    parts = arn_fields(parse_wildcards(pattern))
    assert ["".join(p if isinstance(p, str) else p.value for p in field) for field in parts] == fields


@pytest.mark.parametrize("short", ["*", "app", "arn:aws:iam", "arn:aws:iam::111122223333"])
def test_an_arn_pattern_without_six_fields_matches_nothing_not_even_itself(short):
    assert not OPERATORS["arnlike"].test(parse_wildcards(short))(short)
    assert OPERATORS["arnlike"].test(parse_wildcards("arn:aws:iam::1:*"))("arn:aws:iam::1:role/a:b")


def test_every_operator_has_a_name_that_the_grammar_knows():
    assert {parse_operator(name).base for name in OPERATORS} == set(OPERATORS)


def test_each_negated_operator_says_the_opposite_of_its_positive_one():
    values = ["a", "10", "2020-01-01", "203.0.113.7", "arn:aws:iam::1:role/a", ""]
    pairs = [(name, name.replace("not", "", 1)) for name, operator in OPERATORS.items() if operator.negated]
    assert len(pairs) == 8
    for negated, positive in pairs:
        wanted = parse_wildcards("arn:aws:iam::1:role/a" if "arn" in negated else "10")
        for value in values:
            assert OPERATORS[negated].test(wanted)(value) == OPERATORS[positive].test(wanted)(value)


HUGE = {
    "NumericEquals": ["1e999999999", "9" * 100_000, "-" * 100_000],
    "DateEquals": ["9" * 100_000, "2020-" * 20_000],
    "IpAddress": ["1." * 50_000, ":" * 100_000],
    "BinaryEquals": ["=" * 100_000, "A" * 100_001],
    "ArnLike": [":" * 100_000, "arn:" + "*" * 50_000],
    "StringEqualsIgnoreCase": ["ß" * 100_000],
}


@pytest.mark.parametrize("operator", HUGE)
def test_huge_values_are_compared_quickly(operator):
    before = process_time()
    for wanted in HUGE[operator]:
        for actual in ("1", *HUGE[operator]):
            ask(identity=[policy(allow(READ, "*", None, {operator: {"k": wanted}}))], context={"k": actual})
    assert process_time() - before < 5


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (10, "10"), (1.5, "1.5"), (Decimal("0.10"), "0.10")]
)
def test_a_value_of_json_is_its_text(value, text):
    wanted = policy(allow(READ, "*", None, {"StringEquals": {"k": text}}))
    assert ask(identity=[wanted], context={"k": value}).decision == "allowed"
    assert ask(identity=[wanted], context={"k": [value]}).decision == "allowed"
