"""AWS's Service Authorization Reference, as far as iamsim carries it: which actions and condition keys there are.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from iamsim.engine.glob import matcher
from iamsim.language.pattern import parse_wildcards


class Reference:
    """What exists, in AWS's own spelling. Only services of which everything is known are judged."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._actions: dict[str, list[str]] = {}
        self._keys: dict[str, list[str]] = {}
        newer = table["newer"]
        for service in table["complete"]:
            known = table["services"][service]
            self._actions[service] = [*known["actions"], *newer["actions"].get(service, ())]
            keys = [*known["condition_keys"], *newer["condition_keys"].get(service, ())]
            self._keys[service] = [key for key in keys if key.startswith(f"{service}:")]
        self._keys["aws"] = [f"aws:{key}" for key in table["global_condition_keys"]]
        self.rcp_services = frozenset(table["rcp_services"])

    def actions(self, service: str) -> list[str] | None:
        """The names of every action of a service, or None where not all of them are known."""
        return self._actions.get(service.lower())

    def matched_actions(self, service: str, pattern: str) -> list[str]:
        """The actions of a service that a name with wildcards stands for."""
        matches = matcher(parse_wildcards(pattern.lower()))
        return [name for name in self._actions.get(service.lower(), ()) if matches(name.lower())]

    def condition_keys(self, service: str) -> list[str] | None:
        """Every condition key with the prefix of a service, or `aws`; None where not all of them are known."""
        return self._keys.get(service.lower())

    def has_condition_key(self, key: str) -> bool:
        """Whether AWS has a condition key; what follows a variable part, such as a tag's key, is free."""
        return any(_same_key(key.lower(), known.lower()) for known in self.condition_keys(key.partition(":")[0]) or ())


def _same_key(key: str, known: str) -> bool:
    fixed = known.partition("${")[0].removesuffix("tag-key")
    return key == known or (fixed != known and key.startswith(fixed) and len(key) > len(fixed))


@cache
def reference() -> Reference:
    """The table that is shipped with iamsim; its date and source stand in it."""
    text = (files("iamsim") / "data" / "authorization-reference.json").read_text(encoding="utf-8")
    return Reference(json.loads(text))
