"""What a grant is made of, and what KMS asks of it.

https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from iamsim.model.world import Grant
from iamsim.services.kms import errors
from iamsim.services.principals import may_exist

if TYPE_CHECKING:
    from iamsim.model.world import Key
    from iamsim.services.operation import ServiceError, Subject

_SYMMETRIC = frozenset(
    [
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "ReEncryptFrom",
        "ReEncryptTo",
        "CreateGrant",
        "RetireGrant",
        "DescribeKey",
    ]
)
_OTHERS = frozenset(
    ["Sign", "Verify", "GetPublicKey", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "Encapsulate", "Decapsulate"]
)
_OF_ANY_OTHER_KEY = (
    _OTHERS | {"Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo", "CreateGrant", "RetireGrant"} | {"DescribeKey"}
)
PAIRS = ("EncryptionContextEquals", "EncryptionContextSubset")
_MOSTPAIRS, _MOST_CHARACTERS = 8, 384


def given_pairs(subject: Subject) -> dict[str, str]:
    """The encryption context of the constraints that the call gives."""
    given = (subject.get("Constraints", {}).get(name) for name in PAIRS)
    return {str(k): str(v) for pairs in given if isinstance(pairs, dict) for k, v in pairs.items()}


def given_operations(subject: Subject) -> list[str]:
    """The operations that the call gives."""
    return [str(operation) for operation in subject.get("Operations", ())]


def given_grant(subject: Subject) -> Grant:
    """The grant that CreateGrant describes, without its id."""
    return Grant(
        grantee=subject.get("GranteePrincipal") or subject.get("GranteeServicePrincipal", ""),
        operations=tuple(given_operations(subject)),
        constraints=dict(subject.get("Constraints", {})),
        name=subject.get("Name", ""),
        creator=subject.caller.account or "",
        retiring=subject.get("RetiringPrincipal") or subject.get("RetiringServicePrincipal", ""),
    )


def one_grantee(subject: Subject) -> ServiceError | None:
    """One grantee; a service comes with a source ARN and with who retires the grant."""
    principal, service = subject.get("GranteePrincipal"), subject.get("GranteeServicePrincipal")
    if (principal is None) is (service is None):
        return errors.validation("Give either GranteePrincipal or GranteeServicePrincipal.")
    retiring = subject.get("RetiringPrincipal") or subject.get("RetiringServicePrincipal")
    if service is not None and not (retiring and "SourceArn" in subject.get("Constraints", {})):
        return errors.validation("A service as grantee needs a SourceArn constraint and a retiring principal.")
    return None


def grantee_exists(subject: Subject) -> ServiceError | None:
    """Grantee and retiring principal are ARNs, and there, as far as the world can tell.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
    """
    named = (subject.get("GranteePrincipal"), subject.get("RetiringPrincipal"))
    missing = any(who is not None and not (who.startswith("arn:") and may_exist(subject.world, who)) for who in named)
    return errors.NO_SUCH_GRANTEE if missing else None


def known_operations(subject: Subject) -> ServiceError | None:
    """Every operation is one that a grant can give."""
    wrong = [o for o in given_operations(subject) if o not in _SYMMETRIC | _OTHERS]
    return errors.validation("Operations holds what no grant can give.") if wrong else None


def operations_fit(subject: Subject) -> ServiceError | None:
    """Every operation is one that the key supports."""
    fitting = _SYMMETRIC if subject.found_key.spec == "SYMMETRIC_DEFAULT" else _OF_ANY_OTHER_KEY
    wrong = [o for o in given_operations(subject) if o not in fitting]
    return errors.validation(f"The key does not support {', '.join(wrong)}.") if wrong else None


def constraints_fit(subject: Subject) -> ServiceError | None:
    """Eight pairs and 384 characters at most, and only on a symmetric key.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
    """
    constraints = subject.get("Constraints", {})
    pairs = given_pairs(subject)
    if set(constraints) - {*PAIRS, "SourceArn"}:
        return errors.validation("Constraints holds a constraint that KMS does not know.")
    if len(pairs) > _MOSTPAIRS or sum(len(k) + len(v) for k, v in pairs.items()) > _MOST_CHARACTERS:
        return errors.validation("The encryption context of the constraints is too large.")
    if pairs and subject.found_key.spec != "SYMMETRIC_DEFAULT":
        return errors.validation("Only grants of a symmetric key can have an encryption context.")
    return None


def token_of(key: Key, grant: Grant) -> str:
    """The grant token. Grants are in force at once here, so that it only names its grant."""
    return urlsafe_b64encode(f"{key.arn} {grant.id}".encode()).decode()


def named_grant(subject: Subject) -> tuple[str, str]:
    """The key and the id of the grant that a call names, by its token or outright."""
    token = subject.get("GrantToken")
    if token is None:
        return str(subject.get("KeyId", "")), str(subject.get("GrantId", ""))
    try:
        arn, _, grant = urlsafe_b64decode(str(token).encode()).decode().partition(" ")
    except ValueError:
        return "", ""
    return arn, grant


def grant_of(subject: Subject) -> Grant | None:
    """The grant that the call names, where the key has it."""
    wanted = named_grant(subject)[1]
    grants = subject.key.grants if subject.key else ()
    return next((grant for grant in grants if wanted and grant.id == wanted), None)


def is_named(subject: Subject) -> ServiceError | None:
    """A token that is one, or key and id."""
    if subject.get("GrantToken") is not None:
        return None if subject.key else errors.INVALID_TOKEN
    both = subject.get("KeyId") is not None and subject.get("GrantId") is not None
    return None if both else errors.validation("Give either GrantToken, or KeyId and GrantId.")


def grant_exists(subject: Subject) -> ServiceError | None:
    """The grant is there."""
    return None if grant_of(subject) else errors.no_grant(named_grant(subject)[1])


def entry(subject: Subject, grant: Grant) -> dict[str, Any]:
    """A grant as ListGrants tells it. https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html."""
    key = subject.found_key.arn
    issuer = grant.creator or key.split(":", 5)[4]
    made = {
        "KeyId": key,
        "GrantId": grant.id,
        "Name": grant.name,
        "GranteePrincipal": grant.grantee,
        "RetiringPrincipal": grant.retiring,
        "IssuingAccount": f"arn:{subject.partition}:iam::{issuer}:root",
        "Operations": list(grant.operations),
        "Constraints": dict(grant.constraints),
    }
    return {name: value for name, value in made.items() if value}
