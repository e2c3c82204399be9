"""Decrypt, Encrypt and GenerateDataKey.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html

CloudTrail takes all three as read-only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.services.kms import errors, rules
from iamsim.services.kms.ciphertext import Ciphertext, read_blob
from iamsim.services.kms.contexts import encryption_context, on_key
from iamsim.services.kms.naming import about, about_key, is_there
from iamsim.services.operation import Demand, Effect, Operation, Parameter

if TYPE_CHECKING:
    from iamsim.services.operation import Derived, ServiceError, Subject

ALGORITHM = "SYMMETRIC_DEFAULT"
_SIZES = {"AES_256": 32, "AES_128": 16}

_PLAINTEXT = Parameter("Plaintext", (bytes, str), required=True, low=1, high=4096, hidden=True)
_BLOB = Parameter("CiphertextBlob", (bytes, str), required=True, low=1, hidden=True)
_OF_EVERY_USE = (
    Parameter("EncryptionContext", dict),
    rules.GRANT_TOKENS,
    rules.DRY_RUN,
)
_ALGORITHM = Parameter("EncryptionAlgorithm", choices=(ALGORITHM, "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"))


def use_context(subject: Subject) -> Derived:
    """The encryption context and the algorithm."""
    algorithm = subject.get("EncryptionAlgorithm", ALGORITHM)
    return {**encryption_context(subject.get("EncryptionContext", {})), "kms:EncryptionAlgorithm": algorithm}


def about_ciphertext(subject: Subject) -> Subject:
    """The key that `KeyId` names, else the one that the ciphertext was made with: the blob tells it."""
    if subject.get("KeyId") is not None:
        return about_key(subject)
    made = read_blob(subject.get("CiphertextBlob"))
    return about(subject, made.key) if made and _is_arn(made.key) else subject


def _is_arn(text: str) -> bool:
    try:
        return bool(parse_arn(text).resource)
    except LanguageError:
        return False


def is_ciphertext(subject: Subject) -> ServiceError | None:
    """The blob is a ciphertext, and of a key that is told or can be read off it."""
    made = read_blob(subject.get("CiphertextBlob"))
    return None if made and _is_arn(made.key) else errors.WRONG_CIPHERTEXT


def fits(subject: Subject) -> ServiceError | None:
    """The ciphertext was made with this key and this encryption context, exactly and in this case of letters."""
    made = read_blob(subject.get("CiphertextBlob"))
    if made is None or dict(made.context) != dict(subject.get("EncryptionContext", {})):
        return errors.WRONG_CIPHERTEXT
    return None if made.key == subject.found_key.arn else errors.INCORRECT_KEY


def one_size(subject: Subject) -> ServiceError | None:
    """The size of a data key is told once."""
    told = (subject.get("KeySpec"), subject.get("NumberOfBytes"))
    return None if told.count(None) == 1 else errors.validation("Please specify either number of bytes or key spec.")


def decrypted(subject: Subject) -> Effect:
    """The plaintext."""
    made = read_blob(subject.get("CiphertextBlob"))
    assert made is not None  # noqa: S101 - `fits` stands before it
    key = subject.found_key.arn
    return Effect(subject.world, {"KeyId": key, "Plaintext": made.plaintext, "EncryptionAlgorithm": ALGORITHM})


def encrypted(subject: Subject) -> Effect:
    """The ciphertext."""
    written = subject.get("Plaintext")
    plain = written.encode() if isinstance(written, str) else written
    key = subject.found_key.arn
    response = {"CiphertextBlob": _sealed(subject, plain), "KeyId": key, "EncryptionAlgorithm": ALGORITHM}
    return Effect(subject.world, response)


def made_data_key(subject: Subject) -> Effect:
    """A data key, in plaintext and encrypted."""
    size = subject.get("NumberOfBytes") or _SIZES[subject.get("KeySpec")]
    key = subject.found_key.arn
    plain = subject.chance.random(f"data key {key}").randbytes(size)
    return Effect(subject.world, {"CiphertextBlob": _sealed(subject, plain), "Plaintext": plain, "KeyId": key})


def _sealed(subject: Subject, plain: bytes) -> bytes:
    return Ciphertext(subject.found_key.arn, subject.get("EncryptionContext", {}), plain).blob


DECRYPT = Operation(
    "kms",
    "Decrypt",
    parameters=(_BLOB, Parameter("KeyId", low=1, high=2048), _ALGORITHM, *_OF_EVERY_USE),
    about=about_ciphertext,
    before=(is_ciphertext, is_there),
    steps=(
        Demand("kms:Decrypt", on_key(use_context)),
        rules.exists,
        rules.symmetric,
        rules.usable,
        fits,
        rules.no_dry_run,
    ),
    effect=decrypted,
    named_by="KeyId",
    read_only=True,
)
ENCRYPT = Operation(
    "kms",
    "Encrypt",
    parameters=(rules.KEY_ID, _PLAINTEXT, _ALGORITHM, *_OF_EVERY_USE),
    about=about_key,
    before=(is_there,),
    steps=(
        Demand("kms:Encrypt", on_key(use_context)),
        rules.exists,
        rules.symmetric,
        rules.usable,
        rules.no_dry_run,
    ),
    effect=encrypted,
    named_by="KeyId",
    read_only=True,
)
GENERATE_DATA_KEY = Operation(
    "kms",
    "GenerateDataKey",
    parameters=(
        rules.KEY_ID,
        Parameter("KeySpec", choices=tuple(_SIZES)),
        Parameter("NumberOfBytes", int, low=1, high=1024),
        *_OF_EVERY_USE,
    ),
    about=about_key,
    before=(one_size, is_there),
    steps=(
        Demand("kms:GenerateDataKey", on_key(use_context)),
        rules.exists,
        rules.symmetric,
        rules.usable,
        rules.no_dry_run,
    ),
    effect=made_data_key,
    named_by="KeyId",
    read_only=True,
)
