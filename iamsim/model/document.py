"""From a policy document to the nouns: read it, judge it, build it.

A document is judged as a plain value; positions are looked up only when something is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.language.diagnostic import Diagnostic, Label, Severity
from iamsim.language.errors import InputError, PolicyError
from iamsim.language.json_document import MAX_DEPTH, json_source, locate_json, parse_json
from iamsim.language.source import Source, Span
from iamsim.model.policy import (
    Condition,
    Effect,
    Policy,
    PolicyType,
    PrincipalEntry,
    Principals,
    Statement,
    Strings,
)
from iamsim.model.validation.advice import advise
from iamsim.model.validation.catalog import RULES, Weight
from iamsim.model.validation.documents import check_document
from iamsim.model.validation.report import Problem, Report, scalar_text
from iamsim.model.validation.requirements import requirements_of
from iamsim.model.validation.size import check_characters, check_size, too_long

if TYPE_CHECKING:
    from collections.abc import Iterable

UNREADABLE = frozenset({"json-syntax", "nested-too-deeply"})
"""The codes of what is no JSON, or JSON that is too deep to be read."""

_HUGE = 1 << 4096  # Python refuses to write longer integers quickly

Document = str | Mapping[str, Any] | Source
"""JSON text, the value that it stands for, or a text with a name."""


class _Loaded(NamedTuple):
    value: Any
    text: str
    source: Source


def parse_policy(
    document: Document,
    policy_type: PolicyType,
    name: str = "",
    *,
    inline: bool = False,
    lenient: bool = False,
    source: Source | None = None,
) -> Policy:
    """Read a policy document: see `Policy.parse`."""
    return _read(_load(document, name, source), policy_type, name, inline=inline, lenient=lenient)


def parse_plain_policy(value: dict[str, Any], policy_type: PolicyType, name: str) -> Policy:
    """Read leniently what `parse_json` has read already; the quotas of the services are not looked at.

    Raises:
        PolicyError: the document has no clear meaning.
    """
    return _read(_Loaded(value, "", _PlainSource(name or "<policy>", value)), policy_type, name, lenient=True)


_FATAL_LENIENT = (Weight.UNCLEAR,)
_FATAL = (Weight.UNCLEAR, Weight.REFUSED)


def _read(
    loaded: _Loaded, policy_type: PolicyType, name: str, *, inline: bool = False, lenient: bool = False
) -> Policy:
    report = _judge(loaded, policy_type, name, inline=inline, lenient=lenient)
    fatal = _FATAL_LENIENT if lenient else _FATAL
    if report.weighs(*fatal):
        errors = [problem for problem in report.problems if RULES[problem.flaw.code].weight in fatal]
        raise PolicyError(_located(errors, report, loaded.source))
    return _build(loaded, policy_type, name)


def diagnose_policy(
    document: Document,
    policy_type: PolicyType | str,
    name: str = "",
    *,
    inline: bool = False,
    source: Source | None = None,
) -> tuple[Policy | None, list[Diagnostic]]:
    """Everything that is to be said about a document: errors, warnings and notes, in the order of the text.

    The policy is None where the document has no clear meaning. Nothing is raised for any content of a document.

    Raises:
        ValueError: a policy of that type is no document.
    """
    policy_type = PolicyType(policy_type)
    try:
        loaded = _load(document, name, source)
    except PolicyError as error:
        return None, list(error.diagnostics)
    report = _judge(loaded, policy_type, name, inline=inline)
    policy = None if report.weighs(Weight.UNCLEAR) else _build(loaded, policy_type, name)
    if policy is not None:
        advise(policy, requirements_of(policy_type, inline=inline), report)
    return policy, _located(report.problems, report, loaded.source)


def _judge(
    loaded: _Loaded, policy_type: PolicyType, name: str, *, inline: bool = False, lenient: bool = False
) -> Report:
    required, report = requirements_of(policy_type, inline=inline), Report(lenient=lenient)
    if not lenient:
        check_size(loaded.text, loaded.value, name, required, report)
        check_characters(loaded.text, loaded.value, report)
    check_document(loaded.value, policy_type, required, report)
    return report


def _located(problems: Iterable[Problem], report: Report, source: Source) -> list[Diagnostic]:
    found = sorted((problem.diagnostic(source) for problem in problems), key=lambda d: d.labels[0].span)
    if report.left_out:
        message = f"{report.left_out} more problems are not shown"
        found.append(Diagnostic("too-many-problems", message, (Label(source, offset=Span(0, 1)),), Severity.NOTE))
    return found


def _load(document: Document, name: str, source: Source | None) -> _Loaded:
    """The value, the text as it counts for quotas, and where it stands.

    Raises:
        PolicyError: the text is no JSON, repeats a key, or is nested too deeply or too long.
    """
    if isinstance(document, Mapping):
        value = _plain(document, MAX_DEPTH)
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        source = source or _PlainSource(name or "<policy>", value)
        _refuse_too_long(text, source)
        return _Loaded(value, text, source)
    source = document if isinstance(document, Source) else json_source(name or "<policy>", document)
    _refuse_too_long(source.text, source)
    try:
        return _Loaded(parse_json(source), source.text, source)
    except InputError as error:
        raise PolicyError(error.diagnostics) from None


def _refuse_too_long(text: str, source: Source) -> None:
    flaw = too_long(len(text))
    if flaw:
        labels = (Label(source, offset=Span(0, 1)),)
        raise PolicyError([Diagnostic(flaw.code, flaw.message, labels, help=flaw.help, url=RULES[flaw.code].url)])


def _plain(value: Any, depth: int) -> Any:
    """A copy in JSON's own types; what JSON does not have stays as it is, to be refused by name."""
    if type(value) is str:
        return value
    if depth < 0:
        raise PolicyError([Diagnostic("nested-too-deeply", f"more than {MAX_DEPTH} levels of nesting")])
    if isinstance(value, Mapping):
        return {str(key): _plain(member, depth - 1) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member, depth - 1) for member in value]
    if isinstance(value, int) and abs(value) > _HUGE:
        return Decimal(value)
    return str(value) if isinstance(value, str) else value


