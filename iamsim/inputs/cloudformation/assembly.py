"""Which templates some paths name: template files, folders of them, and what the CDK leaves in `cdk.out`.

https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-default has the folder; the format of its
`manifest.json`: https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema
"""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.inputs.cloudformation.nested import nested_files
from iamsim.inputs.cloudformation.template import read_template
from iamsim.inputs.problems import Problems
from iamsim.inputs.text import read_source
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.language.json_document import parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iamsim.inputs.cloudformation.source import TemplateText

MANIFEST = "manifest.json"
MAX_FILES = 2000
"""Files that are read of one folder."""

MAX_NESTED = 500
"""Nested stacks that are read of all templates."""

_MAX_NESTED = 8
_ENDINGS = (".json", ".yaml", ".yml", ".template")
_CDK_ENDINGS = (".template.json", ".template.yaml", ".template.yml")
_ENVIRONMENT = re.compile(r"aws://([^/]+)/(.+)")


class Found(NamedTuple):
    """A template with what its path, or the manifest beside it, says of its stack.

    `certain` is whether the stack surely has this name: a file that no tool named may be deployed under any. `nested` are
    the templates of its nested stacks by logical id.
    """

    template: TemplateText
    name: str
    certain: bool = False
    account: str | None = None
    region: str | None = None
    nested: Mapping[str, Found] = MappingProxyType({})


class _Listed(NamedTuple):
    name: str
    account: str | None
    region: str | None


def find_templates(paths: Iterable[str | Path]) -> list[Found]:
    """Every template that is named, each once, and those of their nested stacks inside them.

    Raises:
        InputError: a path leads nowhere, a file is no template, a folder has none.
    """
    problems, found, seen = Problems(), list[Found](), set[Path]()
    for path in map(Path, paths):
        try:
            for each in _in_folder(path) if path.is_dir() else _beside_manifest(path):
                resolved = Path(each.template.name).resolve()
                found += [] if resolved in seen else [each]
                seen.add(resolved)
        except InputError as error:
            problems.extend(error.diagnostics)
    budget = iter(range(MAX_NESTED))
    for index, each in enumerate(found):
        try:
            found[index] = _with_nested(each, (), seen, budget)
        except InputError as error:
            problems.extend(error.diagnostics)
    problems.raise_any()
    inner = {Path(each.template.name).resolve() for each in chain.from_iterable(map(_inner, found))}
    return [each for each in found if Path(each.template.name).resolve() not in inner]


def _with_nested(found: Found, around: tuple[Path, ...], given: set[Path], budget: Iterator[int]) -> Found:
    """A template with those of its nested stacks; one that is around it is not read again."""
    file = Path(found.template.name)
    around = (*around, file.resolve())
    nested = {}
    for id_, path in nested_files(found.template.document, file.parent, given).items():
        if path.resolve() not in around and len(around) <= _MAX_NESTED and next(budget, None) is not None:
            nested[id_] = _with_nested(Found(read_template(path), id_), around, given, budget)
    return found._replace(nested=nested)


def _inner(found: Found) -> Iterator[Found]:
    for each in found.nested.values():
        yield each
        yield from _inner(each)


def _beside_manifest(path: Path) -> Iterator[Found]:
    listed = _stacks_of(path.parent) if (path.parent / MANIFEST).is_file() else {}
    yield _found(path, listed.get(path.name))


def _in_folder(folder: Path) -> Iterator[Found]:
    if (folder / MANIFEST).is_file():
        yield from _assembly(folder, 0)
        return
    files = [file for file in sorted(folder.iterdir()) if file.is_file() and file.name.endswith(_ENDINGS)]
    if len(files) > MAX_FILES:
        message = f"`{folder}` has more than {MAX_FILES} files that may be templates"
        raise InputError([Diagnostic("too-many-files", message, help="name the templates one by one")])
    templates = [found for file in files for found in _if_template(file)]
    if not templates:
        help_ = "name a folder with templates, or the folder that `cdk synth` writes: `cdk.out`"
        raise InputError([Diagnostic("no-template", f"`{folder}` holds no CloudFormation template", help=help_)])
    yield from templates


def _if_template(file: Path) -> Iterator[Found]:
    """The template in a file of a folder, where other files may stand as well."""
    try:
        yield _found(file, None)
    except InputError as error:
        if any(d.code != "no-template" for d in error.diagnostics) and file.name.endswith(_CDK_ENDINGS):
            raise


def _assembly(folder: Path, depth: int) -> Iterator[Found]:
    for name, listed in _stacks_of(folder).items():
        yield _found(folder / name, listed)
    for nested in _nested(_manifest(folder)) if depth < _MAX_NESTED else ():
        if (folder / nested / MANIFEST).is_file():
            yield from _assembly(folder / nested, depth + 1)


def _found(path: Path, listed: _Listed | None) -> Found:
    template = read_template(path)
    if listed:
        return Found(template, listed.name, True, listed.account, listed.region)
    ending = next((ending for ending in _CDK_ENDINGS if path.name.endswith(ending)), path.suffix)
    return Found(template, path.name.removesuffix(ending) or path.name, ending in _CDK_ENDINGS)


def _manifest(folder: Path) -> dict[str, Any]:
    """The artifacts of a cloud assembly by name.

    Raises:
        InputError: the manifest is no JSON.
    """
    value = parse_json(read_source(folder / MANIFEST))
    artifacts = value.get("artifacts") if isinstance(value, dict) else None
    return {k: v for k, v in artifacts.items() if isinstance(v, dict)} if isinstance(artifacts, dict) else {}


def _stacks_of(folder: Path) -> dict[str, _Listed]:
    """The stacks of a cloud assembly by the name of their file; a file of another folder is not read."""
    stacks = {}
    for id_, artifact in _manifest(folder).items():
        properties = artifact.get("properties")
        file = properties.get("templateFile") if isinstance(properties, dict) else None
        if artifact.get("type") == "aws:cloudformation:stack" and isinstance(file, str) and _plain_name(file):
            name = (properties or {}).get("stackName") or artifact.get("displayName") or id_
            stacks[file] = _Listed(str(name), *_environment(artifact.get("environment")))
    return stacks


def _nested(artifacts: dict[str, Any]) -> Iterator[str]:
    """The folders of the assemblies inside one: the CDK's stages."""
    for artifact in artifacts.values():
        properties = artifact.get("properties")
        directory = properties.get("directoryName") if isinstance(properties, dict) else None
        if artifact.get("type") == "cdk:cloud-assembly" and isinstance(directory, str) and _plain_name(directory):
            yield directory


def _plain_name(name: str) -> bool:
    return name not in ("", ".", "..") and not set(name) & set("/\\\0")


def _environment(written: Any) -> tuple[str | None, str | None]:
    """Account and Region of `aws://111122223333/us-east-1`; None for what the CDK does not know."""
    match = _ENVIRONMENT.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        return None, None
    account, region = match.groups()
    return (account if re.fullmatch(r"[0-9]{12}", account) else None, None if "unknown" in region else region)
