"""The filters of ListSecrets and BatchGetSecretValue.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html

`name`, `tag-key`, `tag-value`, `primary-region` and `owning-service` match the beginning, and its case; `description` and
`all` the beginnings of words, in any case. Names are split at capitals as well (recorded).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from iamsim.model.world import Secret

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*|[^\W\dA-Za-z_]+")


def words(text: str) -> list[str]:
    """The words of a text, in lower case: `COMPANYthings/one` has `compan`, `ythings` and `one`."""
    return [word.lower() for word in _WORD.findall(text)]


def matches(secret: Secret, filters: Iterable[Mapping[str, Sequence[str]]]) -> bool:
    """Whether a secret passes every filter: of its values one is enough, and `!` before a value negates it."""
    return all(
        any(_passes(secret, str(each.get("Key")), value) for value in each.get("Values", ())) for each in filters
    )


def _passes(secret: Secret, key: str, value: str) -> bool:
    wanted = value.removeprefix("!")
    if key in _WORDED:
        found = _has_words(words(wanted), [word for text in _WORDED[key](secret) for word in words(text)])
    else:
        found = any(text.startswith(wanted) for text in _PLAIN[key](secret))
    return found != value.startswith("!")


def _has_words(wanted: list[str], words_there: list[str]) -> bool:
    """Whether every word begins one that is there; that they may stand in several attributes is inferred."""
    return bool(wanted) and all(any(there.startswith(word) for there in words_there) for word in wanted)


def _everything(secret: Secret) -> list[str]:
    return [secret.name, secret.description, *secret.tags, *secret.tags.values(), secret.owning_service or ""]


_WORDED: dict[str, Callable[[Secret], Iterable[str]]] = {
    "all": _everything,
    "description": lambda secret: (secret.description,),
}
_PLAIN: dict[str, Callable[[Secret], Iterable[str]]] = {
    "name": lambda secret: (secret.name,),
    "owning-service": lambda secret: (secret.owning_service or "",),
    "primary-region": lambda secret: (secret.primary,) if secret.primary else (),
    "tag-key": lambda secret: secret.tags,
    "tag-value": lambda secret: secret.tags.values(),
}
KEYS = frozenset({*_WORDED, *_PLAIN})
