"""CloudFormation templates, also those that the CDK and SAM write: stacks, and the world that they make.

Nothing is deployed, fetched or run. What a template leaves open is an unknown part of a text (`language.unknown_text`).
"""

from iamsim.inputs.cloudformation.collected import Place
from iamsim.inputs.cloudformation.settings import Settings
from iamsim.inputs.cloudformation.stacks import Stack, Stacks, read_stacks
from iamsim.inputs.cloudformation.unknowns import Unknown
from iamsim.inputs.cloudformation.world import TemplateWorld, world_of_stacks

__all__ = [
    "Place",
    "Settings",
    "Stack",
    "Stacks",
    "TemplateWorld",
    "Unknown",
    "read_stacks",
    "world_of_stacks",
]
