"""AssumeRoleWithWebIdentity: whoever has a token of an OpenID Connect identity provider assumes a role.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html

The request is not signed: the caller has no policies of its own, and the trust policy alone decides. Here the caller is the
identity provider, and `WebIdentityToken`, which is an encoded text in AWS, is given decoded, as an object of claims.
No fact records AWS's wordings here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.engine.request import CallerKind
from iamsim.model.world import OidcProvider, Session
from iamsim.services.operation import Demand, Operation, Parameter, ServiceError
from iamsim.services.sts import roles
from iamsim.services.sts.sessions import is_session_policy, session_policies
from iamsim.services.sts.tokens import BUILT_IN, Token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.services.operation import Effect, Occasion, Subject

NO_TOKEN = ServiceError(
    "InvalidIdentityToken", "Whoever calls has no token of an OpenID Connect identity provider.", recorded=False
)
WRONG_AUDIENCE = ServiceError("InvalidIdentityToken", "Incorrect token audience", recorded=False)
MALFORMED_TAGS = ServiceError("InvalidIdentityToken", "The session tags of the token cannot be read.", recorded=False)
EXPIRED = ServiceError("ExpiredTokenException", "Token expired", recorded=False)
NOT_AUTHORIZED = ServiceError(
    "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403, recorded=False
)


def token_of(subject: Subject) -> Token:
    """The token of the call."""
    return Token(subject.caller.id, subject.get("WebIdentityToken", {}))


def comes_with_a_token(subject: Subject) -> ServiceError | None:
    """The caller is an identity provider: with credentials of AWS there is nothing to exchange."""
    return None if subject.caller.kind is CallerKind.PROVIDER else NO_TOKEN


def provider_is_known(subject: Subject) -> ServiceError | None:
    """The issuer is an identity provider in the role's account, or one that AWS knows anyway."""
    token = token_of(subject)
    if token.is_of_provider and (token.provider in BUILT_IN or _provider(subject) is not None):
        return None
    message = f"No OpenIDConnect provider found in your account for {token.issuer}"
    return ServiceError("InvalidIdentityToken", message, recorded=False)


def audience_is_registered(subject: Subject) -> ServiceError | None:
    """The token is for a client id of the identity provider.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
    """
    provider = _provider(subject)
    if provider is None or set(provider.client_ids) & set(token_of(subject).audiences):
        return None
    return WRONG_AUDIENCE


def tags_are_good(subject: Subject) -> ServiceError | None:
    """The session tags of the token can be read."""
    return None if token_of(subject).tags_are_good else MALFORMED_TAGS


def has_not_expired(subject: Subject) -> ServiceError | None:
    """The claim `exp`, where it is given, lies ahead."""
    expires = token_of(subject).expires
    return EXPIRED if expires is not None and expires <= subject.time.timestamp() else None


def _provider(subject: Subject) -> OidcProvider | None:
    account = subject.world.account(subject.account)
    return account.oidc_providers.get(subject.caller.id) if account else None


def on_role(subject: Subject) -> Iterator[Occasion]:
    """Once, on the role."""
    token = token_of(subject)
    yield roles.on_role(subject, token.tags, token.keys)


def on_role_if_tagged(subject: Subject) -> Iterator[Occasion]:
    """On the role if the token brings session tags."""
    if token_of(subject).tags:
        yield from on_role(subject)


def on_role_if_identified(subject: Subject) -> Iterator[Occasion]:
    """On the role if the token brings a source identity."""
    if token_of(subject).source_identity:
        yield from on_role(subject)


def assumed(subject: Subject) -> Effect:
    """The session, which keeps who was authenticated and by whom."""
    token = token_of(subject)
    context = dict(token.session_keys)
    if token.source_identity:
        context["aws:SourceIdentity"] = token.source_identity
    session = Session(session_policies(subject), token.tags, token.transitive, context)
    told: dict[str, Any] = {"Provider": token.issuer}
    if token.subject is not None:
        told["SubjectFromWebIdentityToken"] = token.subject
    if token.audiences:
        told["Audience"] = token.audiences[0]
    return roles.assumed(subject, session, told)


ASSUME_ROLE_WITH_WEB_IDENTITY = Operation(
    "sts",
    "AssumeRoleWithWebIdentity",
    parameters=(
        *roles.PARAMETERS,
        Parameter("WebIdentityToken", dict, required=True, hidden=True),
        Parameter("ProviderId", low=4, high=2048),
    ),
    about=roles.about_role,
    before=(
        roles.names_a_role,
        is_session_policy,
        comes_with_a_token,
        provider_is_known,
        has_not_expired,
        audience_is_registered,
        tags_are_good,
    ),
    steps=(
        Demand("sts:AssumeRoleWithWebIdentity", on_role, hides=NOT_AUTHORIZED),
        Demand("sts:TagSession", on_role_if_tagged, hides=NOT_AUTHORIZED),
        Demand("sts:SetSourceIdentity", on_role_if_identified, hides=NOT_AUTHORIZED),
    ),
    effect=assumed,
    named_by="RoleArn",
)
