"""Condition: operators, keys and values.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from iamsim.model.validation.catalog import RULES, Weight
from iamsim.model.validation.report import Flaw, only_strings, scalar_text, shown, suggestion, wrong_type
from iamsim.model.validation.values import OPERATORS, TEXTUAL, Kind, value_flaw
from iamsim.model.validation.variables import variable_flaw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from iamsim.language.source import Pointer
    from iamsim.model.validation.report import Report

_BY_LOWER_CASE = {name.lower(): name for name in OPERATORS}
_SCALARS = (str, bool, int, float, Decimal)
_OPERATOR_HELP = "write one of AWS's operators, such as `StringEquals`, `ArnLike` or `ForAnyValue:StringLike`"
_VALUES = "a string, a number, a boolean or a list of them"


def operator_kind(name: str) -> Kind | None:
    """What an operator compares; None where AWS has no such operator. Upper and lower case do not matter."""
    return OPERATORS.get(name) or OPERATORS.get(_BY_LOWER_CASE.get(name.lower(), ""))


def check_condition(value: Any, at: Pointer, report: Report, *, variables: bool) -> None:
    """Judge the value of a Condition element; `variables` is whether the document's version has policy variables."""
    if not isinstance(value, dict):
        expected = "an object of operators"
        report.add(wrong_type("`Condition`", value, expected), (*at, "Condition"))
        return
    for name, keys in value.items():
        if not isinstance(keys, dict):
            report.add(wrong_type(shown(name), keys, "an object of condition keys"), (*at, "Condition", name))
        elif not keys:
            flaw = Flaw("empty-operator", f"{shown(name)} has no condition key, so it asks nothing", "leave it out")
            report.add(flaw, (*at, "Condition", name), key=True)
        else:
            _check_operator(name, keys, (*at, "Condition", name), report, variables=variables)


def _check_operator(name: str, keys: dict[str, Any], at: Pointer, report: Report, *, variables: bool) -> None:
    kind = OPERATORS.get(name)
    if kind is None and not report.full:
        report.add(_operator_flaw(name), at, key=True)
        kind = operator_kind(name)
    judge = _value_judge(kind, report, variables=variables)
    for key, values in keys.items():
        for index, text in _texts(key, values, (*at, key), report):
            flaw = judge(text) if judge else None
            if flaw:
                report.add(flaw, (*at, key, index))


def _value_judge(kind: Kind | None, report: Report, *, variables: bool) -> Callable[[str], Flaw | None] | None:
    """What tells the flaws of an operator's values; None where they have none that is looked for."""
    if kind in TEXTUAL:
        return variable_flaw if variables else None
    return None if kind is None or report.lenient else partial(_unfit, kind)


def _unfit(kind: Kind, text: str) -> Flaw | None:
    """What makes a value unfit; what only makes it odd is for advice, which looks at every kind."""
    flaw = value_flaw(kind, text)
    return flaw if flaw and RULES[flaw.code].weight is Weight.REFUSED else None


def _texts(key: str, values: Any, at: Pointer, report: Report) -> Iterable[tuple[int, str]]:
    """The values as text with their places."""
    if isinstance(values, str):
        return ((0, values),)
    if isinstance(values, list) and only_strings(values):
        return enumerate(values)
    return _scalars(key, values, at, report)


def _scalars(key: str, values: Any, at: Pointer, report: Report) -> Iterator[tuple[int, str]]:
    """Values that are not all texts; a null in a list stands for nothing."""
    listed = isinstance(values, list)
    for index, value in enumerate(values if listed else (values,)):
        if isinstance(value, _SCALARS):
            yield index, scalar_text(value)
        elif value is not None or not listed:
            report.add(wrong_type(f"the value of {shown(key)}", value, _VALUES), (*at, index) if listed else at)


def _operator_flaw(name: str) -> Flaw:
    spelled = _BY_LOWER_CASE.get(name.lower())
    if spelled:
        return Flaw("operator-case", f"AWS writes {shown(name)} as `{spelled}`", f"write `{spelled}`")
    base = name.rpartition(":")[2].lower()
    if base == "nullifexists":
        return Flaw("null-if-exists", "`Null` takes no `IfExists`", "write `Null`: it asks whether the key exists")
    help_ = suggestion(name, OPERATORS, 0.7) or _OPERATOR_HELP
    return Flaw("unknown-operator", f"{shown(name)} is no condition operator", help_)
