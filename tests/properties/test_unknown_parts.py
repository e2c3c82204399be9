"""Law: a definite answer holds whatever the parts of names are that are not known."""

from __future__ import annotations

import json

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from properties.deciding import ALLOWED, EXPLICIT, IMPLICIT, UNKNOWN, decided, evaluated, readable_cases

from iamsim.language.unknown_text import unknown_text

HOLDS_AS = {ALLOWED: {ALLOWED}, EXPLICIT: {EXPLICIT}, IMPLICIT: {IMPLICIT, EXPLICIT}}
"""What a definite answer leaves possible: behind an implicit deny, a possible Deny need not be told apart."""

PARTS = {
    "111122223333": ("account", 12, ("444455556666", "999999999999")),
    "444455556666": ("other-account", 12, ("111122223333", "999999999999")),
    "AbCdEf": ("suffix", 6, ("XyZ123", "AbCdEg")),
    "prod/db-AbCdEf": ("name", None, ("prod/db-XyZ123", "prod/api-AbCdEf")),
    ":role/app": ("role", None, (":role/other", ":role/app2")),
    "us-east-1": ("region", None, ("eu-west-1",)),
}
"""Texts of the cases, what they are called where they are not known, how long they are, and what else they might be."""


def hidden(case, data):
    """The case with some occurrences of one of its texts not known, and the cases that it may turn out to be."""
    text = json.dumps(case)
    there = [part for part in PARTS if part in text]
    assume(there)
    part = data.draw(st.sampled_from(there), label="part")
    name, length, others = PARTS[part]
    lead = ":role/" if part.startswith(":role/") else ""
    token = json.dumps(lead + unknown_text(name, length))[1:-1]
    pieces = text.split(part)
    chosen = data.draw(st.lists(st.booleans(), min_size=len(pieces) - 1, max_size=len(pieces) - 1), label="hidden")
    assume(any(chosen))

    def filled(value):
        between = [value if hide else part for hide in chosen]
        return json.loads("".join(x for pair in zip(pieces, [*between, ""], strict=True) for x in pair))

    return filled(token), [filled(value) for value in (part, *others)]


def lasting(case):
    """The decision, or None where the case cannot be read: a half-known name may be no name."""
    try:
        return decided(case)
    except Exception:  # noqa: BLE001 - whatever cannot be read is not asked
        return None


@settings(max_examples=settings.default.max_examples * 4)
@given(readable_cases(), st.data())
def test_a_definite_answer_holds_whatever_the_unknown_parts_are(case, data):
    unknown, completions = hidden(case, data)
    answer = lasting(unknown)
    if answer in (None, UNKNOWN):
        return
    for completed in completions:
        assert lasting(completed) in {None, *HOLDS_AS[answer]}


@settings(max_examples=settings.default.max_examples * 2)
@given(readable_cases(), st.data())
def test_an_unknown_answer_names_what_it_hangs_on(case, data):
    unknown, _ = hidden(case, data)
    if lasting(unknown) is UNKNOWN and lasting(case) is not UNKNOWN:
        evaluation = evaluated(unknown)
        assert evaluation.unknown_parts or evaluation.missing_context_values
