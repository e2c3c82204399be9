"""A stored policy as the text that AWS returns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamsim.model.policy import Policy, Principals, Statement, Strings


def policy_text(policy: Policy) -> str | None:
    """The text as it was given, where it was given as JSON text; else its meaning, written anew.

    None for a policy whose text is not known.
    """
    if not policy.known:
        return None
    source = policy.source
    if source is not None and not source.base and source.text.lstrip().startswith("{"):
        return source.text
    head = {"Version": policy.version, "Id": policy.id}
    made = {name: value for name, value in head.items() if value is not None}
    return json.dumps({**made, "Statement": [_statement(statement) for statement in policy.statements]})


def _statement(statement: Statement) -> dict[str, Any]:
    made: dict[str, Any] = {"Sid": statement.sid} if statement.sid is not None else {}
    made["Effect"] = statement.effect.value
    if statement.principals is not None:
        made["NotPrincipal" if statement.principals.negated else "Principal"] = _principals(statement.principals)
    for element, strings in (("Action", statement.actions), ("Resource", statement.resources)):
        if strings is not None:
            made[_element(element, strings)] = _one_or_more(strings.values)
    for condition in statement.conditions:
        made.setdefault("Condition", {}).setdefault(condition.operator, {})[condition.key] = _one_or_more(
            condition.values
        )
    return made


def _element(name: str, strings: Strings) -> str:
    return f"Not{name}" if strings.negated else name


def _principals(principals: Principals) -> str | dict[str, Any]:
    kinds: dict[str, tuple[str, ...]] = {}
    for entry in principals.entries:
        kinds[entry.kind] = (*kinds.get(entry.kind, ()), entry.value)
    return "*" if "*" in kinds else {kind: _one_or_more(values) for kind, values in kinds.items()}


def _one_or_more(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)
