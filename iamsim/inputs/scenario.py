"""Scenario files (`*.iamsim.yaml`): a world, and questions about it. `iamsim.inputs.scenario_file` has the format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iamsim.inputs.names import Names, names_of
from iamsim.inputs.problems import Problems
from iamsim.inputs.refusals import read
from iamsim.inputs.scenario_file import Parameter, ScenarioFile, Secret, Version
from iamsim.inputs.scenario_policies import PolicyLoader
from iamsim.inputs.scenario_questions import questions_of
from iamsim.inputs.scenario_world import world_of
from iamsim.inputs.spot import Spot
from iamsim.inputs.text import read_source
from iamsim.inputs.yaml_document import locate_yaml, read_yaml
from iamsim.language.errors import InputError
from iamsim.language.source import Source

if TYPE_CHECKING:
    from iamsim.inputs.spot import Plain
    from iamsim.language.diagnostic import Label
    from iamsim.language.source import Pointer, Spans
    from iamsim.model.question import Question
    from iamsim.model.world import World

MAX_BYTES = 4 * 1024 * 1024
"""The longest scenario file that is read, in bytes."""


@dataclass(frozen=True)
class Scenario:
    """A scenario: the world, what its names stand for, and the questions. The values of secrets are not in `source`."""

    title: str
    topic: str
    world: World
    names: Names
    questions: tuple[Question, ...]
    source: Source = field(compare=False, repr=False)


def load_scenario(path: str | Path) -> Scenario:
    """Read a scenario file and every policy that it names.

    Raises:
        InputError: something in the file or in a policy is wrong; everything that is wrong is among its diagnostics.
    """
    value, source = covered_source(path)
    problems = Problems()
    spot = Spot(source, (), problems)
    file = read(ScenarioFile, value, spot)
    if file is None:
        raise problems.error()
    names = names_of(file, spot)
    problems.raise_any()
    world = world_of(file, names, PolicyLoader(Path(path).parent), spot)
    questions = questions_of(file, names, spot)
    problems.raise_any()
    title = file.title or Path(path).name.removesuffix(".iamsim.yaml")
    return Scenario(title, file.topic, world, names, questions, source)


def covered_source(path: str | Path) -> tuple[Plain, Source]:
    """What a scenario or assertion file says, and its text with every value of a secret covered.

    Raises:
        InputError: the file cannot be read, or is no YAML.
    """
    given = _read_text(path)
    document = read_yaml(given, shown=Source(given.name, _without_values(given.text), locate_yaml))
    spans = document.spans()
    return document.value, Source(given.name, _without_secrets(given.text, spans), lambda _text: spans)


def load_world(path: str | Path) -> World:
    """The world of a scenario file.

    Raises:
        InputError: see `load_scenario`.
    """
    return load_scenario(path).world


def _read_text(path: str | Path) -> Source:
    try:
        return read_source(path, locate_yaml, limit=MAX_BYTES)
    except InputError as error:
        raise InputError([replace(d, labels=tuple(map(_without_value, d.labels))) for d in error.diagnostics]) from None


def _without_value(label: Label) -> Label:
    source = label.source
    return replace(label, source=Source(source.name, _without_values(source.text), source.locate))


def _without_secrets(text: str, spans: Spans) -> str:
    """The text of a file with every value of a secret covered, so that no excerpt of a line can show one."""
    pieces, at = [], 0
    for start, end in sorted({span for pointer, span in spans.values.items() if _is_value(pointer)}):
        pieces += [text[at:start], _covered(text[max(at, start) : end])]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


_VALUES = ("value", "binary")


def _is_value(pointer: Pointer) -> bool:
    """Whether a part is the value of a secret, a version or a parameter, or stands there under a name that means nothing."""
    match pointer:
        case ("accounts", _, "secrets", _, key):
            return key in _VALUES or key not in Secret.model_fields
        case ("accounts", _, "secrets", _, "versions", _, key):
            return key in _VALUES or key not in Version.model_fields
        case ("accounts", _, "parameters", _, key):
            return key == "value" or key not in Parameter.model_fields
        case ("accounts", _, "functions", _, "steps", *_, "parameters"):
            return True
        case ("questions" | "assertions", *_, "parameters"):
            return True
    return False


_VALUE_KEY = re.compile(r"""["']?\b(?:value|binary|parameters)["']?[ \t]*:""")


def _without_values(text: str) -> str:
    """The text of a file that is no YAML; what follows `value:` or its like is covered, and so is what is indented deeper."""
    lines, inside = [], -1
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if indent <= inside and line.strip():
            inside = -1
        found = _VALUE_KEY.search(line)
        start = 0 if inside >= 0 else found.end() if found else len(line)
        inside = indent if found and inside < 0 else inside
        lines.append(line[:start] + _covered(line[start:]))
    return "\n".join(lines)


def _covered(text: str) -> str:
    return re.sub(r"\S", "*", text)
