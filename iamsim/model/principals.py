"""Who can call: users, roles, their sessions, federated users, and the identity providers behind some."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamsim.model.nothing import Tags, nothing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.model.policy import Policy


@dataclass(frozen=True)
class User:
    """An IAM user; `policies` hold its own, and after them its groups': the last `from_groups` of them.

    `id` is its unique id (`AIDA…`), empty if it is not known.
    """

    arn: str
    id: str
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    tags: Tags = field(default_factory=nothing)
    from_groups: int = 0


@dataclass(frozen=True)
class Session:
    """What a session adds to its role or user: policies passed for it (None: none were), and tags.

    `transitive` are the keys of the tags that go on to the next session of a chain. `context` holds the condition keys that
    the session brings to every call beside its tags, such as `aws:SourceIdentity`.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """

    policies: tuple[Policy, ...] | None = None
    tags: Tags = field(default_factory=nothing)
    transitive: tuple[str, ...] = ()
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=nothing)

    @property
    def source_identity(self) -> str | None:
        """The source identity, which stays with every session that follows this one."""
        value = self.context.get("aws:SourceIdentity")
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Role:
    """An IAM role. `sessions` are the ones that bring something of their own, by session name.

    `id` is its unique id (`AROA…`), empty if it is not known.
    """

    arn: str
    id: str
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    trust: Policy | None = None
    tags: Tags = field(default_factory=nothing)
    sessions: Mapping[str, Session] = field(default_factory=nothing)


@dataclass(frozen=True)
class FederatedUser:
    """A GetFederationToken session: the user (or root user) that asked for it, and its session."""

    arn: str
    user: str
    session: Session = field(default_factory=Session)


@dataclass(frozen=True)
class OidcProvider:
    """An IAM OpenID Connect identity provider. `client_ids` are the audiences that are registered with it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
    """

    arn: str
    client_ids: tuple[str, ...] = ()
