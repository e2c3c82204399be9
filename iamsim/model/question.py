"""A question about a world: who can do what to what, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

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
    `absent` keys that are not there. `expect` is a verdict or an AWS error code. `parameters` are the call's beside the one
    that names the resource; they may hold a secret value. `time` is when it is made, None where nobody says.
    """

    caller: Party
    action: str
    resource: str
    context: Mapping[str, ContextText]
    unknown: tuple[str, ...]
    absent: tuple[str, ...]
    expect: str
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    time: datetime | None = None


class Because(NamedTuple):
    """What is said to decide: a policy type, the id of the account that the policy is in, the statement's Sid."""

    policy_type: PolicyType
    account: str | None = None
    sid: str | None = None


@dataclass(frozen=True)
class Question:
    """A question with every call that it stands for. `expect` is what the file says, None where it says nothing.

    `message` is the text that AWS is expected to refuse with; `labels` says which version each staging label of the secret is
    on afterwards, by its number in the order they were made, and that no other label is there. `then` are
    asked, one after the other, of the world that this one leaves. `source` is the `ask` line in its file: offsets in it are
    those of the assertion's names.
    """

    ask: str
    assertion: Assertion
    calls: tuple[AskedCall, ...]
    expect: str | None = None
    because: Because | None = None
    lesson: str = ""
    message: str | None = None
    labels: Mapping[str, int] | None = None
    then: tuple[Question, ...] = ()
    source: Source | None = field(default=None, compare=False, repr=False)
