"""Law: the engine and the oracle, which was written apart from it, come to the same decision."""

from __future__ import annotations

import json
import re

from hypothesis import assume, given, settings
from oracle import decide
from properties.deciding import decided, documents, listed, readable_cases

BOOLEANS = {"aws:securetransport"}


def without_one_meaning(case):
    """Where AWS says nothing, or the engine is known to differ.

    A Bool operator on what is no boolean; a variable with a default whose key has several values. An RCP on
    s3:ListAllMyBuckets: it has no resource type, which the engine knows only of the services that it models.
    """
    request = case["request"]
    context = {key.lower(): value for key, value in request["context"].items()}
    conditions = [s.get("Condition", {}).items() for _, document in documents(case) for s in listed(document)]
    several = [key for key, value in context.items() if isinstance(value, list) and len(value) > 1]
    return (
        any(
            "Bool" in operator and {*map(str.lower, keys)} - BOOLEANS
            for pairs in conditions
            for operator, keys in pairs
        )
        or any(key.lower() in several for key in re.findall(r"\$\{ ?([^},]+), '", json.dumps(case)))
        or (request["action"] == "s3:ListAllMyBuckets" and bool(case["rcps"]))
    )


@settings(max_examples=settings.default.max_examples * 4)
@given(readable_cases())
def test_engine_and_oracle_agree(case):
    assume(not without_one_meaning(case))
    assert decided(case).value == decide(case)
