"""Policy documents as nouns: what stands in them, not what it means.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from iamsim.language.source import Source
    from iamsim.model.document import Document


class PolicyType(StrEnum):
    """Every kind of policy that can decide a request; after them, what decides where no policy does."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"
    SECRET_POLICY = "secretPolicy"
    KEY_POLICY = "keyPolicy"
    TRUST_POLICY = "trustPolicy"
    FUNCTION_POLICY = "functionPolicy"
    RESOURCE_POLICY = "resourcePolicy"
    GRANT = "grant"
    MANAGED_KEY = "managedKey"
    STATE = "state"

    @property
    def on_resource(self) -> bool:
        """Whether such a policy hangs on a resource and names principals."""
        return self in _ON_RESOURCE


_ON_RESOURCE = frozenset(
    {
        PolicyType.SECRET_POLICY,
        PolicyType.KEY_POLICY,
        PolicyType.TRUST_POLICY,
        PolicyType.FUNCTION_POLICY,
        PolicyType.RESOURCE_POLICY,
    }
)


class Effect(StrEnum):
    """What a statement does when it applies."""

    ALLOW = "Allow"
    DENY = "Deny"


class PrincipalEntry(NamedTuple):
    """One principal of a Principal or NotPrincipal element: `("AWS", "arn:aws:iam::111122223333:root")`.

    A bare `"*"` has the kind `*`. `index` is its place in a list, None for a single value.
    """

    kind: str
    value: str
    index: int | None  # type: ignore[assignment]  # hides tuple.index, which nobody needs here


class Condition(NamedTuple):
    """One operator and key of a Condition element with its values, each as text."""

    operator: str
    key: str
    values: tuple[str, ...]


class Strings(NamedTuple):
    """An element that holds one or several strings, such as Action; `negated` for NotAction and its kin."""

    values: tuple[str, ...]
    negated: bool


class Principals(NamedTuple):
    """A Principal element, or NotPrincipal when `negated`."""

    entries: tuple[PrincipalEntry, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it is written; an element that is missing is None, `conditions` are empty without a Condition."""

    index: int
    effect: Effect
    sid: str | None = None
    principals: Principals | None = None
    actions: Strings | None = None
    resources: Strings | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Policy:
    """A policy document of a given type. `name` is how answers call it; equality ignores where it was read."""

    name: str
    type: PolicyType
    version: str | None
    statements: tuple[Statement, ...]
    id: str | None = None
    known: bool = True
    source: Source | None = field(default=None, compare=False, repr=False)

    @classmethod
    def parse(
        cls,
        document: Document,
        type: PolicyType | str,
        name: str = "",
        *,
        inline: bool = False,
        lenient: bool = False,
        source: Source | None = None,
    ) -> Policy:
        """Read a policy document: JSON text, a mapping, or a `Source`.

        An identity policy is taken as a customer managed one unless it is `inline`. `lenient` reads every document that
        has a clear meaning, also one that AWS would refuse to store. `source` says where a mapping was read.

        Raises:
            PolicyError: AWS would refuse the document; every reason is among its diagnostics, located in the text.
            ValueError: there is no such type, or a policy of that type is no document (a grant, say).

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
        """
        from iamsim.model.document import parse_policy

        return parse_policy(document, PolicyType(type), name, inline=inline, lenient=lenient, source=source)

    @property
    def variables(self) -> bool:
        """Whether `${…}` is a variable here: only in Version 2012-10-17, literal text otherwise."""
        return self.version == "2012-10-17"