class _PlainSource(Source):
    """The text of a document that came as a value: written when somebody wants to see it."""

    value: Any

    def __init__(self, name: str, value: Any) -> None:
        self.__dict__.update(name=name, value=value, locate=locate_json, base=(), parent=None)

    @cached_property
    def text(self) -> str:
        """The document as JSON, indented."""
        return json.dumps(self.value, indent=2, ensure_ascii=False, default=str)


def _build(loaded: _Loaded, policy_type: PolicyType, name: str) -> Policy:
    value = loaded.value
    statements = value["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    built = [_statement(index, statement, policy_type) for index, statement in enumerate(listed)]
    return Policy(name, policy_type, value.get("Version"), tuple(built), value.get("Id"), source=loaded.source)


_EFFECTS = {effect.value: effect for effect in Effect}


def _statement(index: int, value: dict[str, Any], policy_type: PolicyType) -> Statement:
    return Statement(
        index,
        _EFFECTS[value["Effect"]],
        value.get("Sid"),
        _principals(value, policy_type),
        _strings(value, "Action", "NotAction"),
        _strings(value, "Resource", "NotResource"),
        _conditions(value["Condition"]) if "Condition" in value else (),
    )


def _strings(value: dict[str, Any], name: str, negation: str) -> Strings | None:
    negated = name not in value
    texts = value.get(negation if negated else name)
    if texts is None:
        return None
    if isinstance(texts, str):
        return Strings((texts,), negated)
    return Strings(tuple(text for text in texts if text is not None) if None in texts else tuple(texts), negated)


_EVERYONE = (PrincipalEntry("*", "*", None),)
_UNNAMED = {PolicyType.RCP: Principals(_EVERYONE, negated=False)}


def _principals(value: dict[str, Any], policy_type: PolicyType) -> Principals | None:
    """Who a statement is about; a resource control policy that names nobody is about everybody."""
    if "Principal" in value:
        return Principals(_entries(value["Principal"]), negated=False)
    if "NotPrincipal" in value:
        return Principals(_entries(value["NotPrincipal"]), negated=True)
    return _UNNAMED.get(policy_type)


def _entries(value: str | dict[str, Any]) -> tuple[PrincipalEntry, ...]:
    if isinstance(value, str):
        return _EVERYONE
    entries: list[PrincipalEntry] = []
    for kind, members in value.items():
        if isinstance(members, str):
            entries.append(PrincipalEntry(kind, members, None))
        else:
            entries += [PrincipalEntry(kind, member, index) for index, member in enumerate(members)]
    return tuple(entries)


def _conditions(value: dict[str, Any]) -> tuple[Condition, ...]:
    pairs = [(operator, key, values) for operator, keys in value.items() for key, values in keys.items()]
    return tuple([Condition(operator, key, _values(values)) for operator, key, values in pairs])


def _values(values: Any) -> tuple[str, ...]:
    listed = values if isinstance(values, list) else (values,)
    return tuple(value if type(value) is str else scalar_text(value) for value in listed if value is not None)
