"""PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy, ValidateResourcePolicy.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.language.errors import PolicyError
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.policy_text import policy_text
from iamsim.services.operation import Demand, Effect, Occasion, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.contexts import secret_context
from iamsim.services.secretsmanager.naming import about_secret, valid_name
from iamsim.services.secretsmanager.policy_checks import is_broad, names_nobody
from iamsim.services.secretsmanager.reading import SECRET_ID, on_secret, present
from iamsim.services.secretsmanager.replicas import carried

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import Secret
    from iamsim.services.operation import ServiceError, Subject

POLICY = Parameter("ResourcePolicy", required=True, low=1, high=20_480)
_LOCKED_OUT = "Your requested changes will not allow you to manage this secret in the future."


def _policy(subject: Subject) -> Policy | None:
    """The policy that the call brings, None where AWS would not take it."""
    try:
        return Policy.parse(str(subject.get("ResourcePolicy")), PolicyType.SECRET_POLICY, "default")
    except PolicyError:
        return None


def _well_formed(subject: Subject) -> ServiceError | None:
    policy = _policy(subject)
    if policy is None:
        return errors.POLICY_SYNTAX
    return errors.UNSUPPORTED_PRINCIPAL if names_nobody(policy, subject.world) else None


def _not_public_if_blocked(subject: Subject) -> ServiceError | None:
    """Without `BlockPublicPolicy` a public policy is accepted (recorded)."""
    policy = _policy(subject) if subject.get("BlockPublicPolicy") else None
    return errors.PUBLIC_POLICY if policy is not None and is_broad(policy) else None


def _changed(subject: Subject, policy: Policy | None) -> Effect:
    secret = replace(subject.found, policy=policy, changed=subject.time)
    return Effect(carried(subject.world, secret), _named(secret))


def _named(secret: Secret) -> dict[str, str]:
    return {"ARN": secret.arn, "Name": secret.name}


def _put(subject: Subject) -> Effect:
    """The policy replaces the one before."""
    return _changed(subject, _policy(subject))


def _delete(subject: Subject) -> Effect:
    if subject.found.policy is None:
        return Effect(subject.world, _named(subject.found))
    return _changed(subject, None)


def _get(subject: Subject) -> Effect:
    secret = subject.found
    text = policy_text(secret.policy) if secret.policy else None
    return Effect(subject.world, {**_named(secret), **present(ResourcePolicy=text)})


def _on_secret_under_the_policy(subject: Subject) -> Iterator[Occasion]:
    """On the secret as it would be: whoever could not change the policy any more is locked out."""
    policy = _policy(subject)
    if subject.secret is not None and policy is not None:
        yield Occasion(replace(subject.secret, policy=policy), secret_context(subject))


def _on_secret_if_given(subject: Subject) -> Iterator[Occasion]:
    yield from on_secret(subject) if subject.get("SecretId") else _on_any()


def _on_any() -> Iterator[Occasion]:
    yield Occasion("*", {})


def _about_secret_if_given(subject: Subject) -> Subject:
    return about_secret(subject) if subject.get("SecretId") else subject


def _name_if_given(subject: Subject) -> ServiceError | None:
    return valid_name(subject) if subject.get("SecretId") else None


def _exists_if_given(subject: Subject) -> ServiceError | None:
    return rules.exists(subject) if subject.get("SecretId") else None


def _validate(subject: Subject) -> Effect:
    """AWS's three checks: broad access, syntax, and whether the caller locks itself out.

    AWS does not publish its rule for broad access; here it is an Allow for every principal without a condition (inferred).
    """
    policy, malformed = _policy(subject), _well_formed(subject)
    found = [("SYNTAX_CHECK", malformed.message)] if malformed else []
    if policy is not None and is_broad(policy):
        found.append(("PUBLIC_POLICY_CHECK", "This resource policy grants broad access to your secret."))
    if any(action == "secretsmanager:PutResourcePolicy" for action, _ in subject.refused):
        found.append(("LOCKOUT_CHECK", _LOCKED_OUT))
    listed = [{"CheckName": check, "ErrorMessage": message} for check, message in found]
    return Effect(subject.world, {"PolicyValidationPassed": not found, "ValidationErrors": listed})


PUT_RESOURCE_POLICY = Operation(
    "secretsmanager",
    "PutResourcePolicy",
    parameters=(SECRET_ID, POLICY, Parameter("BlockPublicPolicy", bool)),
    before=(valid_name,),
    about=about_secret,
    steps=(
        Demand("secretsmanager:PutResourcePolicy", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        rules.not_a_replica,
        _well_formed,
        _not_public_if_blocked,
    ),
    effect=_put,
    named_by="SecretId",
)
GET_RESOURCE_POLICY = Operation(
    "secretsmanager",
    "GetResourcePolicy",
    parameters=(SECRET_ID,),
    before=(valid_name,),
    about=about_secret,
    steps=(Demand("secretsmanager:GetResourcePolicy", on_secret), rules.exists, rules.not_marked_for_deletion),
    effect=_get,
    named_by="SecretId",
    read_only=True,
)
DELETE_RESOURCE_POLICY = Operation(
    "secretsmanager",
    "DeleteResourcePolicy",
    parameters=(SECRET_ID,),
    before=(valid_name,),
    about=about_secret,
    steps=(
        Demand("secretsmanager:DeleteResourcePolicy", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        rules.not_a_replica,
    ),
    effect=_delete,
    named_by="SecretId",
)
VALIDATE_RESOURCE_POLICY = Operation(
    "secretsmanager",
    "ValidateResourcePolicy",
    parameters=(SECRET_ID._replace(required=False), POLICY),
    before=(_name_if_given,),
    about=_about_secret_if_given,
    steps=(
        Demand("secretsmanager:ValidateResourcePolicy", _on_secret_if_given),
        Demand("secretsmanager:PutResourcePolicy", _on_secret_if_given),
        _exists_if_given,
        Demand("secretsmanager:PutResourcePolicy", _on_secret_under_the_policy, optional=True),
    ),
    effect=_validate,
    named_by="SecretId",
    read_only=True,
)
