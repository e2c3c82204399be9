"""Assertion files: read, and their names found in the world that is checked. `iamsim.inputs.assertion_file` has the format."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.analysis.assertions import Asserted
from iamsim.engine.glob import matcher
from iamsim.inputs.assertion_file import AssertionFile
from iamsim.inputs.problems import Problems
from iamsim.inputs.refusals import read
from iamsim.inputs.scenario import covered_source
from iamsim.inputs.scenario_file import Question as WrittenQuestion
from iamsim.inputs.scenario_questions import read_questions
from iamsim.inputs.spot import Spot
from iamsim.language.assertion import Form, Kind
from iamsim.language.diagnostic import Diagnostic, Severity
from iamsim.language.pattern import parse_wildcards
from iamsim.model.world import Organization, Unit, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from iamsim.inputs.assertion_file import Asserted as WrittenAssertion
    from iamsim.inputs.names import Names
    from iamsim.language.assertion import Name
    from iamsim.model.question import Question


class AssertionText(NamedTuple):
    """An assertion file whose names are not looked up yet."""

    file: AssertionFile
    spot: Spot


def read_assertion_file(path: str | Path) -> AssertionText:
    """Read an assertion file.

    Raises:
        InputError: it cannot be read, or is of another form; everything that is wrong is among its diagnostics.
    """
    value, source = covered_source(path)
    problems = Problems()
    spot = Spot(source, (), problems)
    file = read(AssertionFile, value, spot)
    if file is None:
        raise problems.error()
    return AssertionText(file, spot)


def with_organization(world: World, texts: Sequence[AssertionText], problems: Problems) -> World:
    """The world with the organization that an assertion file tells, where no scenario has one."""
    for text in texts:
        told = text.file.organization
        if told is None:
            continue
        if world.organization is not None and world.organization.id != told.id:
            message = f"the organization is `{world.organization.id}` in another file"
            problems.extend([Diagnostic("two-organizations", message, (text.spot.at("organization", "id").label(),))])
        elif world.organization is None:
            accounts = tuple(text.file.accounts.get(name, name) for name in told.accounts)
            own = tuple(Unit(id_, accounts=(id_,)) for id_ in accounts)
            world = replace(world, organization=Organization(told.id, "", Unit("root", units=own)))
    return world


def assertions_of(text: AssertionText, names: Names, problems: Problems) -> list[Asserted]:
    """What a file asserts of a world with these names. What is wrong is noted."""
    file, spot = text.file, text.spot._replace(problems=problems)
    own = {alias: id_ for alias, id_ in file.accounts.items() if alias not in names.accounts}
    for alias, id_ in file.accounts.items():
        if names.accounts.get(alias, id_) != id_:
            message = f"`{alias}` is account {names.accounts[alias]} in another file"
            spot.at("accounts", alias).wrong("account-name", message, "give it another name here")
    places = {**dict.fromkeys(own.values(), ("aws", "us-east-1")), **names.places}
    names = replace(names, accounts={**names.accounts, **own}, places=places)
    written = [WrittenQuestion.model_validate(_as_question(asserted)) for asserted in file.assertions]
    questions = read_questions(written, names, spot.at("assertions"))
    pairs = zip(file.assertions, questions, strict=True)
    return [_asserted(question, Severity(a.severity), a.reason, names) for a, question in pairs if question]


def _as_question(asserted: WrittenAssertion) -> dict[str, Any]:
    """An assertion as the question of a scenario."""
    return {**asserted.model_dump(exclude={"severity", "reason"}), "lesson": asserted.reason}


def _asserted(question: Question, severity: Severity, reason: str, names: Names) -> Asserted:
    assertion = question.assertion
    account = names.account(assertion.scope.text) if assertion.scope else None
    of_organization = assertion.form is Form.NO_ONE_OUTSIDE and account is None
    inside = names.members if of_organization else frozenset(filter(None, [account]))
    inside |= {id_ for name in assertion.callers for id_ in _with_every_role(name, names)}
    return Asserted(question, severity, reason, open=True, inside=inside, organization=of_organization)


def _with_every_role(name: Name, names: Names) -> Iterator[str]:
    """The accounts of which a caller stands for every role, also for those that no file lists: `owner:role/*`."""
    if name.glob and name.kind is Kind.ROLE and name.name == "*":
        fits = matcher(parse_wildcards(name.account))
        yield from (id_ for alias, id_ in names.accounts.items() if fits(alias) or fits(id_))
