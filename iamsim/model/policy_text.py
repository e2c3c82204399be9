"""A policy as a document again, and as the text that AWS returns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamsim.model.policy import Policy, PrincipalEntry, Principals, Statement, Strings


def policy_document(policy: Policy) -> dict[str, Any]:
    """The document; reading it again gives an equal policy. Lists stay lists, a single value stands alone.

    Raises:
        ValueError: the policy's text is not known.
    """
    if not policy.known:
        message = f"the text of {policy.name} is not known"
        raise ValueError(message)
    head = {"Version": policy.version, "Id": policy.id}
    made = {key: value for key, value in head.items() if value is not None}
    return {**made, "Statement": [_statement(statement) for statement in policy.statements]}


def policy_text(policy: Policy) -> str | None:
    """The text as it was given; of a policy that is part of a larger file, a text with the same meaning.

    None for a policy whose text is not known.
    """
    if not policy.known:
        return None
    source = policy.source
    if source is not None and not source.base and source.text.lstrip().startswith("{"):
        return source.text
    return json.dumps(policy_document(policy))


def _statement(statement: Statement) -> dict[str, Any]:
    made: dict[str, Any] = {} if statement.sid is None else {"Sid": statement.sid}
    made["Effect"] = statement.effect.value
    if statement.principals is not None:
        made["NotPrincipal" if statement.principals.negated else "Principal"] = _principals(statement.principals)
    _put(made, "Action", statement.actions)
    _put(made, "Resource", statement.resources)
    conditions: dict[str, dict[str, Any]] = {}
    for condition in statement.conditions:
        conditions.setdefault(condition.operator, {})[condition.key] = _listed(condition.values)
    return {**made, "Condition": conditions} if conditions else made


def _put(made: dict[str, Any], element: str, strings: Strings | None) -> None:
    if strings is not None:
        made[f"Not{element}" if strings.negated else element] = _listed(strings.values)


def _listed(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _principals(principals: Principals) -> str | dict[str, Any]:
    if any(entry.kind == "*" for entry in principals.entries):
        return "*"
    kinds: dict[str, list[PrincipalEntry]] = {}
    for entry in principals.entries:
        kinds.setdefault(entry.kind, []).append(entry)
    return {kind: _members(entries) for kind, entries in kinds.items()}


def _members(entries: list[PrincipalEntry]) -> str | list[str]:
    return entries[0].value if entries[0].index is None else [entry.value for entry in entries]
