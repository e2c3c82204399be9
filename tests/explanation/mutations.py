"""Every way to break one element of one statement of a document."""

from __future__ import annotations

import copy
from dataclasses import dataclass

NEGATIONS = {"Action": "NotAction", "Resource": "NotResource", "Principal": "NotPrincipal"}
NEGATIONS |= {negated: name for name, negated in NEGATIONS.items()}
ELSEWHERE = {
    "Action": "ec2:RunInstances",
    "NotAction": "ec2:RunInstances",
    "Resource": "arn:aws:s3:::another-bucket",
    "NotResource": "arn:aws:s3:::another-bucket",
    "Principal": "arn:aws:iam::000000000000:role/another",
    "NotPrincipal": "arn:aws:iam::000000000000:role/another",
}


@dataclass(frozen=True)
class Mutation:
    """A document with one element broken: which statement of it, which element (None: it is gone), and how.

    `slip`: the kind of mistake that a person makes, in place of something else altogether.
    """

    name: str
    statement: int
    element: str | None
    how: str
    document: dict
    operator: str | None = None
    key: str | None = None
    slip: bool = False

    def __str__(self):
        return f"{self.name}[{self.statement}] {self.element or 'Condition'}: {self.how}"


def mutations(name, document):
    """Every mutation of a document."""
    for index, statement in enumerate(document["Statement"]):
        for element, how, made, more in _of_statement(statement):
            broken = copy.deepcopy(document)
            broken["Statement"][index] = made
            yield Mutation(name, index, element, how, broken, **more)


def _of_statement(statement):
    other = "Deny" if statement["Effect"] == "Allow" else "Allow"
    yield "Effect", other, {**statement, "Effect": other}, {}
    for element, value in statement.items():
        if element in ("Action", "NotAction", "Resource", "NotResource"):
            for how, made, slip in _of_list(element, value):
                yield element, how, {**statement, element: made}, {"slip": slip}
        elif element in ("Principal", "NotPrincipal"):
            for how, made, slip in _of_principals(element, value):
                yield element, how, {**statement, element: made}, {"slip": slip}
        elif element == "Condition":
            for how, made, more in _of_condition(value):
                yield more.pop("element", "Condition"), how, {**statement, "Condition": made}, more
        if element in NEGATIONS:
            renamed = {NEGATIONS.get(key, key) if key == element else key: held for key, held in statement.items()}
            yield NEGATIONS[element], f"in place of {element}", renamed, {}


def _of_list(element, value):
    """Each entry left out, misspelt, or another; one more entry."""
    entries = value if isinstance(value, list) else [value]
    for i, entry in enumerate(entries):
        if len(entries) > 1:
            yield f"without {entry}", entries[:i] + entries[i + 1 :], False
        for how, made, slip in _of_text(entry, ELSEWHERE[element]):
            yield (
                f"{entry} {how}",
                made if not isinstance(value, list) else [*entries[:i], made, *entries[i + 1 :]],
                slip,
            )
    yield "and *", [*entries, "*"], False


def _of_text(text, elsewhere):
    if text != "*":
        yield "cut short", text[:-1], True
        yield "with one character more", text + "x", True
        yield "in another case", text.upper(), True
        yield "widened", "*", False
    if ":11112222" in text or ":44445555" in text:
        yield "in another account", text.replace(":1111", ":2222").replace(":4444", ":5555"), True
    if ":us-east-1:" in text:
        yield "in another region", text.replace(":us-east-1:", ":us-east-2:"), True
    yield "replaced", elsewhere, False


def _of_principals(element, value):
    if value == "*":
        yield "* replaced", {"AWS": ELSEWHERE[element]}, False
        return
    for kind, held in value.items():
        for how, made, slip in _of_list(element, held):
            yield f"{kind}: {how}", {**value, kind: made}, slip
        yield f"{kind} as another kind", {**{k: v for k, v in value.items() if k != kind}, "Service": held}, False


def _of_condition(condition):
    for operator, keys in condition.items():
        without = {name: held for name, held in condition.items() if name != operator}
        for key, value in keys.items():
            others = {name: held for name, held in keys.items() if name != key}
            for how, made in _of_values(value):
                new = {**condition, operator: {**keys, key: made}}
                yield f"{operator} {key} {how}", new, {"operator": operator, "key": key, "slip": True}
            for wrong in (key + "x", key[:-1], "aws:SourceVpc"):
                new = {**condition, operator: {**others, wrong: value}}
                yield f"{operator} {key} as {wrong}", new, {"operator": operator, "key": wrong, "slip": True}
            rest = {**without, operator: others} if others else without
            yield f"without {operator} {key}", rest, {"element": None}
        for wrong in _operators(operator):
            if wrong not in condition:
                more = {"operator": wrong, "key": next(iter(keys)) if len(keys) == 1 else None}
                yield f"{operator} as {wrong}", {**without, wrong: keys}, more


def _of_values(value):
    values = value if isinstance(value, list) else [value]
    for i, text in enumerate(values):
        if len(values) > 1:
            yield f"without {text}", values[:i] + values[i + 1 :]
        for made in (text[:-1], text + "x", text.upper(), "another", "*", {"true": "false", "false": "true"}.get(text)):
            if made is not None and made != text:
                yield (
                    f"{text} as {made}",
                    made if not isinstance(value, list) else [*values[:i], made, *values[i + 1 :]],
                )


OPPOSITES = {
    "StringEquals": "StringNotEquals",
    "StringLike": "StringNotLike",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
    "NumericLessThan": "NumericGreaterThan",
    "DateGreaterThan": "DateLessThan",
}
OPPOSITES |= {opposite: name for name, opposite in OPPOSITES.items()}


def _operators(operator):
    """The opposite, other families, IfExists, set operators."""
    if operator == "Null":
        return ["StringEquals", "StringNotEquals"]
    name = operator.rpartition(":")[2].removesuffix("IfExists")
    others = ["NumericEquals", "Null", "StringLike", "StringNotLike", "BinaryEquals", name + "IfExists"]
    others += [prefix + name for prefix in ("ForAllValues:", "ForAnyValue:", "")]
    return [wrong for wrong in (OPPOSITES.get(name, "StringNotEquals"), *others) if wrong != operator]
