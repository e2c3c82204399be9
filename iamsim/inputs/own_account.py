"""Calls that name a thing by its bare name alone: AWS looks for it, or makes it, in the caller's own account.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.errors import LanguageError
from iamsim.services.ssm.naming import BY_NAME

if TYPE_CHECKING:
    from iamsim.model.question import Party

_BARE_NAMES = frozenset({"CreateSecret", *BY_NAME})


def stands_elsewhere(action: str, caller: Party, arn: str) -> bool:
    """Whether a call would have to name a thing of another account, and can only name those of the caller's own."""
    if action not in _BARE_NAMES or not isinstance(caller, str) or ":" not in caller or ":" not in arn:
        return False
    return caller.split(":")[4] != arn.split(":")[4]


def elsewhere(action: str, text: str, start: int = 0, end: int | None = None) -> LanguageError:
    """Why such a call cannot be made; the name stands in `text`."""
    message = f"{action} takes a bare name, which is one of the caller's own account, and this stands in another"
    help_ = "name it in the caller's account, or call as a role of the account that it stands in"
    return LanguageError(message, text, start, end, help_)
