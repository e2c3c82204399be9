"""What a reading of stacks collects: accounts with what stands in them, and where each thing was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.model.world import Account

if TYPE_CHECKING:
    from iamsim.inputs.cloudformation.stacks import Stack
    from iamsim.language.source import Source


class Place(NamedTuple):
    """Where something is written: its stack, its logical id, its path in the CDK app (empty: none), the resource."""

    stack: str
    logical_id: str
    cdk_path: str
    source: Source


class Here(NamedTuple):
    """A resource of a stack. `certain` is whether it surely is made: its condition may not be known."""

    stack: Stack
    id: str
    type: str
    certain: bool

    @property
    def place(self) -> Place:
        """Where it is written."""
        source = self.stack.evaluator.source.child(("Resources", self.id))
        return Place(self.stack.label, self.id, self.stack.cdk_path(self.id), source)


@dataclass
class Collected:
    """Things by account, kind and ARN; `places` by ARN, those of policies without one by `STACK.LogicalId`."""

    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    twice: list[tuple[Place, Place]] = field(default_factory=list)

    def add(self, account: str, kind: str, key: str, thing: Any, place: Place | None = None) -> None:
        """Add a thing; one that is there already stays, and a second place of it is noted in `twice`."""
        if place and place.source is not self.places.get(key, place).source:
            self.twice.append((self.places[key], place))
        self.things.setdefault(account, {}).setdefault(kind, {}).setdefault(key, thing)
        if place:
            self.places.setdefault(key, place)

    def placed(self, here: Here) -> None:
        """Note where a policy is written that has no ARN: by its stack and its logical id."""
        self.places.setdefault(f"{here.stack.label}.{here.id}", here.place)

    def put(self, account: str, kind: str, key: str, thing: Any) -> None:
        """Put a thing in the place of the one that is there."""
        self.things[account][kind][key] = thing

    def of(self, account: str, kind: str) -> dict[str, Any]:
        """The things of a kind in an account."""
        return self.things.get(account, {}).get(kind, {})

    def accounts(self) -> dict[str, Account]:
        """The accounts; an account is called by its id, or by what is known of it."""
        return {id_: Account(id_, id_, **kinds) for id_, kinds in self.things.items()}
