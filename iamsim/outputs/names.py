"""How people call what an ARN names: `consumer:role/app` in place of 60 characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.language.unknown_text import CLOSE, OPEN
from iamsim.model.policy import Policy, PolicyType
from iamsim.outputs.phrases import POLICIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.model.world import World

_KINDS = {"assumed-role": "session"}
_SUFFIX = re.compile(f"-(?:.{{6}}|{OPEN}[^{OPEN}{CLOSE}]*{CLOSE})\\Z")
"""What AWS puts behind the name of a secret, be it known or not."""


class Names:
    """Short names in one world: accounts by their alias, principals, secrets and keys by kind and name."""

    def __init__(self, world: World) -> None:
        """Keep the world to look aliases up in."""
        self.world = world

    def account(self, account_id: str | None) -> str:
        """`111122223333 (owner)`."""
        alias = self.alias(account_id)
        return f"{account_id} ({alias})" if alias != account_id else alias

    def alias(self, account_id: str | None) -> str:
        """`owner`; the 12 digits where the world has no alias for them."""
        account = self.world.account(account_id)
        return (account.alias if account else "") or str(account_id)

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
        whose = self.alias(arn.account)
        kind, _, name = arn.resource.replace(":", "/", 1).partition("/")
        name = _SUFFIX.sub("", name) if arn.service == "secretsmanager" else name
        if arn.service == "kms":
            return self._key(arn_text, arn.account) or f"{whose}:{kind}/{name}"
        return f"{whose}:{_KINDS.get(kind, kind)}/{name}" if name else f"{whose}:{kind}"

    def _key(self, arn: str, account_id: str) -> str:
        """The name that a scenario gives to a key, after which its policy is called; else its alias; else nothing."""
        account = self.world.account(account_id)
        key = account.keys.get(arn) if account else None
        if account is None or key is None:
            return ""
        name = key.policy.name if key.policy else ""
        alias = f"{account.alias}:key/{key.aliases[0]}" if key.aliases else ""
        return name if name.startswith(f"{account.alias}:key/") else alias


def policy_name(policy: Policy) -> str:
    """`identity policy read-secrets`, `key policy of owner:key/secrets`; only the type where a file is all its name."""
    kind, name = POLICIES[policy.type], policy.name
    if policy.source is not None and policy.source.name == name:
        return kind
    if not name or kind in name:
        return name or kind
    return f"{kind} {name}" if policy.type in _NAMED else f"{kind} of {name}"


_NAMED = (PolicyType.IDENTITY, PolicyType.SCP, PolicyType.RCP)
"""The types whose policies have names of their own; others are called after what they are attached to."""
