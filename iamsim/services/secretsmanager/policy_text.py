"""A resource policy: its text, and what AWS's checks look for in it.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.model.policy import Effect

if TYPE_CHECKING:
    from iamsim.model.policy import Policy, Principals, Statement, Strings
    from iamsim.model.world import World


def policy_text(policy: Policy) -> str:
    """The text as it was given; of a policy that is part of a larger file, a text with the same meaning."""
    source = policy.source
    if source is not None and not source.base and source.text.lstrip().startswith("{"):
        return source.text
    head = {"Version": policy.version, "Id": policy.id}
    made = {key: value for key, value in head.items() if value is not None}
    return json.dumps({**made, "Statement": [_statement(statement) for statement in policy.statements]})


def is_broad(policy: Policy) -> bool:
    """Whether a statement allows something to everyone, without a condition."""
    return any(
        statement.effect is Effect.ALLOW
        and not statement.conditions
        and statement.principals is not None
        and (statement.principals.negated or any(entry.value == "*" for entry in statement.principals.entries))
        for statement in policy.statements
    )


def names_nobody(policy: Policy, world: World) -> bool:
    """Whether a principal does not exist, as far as the world holds its account."""
    named = (
        entry.value
        for statement in policy.statements
        if statement.principals is not None
        for entry in statement.principals.entries
        if entry.kind == "AWS"
    )
    return any(_is_nobody(value, world) for value in named)


def _is_nobody(value: str, world: World) -> bool:
    try:
        arn = parse_arn(value)
    except LanguageError:
        return False
    account = world.account(arn.account) if arn.service == "iam" else None
    if account is None:
        return False
    known = {"user": account.users, "role": account.roles}.get(arn.resource_type)
    return known is not None and value not in known and not arn.resource.startswith("role/aws-service-role/")


def _statement(statement: Statement) -> dict[str, Any]:
    made: dict[str, Any] = {} if statement.sid is None else {"Sid": statement.sid}
    made["Effect"] = statement.effect.value
    if statement.principals is not None:
        made["NotPrincipal" if statement.principals.negated else "Principal"] = _principals(statement.principals)
    made |= _strings("Action", statement.actions) | _strings("Resource", statement.resources)
    conditions: dict[str, dict[str, list[str]]] = {}
    for condition in statement.conditions:
        conditions.setdefault(condition.operator, {})[condition.key] = list(condition.values)
    return {**made, "Condition": conditions} if conditions else made


def _principals(principals: Principals) -> str | dict[str, list[str]]:
    if any(entry.kind == "*" for entry in principals.entries):
        return "*"
    kinds: dict[str, list[str]] = {}
    for entry in principals.entries:
        kinds.setdefault(entry.kind, []).append(entry.value)
    return kinds


def _strings(element: str, strings: Strings | None) -> dict[str, Any]:
    if strings is None:
        return {}
    return {f"Not{element}" if strings.negated else element: list(strings.values)}
