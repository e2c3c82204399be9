"""A question about a world: who can do what to what, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from iamsim.language.assertion import Assertion
    from iamsim.language.source import Source
    from iamsim.model.policy import PolicyType

ContextText = str | Sequence[str] | None
"""What a question says of a context key."""

Party = str | Mapping[str, str]
"""A caller: an ARN, `{"Service": name}` or `"anonymous"`."""


@dataclass(frozen=True)
class AskedCall:
    """One call that a question stands for.

    `action` is an operation (`GetSecretValue`: the whole call) or an action (`kms:Decrypt`: one authorization); in
    `F can rotate S` it is `rotate`. `context` gives or overrides context keys, `unknown` are keys that are not known,
    `absent` keys that are not there. `expect` is a verdict or an AWS error code.
    """

    caller: Party
    action: str
    resource: str
    context: Mapping[str, ContextText]
    unknown: tuple[str, ...]
    absent: tuple[str, ...]
    expect: str


class Because(NamedTuple):
    """What is said to decide: a policy type, the id of the account that the policy is in, the statement's Sid."""

    policy_type: PolicyType
    account: str | None = None
    sid: str | None = None


@dataclass(frozen=True)
class Question:
    """A question with every call that it stands for. `expect` is what the file says, None where it says nothing.

    `source` is the `ask` line in its file: offsets in it are those of the assertion's names.
    """

    ask: str
    assertion: Assertion
    calls: tuple[AskedCall, ...]
    expect: str | None = None
    because: Because | None = None
    lesson: str = ""
    source: Source | None = field(default=None, compare=False, repr=False)
