"""What the property tests share: a drawn case decided, and cases changed without touching what was drawn."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from properties.strategies import cases

from iamsim import authorize
from iamsim.engine.decision import Decision
from iamsim.inputs.case import case_of

if TYPE_CHECKING:
    from iamsim.engine.evaluation import Evaluation

ALLOWED, EXPLICIT, IMPLICIT, UNKNOWN = (
    Decision.ALLOWED,
    Decision.EXPLICIT_DENY,
    Decision.IMPLICIT_DENY,
    Decision.UNKNOWN,
)
HOLDERS = ("identity_policies", "permission_boundaries", "session_policies", "endpoint_policies")
LEVELS = ("scps", "rcps")


def evaluated(case) -> Evaluation:
    read = case_of(case)
    return authorize(read.request, read.policies)


def decided(case) -> Decision:
    return evaluated(case).decision


def changed(case, **fields):
    """A copy of the case with other fields."""
    return {**copy.deepcopy(case), **fields}


def documents(case):
    """Every policy document of a case, with the kind that the strategies know it by."""
    for holder, kind in zip(HOLDERS, ("identity", "boundary", "session", "endpoint"), strict=True):
        for held in case.get(holder) or []:
            yield kind, held.get("policy", held)
    for holder, kind in zip(LEVELS, ("scp", "rcp"), strict=True):
        for level in case.get(holder) or []:
            yield from ((kind, document) for document in level["policies"])
    if case.get("resource_policy"):
        yield "resource", case["resource_policy"]


def listed(document):
    """The statements of a document, as a list."""
    statements = document["Statement"]
    return statements if isinstance(statements, list) else [statements]


def with_statements(case, change):
    """A copy of the case in which each document holds what `change` makes of its statements."""
    made = copy.deepcopy(case)
    for _, document in documents(made):
        document["Statement"] = change(listed(document))
    return made


@st.composite
def readable_cases(draw):
    """Draw a case that `evaluate` reads: only a policy on a resource may have statements without a Resource."""
    case = draw(cases())
    for kind, document in documents(case):
        for statement in listed(document):
            if kind != "resource" and not {"Resource", "NotResource"} & set(statement):
                statement["Resource"] = "*"
    return case
