"""A case that is a whole call in the world of a scenario, or several in a row: a line of `iamsim evaluate`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from iamsim.analysis.answer import written_as
from iamsim.inputs import scenario_words as words
from iamsim.inputs.case import is_context_value
from iamsim.inputs.own_account import elsewhere, stands_elsewhere
from iamsim.inputs.problems import Problems
from iamsim.inputs.refusals import read
from iamsim.inputs.resolve import Resolver
from iamsim.inputs.scenario import load_scenario
from iamsim.inputs.scenario_questions import parameters_of
from iamsim.inputs.shape import Many, Part, Word
from iamsim.inputs.spot import Spot
from iamsim.inputs.times import time_of
from iamsim.language.assertion_parser import parse_name
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError, LanguageError
from iamsim.services.operations import OPERATIONS
from iamsim.simulator.call import Call
from iamsim.simulator.parameters import check_parameters, operation_called

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from iamsim.inputs.case import Document
    from iamsim.inputs.scenario import Scenario
    from iamsim.language.assertion import Name
    from iamsim.language.source import Source
    from iamsim.model.question import Party
    from iamsim.model.world import World

MAX_SCENARIOS = 16
"""Scenarios that are kept for the next lines of a batch."""

Verdict = Annotated[Literal["ALLOWED", "EXPLICIT_DENY", "IMPLICIT_DENY", "DENIED", "UNKNOWN"], Word("verdict")]


class Expected(Part):
    """What is expected of a call, as far as it is said."""

    expected: Verdict | None = Field(None, description="the verdict; `DENIED` is either deny")
    expected_error: str | None = Field(None, description="the code of AWS's error")
    labels: dict[str, int] | None = Field(
        None, description="afterwards, the number, from 1, of the version that each staging label is on"
    )


class WrittenCall(Part):
    """A call."""

    operation: str = Field(description="write an operation, such as `GetSecretValue`")
    caller: str = Field(description="write a name of the scenario, such as `consumer:role/app`, or an ARN")
    parameters: dict[str, Any] = Field({}, description="its parameters, as AWS names them", repr=False)
    context: dict[str, Any] = Field({}, description="condition keys with their values; null: the key is absent")
    unknown: Many[str] = Field((), description="condition keys that are not known")
    region: words.Region | None = Field(None, description="the Region that is called")
    at: str | None = Field(None, description="when it is made: `2026-01-31T12:00:00Z`")


class CallOfRow(WrittenCall, Expected):
    """A call of several in a row, with what is expected of it."""


class OneCall(Expected):
    """A line with one call."""

    scenario: str = Field(description="write the path of a scenario file")
    call: WrittenCall = Field(description="write a call")


class Row(Part):
    """A line with calls in a row."""

    scenario: str = Field(description="write the path of a scenario file")
    calls: Many[CallOfRow] = Field(description="write a list of calls")


_READ = ("scenario", "request", "call", "calls", *Expected.model_fields)
"""The fields of a line that mean something; what it says beyond them is its own affair."""


@dataclass(frozen=True)
class CallCase:
    """A case that was read: calls in a row, in a world, each with what is expected of it. `row`: it was written as one."""

    id: Any
    world: World
    calls: tuple[Call, ...]
    expected: tuple[Expected, ...]
    row: bool


class CallCases:
    """Reads cases of whole calls. The paths of their scenarios begin in a folder; a scenario is read once."""

    def __init__(self, folder: Path) -> None:
        """Begin without any scenario."""
        self.folder = folder
        self.load = lru_cache(maxsize=MAX_SCENARIOS)(_load)

    def read(self, document: Document, source: Source) -> CallCase:
        """The case of a line, which has `call` or `calls`.

        Raises:
            InputError: something in the line or in its scenario is wrong; everything that is wrong is among its diagnostics.
        """
        spot = Spot(source, (), Problems())
        given = {key: document[key] for key in _READ if document.get(key) is not None}
        line: OneCall | Row | None = read(Row, given, spot) if "calls" in given else read(OneCall, given, spot)
        if line is None:
            raise spot.problems.error()
        calls, expected = _written(line, spot)
        scenario = self.scenario(line.scenario, spot.at("scenario"))
        resolver = Resolver(scenario.names)
        made = tuple(_call(call, resolver, scenario.world, place) for call, place in calls)
        spot.problems.raise_any()
        return CallCase(document.get("id"), scenario.world, made, expected, isinstance(line, Row))

    def scenario(self, path: str, spot: Spot) -> Scenario:
        """A scenario by its path. Raises as `load_scenario` does."""
        if path in ("", "-"):
            spot.wrong("malformed-text", f"`{path}` is no path of a scenario", "write the path of a scenario file")
            raise spot.problems.error()
        found = self.load(str(self.folder / path))
        if isinstance(found, InputError):
            raise InputError([d if d.labels else _at(d, spot) for d in found.diagnostics])
        return found


def _written(line: OneCall | Row, spot: Spot) -> tuple[list[tuple[WrittenCall, Spot]], tuple[Expected, ...]]:
    """The calls of a line, each with its place, and what is expected of each."""
    if isinstance(line, OneCall):
        return [(line.call, spot.at("call"))], (line,)
    if not line.calls:
        spot.at("calls").wrong("no-call", "there is no call in the row", "write one call at least")
    return [(call, spot.at("calls", i)) for i, call in enumerate(line.calls)], line.calls


def _load(path: str) -> Scenario | InputError:
    """A scenario, or why it cannot be read: one that is wrong is read once, too."""
    try:
        return load_scenario(path)
    except InputError as error:
        return error


def _call(written: WrittenCall, resolver: Resolver, world: World, spot: Spot) -> Call:
    """A call by its names; what is wrong is noted."""
    for key, value in written.context.items():
        if not is_context_value(value):
            message = f"the context value of `{key[:100]}` is no text, number, boolean or list of them"
            spot.at("context", key).wrong("wrong-type", message)
    time = time_of(written.at, spot.at("at"))
    parameters = parameters_of(written.operation, written.parameters, spot.at("parameters"))
    caller = _caller(written.caller, resolver, spot.at("caller"))
    parameters, region = _named(written.operation, parameters, caller, resolver, world, spot)
    _check(written.operation, parameters, spot)
    region = written.region or region
    return Call(written.operation, caller, parameters, written.context, written.unknown, region, time)


def _check(operation: str, parameters: Mapping[str, Any], spot: Spot) -> None:
    """Note an operation that is not modelled, and parameters that it does not take."""
    place = spot.at("operation")
    try:
        declared = operation_called(operation)
        place = spot.at("parameters") if parameters else spot
        check_parameters(declared, parameters)
    except InputError as error:
        spot.problems.extend(_at(found, place) for found in error.diagnostics)


def _caller(written: str, resolver: Resolver, spot: Spot) -> Party:
    try:
        (caller,) = resolver.callers(_exact(written), written)
    except LanguageError as error:
        spot.problems.add_language("unknown-name", error, spot.source, spot.pointer)
        return "anonymous"
    return caller


def _named(
    operation: str, parameters: dict[str, Any], caller: Party, resolver: Resolver, world: World, spot: Spot
) -> tuple[dict[str, Any], str]:
    """The parameters with an ARN where one is named by a name of the scenario, and the Region of what is named so."""
    named_by = OPERATIONS[operation].named_by if operation in OPERATIONS else ""
    text = parameters.get(named_by)
    if not isinstance(text, str) or ":" not in text or text.startswith("arn:"):
        return parameters, ""
    try:
        (arn,) = resolver.asked(_exact(text), text, operation, parameters)
        problem = elsewhere(operation, text) if stands_elsewhere(operation, caller, arn) else None
    except LanguageError as error:
        problem = error
    if problem is not None:
        spot.problems.add_language("unknown-name", problem, spot.source, (*spot.pointer, "parameters", named_by))
        return parameters, ""
    return {**parameters, named_by: written_as(world, operation, named_by, arn)}, arn.split(":")[3]


def _exact(text: str) -> Name:
    """A name that is no glob."""
    name = parse_name(text)
    if name.glob:
        raise LanguageError("a call has one caller and names one thing", text, help_="write the name in full")
    return name


def _at(found: Diagnostic, spot: Spot) -> Diagnostic:
    """A diagnostic that points at a place."""
    return Diagnostic(found.code, found.message, (spot.label(),), found.severity, found.help, found.url)
