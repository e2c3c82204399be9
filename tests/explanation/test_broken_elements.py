"""The explanation is right: whatever is broken in an allowed world, it names that document, statement and element.

Where one broken element turns the verdict, `explain` must point at it, and what it underlines must stand in that
statement of that file; with the document restored, the call is allowed again.
"""

from __future__ import annotations

from itertools import chain

import pytest
from explanation.mutations import mutations
from explanation.settings import file_of, played, text_of
from explanation.worlds import SETTINGS

from iamsim.analysis.explain import explain
from iamsim.engine.decision import Decision
from iamsim.language.errors import PolicyError
from iamsim.language.json_document import json_source
from iamsim.outputs.explanation_json import explanation_json

DOCUMENTS = [(setting, name) for setting in SETTINGS for name in setting.documents]
every_document = pytest.mark.parametrize(
    ("setting", "name"), DOCUMENTS, ids=[f"{setting.name}: {name}" for setting, name in DOCUMENTS]
)


def turned(setting, name):
    """The mutations of a document that turn the verdict, each with the explanation of what came."""
    if (setting.name, name) not in _TURNED:
        _TURNED[setting.name, name] = list(_turned(setting, name))
    return _TURNED[setting.name, name]


_TURNED = {}


def _turned(setting, name):
    for mutation in mutations(name, setting.documents[name]):
        try:
            outcome = played(setting, {**setting.documents, name: mutation.document})
        except PolicyError:
            continue
        if outcome.decision is not Decision.ALLOWED:
            yield mutation, explain(outcome)


def shown(explanation):
    """The statements that an explanation shows, in its order, in groups: each way that is closed, or all that decide."""
    deciding = explanation.deciding
    if deciding.undecided:
        return [list(deciding.undecided)]
    groups = [deciding.causes] if deciding.causes else [way.causes for way in deciding.ways]
    return [list(chain.from_iterable(cause.statements for cause in causes)) for causes in groups]


def blames(statement, mutation):
    """Whether a shown statement is the broken one, and one of the checks that matter is of the broken element."""
    if (statement.policy.name, statement.index) != (mutation.name, mutation.statement):
        return False
    wanted = (True, None) if statement.effect == "Deny" else (False, None)
    to_blame = [check for check in statement.checks if check.finding.matched in wanted]
    return bool(to_blame) and (mutation.element in (None, "Effect") or any(is_of(c, mutation) for c in to_blame))


def is_of(check, mutation):
    said = {"element": check.element.value, "operator": check.operator, "key": check.key}
    wanted = {name: getattr(mutation, name) for name in said}
    return all(value is None or said[name] == value for name, value in wanted.items())


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_world_is_allowed_before_anything_is_broken(setting):
    outcome = played(setting)
    assert outcome.decision is Decision.ALLOWED
    assert [authorization.decision for authorization in outcome.authorizations] == [Decision.ALLOWED] * 2


@every_document
def test_the_broken_element_is_named(setting, name):
    missed = [
        str(mutation)
        for mutation, explanation in turned(setting, name)
        if not any(blames(statement, mutation) for group in shown(explanation) for statement in group)
    ]
    assert not missed


@every_document
def test_a_slip_is_named_first(setting, name):
    """But for a principal that is not named where its account is: there the identity policy is as near."""
    delegates = "its account too" in setting.name
    later = [
        str(mutation)
        for mutation, explanation in turned(setting, name)
        if mutation.slip and not (delegates and mutation.element == "Principal")
        if not blames(shown(explanation)[0][0], mutation)
    ]
    assert not later


@every_document
def test_what_is_underlined_stands_in_the_broken_statement(setting, name):
    wrong = []
    for mutation, explanation in turned(setting, name):
        source = json_source(file_of(name), text_of(mutation.document))
        start, end = source.span_of(("Statement", mutation.statement))
        for group in shown(explanation):
            for statement in (s for s in group if blames(s, mutation)):
                for check in statement.checks:
                    span = statement.policy.source.span_of(check.pointer)
                    if not (start <= span.start < span.end <= end) or check.pointer[2] != check.element.value:
                        wrong.append(f"{mutation}: {check.pointer}")
    assert not wrong


@every_document
def test_the_data_point_at_file_line_and_text(setting, name):
    wrong = []
    for mutation, explanation in turned(setting, name):
        text = text_of(mutation.document)
        span = json_source(file_of(name), text).span_of(("Statement", mutation.statement))
        named = list(checks_of(explanation_json(explanation), mutation))
        if not named or not all(within(text, span, check, file_of(name)) for check in named):
            wrong.append(str(mutation))
    assert not wrong


def checks_of(data, mutation):
    """The checks of the broken statement in the data of an explanation, those of the broken element."""
    for authorization in data["authorizations"]:
        causes = [*authorization["causes"], *chain.from_iterable(way["causes"] for way in authorization["ways"])]
        statements = [*authorization["undecided"], *chain.from_iterable(cause["statements"] for cause in causes)]
        for statement in statements:
            if (statement["policy"], statement["statement"]) == (mutation.name, mutation.statement):
                of_element = [c for c in statement["checks"] if mutation.element in (None, "Effect", c["element"])]
                yield from (c for c in of_element if mutation.operator in (None, c["operator"]))


def within(text, span, check, file):
    """Whether what the data say of a check stands there, inside the statement."""
    lines = text.split("\n")
    at = sum(len(line) + 1 for line in lines[: check["line"] - 1]) + check["column"] - 1
    inside = span.start <= at and at + len(check["text"]) <= span.end
    return check["file"] == file and inside and text.startswith(check["text"], at) and bool(check["text"])


@every_document
def test_with_the_statement_that_is_named_restored_it_is_allowed_again(setting, name):
    still = []
    for mutation, explanation in turned(setting, name):
        named = next(s for group in shown(explanation) for s in group if blames(s, mutation))
        statements = list(mutation.document["Statement"])
        statements[named.index] = setting.documents[name]["Statement"][named.index]
        restored = {**setting.documents, named.policy.name: {**mutation.document, "Statement": statements}}
        if played(setting, restored).decision is not Decision.ALLOWED:
            still.append(str(mutation))
    assert not still


def test_there_is_something_to_find():
    assert sum(len(turned(setting, name)) for setting, name in DOCUMENTS) > 600
