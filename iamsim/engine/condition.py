"""The Condition element: one check for each operator and key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from iamsim.engine.check import Check, Test
from iamsim.engine.decision import MATCHED, MISSED, Caution, Element, Finding, Reason, depends, excluded, hit
from iamsim.engine.glob import ARN_FIELDS
from iamsim.engine.operators import OPERATORS, Operator
from iamsim.engine.unknown_part import could_match, is_unsure, matches_for_certain
from iamsim.engine.variables import fill, is_static, template
from iamsim.language.operator import OperatorName, Quantifier, parse_operator
from iamsim.language.pattern import parse_wildcards
from iamsim.language.unknown_text import OPEN, unknown_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.engine.check import Case
    from iamsim.language.pattern import Part
    from iamsim.language.source import Pointer
    from iamsim.model.policy import Condition

ValueTest = tuple[int, "Callable[[str], bool]"]
"""The index of a policy value and its test."""


def condition_check(condition: Condition, statement: Pointer, *, variables: bool) -> Check:
    """The check of one operator and key. Several values are alternatives; for a negated operator none of them may match."""
    name = parse_operator(condition.operator)
    key = condition.key.lower()
    pointer = (*statement, "Condition", condition.operator, condition.key)

    def looks_at(case: Case) -> object:
        return case.values.get(key)

    if name.base == "null":
        return Check(Element.CONDITION, pointer, _null(condition.key, condition.values), looks_at)
    operator = OPERATORS[name.base]
    parts = [(i, template(v, variables=variables and operator.variables)) for i, v in enumerate(condition.values)]
    tests = [(i, _value_test(name.base, made)) for i, made in parts if is_static(made)]
    dynamic = [(i, made) for i, made in parts if not is_static(made)] if len(tests) < len(parts) else []
    missing = _missing(name, negated=operator.negated)
    caution = _caution(name.base, operator, condition.values, variables=variables)
    return Check(
        Element.CONDITION,
        pointer,
        _test(name, operator, condition, tests, dynamic, missing, caution),
        looks_at,
    )


def _caution(base: str, operator: Operator, values: tuple[str, ...], *, variables: bool) -> Caution | None:
    """What is doubtful about the values as they are written."""
    if base == "bool" and variables and any("${" in value for value in values):
        return Caution.BOOL_VARIABLE
    short = operator.arn and any(value.count(":") < ARN_FIELDS - 1 and "${" not in value for value in values)
    return Caution.ARN_PATTERN_SHORT if short else None


@lru_cache(maxsize=512)
def _value_test(base: str, parts: tuple[str, ...]) -> Callable[[str], bool]:
    return OPERATORS[base].test(parts)


@lru_cache(maxsize=512)
def _missing(name: OperatorName, *, negated: bool) -> Finding:
    """What an absent key means (aws-facts B5.2, B5.3, B5.6)."""
    every = name.quantifier is Quantifier.FOR_ALL_VALUES
    matched = name.if_exists or every or (negated and name.quantifier is None)
    conflict = every and negated and not name.if_exists
    return Finding(matched, Reason.KEY_ABSENT, caution=Caution.FOR_ALL_VALUES_MISSING if conflict else None)


def _null(written: str, values: tuple[str, ...]) -> Test:
    """`"true"`: the key is absent; `"false"`: it is there and not null."""
    key = written.lower()
    wanted = {value.lower() for value in values}

    def test(case: Case) -> Finding:
        if case.request.is_unknown(key):
            return Finding(None, Reason.KEY_UNKNOWN, keys=(written,))
        values = case.values.get(key)
        if ("false" if values else "true") in wanted:
            return MATCHED
        return MISSED if values else Finding(matched=False, reason=Reason.KEY_ABSENT)

    return test


def _test(
    name: OperatorName,
    operator: Operator,
    condition: Condition,
    tests: list[ValueTest],
    dynamic: list[tuple[int, tuple[Part, ...]]],
    missing: Finding,
    caution: Caution | None,
) -> Test:
    written, texts = condition.key, condition.values
    key = written.lower()
    every = name.quantifier is Quantifier.FOR_ALL_VALUES
    single = name.quantifier is None
    judge_static = _judge(tests, negated=operator.negated)
    plain = not dynamic and not every and caution is None
    plain = plain and not is_unsure(*texts)

    def test(case: Case) -> Finding:
        values = case.values.get(key)
        if case.doubtful and case.request.is_unknown(key):
            return Finding(None, Reason.KEY_UNKNOWN, keys=(written,))
        if values is None:
            return missing
        if plain and len(values) == 1 and not case.doubtful and OPEN not in values[0]:
            return judge_static(values[0])
        if every and values == ("",):
            return missing if missing.matched else MATCHED
        judge, said = judge_static, caution
        if dynamic:
            made, unknown, said = _filled(name.base, dynamic, case, caution)
            if unknown:
                return Finding(None, Reason.KEY_UNKNOWN, keys=unknown)
            judge = _judge([*tests, *made], negated=operator.negated)
        if len(values) > 1 and single:
            said = Caution.MULTIVALUED_KEY
        if case.doubtful and key in case.request.colliding_keys:
            said = Caution.TAG_KEY_CASE
        found = _folded(values, _sure_or_perhaps(judge, texts, operator, values), every=every)
        return found if said is None else found._replace(caution=said)

    return test


def _filled(
    base: str, dynamic: list[tuple[int, tuple[Part, ...]]], case: Case, caution: Caution | None
) -> tuple[list[ValueTest], tuple[str, ...], Caution | None]:
    tests: list[ValueTest] = []
    unknown: list[str] = []
    for i, parts in dynamic:
        filled = fill(parts, case)
        unknown.extend(filled.unknown)
        caution = filled.caution or caution
        if filled.parts is not None and not filled.unknown:
            tests.append((i, OPERATORS[base].test(filled.parts)))
    return tests, tuple(unknown), caution


def _judge(tests: list[ValueTest], *, negated: bool) -> Callable[[str], Finding]:
    """What is found of one value of the request: a value of the policy matches, or none does."""
    on_hit, on_miss = (excluded, MATCHED) if negated else (hit, MISSED)
    findings = [(test, on_hit(i)) for i, test in tests]

    def judge(value: str) -> Finding:
        for test, finding in findings:
            if test(value):
                return finding
        return on_miss

    return judge


def _sure_or_perhaps(
    judge: Callable[[str], Finding], texts: tuple[str, ...], operator: Operator, values: tuple[str, ...]
) -> Callable[[str], Finding]:
    return _judge_perhaps(judge, texts, operator) if is_unsure(*texts, *values) else judge


def _judge_perhaps(
    judge: Callable[[str], Finding], texts: tuple[str, ...], operator: Operator
) -> Callable[[str], Finding]:
    """What is found of one value where parts are not known; `texts` are the policy's values.

    A match of texts as they stand is a match whatever the parts are: the same part is the same text. That there is none,
    only operators on texts can tell for certain.
    """
    on_hit = excluded if operator.negated else hit

    def judged(value: str) -> Finding:
        unsure = [(i, text) for i, text in enumerate(texts) if is_unsure(text, value)]
        counted = [(i, text) for i, text in unsure if "?" in text and operator.test in _LIKE]
        found = judge(value)
        if found.matched is not operator.negated and found.entry not in [i for i, _ in counted]:
            return found
        sure = next((i for i, text in counted if _like(text, value)), None)
        if sure is not None:
            return on_hit(sure)
        perhaps = [text for _, text in unsure if not operator.variables or _could_be(text, value)]
        return depends(unknown_names(value, *perhaps)) if perhaps else found

    return judged


_LIKE = (OPERATORS["stringlike"].test, OPERATORS["arnlike"].test)
"""How operators compare in which a `?` counts characters."""


def _like(text: str, value: str) -> bool:
    """Whether a value matches for certain, whatever its unknown parts are."""
    return "${" not in text and matches_for_certain(parse_wildcards(text), value) is True


def _could_be(text: str, value: str) -> bool:
    return "${" in text or could_match(parse_wildcards(text.lower()), value.lower())


def _folded(values: tuple[str, ...], judge: Callable[[str], Finding], *, every: bool) -> Finding:
    """Fold over the request's values: all of them for ForAllValues, any of them otherwise."""
    found = MISSED
    depending: Finding | None = None
    for value in values:
        found = judge(value)
        if found.matched is None:
            depending = depending or found
        elif found.matched is not every:
            return found
    return depending or found
