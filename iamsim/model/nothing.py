"""The empty mapping that fields begin with, and tags."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

Tags = Mapping[str, str]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def nothing() -> Mapping[str, Any]:
    """A mapping of nothing, always the same."""
    return _NOTHING
