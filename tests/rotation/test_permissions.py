"""Any part of what a rotation needs: it completes with the whole of it alone, and stops where the first part is missed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rotation.given import NEEDED, START, labels, world

from iamsim.analysis.rotation_audit import audit
from iamsim.simulator.rotation import rotate

ORDER = ("start", "invoke", "createSecret", "setSecret", "testSecret", "finishSecret")
strategies = pytest.mark.parametrize("strategy", NEEDED)


def held(run, strategy, without):
    """A rotation against the table: how far it comes, and what it leaves."""
    if not without:
        assert run.completed
        assert labels(run) == {"AWSPREVIOUS": 1, "AWSCURRENT": 2, "AWSPENDING": 2}
        return
    first = min((NEEDED[strategy][name][2] for name in without), key=ORDER.index)
    assert not run.completed
    assert run.stopped.name == first
    assert run.steps[-1].name == first
    assert labels(run) == ({"AWSCURRENT": 1} if first == "start" else {"AWSCURRENT": 1, "AWSPENDING": 2})


@strategies
@given(data=st.data())
def test_it_completes_with_all_of_it_alone(strategy, data):
    without = data.draw(st.sets(st.sampled_from(sorted(NEEDED[strategy])))) if data.draw(st.booleans()) else set()
    held(rotate(world(strategy, without), START), strategy, without)


@pytest.mark.parametrize(
    ("strategy", "name"), [(strategy, name) for strategy, needed in NEEDED.items() for name in needed]
)
def test_nothing_of_it_is_too_much(strategy, name):
    held(rotate(world(strategy, {name}), START), strategy, {name})


@strategies
@settings(max_examples=settings().max_examples // 10)  # an audit plays many rotations
@given(data=st.data())
def test_the_audit_names_all_that_is_missing_whatever_it_is(strategy, data):
    without = data.draw(st.sets(st.sampled_from(sorted(NEEDED[strategy])), max_size=4))
    found = audit(world(strategy, without), START)
    missing = {NEEDED[strategy][name][:2] for name in without}
    assert {(each.action, each.resource) for each in found.lacking} == missing
    assert found.repaired is None or found.repaired.completed
    assert (found.repaired is None) is (not without)
