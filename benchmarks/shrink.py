"""Shrink a case on which two engines differ to the part that makes them differ.

Every step takes something away, or puts the plainest thing in its place, and stays if the engines still give
the same two answers. What is left at the end names the cause.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POLICY_LISTS = ("identity_policies", "permission_boundaries", "session_policies", "endpoint_policies")
LEVELS = ("scps", "rcps")
FIELDS = (*POLICY_LISTS, *LEVELS, "resource_policy", "kms_grants")
OPTIONAL = {"permission_boundaries", "session_policies", "resource_policy"}
ELEMENTS = ("Action", "Resource", "Principal")
OPEN = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ROUNDS = 60


def shrunk(cases: list[dict], pairs: Callable[[list[dict]], list[tuple[str, str]]]) -> list[dict]:
    """Return the cases, each as small as it gets while `pairs` still says the same of it."""
    wanted, small = pairs(cases), list(cases)
    growing = set(range(len(cases)))
    for _ in range(ROUNDS):
        steps = [(index, step) for index in sorted(growing) for step in smaller(small[index])]
        if not steps:
            break
        found: dict[int, dict] = {}
        for (index, step), pair in zip(steps, pairs([step for _, step in steps]), strict=True):
            if pair == wanted[index]:
                found.setdefault(index, step)
        growing = set(found)
        for index, step in found.items():
            small[index] = step
    return small


def smaller(case: dict) -> Iterator[dict]:
    """Yield the case with one thing less, the greatest things first."""
    for step in (without_policies, plainer_request, without_parts, plainer_statements, without_context):
        yield from step(case)


def changed(case: dict, change: Callable[[dict], object]) -> dict:
    """Return a copy of the case with a change made to it."""
    other = copy.deepcopy(case)
    change(other)
    return other


def without_policies(case: dict) -> Iterator[dict]:
    """Yield it without all policies of one type."""
    for field in FIELDS:
        empty = None if field in OPTIONAL else []
        if case.get(field) not in (None, empty):
            yield case | {field: empty}
    if case.get("identity_policies") and case["identity_policies"] != [{"name": "open", "policy": allowing()}]:
        yield case | {"identity_policies": [{"name": "open", "policy": allowing()}]}


def allowing() -> dict:
    """Return a policy that allows everything."""
    return {"Version": "2012-10-17", "Statement": [dict(OPEN)]}


def plainer_request(case: dict) -> Iterator[dict]:
    """Yield it with a plain user, a plain action, or one account."""
    request = case["request"]
    caller = request.get("principal_account") or account(request["principal"])
    owner = request.get("resource_account") or account(request["resource"]) or caller
    steps = []
    if caller and case.get("session_policies") is None:  # a user has no session policy
        steps.append({"principal": f"arn:aws:iam::{caller}:user/u", "principal_account": caller})
    if owner:
        queue = f"arn:aws:sqs:us-east-1:{owner}:q"
        steps.append({"action": "sqs:SendMessage", "resource": queue, "resource_account": owner})
        steps.append({"action": "sqs:SendMessage"})
    if owner and caller:
        near = request["resource"].replace(owner, caller)
        steps.append({"resource": near, "resource_account": caller})
    for step in steps:
        if any(request.get(key) != value for key, value in step.items()):
            yield case | {"request": request | step}


def account(arn: object) -> str:
    """Return the account in an ARN, if there is one."""
    fields = arn.split(":", 5) if isinstance(arn, str) else []
    return fields[4] if len(fields) == 6 else ""


def documents(case: dict) -> Iterator[dict]:
    """Yield every policy document of a case."""
    for field in POLICY_LISTS:
        for one in case.get(field) or ():
            yield one["policy"] if field == "identity_policies" else one
    for field in LEVELS:
        for level in case.get(field) or ():
            yield from level["policies"]
    if case.get("resource_policy"):
        yield case["resource_policy"]


def statements(case: dict) -> Iterator[dict]:
    """Yield every statement of a case."""
    for document in documents(case):
        yield from (document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]])


def lists(case: dict) -> Iterator[list]:
    """Yield every list of policies, levels or statements of a case."""
    for field in (*POLICY_LISTS, *LEVELS):
        if case.get(field):
            yield case[field]
    for field in LEVELS:
        yield from (level["policies"] for level in case.get(field) or ())
    yield from (one["Statement"] for one in documents(case) if isinstance(one["Statement"], list))


def without_parts(case: dict) -> Iterator[dict]:
    """Yield it without one level, policy or statement."""
    for number, parts in enumerate(lists(case)):
        for index in range(len(parts)):
            yield changed(case, lambda other, number=number, index=index: list(lists(other))[number].pop(index))


def plainer_statements(case: dict) -> Iterator[dict]:
    """Yield it with one statement, or one document's version, made plainer."""
    for number, document in enumerate(documents(case)):
        if document.get("Version") != "2012-10-17":
            yield changed(case, lambda other, number=number: modern(list(documents(other))[number]))
    for number, statement in enumerate(statements(case)):
        for plain in plainer(statement):
            yield changed(case, lambda other, number=number, plain=plain: put(list(statements(other))[number], plain))


def modern(document: dict) -> None:
    """Give a document today's version."""
    document["Version"] = "2012-10-17"


def put(statement: dict, plain: dict) -> None:
    """Put another statement in its place."""
    statement.clear()
    statement.update(plain)


def plainer(statement: dict) -> Iterator[dict]:
    """Yield a statement with one element less, wide open, or with fewer values."""
    if "Sid" in statement:
        yield without(statement, "Sid")
    if "Condition" in statement:
        yield without(statement, "Condition")
        yield from (statement | {"Condition": one} for one in fewer_conditions(statement["Condition"]))
    for element in ELEMENTS:
        given = [name for name in (element, f"Not{element}") if name in statement]
        if given and (given != [element] or statement[element] != "*"):
            yield without(statement, *given) | {element: "*"}
        yield from (statement | {name: one} for name in given for one in fewer(statement[name]))


def without(mapping: dict, *names: str) -> dict:
    """Return a mapping without some of its keys."""
    return {name: value for name, value in mapping.items() if name not in names}


def fewer(value: object) -> Iterator[object]:
    """Yield single values of a list, or of the lists in a mapping."""
    if isinstance(value, list):
        yield from value if len(value) > 1 else ()
    if isinstance(value, dict):
        yield from ({key: value[key]} for key in value if len(value) > 1)
        yield from (value | {key: one} for key in value for one in fewer(value[key]))


def fewer_conditions(condition: dict) -> Iterator[dict]:
    """Yield a condition with one operator, one key or one value less."""
    for operator, keys in condition.items():
        others = without(condition, operator)
        yield from [others] if others else []
        for key, values in keys.items():
            yield from [condition | {operator: without(keys, key)}] if len(keys) > 1 else []
            yield from (condition | {operator: keys | {key: one}} for one in fewer(values))


def without_context(case: dict) -> Iterator[dict]:
    """Yield it with one key of the context less, or with one of several values."""
    request = case["request"]
    context = request.get("context") or {}
    for key, value in context.items():
        yield case | {"request": request | {"context": without(context, key)}}
        for one in fewer(value):
            yield case | {"request": request | {"context": context | {key: one}}}
