"""What a check looks at: a world that was read from files, and what is not known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from iamsim.language.unknown_text import readable
from iamsim.simulator.call import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.analysis.report import Place, Unknown
    from iamsim.engine.request import ContextValue
    from iamsim.model.world import World

_NOTHING: Mapping[str, Any] = MappingProxyType({})

OF_ORGANIZATION = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID", "aws:ResourceOrgPaths")
"""The context keys that tell of the organization."""

OPEN_CONTEXT = (
    *OF_ORGANIZATION,
    "aws:*",
    "secretsmanager:*",
    "kms:*",
)
"""The context keys of which a template tells nothing: the organization, and whatever the simulator does not derive."""


@dataclass(frozen=True)
class Checked:
    """A world, where each thing in it was declared, and what is not known.

    `places` are by ARN. `unknowns` are by the name of the unknown part, or by the name of the policy whose text is not known.
    `context` is given for every call. `open_context`: a context key that nobody gives and the simulator does not derive is
    unknown, as in a template, and not absent, as in a scenario. `unknown_context` are keys that are said to be unknown.
    """

    world: World
    places: Mapping[str, Place] = field(default_factory=lambda: _NOTHING)
    unknowns: Mapping[str, Unknown] = field(default_factory=lambda: _NOTHING)
    context: Mapping[str, ContextValue] = field(default_factory=lambda: _NOTHING)
    open_context: bool = True
    unknown_context: tuple[str, ...] = ()

    def thing(self, arn: str) -> str:
        """What the file that declares something calls it, a replica with its Region; empty where no file does."""
        place = self.places.get(arn)
        secret = self.world.secret(arn) if place and ":secretsmanager:" in arn else None
        region = f"@{readable(secret.region)}" if secret and secret.primary else ""
        return place.thing + region if place and place.thing else ""

    def call(self, operation: str, caller: str | Mapping[str, str], **parameters: Any) -> Call:
        """A call in this world, of which nothing is said that the files do not say."""
        return Call(operation, caller, parameters, self.context, self.unknown)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The context keys that are not known. Those of the organization are derived where the world has one."""
        if not self.open_context:
            return self.unknown_context
        given = {key.lower() for key in self.context}
        derived = OF_ORGANIZATION if self.world.organization else ()
        open_ = (key for key in OPEN_CONTEXT if key.lower() not in given and key not in derived)
        return (*self.unknown_context, *open_)
