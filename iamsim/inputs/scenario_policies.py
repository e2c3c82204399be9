"""The policies that a scenario file names: a path beside the file, or a document inside it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iamsim.inputs.spot import nearest
from iamsim.inputs.text import read_source
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import DiagnosticsError, InputError
from iamsim.language.json_document import json_source
from iamsim.language.source import Source
from iamsim.language.unknown_text import is_known, readable
from iamsim.model.policy import Policy, PolicyType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.inputs.spot import Plain, Spot


MAX_PATH = 4096
"""Characters of the longest path that is looked up; no file system has longer ones."""


class PolicyLoader:
    """Reads policies; every file once. `folder` is where the scenario file stands, and nothing outside it is read."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing read."""
        self.folder = folder
        self._sources: dict[str, Source | Diagnostic] = {}
        self._policies: dict[tuple[str, PolicyType], Policy | None] = {}

    def load(self, written: Plain, kind: PolicyType, name: str, spot: Spot) -> Policy | None:
        """The policy that is written at a place, or None if there is none or it has problems, which are noted."""
        if isinstance(written, str):
            policy = self._load_file(written, kind, spot)
            return replace(policy, name=name) if policy else None
        if written is None:
            return None
        return _parse(written, kind, name, spot)

    def load_all(
        self, written: Mapping[str, Any], kind: PolicyType, spot: Spot, prefix: str = ""
    ) -> tuple[Policy, ...]:
        """The policies of a mapping by name, in its order, without those that have problems."""
        loaded = (self.load(item, kind, prefix + name, spot.at(name)) for name, item in written.items())
        return tuple(policy for policy in loaded if policy)

    def _load_file(self, path: str, kind: PolicyType, spot: Spot) -> Policy | None:
        """The policy of a file. A path that leads nowhere is noted wherever it stands, a wrong document once."""
        if path not in self._sources:
            self._sources[path] = self._read(path)
        source = self._sources[path]
        if isinstance(source, Diagnostic):
            spot.problems.extend([replace(source, labels=(*source.labels, spot.label()))])
            return None
        if (path, kind) not in self._policies:
            self._policies[path, kind] = _parse(source, kind, path, spot)
        return self._policies[path, kind]

    def _read(self, path: str) -> Source | Diagnostic:
        shown = path[:200]
        if not self._inside(path):
            help_ = "put the policy in the folder of the scenario file, or below it"
            return Diagnostic("path-outside", f"`{shown}` is no path inside the folder of the scenario", help=help_)
        try:
            if (self.folder / path).is_file():
                return read_source(self.folder / path)
            return Diagnostic("file-not-found", f"there is no file `{shown}`", help=self._help(path))
        except InputError as error:
            return error.diagnostics[0]
        except OSError:
            return Diagnostic("file-unreadable", f"`{shown}` cannot be read", help="check the path and its permissions")

    def _inside(self, path: str) -> bool:
        """Whether a path leads to something inside the folder, links followed."""
        if len(path) > MAX_PATH:
            return False
        try:
            return not Path(path).is_absolute() and (self.folder / path).resolve().is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError, ValueError):  # a circle of links, a name that no file can have
            return False

    def _help(self, path: str) -> str:
        wanted = Path(path)
        beside = sorted(p.name for p in (self.folder / wanted.parent).glob("*.json"))
        near = nearest(wanted.name, beside) if beside else ""
        return near or "the path counts from the folder of the scenario file"


def _parse(document: Plain, kind: PolicyType, name: str, spot: Spot) -> Policy | None:
    source = None if isinstance(document, Source) else spot.source.child(spot.pointer)
    try:
        return Policy.parse(document, kind, name, inline=True, source=source)
    except DiagnosticsError as error:
        spot.problems.extend(error.diagnostics)
        return None


@lru_cache(maxsize=64)
def default_key_policy(account: str, partition: str) -> Policy:
    """What KMS puts on a key that is made without a policy: the account's IAM policies decide.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    text = _DEFAULT_KEY_POLICY % f"arn:{partition}:iam::{account}:root"
    source = json_source("KMS's default key policy", text)
    name = f"default key policy of {readable(account)}"
    return Policy.parse(source, PolicyType.KEY_POLICY, name, inline=True, lenient=not is_known(account))


_DEFAULT_KEY_POLICY = """{
  "Version": "2012-10-17",
  "Id": "key-default-1",
  "Statement": [
    {
      "Sid": "Enable IAM User Permissions",
      "Effect": "Allow",
      "Principal": {"AWS": "%s"},
      "Action": "kms:*",
      "Resource": "*"
    }
  ]
}
"""
