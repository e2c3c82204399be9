"""The value forms of the recorded sequences: how parameters are made of them, and how a response is compared with them.

The forms are described in the README beside the recordings.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime

SYMBOL = re.compile(r"\$[a-z][a-z_]*[0-9]*")
_MISSING = object()


def symbols_in(node):
    """The symbols in a value, in the order in which they stand there."""
    if isinstance(node, str):
        yield from SYMBOL.findall(node)
    elif isinstance(node, dict):
        for key, member in node.items():
            yield from symbols_in(key)
            yield from symbols_in(member)
    elif isinstance(node, list):
        for member in node:
            yield from symbols_in(member)


def filled(node, bound):
    """A value with every bound symbol replaced; a string that is a symbol alone becomes what the symbol stands for."""
    if isinstance(node, str):
        if SYMBOL.fullmatch(node):
            return bound.get(node, node)
        return SYMBOL.sub(lambda found: str(bound.get(found[0], found[0])), node)
    if isinstance(node, dict):
        return {filled(key, bound): filled(member, bound) for key, member in node.items()}
    return [filled(member, bound) for member in node] if isinstance(node, list) else node


def parameter(node, bound):
    """A parameter as it is sent."""
    if isinstance(node, dict) and len(node) == 1:
        form, value = next(iter(node.items()))
        if form == "json":
            return json.dumps(filled(value, bound))
        if form == "base64":
            return base64.b64decode(value)
        if form == "partial_arn":
            return filled(value, bound)[:-7]
        if form == "cut_front":
            return filled(value, bound)[4:]
    if isinstance(node, dict):
        return {filled(key, bound): parameter(member, bound) for key, member in node.items()}
    return [parameter(member, bound) for member in node] if isinstance(node, list) else filled(node, bound)


def at(path, response):
    """What stands at a path of a response: `Versions.length` is the length of a list."""
    for step in path.split("."):
        if step == "length" and isinstance(response, list):
            return len(response)
        response = response[int(step)] if isinstance(response, list) else response[step]
    return response


def mismatch(expected, actual, bound, *, exact, where="response"):
    """How a value differs from what was recorded; empty if it does not."""
    if isinstance(expected, dict):
        form = _FORMS.get(frozenset(expected))
        if form is not None:
            return form(expected, actual, bound, exact, where)
        return _mapping(expected, actual, bound, exact, where)
    if actual is _MISSING:
        return f"{where}: missing"
    if isinstance(expected, list):
        return _list(expected, actual, bound, exact, where)
    wanted = filled(expected, bound)
    return "" if wanted == actual else f"{where}: {actual!r} is not {wanted!r}"


def _mapping(expected, actual, bound, exact, where):
    if not isinstance(actual, dict):
        return f"{where}: no mapping"
    names = {filled(name, bound): member for name, member in expected.items()}
    more = set(actual) - set(names) if exact else ()
    if more:
        return f"{where}: {sorted(more)} were not recorded"
    parts = (
        mismatch(member, actual.get(name, _MISSING), bound, exact=exact, where=f"{where}.{name}")
        for name, member in names.items()
    )
    return next((part for part in parts if part), "")


def _list(expected, actual, bound, exact, where):
    if not isinstance(actual, list) or len(actual) != len(expected):
        return f"{where}: {actual!r} has not {len(expected)} members"
    parts = (
        mismatch(member, found, bound, exact=exact, where=f"{where}[{index}]")
        for index, (member, found) in enumerate(zip(expected, actual, strict=True))
    )
    return next((part for part in parts if part), "")


def _json(form, actual, bound, exact, where):
    return mismatch(form["json"], json.loads(actual), bound, exact=exact, where=f"{where} as JSON")


def _any(form, actual, bound, exact, where):
    there = actual is not _MISSING and actual is not None
    right = there and (form["any"] != "datetime" or isinstance(actual, datetime))
    return "" if right else f"{where}: no {form['any']}"


def _set(form, actual, bound, exact, where):
    if not isinstance(actual, list) or len(actual) != len(form["set"]):
        return f"{where}: {actual!r} has not {len(form['set'])} members"
    left = list(actual)
    for member in form["set"]:
        found = next((a for a in left if not mismatch(member, a, bound, exact=exact)), _MISSING)
        if found is _MISSING:
            return f"{where}: nothing is like {filled(member, bound)!r} in {left!r}"
        left.remove(found)
    return ""


def _members(form, actual, bound, exact, where):
    """Members of `contains` and `excludes` give only some fields."""
    if not isinstance(actual, list):
        return f"{where}: no list"
    for name, wanted in (("contains", True), ("excludes", False)):
        for member in form.get(name, ()):
            if any(not mismatch(member, found, bound, exact=False) for found in actual) is not wanted:
                return f"{where}: {name} {filled(member, bound)!r} is not so"
    return ""


def _length(form, actual, bound, exact, where):
    length = form["length"]
    wanted = sum(filled(part, bound) for part in length["sum"]) if isinstance(length, dict) else filled(length, bound)
    found = [a for a in actual if not mismatch(form["where"], a, bound, exact=False)] if "where" in form else actual
    return "" if len(found) == wanted else f"{where}: {len(found)} members, not {wanted}"


def _string(form, actual, bound, exact, where):
    rule = form["string"]
    right = len(actual) == rule.get("length", len(actual)) and not set(actual) & set(rule.get("excludes", ""))
    return "" if right else f"{where}: no such string"


def _says(right):
    """A form that a single question decides."""
    return lambda form, actual, bound, exact, where: "" if right(form, actual, bound) else f"{where}: {form} is not so"


_FORMS = {
    frozenset({"json"}): _json,
    frozenset({"base64"}): _says(lambda form, actual, bound: actual == base64.b64decode(form["base64"])),
    frozenset({"any"}): _any,
    frozenset({"absent"}): _says(lambda form, actual, bound: actual is _MISSING or actual is None),
    frozenset({"empty_or_absent"}): _says(lambda form, actual, bound: actual is _MISSING or not actual),
    frozenset({"set"}): _set,
    frozenset({"contains"}): _members,
    frozenset({"excludes"}): _members,
    frozenset({"contains", "excludes"}): _members,
    frozenset({"where", "length"}): _length,
    frozenset({"length"}): _length,
    frozenset({"first"}): lambda form, actual, bound, exact, where: mismatch(
        form["first"], actual[0] if isinstance(actual, list) and actual else _MISSING, bound, exact=exact, where=where
    ),
    frozenset({"not"}): _says(lambda form, actual, bound: actual != filled(form["not"], bound)),
    frozenset({"after"}): _says(
        lambda form, actual, bound: actual is not _MISSING and actual > filled(form["after"], bound)
    ),
    frozenset({"string"}): _string,
}
