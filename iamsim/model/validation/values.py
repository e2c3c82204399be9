"""Condition operators by name, and what form their values must have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from iamsim.model.validation.report import Flaw, shown

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(Enum):
    """The families of operators, by what they compare."""

    STRING = "string"
    ARN = "ARN"
    NUMERIC = "number"
    DATE = "date"
    BOOL = "boolean"
    BINARY = "binary"
    IP = "IP address"
    NULL = "null"


TEXTUAL = (Kind.STRING, Kind.ARN)
"""The operators in whose values `${…}` is a variable."""

_COMPARISONS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_STRINGS = ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")

BASES: dict[str, Kind] = {
    **{f"String{name}": Kind.STRING for name in _STRINGS},
    **{f"Numeric{name}": Kind.NUMERIC for name in _COMPARISONS},
    **{f"Date{name}": Kind.DATE for name in _COMPARISONS},
    **{f"Arn{name}": Kind.ARN for name in ("Equals", "NotEquals", "Like", "NotLike")},
    "Bool": Kind.BOOL,
    "BinaryEquals": Kind.BINARY,
    "IpAddress": Kind.IP,
    "NotIpAddress": Kind.IP,
    "Null": Kind.NULL,
}
"""Every operator without prefix and suffix, as AWS writes it."""

OPERATORS = {
    f"{quantifier}{base}{suffix}": kind
    for base, kind in BASES.items()
    for quantifier in ("", "ForAllValues:", "ForAnyValue:")
    for suffix in ("", "IfExists")
    if kind is not Kind.NULL or not suffix
}
"""Every operator name, as AWS writes it."""


def value_flaw(kind: Kind, text: str) -> Flaw | None:
    """What is wrong with a value for the operators of a kind, if anything."""
    judge = _BY_KIND.get(kind)
    return judge(text) if judge else None


_YEARS = range(-292_275_054, 292_278_994)  # what milliseconds in 64 bits can say
_SECONDS = range(-(2**63), 2**63)
_DATE = re.compile(
    r"(?P<year>-?\d{1,9})(?:-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12]\d|3[01]))?)?"
    r"(?:t(?:(?:[01]?\d|2[0-3])(?::[0-5]?\d(?::[0-5]?\d(?:\.\d{1,9})?)?)?(?:z|[+-](?:[01]\d|2[0-3])(?::[0-5]\d)?)?)?)?",
    re.IGNORECASE | re.ASCII,
)
_INTEGER = re.compile(r"-?\d{1,19}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]+(?:/\d{1,3})?", re.ASCII)


def _date_flaw(text: str) -> Flaw | None:
    if _INTEGER.fullmatch(text) and int(text) in _SECONDS:
        return None
    match = _DATE.fullmatch(text)
    if match and int(match["year"]) in _YEARS:
        return None
    help_ = "write `2026-11-20T12:00:00Z`, or the seconds since 1970"
    return Flaw("invalid-date", f"{shown(text)} is no date", help_)


def _number_flaw(text: str) -> Flaw | None:
    if _NUMBER.fullmatch(text):
        return None
    return Flaw("invalid-number", f"{shown(text)} is no number", "write an integer or a decimal number")


def _address_flaw(text: str) -> Flaw | None:
    from ipaddress import ip_network

    try:
        if _ADDRESS.fullmatch(text):
            ip_network(text, strict=False)
            return None
    except ValueError:
        pass
    help_ = "write an address or a range, such as `203.0.113.0/24` or `2001:db8::/32`"
    return Flaw("invalid-ip-address", f"{shown(text)} is no IP address or range", help_)


def _boolean_flaw(text: str) -> Flaw | None:
    if text.lower() in ("true", "false"):
        return None
    return Flaw("invalid-boolean", f"{shown(text)} is neither `true` nor `false`", "write `true` or `false`")


def _base64_flaw(text: str) -> Flaw | None:
    import base64

    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return Flaw("invalid-base64", f"{shown(text)} is no base64", "write the bytes in base64")
    return None


def _arn_flaw(text: str) -> Flaw | None:
    if text.count(":") >= 5 or "${" in text:
        return None
    help_ = "write all six fields: each is compared with its own, so a shorter pattern matches no ARN"
    return Flaw("arn-without-six-fields", f"{shown(text)} has not the six fields of an ARN", help_)


_BY_KIND: dict[Kind, Callable[[str], Flaw | None]] = {
    Kind.ARN: _arn_flaw,
    Kind.NUMERIC: _number_flaw,
    Kind.DATE: _date_flaw,
    Kind.BOOL: _boolean_flaw,
    Kind.BINARY: _base64_flaw,
    Kind.IP: _address_flaw,
    Kind.NULL: _boolean_flaw,
}
