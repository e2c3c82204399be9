"""From what a call names to the secret that it means.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iamsim.language.arn import Arn, parse_arn
from iamsim.language.errors import LanguageError
from iamsim.language.unknown_text import split_unknown
from iamsim.services.operation import DEFAULT_REGION
from iamsim.services.secretsmanager.errors import INVALID_NAME

if TYPE_CHECKING:
    from datetime import datetime

    from iamsim.model.world import Secret, World
    from iamsim.services.operation import ServiceError, Subject

_SUFFIX = 7
_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]{1,512}")
_ENDS_LIKE_AN_ARN = re.compile(r"-[A-Za-z0-9]{6}")
_ANY_SUFFIX = "-??????"
"""Stands in the ARN of a secret that is not there for the characters that nobody knows: no exact ARN matches it."""


def about_secret(subject: Subject) -> Subject:
    """The secret that `SecretId` names: its full ARN, the ARN without its suffix, or a name in the caller's account.

    Across accounts only an ARN will do. A name is looked up in the Region of the call.
    """
    wanted = str(subject.get("SecretId", ""))
    arn = _secret_arn(wanted)
    if arn is None:
        secret = _named(subject.world, subject.account, wanted, subject.region)
    else:
        secret = _by_arn(subject.world, wanted, arn)
    secret = secret if secret and not gone(secret, subject.time) else None
    if secret is not None:
        there = parse_arn(secret.arn)
        return subject.with_(secret=secret, arn=secret.arn, account=there.account, region=there.region)
    if arn is not None:
        return subject.with_(arn=wanted, account=arn.account, region=arn.region)
    return subject.with_(arn=secret_arn(subject, wanted, _ANY_SUFFIX[1:]))


def secret_arn(subject: Subject, name: str, suffix: str) -> str:
    """The ARN of a secret of that name where the call works."""
    place = f"{subject.partition}:secretsmanager:{subject.region or DEFAULT_REGION}:{subject.account}"
    return f"arn:{place}:secret:{name}-{suffix}"


def valid_name(subject: Subject) -> ServiceError | None:
    """The name or the ARN that a call gives is one; a part of it that is not known is taken as good."""
    written = str(subject.get("SecretId", subject.get("Name", "")))
    arn = _secret_arn(written)
    name = arn.resource.removeprefix("secret:") if arn else written
    known = "".join(piece if isinstance(piece, str) else "-" for piece in split_unknown(name))
    return None if _NAME.fullmatch(known) else INVALID_NAME


def _secret_arn(text: str) -> Arn | None:
    if not text.startswith("arn:"):
        return None
    try:
        return parse_arn(text)
    except LanguageError:
        return None


def _named(world: World, account: str, name: str, region: str) -> Secret | None:
    there = world.account(account)
    return there.secret_named(name, region) if there else None


def _by_arn(world: World, text: str, arn: Arn) -> Secret | None:
    """By the full ARN, else by one without its suffix, unless the name ends like a suffix itself."""
    exact = world.secret(text)
    name = arn.resource.removeprefix("secret:")
    if exact or _ENDS_LIKE_AN_ARN.fullmatch(name[-_SUFFIX:]):
        return exact
    return _named(world, arn.account, name, arn.region)


def gone(secret: Secret, time: datetime) -> bool:
    """Whether the recovery window has ended. AWS gives no exact time for what follows; here the secret is gone at once."""
    return secret.deletion is not None and time >= secret.deletion
