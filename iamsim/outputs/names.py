"""How people call what an ARN names: `consumer:role/app` in place of 60 characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.model.world import World

_KINDS = {"assumed-role": "session"}
_SUFFIX = 7


class Names:
    """Short names in one world: accounts by their alias, principals, secrets and keys by kind and name."""

    def __init__(self, world: World) -> None:
        """Keep the world to look aliases up in."""
        self.world = world

    def account(self, account_id: str | None) -> str:
        """`111122223333 (owner)`."""
        account = self.world.account(account_id)
        alias = account.alias if account else ""
        return f"{account_id} ({alias})" if alias and alias != account_id else str(account_id)

    def principal(self, principal: str | Mapping[str, str]) -> str:
        """`consumer:role/app`, `service:lambda.amazonaws.com`, or the ARN."""
        if not isinstance(principal, str):
            return ", ".join(f"{kind.lower()}:{name}" for kind, name in principal.items())
        return self.thing(principal)

    def thing(self, arn_text: str) -> str:
        """`owner:secret/prod/db`; the account's 12 digits where the world has no alias for it."""
        try:
            arn = parse_arn(arn_text)
        except LanguageError:
            return arn_text
        account = self.world.account(arn.account)
        whose = account.alias if account else arn.account
        kind, _, name = arn.resource.replace(":", "/", 1).partition("/")
        name = name[:-_SUFFIX] if arn.service == "secretsmanager" else name
        return f"{whose}:{_KINDS.get(kind, kind)}/{name}" if name else f"{whose}:{kind}"
