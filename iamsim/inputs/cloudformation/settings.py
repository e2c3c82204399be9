"""What the user says of templates beside the templates themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.model.document import Document

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


STACK_NAME = "AWS::StackName"
"""The pseudo parameter that can be given as a parameter is: a template by itself does not say how its stack is called."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`accounts` and `regions` by stack; `parameters` by stack (None: of every stack) and name.

    `names` are ARNs by `STACK.LogicalId`, or by the logical id alone where only one stack has it. `policies` are the
    documents of managed policies and boundaries that stand in no template, by ARN.
    """

    accounts: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    regions: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    parameters: Mapping[tuple[str | None, str], str] = field(default_factory=lambda: _NOTHING, repr=False)
    names: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    policies: Mapping[str, Document] = field(default_factory=lambda: _NOTHING)
