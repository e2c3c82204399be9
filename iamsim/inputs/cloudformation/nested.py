"""Nested stacks whose templates stand in files here: what their parents hand down, and what they hand back.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from iamsim.inputs.spot import Plain

OUTPUT = "Outputs."
"""How the name of an attribute begins that is an output of a nested stack."""

_URLS = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""The property that names the template: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html."""


def nested_files(document: dict[str, Plain], folder: Path, given: AbstractSet[Path]) -> dict[str, Path]:
    """The files of the nested stacks of a template by logical id: those in its folder, below it, or among those `given`.

    The path is that of the property, or the one that the CDK writes beside it.
    https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-synth.html
    """
    resources = document.get("Resources")
    found = {}
    for id_, resource in (resources if isinstance(resources, dict) else {}).items():
        url = _URLS.get(str(resource.get("Type"))) if isinstance(resource, dict) else None
        if url and id_.isalnum():
            named = (_member(resource, "Properties", url), _member(resource, "Metadata", "aws:asset:path"))
            paths = (_file(folder, text, given) for text in named if isinstance(text, str))
            path = next((path for path in paths if path), None)
            found.update({id_: path} if path else {})
    return found


def _member(resource: dict[str, Plain], section: str, name: str) -> Plain:
    part = resource.get(section)
    return part.get(name) if isinstance(part, dict) else None


def _file(folder: Path, text: str, given: AbstractSet[Path]) -> Path | None:
    """The file that a relative path names, None unless it stands in the folder or is given."""
    try:
        path = folder / text
        whole = path.resolve()
        here = bool(text) and (whole in given or whole.is_relative_to(folder.resolve())) and path.is_file()
    except (OSError, ValueError):
        return None
    return path if here else None
