"""Policy documents by themselves: what is found in one, and a world for the rules. Its type follows from what it says."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from iamsim.analysis.lint import lint_policy
from iamsim.analysis.report import Place, Result
from iamsim.inputs.text import read_source
from iamsim.inputs.world_merge import Placed
from iamsim.language.diagnostic import Label
from iamsim.language.errors import DiagnosticsError, InputError
from iamsim.language.json_document import parse_json
from iamsim.language.unknown_text import unknown_text
from iamsim.model.document import UNREADABLE
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, Function, Key, Role, Secret, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from iamsim.inputs.spot import Plain
    from iamsim.language.diagnostic import Diagnostic
    from iamsim.language.source import Source

_BY_SERVICE = {
    "secretsmanager": PolicyType.SECRET_POLICY,
    "kms": PolicyType.KEY_POLICY,
    "sts": PolicyType.TRUST_POLICY,
    "lambda": PolicyType.FUNCTION_POLICY,
}
"""What a policy with principals hangs on, by the service of its actions."""


_BY_A_RULE = frozenset({"secret-arn-suffix"})
"""Findings that a rule of the check has, too, and says more of."""


def read_policy(path: Path) -> tuple[tuple[Result, ...], Placed]:
    """Every finding about a policy document, and a world in which somebody or something has it, for the rules.

    Raises:
        InputError: it is no JSON, or no policy.
    """
    source = read_source(path)
    type_ = policy_type_of(parse_json(source))
    found = [diagnostic for diagnostic in lint_policy(source, type_, source.name) if diagnostic.code not in _BY_A_RULE]
    unreadable = [diagnostic for diagnostic in found if diagnostic.code in UNREADABLE]
    if unreadable:
        raise InputError(unreadable)
    return tuple(results_of_diagnostics(found)), _world_with(source, type_)


_ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
_FREE = tuple(f"{n:012d}" for n in range(1000))


def _world_with(source: Source, type_: PolicyType) -> Placed:
    """A world that holds nothing but the policy and what has it.

    Nobody says in which account: it is taken to be the only one that the policy names, else one that it does not name.
    """
    try:
        policy = Policy.parse(source, type_, source.name, lenient=True)
    except DiagnosticsError:
        return Placed(World(), {})
    named = sorted(set(_ACCOUNT.findall(source.text)))
    account = named[0] if len(named) == 1 else next((n for n in _FREE if n not in named), _FREE[0])
    name, key = unknown_text("name"), unknown_text("keyid", 36)
    regional = f"{unknown_text('Region')}:{account}"
    secret = f"arn:aws:secretsmanager:{regional}:secret:{name}-{unknown_text('suffix', 6)}"
    made: dict[PolicyType, tuple[str, Any]] = {
        PolicyType.IDENTITY: ("roles", Role(f"arn:aws:iam::{account}:role/{name}", "", (policy,))),
        PolicyType.TRUST_POLICY: ("roles", Role(f"arn:aws:iam::{account}:role/{name}", "", trust=policy)),
        PolicyType.SECRET_POLICY: ("secrets", Secret(secret, name, f"arn:aws:kms:{regional}:key/{key}", policy)),
        PolicyType.KEY_POLICY: ("keys", Key(f"arn:aws:kms:{regional}:key/{key}", policy)),
        PolicyType.FUNCTION_POLICY: ("functions", Function(f"arn:aws:lambda:{regional}:function:{name}", policy)),
    }
    if type_ not in made:
        return Placed(World(), {})
    kind, thing = made[type_]
    held: dict[str, Any] = {kind: {thing.arn: thing}}
    world = World({account: Account(account, account, **held)})
    return Placed(world, {thing.arn: Place(Label(source), source.name)})


def policy_type_of(document: Plain) -> PolicyType:
    """The type that a document must be of by what it says: only a policy on a resource names principals."""
    statements = document.get("Statement") if isinstance(document, dict) else None
    listed = [s for s in (statements if isinstance(statements, list) else [statements]) if isinstance(s, dict)]
    if not any("Principal" in statement or "NotPrincipal" in statement for statement in listed):
        return PolicyType.IDENTITY
    services = {service for statement in listed for service in _services(statement.get("Action"))}
    return (
        _BY_SERVICE.get(services.pop(), PolicyType.RESOURCE_POLICY)
        if len(services) == 1
        else PolicyType.RESOURCE_POLICY
    )


def _services(actions: Plain) -> Iterator[str]:
    for action in actions if isinstance(actions, list) else [actions]:
        if isinstance(action, str):
            yield action.partition(":")[0].lower()


def results_of_diagnostics(
    diagnostics: Iterable[Diagnostic], things: Mapping[tuple[str, str], str] = MappingProxyType({})
) -> Iterator[Result]:
    """Diagnostics as results. What each is about stays the same when lines move.

    `things` are what people call the resources of templates, by file and logical id.
    """
    seen: dict[str, int] = {}
    for d in diagnostics:
        place = d.labels[0] if d.labels else None
        subject = f"{place.source.name if place else ''} {_resource(place)} {d.message}".strip()
        seen[subject] = seen.get(subject, 0) + 1
        subject = f"{subject} ({seen[subject]})" if seen[subject] > 1 else subject
        places = tuple(Place(label, things.get((label.source.name, _resource(label)), "")) for label in d.labels)
        yield Result(d.code, d.severity, d.message, subject, places, help=d.help)


def _resource(label: Label | None) -> str:
    """The resource of a template that a label points into; empty for none."""
    way = label.source.base + label.pointer if label else ()
    return str(way[1]) if len(way) > 1 and way[0] == "Resources" else ""
