"""Laws: a policy that is printed and read again is the same policy; a JSON object says a key once."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from properties.deciding import listed
from properties.strategies import policies

from iamsim.language.errors import PolicyError
from iamsim.language.json_document import json_source
from iamsim.model.policy import Policy
from iamsim.model.policy_text import policy_document

KINDS = {
    "identity": "identity",
    "boundary": "boundary",
    "session": "session",
    "scp": "scp",
    "rcp": "rcp",
    "endpoint": "endpoint",
    "resource": "resourcePolicy",
    "key": "keyPolicy",
    "trust": "trustPolicy",
}


def printed(policy):
    """A policy as a document, the long way: everything that may be a list is one."""
    document = {"Statement": [_statement(statement) for statement in policy.statements]}
    return document if policy.version is None else {"Version": policy.version, **document}


def _statement(statement):
    made = {"Effect": statement.effect.value}
    for name, element in (("Action", statement.actions), ("Resource", statement.resources)):
        if element is not None:
            made[f"Not{name}" if element.negated else name] = list(element.values)
    if statement.principals is not None:
        entries = {}
        for kind, value, index in statement.principals.entries:
            entries.setdefault(kind, []).append(value)
            entries[kind] = value if index is None else entries[kind]
        made["NotPrincipal" if statement.principals.negated else "Principal"] = entries.get("*", entries)
    for operator, key, values in statement.conditions:
        made.setdefault("Condition", {}).setdefault(operator, {})[key] = list(values)
    return made


@pytest.mark.parametrize("printer", [printed, policy_document])
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_print_and_parse_is_identity(printer, kind, data):
    document = data.draw(policies(kind))
    try:
        policy = Policy.parse(document, KINDS[kind], "p", lenient=True)
    except PolicyError:
        assume(all({"Resource", "NotResource"} & set(s) for s in listed(document)))
        raise
    assert Policy.parse(printer(policy), KINDS[kind], "p", lenient=True) == policy
    text = json.dumps(printer(policy), indent=data.draw(st.sampled_from([None, 2])))
    assert Policy.parse(text, KINDS[kind], "p", lenient=True) == policy


@pytest.mark.parametrize("kind", ["identity", "resource"])
@given(data=st.data())
def test_the_parsed_policy_says_what_is_written(kind, data):
    document = data.draw(policies(kind))
    statements = listed(document)
    assume(all({"Resource", "NotResource"} & set(s) for s in statements))
    policy = Policy.parse(document, KINDS[kind], "p", lenient=True)
    assert [s.effect.value for s in policy.statements] == [s["Effect"] for s in statements]
    for parsed, written in zip(policy.statements, statements, strict=True):
        for name, element in (("Action", parsed.actions), ("Resource", parsed.resources)):
            values = written[f"Not{name}" if element.negated else name]
            assert list(element.values) == (values if isinstance(values, list) else [values])
        conditions = {(op, key) for op, keys in written.get("Condition", {}).items() for key in keys}
        assert {(op, key) for op, key, _ in parsed.conditions} == conditions


@given(policies("identity"), st.data())
def test_a_repeated_key_is_refused_where_it_stands(document, data):
    objects = list(_objects(document))
    target, key = data.draw(st.sampled_from([(o, key) for o in objects for key in o]))
    text = json.dumps(_marked(document, target, key)).replace('"\\u0000":', f"{json.dumps(key)}:")
    with pytest.raises(PolicyError) as raised:
        Policy.parse(json_source("p.json", text), "identity", "p", lenient=True)
    found = [d for d in raised.value.diagnostics if d.code == "duplicate-key"]
    (second, first) = found[0].labels
    assert text[slice(*first.span)] == text[slice(*second.span)] == json.dumps(key)
    assert first.span < second.span


def _objects(value):
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(child)


def _marked(value, target, key):
    """A copy in which the target has one more member, to be renamed to the key."""
    if isinstance(value, list):
        return [_marked(child, target, key) for child in value]
    if not isinstance(value, dict):
        return value
    made = {name: _marked(child, target, key) for name, child in value.items()}
    return made | {"\0": made[key]} if value is target else made
