"""The condition operators, one table.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

An operator is a way to make, from one value of the policy, the test of one value of the request. Negation, set operators,
missing keys and IfExists are the same for all of them and live in `condition`.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from iamsim.engine.glob import ARN_FIELDS, Glob, matcher
from iamsim.language.pattern import Wildcard

Test = Callable[[str], bool]
Parts = tuple[str | Wildcard, ...]


def _plain(parts: Parts) -> str:
    """The parts as text, for operators that know no wildcards."""
    return "".join(part if isinstance(part, str) else part.value for part in parts)


def _string_equals(parts: Parts) -> Test:
    return _plain(parts).__eq__


def _string_equals_ignore_case(parts: Parts) -> Test:
    expected = _plain(parts).casefold()
    return lambda value: value.casefold() == expected


def _string_like(parts: Parts) -> Test:
    return matcher(parts)


def _arn_like(parts: Parts) -> Test:
    """Each of the six fields by itself; the sixth keeps its further colons (aws-facts B5.7, B5.8)."""
    tests = [matcher(field) for field in arn_fields(parts)]

    def test(value: str) -> bool:
        fields = value.split(":", ARN_FIELDS - 1)
        return len(fields) == len(tests) == ARN_FIELDS and all(t(f) for t, f in zip(tests, fields, strict=True))

    return test


def arn_fields(parts: Parts) -> list[Glob]:
    """The parts of an ARN pattern, split at its first five colons."""
    fields: list[list[str | Wildcard]] = [[]]
    for part in parts:
        if isinstance(part, Wildcard):
            fields[-1].append(part)
            continue
        first, *others = part.split(":", ARN_FIELDS - len(fields))
        fields[-1].append(first)
        fields.extend([other] for other in others)
    return [tuple(piece for piece in field if piece != "") for field in fields]


def _never(_: str) -> bool:
    return False


def _compared(read: Callable[[str], object], compare: Callable[[object, object], bool]) -> Callable[[Parts], Test]:
    """An operator that reads both values and compares them; what cannot be read compares as false."""

    def make(parts: Parts) -> Test:
        expected = read(_plain(parts))
        if expected is None:
            return _never

        def test(value: str) -> bool:
            actual = read(value)
            return actual is not None and compare(actual, expected)

        return test

    return make


@lru_cache(maxsize=512)
def read_number(text: str) -> Decimal | None:
    """An integer or decimal number, or None."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and "_" not in text else None


_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[Tt](\d{1,2})(?::(\d{2})(?::(\d{2})(\.\d{1,9})?)?)?\s*([Zz]|[+-]\d{1,2}(?::?\d{2})?)?)?)?)?"
)
_EPOCH = re.compile(r"[+-]?\d{1,19}(?:\.\d+)?")


@lru_cache(maxsize=512)
def read_date(text: str) -> Decimal | None:
    """Seconds since 1970 of a date in the W3C profile of ISO 8601, or of epoch seconds; None for anything else.

    Four digits are a year. A time without a zone is UTC.
    """
    text = text.strip()
    found = _DATE.fullmatch(text)
    if found:
        return _seconds(*found.groups())
    return Decimal(text) if _EPOCH.fullmatch(text) else None


def _seconds(*groups: str | None) -> Decimal | None:
    year, month, day, hour, minute, second, fraction, zone = groups
    try:
        moment = datetime(
            int(year or 0),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    offset = 0
    if zone and zone not in "Zz":
        digits = zone[1:].replace(":", "")
        hours_only = len(digits) < len("hmm")
        offset = int(digits) * 60 if hours_only else int(digits[:-2]) * 60 + int(digits[-2:])
        offset = -offset if zone[0] == "-" else offset
    whole = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return Decimal(int(whole)) - offset * 60 + Decimal(fraction or 0)


def _read_bool(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _read_binary(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=512)
def read_network(text: str) -> Network | None:
    """An address or a CIDR block; an address alone is a block of one."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _inside(address: object, block: object) -> bool:
    same = type(address) is type(block)
    return same and address.subnet_of(block)  # type: ignore[attr-defined]


class Operator(NamedTuple):
    """How an operator compares: `test` makes the test of one request value from one policy value.

    `variables`: whether `${…}` is filled in here (String* and Arn* only).
    """

    test: Callable[[Parts], Test]
    negated: bool = False
    variables: bool = False
    arn: bool = False


def _numeric(compare: Callable[..., bool]) -> Callable[[Parts], Test]:
    return _compared(read_number, compare)


def _date(compare: Callable[..., bool]) -> Callable[[Parts], Test]:
    return _compared(read_date, compare)


def _pair(name: str, negated_name: str, test: Callable[[Parts], Test], *, strings: bool = False) -> dict[str, Operator]:
    arn = name.startswith("arn")
    return {
        name: Operator(test, variables=strings, arn=arn),
        negated_name: Operator(test, negated=True, variables=strings, arn=arn),
    }


OPERATORS: dict[str, Operator] = {
    **_pair("stringequals", "stringnotequals", _string_equals, strings=True),
    **_pair("stringequalsignorecase", "stringnotequalsignorecase", _string_equals_ignore_case, strings=True),
    **_pair("stringlike", "stringnotlike", _string_like, strings=True),
    **_pair("arnlike", "arnnotlike", _arn_like, strings=True),
    **_pair("arnequals", "arnnotequals", _arn_like, strings=True),
    **_pair("numericequals", "numericnotequals", _numeric(operator.eq)),
    "numericlessthan": Operator(_numeric(operator.lt)),
    "numericlessthanequals": Operator(_numeric(operator.le)),
    "numericgreaterthan": Operator(_numeric(operator.gt)),
    "numericgreaterthanequals": Operator(_numeric(operator.ge)),
    **_pair("dateequals", "datenotequals", _date(operator.eq)),
    "datelessthan": Operator(_date(operator.lt)),
    "datelessthanequals": Operator(_date(operator.le)),
    "dategreaterthan": Operator(_date(operator.gt)),
    "dategreaterthanequals": Operator(_date(operator.ge)),
    "bool": Operator(_compared(_read_bool, operator.eq)),
    "binaryequals": Operator(_compared(_read_binary, operator.eq)),
    **_pair("ipaddress", "notipaddress", _compared(read_network, _inside)),
}
"""Every operator but Null, by its name in lower case."""
