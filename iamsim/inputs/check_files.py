"""Which files some paths name, and what kind each is of. Nothing outside the paths is read."""

from __future__ import annotations

import os
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iamsim.inputs.text import STANDARD_INPUT, read_source
from iamsim.inputs.yaml_document import locate_yaml, read_yaml
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.language.json_document import json_source, parse_json
from iamsim.language.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.inputs.problems import Problems

MAX_FILES = 5000
"""Files that are looked at in one folder and the folders below it."""

MAX_BYTES = 4 * 1024 * 1024
"""The longest file that is read, in bytes."""


class Kind(Enum):
    """What a file is."""

    SCENARIO = "a scenario"
    ASSERTIONS = "an assertion file"
    TEMPLATE = "a CloudFormation template"
    ASSEMBLY = "a cloud assembly of the CDK"
    POLICY = "a policy document"


class CheckedFile(NamedTuple):
    """A file, or the folder of a cloud assembly. `named`: it was given by name, not found in a folder."""

    path: Path
    kind: Kind
    named: bool = True


MANIFEST = "manifest.json"
_OURS = (".iamsim.yaml", ".iamsim.yml")
_ENDINGS = (".json", ".yaml", ".yml", ".template")
_PASSED_OVER = frozenset({"node_modules", "__pycache__"})
_RESOURCES = re.compile(r"""(?:^|[{,\s])["']?Resources["']?\s*:""")
_TYPE = re.compile(r"""["']?Type["']?\s*:\s*["']?[A-Za-z0-9]+::[A-Za-z0-9]""")
_STATEMENT = re.compile(r'"Statement"\s*:')


def find_files(paths: Iterable[str | Path], problems: Problems) -> list[CheckedFile]:
    """What some paths name, each once. A path that leads nowhere, or to nothing that can be checked, is noted."""
    found: dict[Path, CheckedFile] = {}
    for path in map(Path, paths):
        try:
            for each in _in_folder(path) if path.is_dir() else [_named(path)]:
                found.setdefault(each.path.resolve(), each)
        except InputError as error:
            problems.extend(error.diagnostics)
        except OSError as error:
            reason = (error.strerror or "no such path").lower()
            problems.extend([Diagnostic("file-unreadable", f"`{path}` cannot be read: {reason}")])
    return list(found.values())


def _named(path: Path) -> CheckedFile:
    if str(path) == STANDARD_INPUT:
        message = "standard input cannot be checked: what is found must have a place in a file"
        raise InputError([Diagnostic("standard-input", message, help="write it to a file and name that")])
    if path.name == MANIFEST and _is_assembly(path):
        return CheckedFile(path.parent, Kind.ASSEMBLY)
    kind = _kind(path)
    if kind is None:
        raise InputError([Diagnostic("unknown-kind", f"`{path}` is nothing that can be checked", help=_CAN_BE)])
    return CheckedFile(path, kind)


_CAN_BE = (
    "give scenarios or assertion files (*.iamsim.yaml), CloudFormation templates (JSON or YAML with `Resources`), the folder "
    "that `cdk synth` writes, or policy documents (JSON with `Statement`)"
)


def _in_folder(folder: Path) -> list[CheckedFile]:
    found: list[CheckedFile] = []
    looked_at = 0
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in _PASSED_OVER)
        assembly = MANIFEST in names and _is_assembly(here / MANIFEST)
        if assembly:
            found.append(CheckedFile(here, Kind.ASSEMBLY, named=False))
            folders.clear()
        files = [here / name for name in sorted(names) if name.endswith(_OURS if assembly else _ENDINGS)]
        looked_at += len(files)
        if looked_at > MAX_FILES:
            message = f"`{folder}` has more than {MAX_FILES:,} files that may be checked"
            raise InputError([Diagnostic("too-many-files", message, help="name a smaller folder, or the files")])
        found += _of_known_kind(files, folder)
    if not found:
        raise InputError(
            [Diagnostic("nothing-to-check", f"`{folder}` holds nothing that can be checked", help=_CAN_BE)]
        )
    return found


def _of_known_kind(files: Iterable[Path], folder: Path) -> Iterator[CheckedFile]:
    """The files of a folder that can be checked. A link that leads out of the folder is not followed."""
    for file in files:
        if not file.is_file() or not file.resolve().is_relative_to(folder.resolve()):
            continue
        try:
            kind = _kind(file)
        except InputError:
            continue
        if kind is Kind.TEMPLATE and not _TYPE.search(read_source(file, limit=MAX_BYTES).text):
            continue  # `Resources` of another format
        if kind is not None:
            yield CheckedFile(file, kind, named=False)


def _is_assembly(manifest: Path) -> bool:
    try:
        return '"artifacts"' in read_source(manifest, limit=MAX_BYTES).text
    except InputError:
        return False


def _kind(path: Path) -> Kind | None:
    """What a file is, by its name and the keys that stand in it; the file itself is read later, and then in full.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    ours = path.name.endswith(_OURS)
    try:
        text = read_source(path, locate_yaml, limit=MAX_BYTES).text
    except InputError as error:
        if ours:  # its reader shows no value of a secret
            return Kind.SCENARIO
        raise InputError([Diagnostic(d.code, d.message, (), d.severity, d.help) for d in error.diagnostics]) from None
    if ours:
        return Kind.ASSERTIONS if _asserts(text) else Kind.SCENARIO
    if _RESOURCES.search(text):
        return Kind.TEMPLATE
    return Kind.POLICY if _STATEMENT.search(text) and _is_policy(text) else None


def _is_policy(text: str) -> bool:
    """Whether a JSON text is a policy document, and not something that holds one; what is no JSON is for its reader to refuse."""
    try:
        value = parse_json(json_source("", text))
    except InputError:
        return True
    return isinstance(value, dict) and "Statement" in value


def _asserts(text: str) -> bool:
    """Whether a file of ours has `assertions`; one that is no YAML is for its reader to refuse."""
    if _KEY not in text:
        return False
    try:
        value = read_yaml(Source("", text, locate_yaml)).value
    except InputError:
        return False
    return isinstance(value, dict) and _KEY in value


_KEY = "assertions"
