"""Who called, as CloudTrail writes it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.engine.request import CallerKind
from iamsim.services.sts.tokens import Token

if TYPE_CHECKING:
    from iamsim.services.operation import Subject


def user_identity(subject: Subject) -> dict[str, Any]:
    """The element `userIdentity`. What the world does not know is left out: an id, the session behind a role ARN."""
    caller = subject.caller
    made = {"type": _TYPES[caller.kind], **_OF_KIND.get(caller.kind, _of_account)(subject)}
    return {name: value for name, value in made.items() if value is not None}


def _of_account(subject: Subject) -> dict[str, Any]:
    caller = subject.caller
    return {"principalId": subject.user_id, "arn": caller.id, "accountId": caller.account}


def _user(subject: Subject) -> dict[str, Any]:
    return {**_of_account(subject), "userName": subject.caller.name}


def _session(subject: Subject) -> dict[str, Any]:
    """A session, and the role that it is of. Of a role ARN that stands for a session, only the role is known."""
    caller = subject.caller
    account = subject.world.account(caller.account)
    is_role = caller.kind is CallerKind.ROLE
    role = (account.roles.get(caller.id) if is_role else account.role_called(caller.name)) if account else None
    issuer = {
        "type": "Role",
        "principalId": (role and role.id) or None,
        "arn": role.arn if role else caller.id if is_role else None,
        "accountId": caller.account,
        "userName": caller.name,
    }
    known = {name: value for name, value in issuer.items() if value is not None}
    session = {"sessionContext": {"sessionIssuer": known, **_brought(subject)}}
    return {"accountId": caller.account, **session} if is_role else {**_of_account(subject), **session}


def _brought(subject: Subject) -> dict[str, Any]:
    """What a session's context says: by which identity provider it was authenticated, its source identity."""
    session = subject.world.session(subject.caller.id)
    context = session.context if session else {}
    provider, identity = context.get("aws:FederatedProvider"), context.get("aws:SourceIdentity")
    told: dict[str, Any] = (
        {"webIdFederationData": {"federatedProvider": provider, "attributes": {}}} if provider else {}
    )
    return told | ({"sourceIdentity": identity} if identity else {})


def _federated_user(subject: Subject) -> dict[str, Any]:
    caller = subject.caller
    account = subject.world.account(caller.account)
    federated = account.federated_users.get(caller.id) if account else None
    user = account.users.get(federated.user) if account and federated else None
    if user is None:
        return _of_account(subject)
    named = {"type": "IAMUser", "arn": user.arn, "accountId": caller.account, "userName": user.arn.rpartition("/")[2]}
    issuer = named | ({"principalId": user.id} if user.id else {})
    return {**_of_account(subject), "sessionContext": {"sessionIssuer": issuer}}


def _service(subject: Subject) -> dict[str, Any]:
    return {"invokedBy": subject.caller.id}


def _provider(subject: Subject) -> dict[str, Any]:
    """Whoever a token was issued to: its provider, audience and subject.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
    """
    token = Token(subject.caller.id, subject.get("WebIdentityToken", {}))
    told = [token.provider, *token.audiences[:1], *([token.subject] if token.subject else [])]
    return {"principalId": ":".join(told), "userName": token.subject, "identityProvider": token.provider}


def _nobody(subject: Subject) -> dict[str, Any]:
    return {"principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}


_TYPES = {
    CallerKind.ROOT: "Root",
    CallerKind.USER: "IAMUser",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.SESSION: "AssumedRole",
    CallerKind.FEDERATED_USER: "FederatedUser",
    CallerKind.SERVICE: "AWSService",
    CallerKind.PROVIDER: "WebIdentityUser",
    CallerKind.ANONYMOUS: "AWSAccount",
}
_OF_KIND = {
    CallerKind.USER: _user,
    CallerKind.ROLE: _session,
    CallerKind.SESSION: _session,
    CallerKind.FEDERATED_USER: _federated_user,
    CallerKind.SERVICE: _service,
    CallerKind.PROVIDER: _provider,
    CallerKind.ANONYMOUS: _nobody,
}
