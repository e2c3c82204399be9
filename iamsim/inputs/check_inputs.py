"""What `iamsim check` looks at: every file that some paths name, together."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from iamsim.analysis.assertions import OPEN_FORMS, Asserted
from iamsim.analysis.check import Part
from iamsim.analysis.checked import Checked
from iamsim.analysis.report import Place
from iamsim.inputs.check_assertions import AssertionText, assertions_of, read_assertion_file, with_organization
from iamsim.inputs.check_files import Kind, find_files
from iamsim.inputs.check_policies import read_policy
from iamsim.inputs.check_templates import Templates, read_templates
from iamsim.inputs.problems import Problems
from iamsim.inputs.scenario import load_scenario
from iamsim.inputs.world_merge import Placed, merged
from iamsim.inputs.world_names import names_of_world
from iamsim.language.assertion import Form
from iamsim.language.assertion import Kind as NameKind
from iamsim.language.diagnostic import Label
from iamsim.language.errors import InputError
from iamsim.model.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from iamsim.analysis.ignores import IgnoreRule
    from iamsim.analysis.report import Result, Unknown
    from iamsim.inputs.check_files import CheckedFile
    from iamsim.inputs.cloudformation import Settings
    from iamsim.inputs.scenario import Scenario
    from iamsim.inputs.settings import Settings as ContextSettings
    from iamsim.model.policy import Policy
    from iamsim.model.question import Question


class CheckInputs(NamedTuple):
    """What was read: worlds with what is asserted of them, the names of the files, findings about the files themselves.

    `ignores` stand in the templates.
    """

    parts: tuple[Part, ...]
    files: tuple[str, ...]
    findings: tuple[Result, ...]
    ignores: tuple[IgnoreRule, ...]


def read_inputs(
    paths: Iterable[str | Path],
    settings: Settings,
    context: ContextSettings,
    tell: Callable[[str], None] = lambda _: None,
) -> CheckInputs:
    """Read everything that some paths name. Templates and assertion files make one world, with every scenario in it.

    Scenarios by themselves are worlds of their own, one after the other.

    Raises:
        InputError: something cannot be read, or an option speaks of what is not there.
    """
    problems = Problems()
    files = find_files(paths, problems)
    problems.raise_any()
    scenarios = [s for s in (_scenario(file, problems, tell) for file in _of(files, Kind.SCENARIO)) if s]
    texts = [t for t in (_assertions(file, problems, tell) for file in _of(files, Kind.ASSERTIONS)) if t]
    problems.raise_any()
    tell("templates")
    templates = read_templates([f.path for f in _of(files, Kind.TEMPLATE, Kind.ASSEMBLY)], settings)
    together = bool(templates.stacks.stacks or texts)
    parts = (_together(scenarios, texts, templates, context, problems),) if together else _apart(scenarios, context)
    problems.raise_any()
    used = {name for scenario in scenarios for name in _policy_files(scenario.world)}
    policies = [file for file in _of(files, Kind.POLICY) if file.named or str(file.path) not in used]
    findings = list(templates.findings)
    for file in policies:
        found, placed = read_policy(file.path)
        findings += found
        parts += (Part(_checked(placed, context)),)
    read = [*_of(files, Kind.SCENARIO, Kind.ASSERTIONS), *policies]
    names = [str(file.path) for file in read]
    return CheckInputs(parts, tuple(sorted({*names, *templates.files})), tuple(findings), templates.ignores)


def _of(files: Iterable[CheckedFile], *kinds: Kind) -> list[CheckedFile]:
    return [file for file in files if file.kind in kinds]


def _scenario(file: CheckedFile, problems: Problems, tell: Callable[[str], None]) -> Scenario | None:
    tell(str(file.path))
    try:
        return load_scenario(file.path)
    except InputError as error:
        problems.extend(error.diagnostics)
        return None


def _assertions(file: CheckedFile, problems: Problems, tell: Callable[[str], None]) -> AssertionText | None:
    tell(str(file.path))
    try:
        return read_assertion_file(file.path)
    except InputError as error:
        problems.extend(error.diagnostics)
        return None


def _apart(scenarios: Sequence[Scenario], context: ContextSettings) -> tuple[Part, ...]:
    return tuple(
        Part(
            _checked(Placed(scenario.world, _places(scenario)), context, open_context=False),
            tuple(Asserted(question) for question in scenario.questions),
        )
        for scenario in scenarios
    )


def _checked(
    placed: Placed,
    context: ContextSettings,
    unknowns: Mapping[str, Unknown] = MappingProxyType({}),
    *,
    open_context: bool = True,
) -> Checked:
    return Checked(placed.world, placed.places, unknowns, context.context, open_context, context.unknown)


def _together(
    scenarios: Sequence[Scenario],
    texts: Sequence[AssertionText],
    templates: Templates,
    context: ContextSettings,
    problems: Problems,
) -> Part:
    """All files as one world. Where there is a template, what nobody says of the context is not known."""
    placed = [Placed(scenario.world, _places(scenario)) for scenario in scenarios]
    placed += [Placed(templates.world, templates.places)] if templates.stacks.stacks else []
    world, places = merged(placed, problems) if placed else Placed(World(), {})
    world = with_organization(world, texts, problems)
    open_context = bool(templates.stacks.stacks)
    checked = _checked(Placed(world, places), context, templates.unknowns, open_context=open_context)
    names = names_of_world(world, templates.declared, templates.aliases, (scenario.names for scenario in scenarios))
    asserted = [_beside(question, scenario, world) for scenario in scenarios for question in scenario.questions]
    for text in texts:
        asserted += assertions_of(text, names, problems)
    return Part(checked, tuple(asserted))


def _beside(question: Question, scenario: Scenario, world: World) -> Asserted:
    """A question of a scenario in a larger world: what it says of everybody holds for the others in it too."""
    assertion = question.assertion
    if assertion.form not in OPEN_FORMS:
        return Asserted(question)
    inside: frozenset[str] = frozenset()
    organization = False
    if assertion.form is Form.NO_ONE_OUTSIDE and assertion.scope is not None:
        account = scenario.names.account(assertion.scope.text)
        organization = account is None
        inside = scenario.names.members if account is None else frozenset({account})
    known = {arn for known in scenario.names.arns.values() for arn in known.values()}
    also = tuple(arn for arn in _principals(world) if arn not in known and arn.split(":")[4] not in inside)
    return Asserted(question, open=True, inside=inside, organization=organization, also=also)


def _principals(world: World) -> Iterator[str]:
    for account in world.accounts.values():
        yield from (*account.users, *account.roles)


_PLURALS = {
    NameKind.USER: "users",
    NameKind.ROLE: "roles",
    NameKind.FEDERATED_USER: "federated_users",
    NameKind.OIDC_PROVIDER: "oidc_providers",
    NameKind.KEY: "keys",
    NameKind.SECRET: "secrets",
    NameKind.FUNCTION: "functions",
    NameKind.PARAMETER: "parameters",
    NameKind.WORKLOAD: "workloads",
}


def _places(scenario: Scenario) -> dict[str, Place]:
    """Where a scenario declares each thing."""
    aliases = {id_: alias for alias, id_ in scenario.names.accounts.items()}
    return {
        arn: Place(
            Label(scenario.source, ("accounts", aliases[id_], _PLURALS[kind], name), key=True),
            f"{aliases[id_]}:{kind.value}/{name}",
        )
        for (id_, kind), known in scenario.names.arns.items()
        if kind in _PLURALS
        for name, arn in known.items()
    }


def _policy_files(world: World) -> Iterator[str]:
    """The files that the policies of a world stand in."""
    for policy in _policies(world):
        if policy is not None and policy.source is not None:
            yield policy.source.name


def _policies(world: World) -> Iterator[Policy | None]:
    for account in world.accounts.values():
        for user in account.users.values():
            yield from (*user.policies, user.boundary)
        for role in account.roles.values():
            yield from (*role.policies, role.boundary, role.trust)
            yield from (policy for session in role.sessions.values() for policy in session.policies or ())
        for federated in account.federated_users.values():
            yield from federated.session.policies or ()
        yield from (policy for secret in account.secrets.values() for policy in secret.policies.values())
        yield from (policy for key in account.keys.values() for policy in key.policies.values())
        yield from (function.policy for function in account.functions.values())
        yield from (parameter.policy for parameter in account.parameters.values())
        yield from (endpoint.policy for endpoint in account.endpoints.values())
    waiting = [world.organization.root] if world.organization else []
    while waiting:
        unit = waiting.pop()
        waiting += unit.units
        yield from (*unit.scps, *unit.rcps)
