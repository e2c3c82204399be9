"""RotateSecret and CancelRotateSecret: what happens at once. `iamsim.simulator.rotation` plays what the function does then.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.model.world import Rotation, SecretVersion
from iamsim.services.operation import Demand, Effect, Occasion, Operation, Parameter
from iamsim.services.secretsmanager import errors, rules
from iamsim.services.secretsmanager.naming import about_secret, valid_name
from iamsim.services.secretsmanager.reading import SECRET_ID, on_secret, present
from iamsim.services.secretsmanager.replicas import carried
from iamsim.services.secretsmanager.schedules import problem_with_rules
from iamsim.services.secretsmanager.versions import CURRENT, PENDING, labelled
from iamsim.services.secretsmanager.writing import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import Secret
    from iamsim.services.operation import Derived, ServiceError, Subject

SERVICE = "secretsmanager.amazonaws.com"


def function_of(subject: Subject) -> str | None:
    """The ARN of the function that is to rotate the secret: the call's, else the one that does already."""
    rotation = subject.secret.rotation if subject.secret else None
    arn: str | None = subject.get("RotationLambdaARN", rotation.function if rotation else None)
    return arn


def invocation_context(secret: Secret) -> Derived:
    """The keys of the request in which Secrets Manager calls a function for a secret.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
    """
    return {"aws:SourceAccount": secret.account, "aws:SourceArn": secret.arn}


def _on_function(subject: Subject) -> Iterator[Occasion]:
    if function := function_of(subject):
        yield Occasion(function, {})


def _on_function_for_the_secret(subject: Subject) -> Iterator[Occasion]:
    if (function := function_of(subject)) and subject.secret:
        yield Occasion(function, invocation_context(subject.secret))


def has_token(subject: Subject) -> ServiceError | None:
    """The call brings its idempotency token; the code differs from that of the other calls (recorded)."""
    return None if subject.get("ClientRequestToken") else errors.NO_TOKEN_TO_ROTATE


def _has_a_rotator(subject: Subject) -> ServiceError | None:
    """A function rotates the secret, or the service that owns it does.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
    """
    return None if function_of(subject) or subject.found.owning_service else errors.NO_FUNCTION


def is_pending(secret: Secret) -> bool:
    """Whether a rotation began and did not end: AWSPENDING is on a version that is not AWSCURRENT.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
    """
    holder = secret.labelled(PENDING)
    return holder is not None and CURRENT not in holder.stages


def _function_is_an_arn(subject: Subject) -> ServiceError | None:
    """The function is named by its ARN (API_RotateSecret); in which words AWS refuses anything else is not known."""
    try:
        parse_arn(function_of(subject) or subject.found.arn)
    except LanguageError:
        return errors.FUNCTION_IS_NO_ARN
    return None


def _previous_one_is_complete(subject: Subject) -> ServiceError | None:
    return errors.ROTATION_INCOMPLETE if is_pending(subject.found) else None


def _rules_are_valid(subject: Subject) -> ServiceError | None:
    problem = problem_with_rules(subject.get("RotationRules", {}))
    return errors.bad_rotation_rules(problem) if problem else None


def _token_is_free(subject: Subject) -> ServiceError | None:
    """The token becomes the id of a version, and is that of none yet (inferred from the other calls with a token)."""
    token = str(subject.get("ClientRequestToken"))
    return errors.token_in_use(token, subject.found.arn) if subject.found.version(token) else None


def configured(subject: Subject) -> Secret:
    """The secret with rotation turned on, as the call has it."""
    secret, known = subject.found, subject.found.rotation or Rotation()
    rules_now = subject.get("RotationRules", known.rules)
    return replace(secret, rotation=Rotation(function_of(subject), rules_now, enabled=True, last=known.last))


def announced(secret: Secret, token: str, subject_time: Any) -> Secret:
    """The secret with a version for a rotation to fill: it has AWSPENDING and no value.

    That there is such a version before the function is called is implied by what AWS's functions look for (inferred).
    """
    version = SecretVersion(token, created=subject_time)
    return labelled(replace(secret, versions=(*secret.versions, version)), token, PENDING)


def _rotate(subject: Subject) -> Effect:
    """Rotation is turned on, and begins. With `RotateImmediately` false it is only tried out, which leaves nothing here."""
    secret, token = configured(subject), str(subject.get("ClientRequestToken"))
    if subject.get("RotateImmediately", True):
        secret = announced(secret, token, subject.time)
    return Effect(carried(subject.world, secret), {"ARN": secret.arn, "Name": secret.name, "VersionId": token})


def _cancel(subject: Subject) -> Effect:
    """Rotation is turned off; the labels stay where they are."""
    secret = subject.found
    rotation = replace(secret.rotation, enabled=False) if secret.rotation else None
    pending = secret.labelled(PENDING)
    response = present(ARN=secret.arn, Name=secret.name, VersionId=pending.id if pending else None)
    return Effect(carried(subject.world, replace(secret, rotation=rotation)), response)


ROTATE_SECRET = Operation(
    "secretsmanager",
    "RotateSecret",
    parameters=(
        SECRET_ID,
        TOKEN,
        Parameter("RotationLambdaARN", high=2048),
        Parameter("RotationRules", dict),
        Parameter("RotateImmediately", bool),
    ),
    before=(has_token, valid_name),
    about=about_secret,
    steps=(
        Demand("secretsmanager:RotateSecret", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        rules.not_a_replica,
        _has_a_rotator,
        _function_is_an_arn,
        _rules_are_valid,
        _previous_one_is_complete,
        _token_is_free,
        Demand("lambda:InvokeFunction", _on_function),
        Demand("lambda:InvokeFunction", _on_function_for_the_secret, by=SERVICE, hides=errors.CANNOT_INVOKE),
    ),
    effect=_rotate,
    named_by="SecretId",
)
"""The caller, too, must be allowed to invoke the function (API_RotateSecret); in which order AWS asks is not known."""

CANCEL_ROTATE_SECRET = Operation(
    "secretsmanager",
    "CancelRotateSecret",
    parameters=(SECRET_ID,),
    before=(valid_name,),
    about=about_secret,
    steps=(
        Demand("secretsmanager:CancelRotateSecret", on_secret),
        rules.exists,
        rules.not_marked_for_deletion,
        rules.not_a_replica,
    ),
    effect=_cancel,
    named_by="SecretId",
)
