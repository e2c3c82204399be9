"""The policies around one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.compile import Found, Group, compile_policy, remember
from iamsim.engine.grant import CompiledGrant, compile_grant
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.model.policy import Policy, PolicyType

if TYPE_CHECKING:
    from iamsim.engine.check import Case
    from iamsim.engine.kleene import Truth
    from iamsim.model.world import Grant

Document = Policy | Mapping[str, object] | str
"""A policy as it may be given: read already, a document, or its JSON text."""


class Gate(NamedTuple):
    """Policies of which one must allow; `name` tells gates of a type apart, such as SCP levels."""

    type: PolicyType
    name: str
    policies: Group

    def is_open(self, case: Case) -> Truth:
        """Whether a statement of theirs allows the request."""
        return self.policies.allows(case)


class PolicySet:
    """Every policy around a request, compiled when the set is made.

    `identity` holds the caller's managed and inline policies and its groups'. None stands for "none attached":
    `boundary` is one policy, `session` one or several. `scps` and `rcps` are lists of levels from the root down, each
    a list of policies; an SCP level without any allows nothing. `resource` is the policy on the resource, one or
    several; `endpoint` the policies of the VPC endpoints on the way; `grants` the KMS grants on the key, as `Grant` or
    as AWS CLI JSON. `level_names` are what answers call the SCP levels.

    Documents are read leniently: what has a clear meaning is evaluated although a service would refuse to store it.

    Raises:
        PolicyError: a document has no clear meaning.
        InputError: a grant cannot be read.
    """

    __slots__ = (
        "_denies",
        "boundary",
        "endpoint_gates",
        "endpoints",
        "grants",
        "identity",
        "level_names",
        "rcps",
        "resource",
        "scp_gates",
        "scps",
        "session",
    )

    def __init__(
        self,
        *,
        identity: Sequence[Document] = (),
        boundary: Document | None = None,
        session: Document | Sequence[Document] | None = None,
        scps: Sequence[Sequence[Document]] = (),
        rcps: Sequence[Sequence[Document]] = (),
        resource: Document | Sequence[Document] | None = None,
        endpoint: Sequence[Document] = (),
        grants: Sequence[Grant | Mapping[str, object]] = (),
        level_names: Sequence[str] = (),
    ) -> None:
        """Compile what is given."""
        self.identity = _group(identity, PolicyType.IDENTITY)
        self.boundary = None if boundary is None else _group(boundary, PolicyType.BOUNDARY)
        self.session = None if session is None else _group(session, PolicyType.SESSION)
        self.scps = tuple(_group(level, PolicyType.SCP) for level in scps)
        self.level_names = tuple(level_names) or tuple(f"level {i}" for i in range(len(self.scps)))
        self.rcps = tuple(_group(level, PolicyType.RCP) for level in rcps)
        self.resource = Group(()) if resource is None else _group(resource, PolicyType.RESOURCE_POLICY)
        self.scp_gates = tuple(
            Gate(PolicyType.SCP, name, level) for name, level in zip(self.level_names, self.scps, strict=True)
        )
        self.endpoints = tuple(Group((policy,)) for policy in _group(endpoint, PolicyType.ENDPOINT).policies)
        self.endpoint_gates = tuple(Gate(PolicyType.ENDPOINT, g.policies[0].policy.name, g) for g in self.endpoints)
        self._denies: dict[tuple[str, bool, bool, bool], tuple[Found, ...]] = {}
        self.grants: tuple[CompiledGrant, ...] = tuple(compile_grant(grant, i) for i, grant in enumerate(grants))

    def denies(self, case: Case, *, scps: bool, rcps: bool, session: bool) -> tuple[Found, ...]:
        """Every Deny statement that can matter to the case; of the policies that may not apply, those that are said to."""
        key = (case.action, scps, rcps, session)
        found = self._denies.get(key)
        if found is None:
            groups = [
                *(self.scps if scps else ()),
                *(self.rcps if rcps else ()),
                *self.endpoints,
                self.resource,
                self.identity,
                *([self.boundary] if self.boundary else []),
                *([self.session] if self.session and session else []),
            ]
            found = tuple(pair for group in groups for pair in group.candidates(case).denies)
            remember(self._denies, key, found)
        return found


_ONE = (Policy, str, Mapping)


def _group(documents: Document | Sequence[Document], kind: PolicyType) -> Group:
    listed = (documents,) if isinstance(documents, _ONE) else documents
    several = len(listed) > 1
    return Group([compile_policy(_read(document, kind, i if several else None)) for i, document in enumerate(listed)])


def _read(document: Document, kind: PolicyType, index: int | None) -> Policy:
    if isinstance(document, Policy):
        return document
    if not isinstance(document, Mapping | str):
        message = f"a policy is a `Policy`, a mapping or JSON text, not `{type(document).__name__}`"
        raise InputError([Diagnostic("not-a-policy", message)])
    return Policy.parse(document, kind, kind.value if index is None else f"{kind.value} {index}", lenient=True)
