"""From template files to stacks: each template with its name, its account and its Region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation.assembly import find_templates
from iamsim.inputs.cloudformation.environment import environments
from iamsim.inputs.cloudformation.evaluator import Evaluator
from iamsim.inputs.cloudformation.reading import is_arn
from iamsim.inputs.cloudformation.settings import STACK_NAME, Settings
from iamsim.inputs.cloudformation.shared import Environment, Shared
from iamsim.language.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from iamsim.inputs.cloudformation.assembly import Found
    from iamsim.inputs.cloudformation.unknowns import Unknown
    from iamsim.language.source import Source


@dataclass(frozen=True, eq=False)
class Stack:
    """A template. `label` names it in options and unknown parts: its name, or that with a number if two share it.

    `account` and `region` are texts with unknown parts where nobody knows them.
    """

    label: str
    name: str
    account: str
    region: str
    source: Source
    evaluator: Evaluator = field(repr=False)

    def cdk_path(self, resource: str) -> str:
        """The path of a resource in the CDK app, empty if there is none."""
        metadata = self.evaluator.resources[resource].get("Metadata")
        path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
        return path if isinstance(path, str) else ""


@dataclass(frozen=True, eq=False)
class Stacks:
    """The stacks of one reading, and what they share."""

    stacks: Sequence[Stack]
    shared: Shared = field(repr=False)

    @property
    def unknowns(self) -> Mapping[str, Unknown]:
        """What each unknown part is, as far as the templates were evaluated."""
        return self.shared.unknowns.by_name

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What was noted so far."""
        return list(self.shared.diagnostics.values())


def read_stacks(paths: Iterable[str | Path], settings: Settings | None = None) -> Stacks:
    """The stacks of some template files, folders of them, and folders that `cdk synth` writes.

    Raises:
        InputError: a path leads nowhere, a file is no template, a folder has none.
    """
    return stacks_of(find_templates(paths), settings or Settings())


def stacks_of(found: Iterable[Found], settings: Settings) -> Stacks:
    """The stacks of templates that were found."""
    probes, shared = Shared(settings), Shared(settings)
    for each, label in _labelled(found):
        account = settings.accounts.get(label) or settings.accounts.get(each.name) or each.account
        region = settings.regions.get(label) or settings.regions.get(each.name) or each.region
        given = settings.parameters.get((label, STACK_NAME)) or settings.parameters.get((None, STACK_NAME))
        environment = Environment(label, given or each.name, bool(given) or each.certain, account, region)
        _add(probes, each, environment)
    probes.names = _names(probes, wrong=_wrong_with_name)
    made: dict[str, Evaluator] = {}
    for probe, environment in zip(probes.stacks, environments(probes), strict=True):
        parent = made[probe.parent.label] if probe.parent else None
        made[probe.label] = Evaluator(probe.template, environment, shared, parent, probe.id)
    shared.stacks += made.values()
    shared.names = _names(shared, wrong=_wrong_in_stack)
    _note_strangers(shared)
    stacks = [Stack(ev.label, ev.environment.name, ev.account, ev.region, ev.source, ev) for ev in shared.stacks]
    return Stacks(stacks, shared)


def _add(
    probes: Shared, found: Found, environment: Environment, parent: Evaluator | None = None, id_: str = ""
) -> None:
    """Add a template and those of its nested stacks, which are called `Stack/LogicalId`.

    CloudFormation names a nested stack after its parent and its logical id, with a part that it makes up.
    """
    ev = Evaluator(found.template, environment, probes, parent, id_)
    probes.stacks.append(ev)
    for inner, nested in found.nested.items():
        label = f"{environment.label}/{inner}"
        _add(probes, nested, Environment(label, label, False, environment.account, environment.region), ev, inner)


def _labelled(found: Iterable[Found]) -> list[tuple[Found, str]]:
    labelled: list[tuple[Found, str]] = []
    taken: set[str] = set()
    for each in found:
        label, number = each.name, 1
        while label in taken:
            number += 1
            label = f"{each.name}-{number}"
        taken.add(label)
        labelled.append((each, label))
    return labelled


def _names(shared: Shared, wrong: Callable[[Sequence[Evaluator], str, str], str]) -> dict[tuple[str, str], str]:
    """The ARNs that the user gives, by stack and logical id."""
    names: dict[tuple[str, str], str] = {}
    for given, arn in shared.settings.names.items():
        stack, _, resource = given.rpartition(".")
        owners = [ev for ev in shared.stacks if resource in ev.resources and stack in ("", ev.label)]
        problem = wrong(owners, resource, arn)
        if problem:
            _note(shared, "name-option", f"`{given[:200]}` {problem}", "write `--name STACK.LogicalId=ARN`")
        else:
            names[owners[0].label, resource] = arn
    return names


def _wrong_with_name(owners: Sequence[Evaluator], resource: str, arn: str) -> str:
    """Why an ARN cannot be that of a resource: the second part of `AWS::KMS::Key` is the service in its ARN."""
    if len(owners) != 1:
        return "is in several stacks" if owners else "stands in no stack"
    service = str(owners[0].resources[resource].get("Type")).lower().split("::")[1:2]
    return "" if is_arn(arn) and arn.split(":")[2:3] == service else "needs the ARN of what it is"


def _wrong_in_stack(owners: Sequence[Evaluator], resource: str, arn: str) -> str:
    """The same once it is known where stacks stand: a stack makes things of its own account and Region."""
    wrong = _wrong_with_name(owners, resource, arn)
    if wrong:
        return wrong
    region, account = arn.split(":")[3:5]
    home = owners[0].environment
    for words, told, known in (("account", account, home.account), ("the Region", region, home.region)):
        if told and told != known:
            where = f"in {words} {told[:100]}, the stack `{owners[0].label}` in {known or 'one that is not known'}"
            return f"is not of the account and Region of its stack: it is {where}"
    return ""


def _note_strangers(shared: Shared) -> None:
    """Note what the user says of stacks and parameters that are not there."""
    stacks = {name for ev in shared.stacks for name in (ev.label, ev.environment.name)}
    for given in [*shared.settings.accounts, *shared.settings.regions]:
        if given not in stacks:
            _note(
                shared,
                "unknown-stack",
                f"there is no stack `{given[:200]}`",
                f"the stacks: {', '.join(sorted(stacks))}",
            )
    for stack, name in shared.settings.parameters:
        here = [ev for ev in shared.stacks if stack in (None, ev.label)]
        if not any(name == STACK_NAME or ev.is_parameter(name) for ev in here):
            _note(shared, "unknown-parameter", f"no such stack has a parameter `{name[:200]}`", "")


def _note(shared: Shared, code: str, message: str, help_: str) -> None:
    shared.note(Diagnostic(code, message, severity=Severity.WARNING, help=help_))
