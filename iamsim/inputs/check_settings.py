"""What a project says of its checks: `[tool.iamsim]` in pyproject.toml, or iamsim.toml; and ignores in templates.

fail-on = "warning"
rules = {arn-without-suffix = "error", some-rule = "off"}

[[ignore]]
rule = "kms-half-missing"
thing = "Consumer/*"
reason = "the team moves to a key of its own"
expires = 2027-03-31
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import Field

from iamsim.analysis.ignores import IgnoreRule
from iamsim.inputs.problems import Problems
from iamsim.inputs.refusals import read
from iamsim.inputs.shape import Form, Many, Part, Word
from iamsim.inputs.spot import Spot
from iamsim.inputs.text import read_source
from iamsim.language.diagnostic import Diagnostic, Label, Severity
from iamsim.language.errors import InputError
from iamsim.language.source import Pointer, Source, Span, Spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iamsim.inputs.cloudformation import Stacks

NAMES = ("iamsim.toml", "pyproject.toml")
"""The files that can hold settings; in one folder the first goes before."""

_DAY = Annotated[str, Form("day", "write a day such as 2027-03-31", "[0-9]{4}-[0-9]{2}-[0-9]{2}")]
_TEXT = Annotated[str, Form("reason", "say why", min_length=1)]


class IgnoreHere(Part):
    """An ignore in the `Metadata` of a resource: it is about that resource."""

    rule: str = Field("*", description="the id of the rule, or a glob")
    reason: _TEXT = Field(description="say why it may be ignored")
    expires: _DAY = Field(description="say until when: `2027-03-31`")


class Ignored(IgnoreHere):
    """An ignore. Each of the globs must match."""

    subject: str = Field("*", description="a glob of what the result is about, or of the `ask` of an assertion")
    file: str = Field("*", description="a glob of the file")
    thing: str = Field("*", description="a glob of the CDK path or the name of what the result points at")


FailOn = Annotated[Literal["error", "warning", "unknown", "never"], Word("word of fail-on")]
Level = Annotated[Literal["off", "error", "warning", "note"], Word("level of a rule")]


class SettingsFile(Part):
    """The settings of a project."""

    fail_on: FailOn | None = Field(None, alias="fail-on", description="what makes the check fail")
    rules: dict[str, Level] = Field({}, description="`off` or a severity, by the id of a rule")
    ignore: Many[Ignored] = Field((), description="what is not counted")


class CheckSettings(NamedTuple):
    """What was read. `severities` are by rule, None for one that is off."""

    fail_on: str | None = None
    severities: Mapping[str, Severity | None] = {}
    ignores: tuple[IgnoreRule, ...] = ()


def settings_beside(path: str | Path) -> Path | None:
    """The settings file of the folder of a path, or of the nearest one above it that has any; from the working folder on."""
    start, here = Path(path).absolute(), Path.cwd()
    for folder in (start, *start.parents):
        for name in NAMES:
            file = folder / name
            if file.is_file() and (name != "pyproject.toml" or _is_ours(file)):
                return file.relative_to(here) if file.is_relative_to(here) else file
        if (folder / ".git").exists():
            return None
    return None


def _is_ours(file: Path) -> bool:
    try:
        return re.search(r"^\s*\[\[?tool\.iamsim\b", read_source(file).text, re.MULTILINE) is not None
    except InputError:
        return False


def read_settings_file(path: str | Path, known: Iterable[str]) -> CheckSettings:
    """Read a settings file; `known` are the ids of the rules that there are.

    Raises:
        InputError: it cannot be read, or something in it means nothing; everything that is wrong is among its diagnostics.
    """
    whole = read_source(path, _locate_toml)
    value = _parsed(whole)
    base: Pointer = ()
    if Path(path).name == "pyproject.toml":
        base = ("tool", "iamsim")
        tool = value.get("tool")
        value = tool.get("iamsim", {}) if isinstance(tool, dict) else {}
    problems = Problems()
    spot = Spot(whole.child(base) if base else whole, (), problems)
    file = read(SettingsFile, _plain(value), spot)
    if file is None:
        raise problems.error()
    for id_ in file.rules:
        if id_ not in set(known):
            spot.at("rules", id_).wrong(
                "unknown-rule", f"there is no rule `{id_[:100]}`", spot.nearest(id_, known), key=True
            )
    ignores = [_rule(ignore, spot.at("ignore", i)) for i, ignore in enumerate(file.ignore)]
    problems.raise_any()
    levels = {id_: None if level == "off" else Severity(level) for id_, level in file.rules.items()}
    return CheckSettings(file.fail_on, levels, tuple(filter(None, ignores)))


def _parsed(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        at = _offset(source.text, int(found[1]), int(found[2])) if found else len(source.text.rstrip())
        label = Label(source, offset=Span(at, at + 1))
        message = f"this is no TOML: {str(error).partition(' (at ')[0]}" if found else "this is no TOML"
        raise InputError([Diagnostic("toml-syntax", message, (label,), help="see https://toml.io")]) from None


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1


def _plain(value: Any) -> Any:
    """A TOML value as JSON would hold it: days are texts."""
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


_HEADER = re.compile(r"\s*\[(\[)?\s*([^\]]+?)\s*\]")
_PAIR = re.compile(r"""\s*(["']?)([A-Za-z0-9_.-]+)\1\s*=\s*(.*?)\s*(?:#.*)?$""")


def _locate_toml(text: str) -> Spans:
    """Where the tables and the keys of a TOML text stand, as far as they have lines of their own."""
    spans = Spans({(): Span(0, min(1, len(text)))}, {})
    counted: dict[Pointer, int] = {}
    table: Pointer = ()
    at = 0
    for line in text.split("\n"):
        header, pair = _HEADER.match(line), _PAIR.match(line)
        if header and not pair:
            table = tuple(part.strip(" \"'") for part in header[2].split("."))
            if header[1]:
                counted[table] = counted.get(table, -1) + 1
                table = (*table, counted[table])
            for length in range(1, len(table) + 1):
                spans.values.setdefault(table[:length], Span(at + header.start(2), at + header.end(2)))
        elif pair:
            pointer = (*table, pair[2])
            spans.keys[pointer] = Span(at + pair.start(2), at + pair.end(2))
            spans.values[pointer] = Span(at + pair.start(3), max(at + pair.end(3), at + pair.start(3) + 1))
        at += len(line) + 1
    return spans


def ignores_of_metadata(stacks: Stacks, problems: Problems) -> Iterator[IgnoreRule]:
    """The ignores in the `Metadata` of the resources of templates: `{iamsim: {ignore: [{rule, reason, expires}]}}`."""
    for stack in stacks.stacks:
        for id_, resource in stack.evaluator.resources.items():
            metadata = resource.get("Metadata")
            ours = metadata.get("iamsim") if isinstance(metadata, dict) else None
            if ours is None:
                continue
            spot = Spot(stack.source, ("Resources", id_, "Metadata", "iamsim"), problems)
            file = read(_InMetadata, _plain(ours), spot)
            for i, ignore in enumerate(file.ignore if file else ()):
                rule = _rule(ignore, spot.at("ignore", i), Label(stack.source, ("Resources", id_)))
                if rule:
                    yield rule


class _InMetadata(Part):
    """What a resource says."""

    ignore: Many[IgnoreHere] = Field((), description="what is not counted")


def _rule(ignore: IgnoreHere, spot: Spot, inside: Label | None = None) -> IgnoreRule | None:
    try:
        expires = date.fromisoformat(ignore.expires)
    except ValueError:
        spot.at("expires").wrong(
            "malformed-text", f"there is no day {ignore.expires}", "write a day such as 2027-03-31"
        )
        return None
    globs = (
        {"subject": ignore.subject, "file": ignore.file, "thing": ignore.thing} if isinstance(ignore, Ignored) else {}
    )
    return IgnoreRule(ignore.reason, ignore.rule, expires=expires, label=spot.label(), inside=inside, **globs)
