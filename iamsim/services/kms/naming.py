"""From what a call names to the key that it means.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
https://docs.aws.amazon.com/kms/latest/developerguide/alias-about.html

The key is named by its id, its ARN, `alias/…` or the ARN of an alias; policies see the key's ARN in every case.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iamsim.language.arn import Arn, parse_arn
from iamsim.language.errors import LanguageError
from iamsim.model.world import Key
from iamsim.services.kms import errors
from iamsim.services.kms.managed import SERVICES
from iamsim.services.operation import DEFAULT_REGION, ManagedKey

if TYPE_CHECKING:
    from iamsim.model.world import World
    from iamsim.services.operation import ServiceError, Subject

_KEY_ID = re.compile(r"(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def about_key(subject: Subject) -> Subject:
    """The key that `KeyId` names. Without an ARN it is looked up in the caller's account."""
    return about(subject, str(subject.get("KeyId", "")))


def about(subject: Subject, text: str) -> Subject:
    """The key that a text names; one that is not there leaves the ARN that it would have."""
    named = _named(subject, text)
    if subject.region and named.region != subject.region:
        return subject.with_(arn=str(named), account=named.account)
    key = _key_at(subject.world, named, wherever=not subject.region and _arn(text) is None)
    arn = key.arn if key else str(named)
    return subject.with_(key=key, arn=arn, account=named.account, region=parse_arn(arn).region)


def is_there(subject: Subject) -> ServiceError | None:
    """The key is there, and in the Region that is called.

    AWS looks it up before it authorizes, so that whoever calls in the key's account hears that it is missing (recorded for
    an id that is none). About keys of another account it says nothing of the kind: there the authorization fails.
    """
    text = str(subject.get("KeyId", ""))
    arn = parse_arn(subject.arn)
    if subject.key is None and text and arn.region != subject.region:
        return errors.other_region(arn.region)
    if subject.key is not None or not text or arn.account != subject.caller.account:
        return None
    if arn.resource.startswith("alias/"):
        return errors.no_alias(subject.arn)
    named = arn.resource.removeprefix("key/")
    return errors.no_key(subject.arn) if _KEY_ID.fullmatch(named) else errors.no_key_id(text)


def aliases_of(key: Key) -> tuple[str, ...]:
    """The aliases of a key, each with its `alias/`."""
    return tuple(f"alias/{alias.removeprefix('alias/')}" for alias in key.aliases)


def alias_in(text: str) -> str | None:
    """The alias that a call names the key by, as `kms:RequestAlias` holds it; None where it does not."""
    arn = _arn(text)
    name = arn.resource if arn else text
    return name if name.startswith("alias/") else None


def managed_key(key: Key) -> ManagedKey | None:
    """The AWS managed key of a service, where the key is one."""
    return next((managed for managed in _managed_keys(parse_arn(key.arn)) if managed.arn == key.arn), None)


def _managed_keys(place: Arn) -> tuple[ManagedKey, ...]:
    """The AWS managed keys in the place that an ARN tells."""
    return tuple(ManagedKey(place.partition, place.region, place.account, service) for service in SERVICES)


def _named(subject: Subject, text: str) -> Arn:
    """The ARN of the key or alias that a text names."""
    arn = _arn(text)
    if arn is not None:
        return arn
    resource = text if text.startswith("alias/") else f"key/{text}"
    return Arn(subject.partition, "kms", subject.region or DEFAULT_REGION, subject.account, resource)


def _key_at(world: World, named: Arn, *, wherever: bool) -> Key | None:
    """The key; `wherever`: in any Region, if only one has it."""
    account = world.account(named.account)
    here = [
        key
        for key in (account.keys.values() if account else ())
        if _is_named(key, named.resource) and (wherever or key.region == named.region)
    ]
    if len(here) == 1:
        return here[0]
    for managed in _managed_keys(named) if account and not here else ():
        alias = f"alias/{managed.name}"
        if named.resource in (alias, parse_arn(managed.arn).resource):
            return Key(managed.arn, aliases=(alias,), manager="AWS")
    return None


def _is_named(key: Key, resource: str) -> bool:
    return parse_arn(key.arn).resource == resource or resource in aliases_of(key)


def _arn(text: str) -> Arn | None:
    if not text.startswith("arn:"):
        return None
    try:
        arn = parse_arn(text)
    except LanguageError:
        return None
    return arn if arn.service == "kms" and arn.region and arn.account else None
