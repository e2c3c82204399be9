"""Why a condition of a statement can never be true. Only what holds for every request is said; what may be is let be.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iamsim.analysis.reference import reference
from iamsim.engine.glob import ARN_FIELDS
from iamsim.engine.operators import OPERATORS, read_date, read_network, read_number
from iamsim.language.operator import Quantifier, parse_operator
from iamsim.language.pattern import parse_wildcards
from iamsim.language.unknown_text import is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.model.policy import Condition, Statement

_VIA = "kms:viaservice"
_VIA_VALUE = re.compile(r"[a-z0-9-]+\.[a-z]{2,}(-[a-z]+)+-[0-9]+\.[a-z0-9.-]+")
"""`secretsmanager.us-east-1.amazonaws.com`: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html."""

_SERVICES = ("kms", "secretsmanager")
"""The services whose condition keys stand in requests of that service alone."""

_NEVER_WITH_WILDCARD = frozenset(
    {
        "aws:principalorgid",
        "aws:resourceorgid",
        "aws:sourceorgid",
        "aws:principalaccount",
        "aws:resourceaccount",
        "aws:sourceaccount",
        "aws:principalarn",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:requestedregion",
        "kms:calleraccount",
        "kms:viaservice",
        "kms:encryptioncontext:secretarn",
        "secretsmanager:secretid",
    }
)
"""Keys whose values hold no `*` and no `?`: ids, accounts, Regions, services and the ARNs of things."""

_MULTIVALUED = frozenset(
    f"aws:{key}"
    for key in (
        "calledvia",
        "tagkeys",
        "principalorgpaths",
        "resourceorgpaths",
        "sourceorgpaths",
        "vpceorgpaths",
        "principalservicenameslist",
    )
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html"""


def never_true(statement: Statement, condition: Condition) -> str:
    """Why a condition of a statement is true for no request; empty if it may be."""
    if not _needs_the_key(condition):
        return ""
    reason = _key_is_never_there(statement, condition)
    if reason or not condition.values or not all(is_known(v) and "${" not in v for v in condition.values):
        return reason
    return _values_never_match(condition) or _contradicted(statement, condition)


def _needs_the_key(condition: Condition) -> bool:
    """Whether the condition is false where the key is absent."""
    name = parse_operator(condition.operator)
    if name.base == "null":
        return {value.lower() for value in condition.values} == {"false"}
    if name.if_exists or name.quantifier is Quantifier.FOR_ALL_VALUES:
        return False
    return name.quantifier is Quantifier.FOR_ANY_VALUE or not OPERATORS[name.base].negated


def _key_is_never_there(statement: Statement, condition: Condition) -> str:
    service = condition.key.partition(":")[0].lower()
    if service not in _SERVICES or not is_known(condition.key):
        return ""
    if not reference().has_condition_key(condition.key):
        return f"there is no condition key `{condition.key}`"
    actions = statement.actions
    if actions is None or actions.negated:
        return ""
    others = {value.partition(":")[0].lower() for value in actions.values}
    if service in others or any("*" in name or "?" in name or not is_known(name) for name in others):
        return ""
    names = ", ".join(sorted(others))
    return f"no request of {names} has the key `{condition.key}`"


def _values_never_match(condition: Condition) -> str:
    name, key = parse_operator(condition.operator), condition.key.lower()
    operator = OPERATORS.get(name.base)
    if operator is None or operator.negated:
        return ""
    said = ", ".join(f"`{value}`" for value in condition.values[:3])
    for applies, unreadable, what in _UNREADABLE:
        if applies(name.base) and all(map(unreadable, condition.values)):
            return f"{said} is no {what}"
    wildcards = all("*" in value or "?" in value for value in condition.values)
    if name.base in ("stringequals", "stringequalsignorecase") and key in _NEVER_WITH_WILDCARD and wildcards:
        return f"{condition.operator} compares {said} letter by letter: a wildcard needs StringLike"
    if key == _VIA and name.base.startswith("string") and all(map(_is_no_via, condition.values)):
        return f"{said} is no service of the form `secretsmanager.us-east-1.amazonaws.com`"
    return ""


def _is_no_via(value: str) -> bool:
    return "*" not in value and "?" not in value and not _VIA_VALUE.fullmatch(value)


def _is_no_arn(value: str) -> bool:
    return "*" not in value and value.count(":") < ARN_FIELDS - 1


_UNREADABLE: tuple[tuple[Callable[[str], bool], Callable[[str], bool], str], ...] = (
    (lambda base: base == "bool", lambda value: value.lower() not in ("true", "false"), "`true` and no `false`"),
    (lambda base: base.startswith("numeric"), lambda value: read_number(value) is None, "number"),
    (lambda base: base.startswith("date"), lambda value: read_date(value) is None, "date"),
    (lambda base: base == "ipaddress", lambda value: read_network(value) is None, "address and no CIDR block"),
    (lambda base: base.startswith("arn"), _is_no_arn, "ARN"),
)
"""Which operators, what they cannot read, and what that should be."""


def _contradicted(statement: Statement, condition: Condition) -> str:
    """Another condition of the statement on the same key that none of the values meets."""
    name, key = parse_operator(condition.operator), condition.key.lower()
    if name.base != "stringequals" or name.quantifier is not None or key in _MULTIVALUED:
        return ""
    others = [c for c in statement.conditions if c.key.lower() == key and c is not condition and _comparable(c)]
    left = [value for value in condition.values if all(_meets(value, other) for other in others)]
    if left or not others:
        return ""
    return f"no value of `{condition.key}` meets both {condition.operator} and {others[0].operator}"


def _comparable(condition: Condition) -> bool:
    """Whether it can be told which values meet it."""
    name = parse_operator(condition.operator)
    fixed = all(is_known(value) and "${" not in value for value in condition.values)
    return fixed and name.quantifier is None and (name.base == "null" or name.base.startswith("string"))


def _meets(value: str, condition: Condition) -> bool:
    base = parse_operator(condition.operator).base
    if base == "null":
        return "false" in {each.lower() for each in condition.values}
    operator = OPERATORS[base]
    return any(operator.test(parse_wildcards(each))(value) for each in condition.values) is not operator.negated
