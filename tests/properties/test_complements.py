"""Law: NotAction and NotResource match exactly what Action and Resource do not, as long as no variable is in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties.deciding import evaluated
from properties.strategies import action_patterns, requests, resource_patterns

from iamsim.engine.compile import compile_policy
from iamsim.model.policy import Policy


def matches(request, kind, **elements):
    """Whether a statement that differs in nothing else matches the request."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **elements}
    without = {key: value for key, value in statement.items() if value is not None}
    policy = Policy.parse({"Version": "2012-10-17", "Statement": without}, kind, "p", lenient=True)
    case = evaluated({"request": request}).law.case
    return all(finding.matched for finding in compile_policy(policy).statements[0].findings(case))


def some_of(patterns):
    return st.lists(st.sampled_from(patterns), min_size=1, max_size=4)


@given(requests(), st.data())
def test_action_and_not_action(request_, data):
    meet, miss = action_patterns(request_["action"])
    patterns = data.draw(some_of(meet + miss * 2))
    positive = matches(request_, "identity", Action=patterns)
    negative = matches(request_, "identity", Action=None, NotAction=patterns)
    assert positive is not negative


@pytest.mark.parametrize("kind", ["identity", "boundary", "session", "scp"])
@given(request_=requests(), data=st.data())
def test_resource_and_not_resource(kind, request_, data):
    meet, miss = resource_patterns(request_["resource"])
    patterns = data.draw(some_of([pattern for pattern in meet + miss * 2 if "${" not in pattern]))
    positive = matches(request_, kind, Resource=patterns)
    negative = matches(request_, kind, Resource=None, NotResource=patterns)
    assert positive is not negative
