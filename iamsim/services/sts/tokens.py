"""The token of an OpenID Connect identity provider, decoded: what its claims say of the caller, the tags, the keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.engine.request import value_text
from iamsim.services.sts.sessions import tag_context

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILT_IN = frozenset({"accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"})
"""Providers that AWS knows without an identity provider in the account."""

_CLAIMS = "https://aws.amazon.com/"
_TAGS = f"{_CLAIMS}tags"
_SOURCE_IDENTITY = f"{_CLAIMS}source_identity"

_OF_PROVIDER = {
    "accounts.google.com": ("google/organization_number",),
    "gitlab.com": (
        *("namespace_id", "pipeline_source", "project_id", "ref_protected", "runner_environment"),
        *("user_access_level", "user_email", "user_id", "user_login"),
    ),
    "graph.facebook.com": ("app_id", "id"),
    "token.actions.githubusercontent.com": (
        *("actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref"),
        *("repository", "repository_id", "repository_owner_id", "workflow"),
    ),
    "www.amazon.com": ("app_id", "user_id"),
}
"""Further claims that are condition keys, by provider. Of all others AWS reads only `amr`, `aud`, `azp` and `sub`.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssts.html; the providers whose host name differs from
customer to customer are left out.
"""


class Token(NamedTuple):
    """A token: the provider that issued it, as its trust policies name it, and its claims."""

    provider: str
    claims: Mapping[str, Any]

    @property
    def url(self) -> str:
        """The provider's URL without `https://`, with which its condition keys begin."""
        return self.provider.partition(":oidc-provider/")[2] or self.provider

    @property
    def issuer(self) -> str:
        """The claim `iss`; where it is left out, what the provider's tokens say."""
        return str(self.claims.get("iss") or f"https://{self.url}")

    @property
    def is_of_provider(self) -> bool:
        """Whether the issuer is the provider; Google's tokens may leave `https://` out."""
        return self.issuer.removeprefix("https://").rstrip("/") == self.url.rstrip("/")

    @property
    def audiences(self) -> tuple[str, ...]:
        """Whom the token is for: the claim `azp`, where it is set, in place of `aud`."""
        return _texts(self.claims.get("azp") or self.claims.get("aud"))

    @property
    def subject(self) -> str | None:
        """The claim `sub`."""
        return next(iter(_texts(self.claims.get("sub"))), None)

    @property
    def expires(self) -> float | None:
        """The claim `exp`, in seconds since 1970."""
        value = self.claims.get("exp")
        return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None

    @property
    def tags(self) -> dict[str, str]:
        """The session tags of the claim `https://aws.amazon.com/tags`, nested or flattened."""
        nested = self._of_tags("principal_tags")
        head = f"{_TAGS}/principal_tags/"
        flat = {name.removeprefix(head): value for name, value in self.claims.items() if name.startswith(head)}
        given = {**(nested if isinstance(nested, dict) else {}), **flat}
        return {str(name): next(iter(_texts(value)), "") for name, value in given.items()}

    @property
    def tags_are_good(self) -> bool:
        """Whether the session tags can be read: each has a key and one value, and what is transitive is among them."""
        nested = self.claims.get(_TAGS, {})
        tags = nested.get("principal_tags", {}) if isinstance(nested, dict) else None
        if not isinstance(tags, dict):
            return False
        head = f"{_TAGS}/principal_tags/"
        values = [*tags.values(), *(value for name, value in self.claims.items() if name.startswith(head))]
        return all(len(_texts(value)) == 1 for value in values) and set(self.transitive) <= set(self.tags)

    @property
    def transitive(self) -> tuple[str, ...]:
        """The keys of the session tags that are transitive."""
        return _texts(self._of_tags("transitive_tag_keys"))

    @property
    def source_identity(self) -> str | None:
        """The claim `https://aws.amazon.com/source_identity`."""
        return next(iter(_texts(self.claims.get(_SOURCE_IDENTITY))), None)

    @property
    def session_keys(self) -> dict[str, str | tuple[str, ...]]:
        """The keys that stay with the session: the provider, `amr`, `aud` and `sub`."""
        found = {"aud": self.audiences, "amr": _texts(self.claims.get("amr")), "sub": _texts(self.claims.get("sub"))}
        keys = {f"{self.url}:{name}": _one_or_more(texts) for name, texts in found.items() if texts}
        return {"aws:FederatedProvider": self.provider, **keys}

    @property
    def keys(self) -> dict[str, Any]:
        """The keys of the request to assume a role, without those of the role."""
        further = {
            f"{self.url}:{name}": _one_or_more(texts)
            for name in _OF_PROVIDER.get(self.url, ())
            if (texts := _texts(self.claims.get(name)))
        }
        if self.url == "accounts.google.com":
            further["accounts.google.com:oaud"] = _one_or_more(_texts(self.claims.get("aud")))
        return {
            **tag_context(self.tags),
            "sts:TransitiveTagKeys": self.transitive or None,
            "sts:SourceIdentity": self.source_identity,
            **self.session_keys,
            **further,
        }

    def _of_tags(self, name: str) -> Any:
        nested = self.claims.get(_TAGS)
        inside = nested.get(name) if isinstance(nested, dict) else None
        return self.claims.get(f"{_TAGS}/{name}") if inside is None else inside


def _texts(value: Any) -> tuple[str, ...]:
    """The texts of a claim: one, or a list of them. What is neither text nor a number nor true or false is left out."""
    if isinstance(value, list | tuple):
        return tuple(text for item in value for text in _texts(item))
    if isinstance(value, str):
        return (value,)
    return (value_text(value),) if isinstance(value, int | float | Decimal) else ()


def _one_or_more(texts: tuple[str, ...]) -> str | tuple[str, ...]:
    return texts[0] if len(texts) == 1 else texts
