"""What stands in no template but is named by one: it takes part as far as it is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from iamsim.inputs.cloudformation.policies import unknown_policy
from iamsim.inputs.cloudformation.unknowns import Unknown
from iamsim.language.unknown_text import is_known, readable, split_unknown, unknown_names
from iamsim.model.policy import PolicyType
from iamsim.model.world import Key, Role, Secret, SecretVersion, User
from iamsim.services.chance import fixed_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iamsim.inputs.cloudformation.collected import Collected
    from iamsim.inputs.cloudformation.shared import Shared
    from iamsim.model.policy import Policy

_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):(?P<type>role|user)/(?P<name>[^*?$:]+)")
_SECRET = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:(?P<account>[0-9]{12}):secret:(?P<name>[^*?$:]+)-[A-Za-z0-9]{6}"
)
_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:(?P<account>[0-9]{12}):key/[A-Za-z0-9-]+")


def add_outside(collected: Collected, shared: Shared) -> None:
    """Add the roles, users, secrets and keys that the policies and secrets of the templates name in full."""
    for account, role in dict.fromkeys(_run_as(collected)):
        _add_role(collected, account, role)
    for account, key in dict.fromkeys(_encrypt(collected)):
        collected.add(account, "keys", key, Key(key))
    for text in dict.fromkeys(_named(collected)):
        for pattern, add in _KINDS:
            match = pattern.fullmatch(text)
            if match:
                add(text, match, collected, shared)


def _run_as(collected: Collected) -> Iterator[tuple[str, str]]:
    """What functions and tasks run as, with its account."""
    functions = [f for kinds in collected.things.values() for f in kinds.get("functions", {}).values()]
    tasks = [w for kinds in collected.things.values() for w in kinds.get("workloads", {}).values()]
    roles = [f.role for f in functions] + [role for task in tasks for role in (task.execution_role, task.role)]
    yield from ((role.split(":")[4], role) for role in roles if role)


def _encrypt(collected: Collected) -> Iterator[tuple[str, str]]:
    """What secrets and their replicas are encrypted under, with its account."""
    secrets = [s for kinds in collected.things.values() for s in kinds.get("secrets", {}).values()]
    yield from ((secret.key.split(":")[4], secret.key) for secret in secrets if secret.key)


def _named(collected: Collected) -> Iterator[str]:
    for kinds in collected.things.values():
        for things in kinds.values():
            for thing in things.values():
                yield from _named_by(thing)


def _named_by(thing: Any) -> Iterator[str]:
    yield from (read.id for read in getattr(thing, "reads", ()))
    found = getattr(thing, "policies", ())
    own = found.values() if isinstance(found, dict) else found
    others = (getattr(thing, name, None) for name in ("policy", "trust"))
    for policy in (*own, *others):
        yield from _in_policy(policy)


def _in_policy(policy: Policy | None) -> Iterator[str]:
    for statement in policy.statements if policy else ():
        yield from (entry.value for entry in (statement.principals.entries if statement.principals else ()))
        yield from statement.resources.values if statement.resources else ()


def _add_principal(arn: str, match: re.Match[str], collected: Collected, shared: Shared) -> None:
    account, kind = match["account"], f"{match['type']}s"
    if arn in collected.of(account, kind):
        return
    if kind == "users":
        name = f"{account}:{match['type']}/{match['name']}"
        policies = (unknown_policy(f"policies of {name}", PolicyType.IDENTITY),)
        collected.add(
            account, kind, arn, User(arn, "", policies, unknown_policy(f"boundary of {name}", PolicyType.BOUNDARY))
        )
        return
    _add_role(collected, account, arn)


def _add_role(collected: Collected, account: str, arn: str) -> None:
    """A role of which nothing is known but its ARN."""
    name = f"{readable(account)}:{readable(arn.rpartition(':')[2])}"
    trust = unknown_policy(f"trust policy of {name}", PolicyType.TRUST_POLICY)
    policies = (unknown_policy(f"policies of {name}", PolicyType.IDENTITY),)
    boundary = unknown_policy(f"boundary of {name}", PolicyType.BOUNDARY)
    collected.add(account, "roles", arn, Role(arn, "", policies, boundary, trust))


def _add_secret(arn: str, match: re.Match[str], collected: Collected, shared: Shared) -> None:
    """A secret that is named in full, unless a template makes one that may be the same: whether it is, `--name` says."""
    account, region, name = match["account"], arn.split(":")[3], match["name"]
    for here in collected.things.values():
        for known in here.get("secrets", {}):
            if known == arn or _may_be(known, arn):
                shared.unknowns.suggest(unknown_names(known), arn)
                return
    words = f"the key of the secret {name} in {account}, {region}"
    parts = [shared.unknowns.text(f"{arn}.{what}", Unknown(words), n) for what, n in (("keyaccount", 12), ("key", 36))]
    key = f"arn:{arn.split(':')[1]}:kms:{region}:{parts[0]}:key/{parts[1]}"
    policy = unknown_policy(f"{account}:secret/{name}", PolicyType.SECRET_POLICY)
    versions = (SecretVersion(fixed_id(1), ("AWSCURRENT",), "example"),)
    collected.add(account, "secrets", arn, Secret(arn, name, key, policy, versions))
    collected.add(parts[0], "keys", key, Key(key))


def _may_be(text: str, other: str) -> bool:
    """Whether a text with unknown parts may be another one: each part stands for some characters, as many as it has."""
    if is_known(text):
        return False
    pattern = (
        re.escape(p) if isinstance(p, str) else f".{{{p.length}}}" if p.length else ".+" for p in split_unknown(text)
    )
    return re.fullmatch("".join(pattern), other) is not None


def _add_key(arn: str, match: re.Match[str], collected: Collected, shared: Shared) -> None:
    if arn not in collected.of(match["account"], "keys"):
        collected.add(match["account"], "keys", arn, Key(arn))


_KINDS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str], Collected, Shared], None]], ...] = (
    (_PRINCIPAL, _add_principal),
    (_SECRET, _add_secret),
    (_KEY, _add_key),
)
