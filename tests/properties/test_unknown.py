"""Law: a definite answer holds however the unknown keys turn out."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from properties.deciding import ALLOWED, EXPLICIT, IMPLICIT, UNKNOWN, changed, decided, evaluated, readable_cases
from properties.strategies import VALUES

HOLDS_AS = {ALLOWED: {ALLOWED}, EXPLICIT: {EXPLICIT}, IMPLICIT: {IMPLICIT, EXPLICIT}}
"""What a definite answer leaves possible: behind an implicit deny, a possible Deny need not be told apart."""


def without(case, keys):
    lowered = {key.lower() for key in keys}
    request = case["request"]
    context = {key: value for key, value in request["context"].items() if key.lower() not in lowered}
    return changed(case, request={**request, "context": context, "unknown": sorted(keys)})


def completed(case, values):
    """The case with keys that are known after all; None stands for an absent one."""
    request = case["request"]
    context = {**request["context"], **{key: value for key, value in values.items() if value is not None}}
    return changed(case, request={**request, "context": context, "unknown": []})


def completions(key):
    """Several ways in which a key can turn out: absent, each single value, several values."""
    values = VALUES[key]
    return st.sampled_from([None, *values, list(values[:2]), list(values[-2:])])


NOT_IN_ANY_CONTEXT = ("app:absent", "kms:EncryptionContext:Other")
"""Keys that policies and grants ask for in vain."""

some_keys = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=2, unique=True)


@settings(max_examples=settings.default.max_examples * 2)
@given(readable_cases(), some_keys, st.data())
def test_a_definite_answer_holds_under_every_completion(case, keys, data):
    unknown = without(case, keys)
    answer = decided(unknown)
    if answer is UNKNOWN:
        return
    ways = [data.draw(st.lists(completions(key), min_size=2, max_size=5), label=key) for key in keys]
    for values in product(*ways):
        assert decided(completed(unknown, dict(zip(keys, values, strict=True)))) in HOLDS_AS[answer]


@settings(max_examples=settings.default.max_examples * 2)
@given(readable_cases(), some_keys)
def test_to_know_less_never_gives_another_definite_answer(case, keys):
    answer = decided(without(case, keys))
    assert answer is UNKNOWN or decided(case) in HOLDS_AS[answer]


@settings(max_examples=settings.default.max_examples * 2)
@given(readable_cases(), st.lists(st.sampled_from(sorted(VALUES)), min_size=1, unique=True))
def test_an_unknown_answer_names_keys_that_are_not_known(case, keys):
    evaluation = evaluated(without(case, keys))
    missing = {key.lower() for key in evaluation.missing_context_values}
    assert missing <= {key.lower() for key in keys}
    assert bool(missing) == (evaluation.decision is UNKNOWN)
    assert bool(evaluation.decided_by) or evaluation.decision is ALLOWED


@given(readable_cases(), some_keys, st.data())
def test_the_keys_that_are_named_are_enough_to_decide(case, keys, data):
    unknown = without(case, keys)
    named = evaluated(unknown).missing_context_values
    known = {key.lower(): key for key in keys}
    values = {known[key.lower()]: data.draw(completions(known[key.lower()])) for key in named}
    after = completed(unknown, values)
    after["request"]["unknown"] = [key for key in keys if key not in values]
    assert decided(after) is not UNKNOWN


@given(readable_cases())
def test_the_beginning_of_keys_stands_for_every_key_that_begins_so(case):
    request = {**case["request"], "context": {}}
    every = changed(case, request={**request, "unknown": [*VALUES, *NOT_IN_ANY_CONTEXT]})
    for beginnings in (["*"], ["aws:*", "kms:*", "s3:*", "app:*"]):
        assert decided(changed(case, request={**request, "unknown": beginnings})) is decided(every)
