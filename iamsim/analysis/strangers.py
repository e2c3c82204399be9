"""Made-up callers that no file lists. What is said of everybody has to hold for them too.

Each may do everything by its own policies. Nothing is known of its name, its tags or where it calls from. A `certain` one
surely can exist: anybody can open an AWS account, and an account that a policy names belongs to somebody. Whether an account
of the files, or the organization, has a principal that no file lists is not known.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from iamsim.language.unknown_text import is_known, readable, unknown_text
from iamsim.model.policy import Effect, Policy, PolicyType, Statement, Strings
from iamsim.model.world import Account, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iamsim.model.question import ContextText
    from iamsim.model.world import World

UNLISTED = "unlisted"
"""What the unknown name of a made-up principal is called."""

UNKNOWN_OF_STRANGERS = ("aws:PrincipalTag/*",)
"""The context keys of a made-up principal that are not known even where a key that nobody gives is absent."""

EVERYTHING = Policy(
    "everything, made up",
    PolicyType.IDENTITY,
    "2012-10-17",
    (Statement(0, Effect.ALLOW, actions=Strings(("*",), negated=False), resources=Strings(("*",), negated=False)),),
)
_ACCOUNT = re.compile(r"(?<![0-9A-Za-z-])[0-9]{12}(?![0-9A-Za-z-])")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")


class Stranger(NamedTuple):
    """A made-up caller: its ARN, what it is in words, whether it surely can exist, and what it brings to each call."""

    arn: str
    words: str
    certain: bool
    context: Mapping[str, ContextText]


def with_strangers(
    world: World, listed: frozenset[str], inside: frozenset[str], partition: str, *, organization: bool
) -> tuple[World, tuple[Stranger, ...]]:
    """The world with strangers in it, and who they are.

    `listed` are the accounts whose principals the files list, `inside` are those of which nothing is said. `organization`:
    nothing is said of the world's organization either, and who is outside it is for `outside_organization` to say.
    """
    texts = tuple(_texts_of_resource_policies(world))
    own = world.organization.id if world.organization else ""
    free = next(f"{n:012d}" for n in range(len(world.accounts) + 1) if f"{n:012d}" not in world.accounts)
    named = {account for text in texts for account in _ACCOUNT.findall(text)} - listed
    found = [_stranger(free, partition, "somebody in any other account", {} if organization else _NO_ORGANIZATION)]
    for id_ in () if organization else sorted({*_organizations(texts), *filter(None, [own])}):
        words = f"somebody in an account of the organization {id_} that no file names"
        found.append(_stranger(free, partition, words, _in(id_), certain=bool(own) and id_ != own))
    for account in sorted(named - inside):
        words = f"somebody in account {account}, which a policy names and no file describes"
        found.append(_stranger(account, partition, words))
    unlisted = "a principal of account {} that no file lists"
    others = (frozenset(world.accounts) | listed) - named - inside
    found += [_stranger(i, partition, unlisted.format(readable(i)), certain=False) for i in sorted(others)]
    return _with_roles(world, found), tuple(found)


def outside_organization(world: World) -> tuple[Mapping[str, ContextText], ...]:
    """What a call brings whose caller is outside the world's organization: none, one that a policy names, any other."""
    own = world.organization.id if world.organization else ""
    others = {*_organizations(tuple(_texts_of_resource_policies(world))), _ANY_OTHER} - {own}
    return (_NO_ORGANIZATION, *(_in(id_) for id_ in sorted(others)))


_NO_ORGANIZATION: Mapping[str, ContextText] = {"aws:PrincipalOrgID": None, "aws:PrincipalOrgPaths": None}
_ANY_OTHER = "o-0000000000"


def _in(organization: str) -> Mapping[str, ContextText]:
    paths = [f"{organization}/r-{unknown_text('root')}/"]
    return {"aws:PrincipalOrgID": organization, "aws:PrincipalOrgPaths": paths}


def _organizations(texts: Iterable[str]) -> set[str]:
    return {id_ for text in texts for id_ in _ORGANIZATION.findall(text)}


def _stranger(
    account: str, partition: str, words: str, context: Mapping[str, ContextText] | None = None, *, certain: bool = True
) -> Stranger:
    arn = f"arn:{partition}:iam::{account}:role/{unknown_text(UNLISTED)}"
    return Stranger(arn, words, certain, context or {})


def _with_roles(world: World, strangers: Iterable[Stranger]) -> World:
    accounts = dict(world.accounts)
    for arn in dict.fromkeys(stranger.arn for stranger in strangers):
        id_ = arn.split(":")[4]
        account = accounts.get(id_) or Account(id_, id_)
        accounts[id_] = replace(account, roles={**account.roles, arn: Role(arn, "", (EVERYTHING,))})
    return replace(world, accounts=accounts)


def _texts_of_resource_policies(world: World) -> Iterator[str]:
    """Principals and condition values of every policy that hangs on a resource, and the grantees of grants."""
    for account in world.accounts.values():
        for secret in account.secrets.values():
            yield from _texts(secret.policies.values())
        for key in account.keys.values():
            yield from _texts(key.policies.values())
            yield from (grant.grantee for grant in key.grants)
        policies = [function.policy for function in account.functions.values()]
        policies += [parameter.policy for parameter in account.parameters.values()]
        yield from _texts(policy for policy in policies if policy)


def _texts(policies: Iterable[Policy]) -> Iterator[str]:
    for statement in (statement for policy in policies for statement in policy.statements):
        written = [entry.value for entry in statement.principals.entries] if statement.principals else []
        written += [value for condition in statement.conditions for value in condition.values]
        yield from filter(is_known, written)
