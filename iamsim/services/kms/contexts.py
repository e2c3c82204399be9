"""The condition keys that KMS adds to a request that is made of it directly.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.kms.naming import alias_in, aliases_of, managed_key
from iamsim.services.operation import Occasion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iamsim.engine.request import ContextValue
    from iamsim.model.world import Key
    from iamsim.services.operation import Derived, Subject


def key_context(subject: Subject) -> dict[str, ContextValue]:
    """The keys that every request on a key has.

    `kms:ResourceAliases` counts in identity policies only; it is given to all of them here.
    """
    key = subject.key
    context: dict[str, ContextValue] = {
        "kms:CallerAccount": subject.caller.account,
        "kms:RequestAlias": alias_in(str(subject.get("KeyId", ""))),
    }
    if key is None:
        return context
    return context | {
        "kms:ResourceAliases": list(aliases_of(key)) or None,
        "kms:KeySpec": key.spec,
        "kms:KeyUsage": key.usage,
        "kms:KeyOrigin": "AWS_KMS",
        "kms:MultiRegion": truth(key.multi_region),
    }


def encryption_context(pairs: Mapping[str, object]) -> Derived:
    """The keys that tell the encryption context."""
    return {
        **{f"kms:EncryptionContext:{name}": str(value) for name, value in pairs.items()},
        "kms:EncryptionContextKeys": [*pairs] or None,
    }


def tag_context(tags: Mapping[str, str]) -> Derived:
    """The keys that tell the tags which a request gives."""
    return {**{f"aws:RequestTag/{name}": value for name, value in tags.items()}, "aws:TagKeys": [*tags] or None}


def truth(value: object) -> str:
    """A truth as context keys hold it."""
    return "true" if value else "false"


def no_more(subject: Subject) -> Derived:
    """No key of its own."""
    return {}


def on_key(more: Callable[[Subject], Derived] = no_more) -> Callable[[Subject], Iterator[Occasion]]:
    """Once, on the key that the call names, be it there or not, with the keys of the operation."""

    def occasions(subject: Subject) -> Iterator[Occasion]:
        yield key_occasion(subject, subject.key, more(subject))

    return occasions


def key_occasion(subject: Subject, key: Key | None, more: Derived) -> Occasion:
    """A request on a key; the policy of the AWS managed one is its own."""
    thing = (managed_key(key) or key) if key else subject.arn
    return Occasion(thing, {**key_context(subject), **more})
