"""What AWS takes without a word, and what hardly does what was meant: warnings and notes, on the built policy.

Only `lint` asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.model.policy import PolicyType
from iamsim.model.validation.catalog import RULES, Weight
from iamsim.model.validation.conditions import operator_kind
from iamsim.model.validation.principals import UNIQUE_ID
from iamsim.model.validation.report import Flaw, shown
from iamsim.model.validation.requirements import Presence
from iamsim.model.validation.resources import FIELDS
from iamsim.model.validation.values import TEXTUAL, value_flaw

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.language.source import Pointer
    from iamsim.model.policy import Condition, Policy, Statement
    from iamsim.model.validation.report import Report
    from iamsim.model.validation.requirements import Requirements

_OPENS = "${"


def advise(policy: Policy, required: Requirements, report: Report) -> None:
    """Add the warnings and notes about a policy to the report."""
    if not policy.variables and not required.current_version:
        message = "without Version 2012-10-17 the document is read by the rules of 2008, without policy variables"
        flaw = Flaw("old-version", message, 'write `"Version": "2012-10-17"`')
        report.add(flaw, ("Version",) if policy.version else ())
    if policy.id is not None and not required.id:
        message = f"AWS documents no `Id` for {required.called}"
        report.add(Flaw("id-not-supported", message, "leave it out"), ("Id",), key=True)
    for statement in policy.statements:
        for look in _LOOKS:
            look(policy, statement, required, report)


def _look_at_principals(policy: Policy, statement: Statement, required: Requirements, report: Report) -> None:
    if statement.principals is None:
        return
    element = "NotPrincipal" if statement.principals.negated else "Principal"
    for kind, value, index in statement.principals.entries:
        at: Pointer = ("Statement", statement.index, element, kind, index or 0)
        if kind == "AWS" and UNIQUE_ID.fullmatch(value):
            message = f"{shown(value)} is the id of a principal that was deleted; it matches nobody"
            help_ = "write the ARN of the principal again; one of the same name has another id"
            report.add(Flaw("unique-id-principal", message, help_), at)
        elif _OPENS in value:
            report.add(_unsupported_variable("a principal"), at)


def _look_at_actions(policy: Policy, statement: Statement, required: Requirements, report: Report) -> None:
    if statement.actions is None:
        return
    element = "NotAction" if statement.actions.negated else "Action"
    for index, text in enumerate(statement.actions.values):
        if _OPENS in text:
            report.add(_unsupported_variable("an action"), ("Statement", statement.index, element, index))


def _look_at_resources(policy: Policy, statement: Statement, required: Requirements, report: Report) -> None:
    at: Pointer = ("Statement", statement.index)
    if statement.resources is None:
        flaw = _without_resource(policy.type, required)
        if flaw:
            report.add(flaw, at)
        return
    element = "NotResource" if statement.resources.negated else "Resource"
    for index, text in enumerate(statement.resources.values):
        flaw = _resource_advice(policy, text)
        if flaw:
            report.add(flaw, (*at, element, index))


def _without_resource(policy_type: PolicyType, required: Requirements) -> Flaw | None:
    if policy_type is PolicyType.KEY_POLICY:
        message = "a statement of a key policy without `Resource` never applies to the key"
        return Flaw("key-policy-resource", message, 'write `"Resource": "*"`: it means this key')
    if required.resource is not Presence.OPTIONAL:
        return None
    message = "the statement names no resource, and few services take that"
    return Flaw("resource-omitted", message, 'write `"Resource": …`, unless the service has no resources to name')


def _resource_advice(policy: Policy, text: str) -> Flaw | None:
    if policy.type is PolicyType.KEY_POLICY and text != "*":
        message = "the `Resource` of a key policy is `*`: this key"
        return Flaw("key-policy-resource", message, 'write `"Resource": "*"`')
    if _OPENS not in text:
        return None
    if not policy.variables:
        return _old_variable(text)
    if text.count(":", 0, text.index(_OPENS)) < FIELDS - 1:
        at = text.index(_OPENS)
        message = "a policy variable stands before the fifth colon of an ARN, where AWS documents none"
        help_ = "use variables in the last field only"
        return Flaw("variable-before-fifth-colon", message, help_, (at, text.find("}", at) + 1))
    return None


def _look_at_conditions(policy: Policy, statement: Statement, required: Requirements, report: Report) -> None:
    seen: dict[tuple[str, str], str] = {}
    for condition in statement.conditions:
        at: Pointer = ("Statement", statement.index, "Condition", condition.operator, condition.key)
        first = seen.setdefault((condition.operator, condition.key.lower()), condition.key)
        if first != condition.key:
            message = f"{shown(condition.key)} and {shown(first)} are the same key: upper and lower case do not matter"
            flaw = Flaw("duplicate-condition-key", message, "put their values in one list")
            report.add(flaw, at, key=True, other=(*at[:-1], first))
        if not condition.values:
            message = f"{shown(condition.key)} has no value to compare with"
            report.add(Flaw("condition-without-values", message, "write a value"), at)
        if _OPENS in condition.key:
            report.add(_unsupported_variable("a condition key"), at, key=True)
        for index, text in enumerate(condition.values):
            value = _value_advice(policy, condition, text)
            if value:
                report.add(value, (*at, index))


def _value_advice(policy: Policy, condition: Condition, text: str) -> Flaw | None:
    kind = operator_kind(condition.operator)
    if kind is None:
        return None
    if _OPENS in text and kind not in TEXTUAL:
        return _unsupported_variable(f"a value of `{condition.operator}`")
    if _OPENS in text and not policy.variables:
        return _old_variable(text)
    flaw = value_flaw(kind, text)
    return flaw if flaw and RULES[flaw.code].weight is Weight.WARNING else None


def _unsupported_variable(where: str) -> Flaw:
    help_ = "use variables in `Resource` and in the values of string and ARN operators only"
    return Flaw("variable-not-supported", f"{where} takes no policy variable; it is literal text here", help_)


def _old_variable(text: str) -> Flaw:
    message = f"{shown(text)} is literal text: policy variables need Version 2012-10-17"
    return Flaw("variable-in-old-version", message, 'write `"Version": "2012-10-17"`')


_LOOKS: tuple[Callable[[Policy, Statement, Requirements, Report], None], ...] = (
    _look_at_principals,
    _look_at_actions,
    _look_at_resources,
    _look_at_conditions,
)
