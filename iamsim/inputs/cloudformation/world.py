"""From stacks to one world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation import aws_rotation, compute, keys, secrets
from iamsim.inputs.cloudformation.collected import Collected, Here, Place
from iamsim.inputs.cloudformation.iam import Iam
from iamsim.inputs.cloudformation.outside import add_outside
from iamsim.language.diagnostic import Diagnostic, Label, Severity
from iamsim.model.world import Account, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from iamsim.inputs.cloudformation.stacks import Stacks
    from iamsim.inputs.cloudformation.unknowns import Unknown


@dataclass(frozen=True)
class TemplateWorld:
    """The world of some stacks. `places` are by ARN, endpoints by id; `unknowns` by the name of the unknown part.

    `understood` are the resources that take part, by type.
    """

    world: World
    places: Mapping[str, Place]
    unknowns: Mapping[str, Unknown]
    diagnostics: Sequence[Diagnostic]
    understood: Mapping[str, int] = field(default_factory=dict)


def world_of_stacks(stacks: Stacks) -> TemplateWorld:
    """The world of some stacks. What cannot be told is noted, and unknown."""
    collected = Collected()
    resources = _resources(stacks)
    for stack in stacks.stacks:
        collected.things.setdefault(stack.account, {})
    for type_, add in _ADDERS:
        for here in resources:
            if here.type == type_:
                add(here, collected)
    compute.add_permissions([here for here in resources if here.type == _PERMISSION], collected)
    secrets.add_replicas(collected)
    Iam(stacks, resources, collected).read()
    add_outside(collected, stacks.shared)
    understood: dict[str, int] = {}
    for here in resources:
        if here.type in _UNDERSTOOD or here.type.startswith("AWS::IAM::") or _is_read(here):
            understood[here.type] = understood.get(here.type, 0) + 1
    _note_others(resources)
    for first, second in collected.twice:
        labels = (Label(second.source, key=True), Label(first.source, text="first here", key=True))
        message = (
            f"{second.stack}.{second.logical_id} has the ARN of {first.stack}.{first.logical_id}: only one is looked at"
        )
        stacks.shared.note(Diagnostic("made-twice", message, labels, Severity.WARNING))
    return TemplateWorld(
        World(_in_order(collected.accounts())),
        collected.places,
        stacks.unknowns,
        stacks.diagnostics,
        understood,
    )


def _in_order(accounts: dict[str, Account]) -> dict[str, Account]:
    return dict(sorted(accounts.items()))


def _resources(stacks: Stacks) -> list[Here]:
    found: list[Here] = []
    for stack in stacks.stacks:
        for id_, resource in stack.evaluator.resources.items():
            exists = stack.evaluator.exists(id_)
            if exists is not False:
                found.append(Here(stack, id_, str(resource.get("Type")), exists is True))
    return found


_PERMISSION = "AWS::Lambda::Permission"

_ADDERS: tuple[tuple[str, Callable[[Here, Collected], None]], ...] = (
    *((type_, keys.add_key) for type_ in keys.KEYS),
    (keys.ALIAS, keys.add_alias),
    ("AWS::SecretsManager::Secret", secrets.add_secret),
    ("AWS::SecretsManager::ResourcePolicy", secrets.add_resource_policy),
    ("AWS::SecretsManager::RotationSchedule", secrets.add_rotation),
    ("AWS::SSM::Parameter", secrets.add_parameter),
    ("AWS::Lambda::Function", compute.add_function),
    (aws_rotation.APPLICATION, aws_rotation.add_application),
    ("AWS::EC2::VPCEndpoint", compute.add_endpoint),
    ("AWS::ECS::TaskDefinition", compute.add_task),
)
"""What reads each type of resource, in the order in which they need each other."""

_UNDERSTOOD = frozenset(
    (
        *(type_ for type_, _ in _ADDERS if type_ != aws_rotation.APPLICATION),
        _PERMISSION,
        "AWS::Lambda::Alias",
        "AWS::Lambda::Version",
        "AWS::SecretsManager::SecretTargetAttachment",
    )
)

_MATTER = {
    "AWS::CloudFormation::Stack": "a nested stack",
    "AWS::CloudFormation::Macro": "a macro",
    "AWS::Organizations::Policy": "a policy of the organization",
    "AWS::RAM::ResourceShare": "a share of resources",
    "AWS::SSM::ResourcePolicy": "a policy on a parameter",
    "AWS::Lambda::LayerVersionPermission": "a permission on a layer",
    "AWS::Serverless::Api": "a resource of SAM",
    "AWS::Serverless::Application": "an application of the Serverless Application Repository",
    "AWS::Serverless::Function": "a resource of SAM",
    "AWS::Serverless::StateMachine": "a resource of SAM",
}
"""Types that may make roles, policies, functions or secrets of their own, and are not read."""


def _is_read(here: Here) -> bool:
    """Whether a resource that stands for others is read: a nested stack, an application of AWS's."""
    ev = here.stack.evaluator
    return here.id in ev.nested or (
        here.type == aws_rotation.APPLICATION and aws_rotation.application_of(ev, here.id) != ""
    )


def _note_others(resources: Sequence[Here]) -> None:
    """Note what is not read and may matter."""
    for here in resources:
        if here.type in _MATTER and not _is_read(here):
            message = f"{here.id} is {_MATTER[here.type]}, which is not read: what it makes is not known"
            help_ = "give the templates or policies that it stands for as well"
            here.stack.evaluator.warn("not-read", message, ("Resources", here.id), help_)
    for stack in {id(here.stack): here.stack for here in resources}.values():
        for id_ in stack.evaluator.not_mappings:
            message = f"`{id_[:100]}` is no resource that can be read"
            stack.evaluator.warn("not-read", message, ("Resources", id_))
