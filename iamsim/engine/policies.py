"""The policies around one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from iamsim.engine.compile import Group, compile_policy
from iamsim.engine.grant import CompiledGrant, compile_grant
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.model.policy import Policy, PolicyType

if TYPE_CHECKING:
    from iamsim.model.world import Grant

Document = Policy | Mapping[str, object] | str
"""A policy as it may be given: read already, a document, or its JSON text."""


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

    __slots__ = ("boundary", "endpoints", "grants", "identity", "level_names", "rcps", "resource", "scps", "session")

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
        self.endpoints = tuple(Group((policy,)) for policy in _group(endpoint, PolicyType.ENDPOINT).policies)
        self.grants: tuple[CompiledGrant, ...] = tuple(compile_grant(grant, i) for i, grant in enumerate(grants))


def _group(documents: Document | Sequence[Document], kind: PolicyType) -> Group:
    if isinstance(documents, Policy | Mapping | str):
        return Group((compile_policy(_read(documents, kind, kind.value)),))
    names = [kind.value if len(documents) == 1 else f"{kind.value} {i}" for i in range(len(documents))]
    return Group(compile_policy(_read(d, kind, name)) for d, name in zip(documents, names, strict=True))


def _read(document: Document, kind: PolicyType, name: str) -> Policy:
    if isinstance(document, Policy):
        return document
    if not isinstance(document, Mapping | str):
        message = f"a policy is a `Policy`, a mapping or JSON text, not `{type(document).__name__}`"
        raise InputError([Diagnostic("not-a-policy", message)])
    return Policy.parse(document, kind, name, lenient=True)
