"""The templates that `iamsim check` looks at: their world, what they call things, what they say of ignores."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iamsim.analysis.report import Place, Result, Unknown
from iamsim.inputs.check_options import check_against
from iamsim.inputs.check_policies import results_of_diagnostics
from iamsim.inputs.check_settings import ignores_of_metadata
from iamsim.inputs.cloudformation import Stacks, read_stacks, world_of_stacks
from iamsim.inputs.problems import Problems
from iamsim.inputs.world_names import Declared
from iamsim.language.diagnostic import Label
from iamsim.language.unknown_text import readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from iamsim.analysis.ignores import IgnoreRule
    from iamsim.inputs.cloudformation import Place as Written
    from iamsim.inputs.cloudformation import Settings
    from iamsim.inputs.cloudformation import Unknown as UnknownPart
    from iamsim.model.world import World


class Templates(NamedTuple):
    """What was read of the templates. `aliases` are the account ids of the names of their stacks."""

    stacks: Stacks
    world: World
    places: Mapping[str, Place]
    unknowns: Mapping[str, Unknown]
    declared: Mapping[str, Declared]
    aliases: Mapping[str, str]
    findings: tuple[Result, ...]
    ignores: tuple[IgnoreRule, ...]
    files: tuple[str, ...]


def read_templates(paths: Sequence[Path], settings: Settings) -> Templates:
    """Read templates, and make one world of them.

    Raises:
        InputError: one cannot be read, or says something of ignores that cannot be understood; a setting is about what is
            not there.
    """
    stacks = read_stacks(paths, settings)
    check_against(settings, stacks)
    read = world_of_stacks(stacks)
    problems = Problems()
    ignores = tuple(ignores_of_metadata(stacks, problems))
    problems.raise_any()
    things = {(s.source.name, id_): s.cdk_path(id_) for s in stacks.stacks for id_ in s.evaluator.resources}
    return Templates(
        stacks,
        read.world,
        {arn: _place(place) for arn, place in read.places.items()},
        {name: _unknown(name, unknown) for name, unknown in read.unknowns.items()},
        {arn: Declared(place.stack, place.logical_id, place.cdk_path) for arn, place in read.places.items()},
        {name: stack.account for stack in stacks.stacks for name in (stack.label, stack.name)},
        tuple(results_of_diagnostics(read.diagnostics, things)),
        ignores,
        tuple(stack.source.name for stack in stacks.stacks),
    )


def _place(place: Written) -> Place:
    return Place(Label(place.source, key=True), place.cdk_path or f"{place.stack}.{place.logical_id}")


def _unknown(name: str, unknown: UnknownPart) -> Unknown:
    fetch = f" (`{unknown.command}` prints it)" if unknown.command else ""
    return Unknown(readable(name), unknown.words + fetch, unknown.option)
