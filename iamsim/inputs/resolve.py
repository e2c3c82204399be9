"""From the names of an `ask` line to ARNs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iamsim.engine.glob import matcher
from iamsim.engine.request import CallerKind, caller_of
from iamsim.inputs.spot import nearest
from iamsim.language.assertion import Kind, Name, Word
from iamsim.language.errors import InputError, LanguageError
from iamsim.language.pattern import parse_wildcards
from iamsim.language.unknown_text import readable
from iamsim.services.chance import FIRST_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iamsim.inputs.names import Names
    from iamsim.language.source import Span
    from iamsim.model.question import Party

MAX_COMPARED = 2_000_000
"""Names that the globs of all questions of a file are compared with, together."""

_CALLERS = (Kind.USER, Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER, Kind.ROOT)
_RESOURCES = (Kind.SECRET, Kind.KEY, Kind.FUNCTION, Kind.PARAMETER, Kind.ROLE, Kind.USER)
_CALLER_KINDS = {
    CallerKind.USER: Kind.USER,
    CallerKind.ROLE: Kind.ROLE,
    CallerKind.FEDERATED_USER: Kind.FEDERATED_USER,
}


@dataclass
class Resolver:
    """Finds what names stand for. Each method raises LanguageError, located in the line that is given as `line`."""

    names: Names
    compared: int = 0
    matched: dict[tuple[str, tuple[Kind, ...]], tuple[str, ...]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    def callers(self, name: Name, line: str, also: tuple[Kind, ...] = ()) -> tuple[Party, ...]:
        """Who a name stands for; `also` are kinds that can call here beside users, roles and their sessions."""
        if name.kind is Kind.ANONYMOUS:
            return ("anonymous",)
        if name.kind is Kind.SERVICE:
            return ({"Service": name.name},)
        if name.kind is Kind.OIDC_PROVIDER:
            return tuple({"Federated": arn} for arn in self._expand(name, line, (Kind.OIDC_PROVIDER,), "calls"))
        if name.kind is Kind.ARN and ":oidc-provider/" in name.name and not name.glob:
            return ({"Federated": name.name},)
        if name.kind is Kind.ARN and not name.glob and not also:
            return (self._caller_arn(name, line),)
        return self._expand(name, line, (*_CALLERS, *also), "calls")

    def workloads(self, name: Name, line: str) -> tuple[str, ...]:
        """The workloads that a name stands for."""
        if name.kind is Kind.ARN and not name.glob:
            raise _error("no ARN starts", line, name.word.span, "write `ACCOUNT:workload/NAME`")
        return self._expand(name, line, (Kind.WORKLOAD,), "starts")

    def resources(self, name: Name, line: str) -> tuple[str, ...]:
        """What a name stands for.

        An ARN without a wildcard is taken as it is: one may ask for what is not there. `*` is no resource at all.
        """
        if name.word.text == "*" or (name.kind is Kind.ARN and not name.glob):
            return (name.name,)
        return self._expand(name, line, _RESOURCES, "can be asked for")

    def asked(self, name: Name, line: str, action: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
        """What a call is about: also a secret that it creates, or that a call before it created.

        A federated user that a call makes can be named from now on.
        """
        arn = self.created(name)
        if arn is not None and action == "CreateSecret":
            self.made.add(arn)
        if action == "GetFederationToken":
            self.made.add(f"{Kind.FEDERATED_USER}/{parameters.get('Name')}")
        found = (arn,) if arn in self.made and arn is not None else self.resources(name, line)
        named = (arn for arn in found if arn != "*")
        self.made |= {replica_arn(arn, region) for arn in named for region in _replica_regions(parameters)}
        return found

    def created(self, name: Name) -> str | None:
        """The ARN that a secret will have which a call creates in an account of the file, or a replica of one."""
        account = self.names.account(name.account)
        if (
            name.kind is not Kind.SECRET
            or name.glob
            or account is None
            or self.names.of(account, Kind.SECRET).get(name.name)
        ):
            return None
        bare = name.name.removesuffix(f"@{name.region}")
        known = self.names.of(account, Kind.SECRET).get(bare)
        if name.region and known is not None:
            return replica_arn(known, name.region)
        partition, region = self.names.places[account]
        place = f"{partition}:secretsmanager:{name.region or region}:{account}"
        return f"arn:{place}:secret:{bare}-{FIRST_SUFFIX}"

    def inside(self, scope: Word, line: str) -> frozenset[str]:
        """The account ids that a scope of `no one outside` takes in."""
        if scope.text in ("organization", self.names.organization) and self.names.organization:
            return self.names.members
        account = self.names.account(scope.text)
        if account is None:
            known = [*self.names.accounts, *(["organization"] if self.names.organization else [])]
            message = f"`{scope.text[:100]}` is no account and no organization of the file"
            raise _error(message, line, scope.span, nearest(scope.text, known))
        return frozenset({account})

    @cached_property
    def principals(self) -> tuple[str, ...]:
        """Everybody in the file that can call, and a stranger: the root user of an account that is not in it."""
        known = [arn for kind in _CALLERS for arn in self._all(kind)]
        free = next(n for n in range(len(self.names.ids) + 1) if f"{n:012d}" not in self.names.ids)
        return (*known, f"arn:aws:iam::{free:012d}:root")

    def sessions_of(self, roles: frozenset[str]) -> frozenset[str]:
        """The sessions, of those in the file, that belong to some roles."""
        heads = {arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") for arn in map(_pathless, roles)}
        return frozenset(arn for arn in self._all(Kind.SESSION) if arn.rpartition("/")[0] in heads)

    def _all(self, kind: Kind) -> tuple[str, ...]:
        ids = dict.fromkeys(self.names.accounts.values())
        return tuple(dict.fromkeys(arn for account in ids for arn in self.names.of(account, kind).values()))

    def _caller_arn(self, name: Name, line: str) -> str:
        """An ARN of somebody who calls. In an account of the file it must be known; about strangers nothing is."""
        try:
            caller = caller_of(name.name)
        except InputError as error:
            found = error.diagnostics[0]
            raise _error(found.message, line, name.word.span, found.help) from None
        account = caller.account or ""
        known = self.names.of(account, _CALLER_KINDS.get(caller.kind, Kind.ROLE))
        stranger = account not in self.names.ids
        session = caller.kind is CallerKind.SESSION and caller.name in known
        if stranger or session or caller.kind is CallerKind.ROOT or name.name in known.values():
            return name.name
        help_ = nearest(name.name, known.values()) or "write it into the file, or correct the ARN"
        raise _error(f"`{name.name[:200]}` stands nowhere in the file", line, name.word.span, help_)

    def _expand(self, name: Name, line: str, kinds: tuple[Kind, ...], does: str) -> tuple[str, ...]:
        if name.kind is not Kind.ARN and name.kind not in kinds:
            what = ", ".join(kind.value for kind in kinds)
            raise _error(f"no {name.kind.value} {does}", line, name.word.span, f"name one of these: {what}")
        if not name.glob:
            return (self._exact(name, line),)
        key = (name.word.text, kinds)
        if key not in self.matched and self.compared > MAX_COMPARED:
            message = f"the globs of this file would be compared with more than {MAX_COMPARED:,} names"
            raise _error(message, line, name.word.span, "ask less in one file")
        if key not in self.matched:
            self.matched[key] = self._matching(name, kinds)
        if not self.matched[key]:
            help_ = "a glob must stand for something; correct it, or put the name in double quotes"
            raise _error(f"nothing in the file matches `{name.word.text[:100]}`", line, name.word.span, help_)
        return self.matched[key]

    def _exact(self, name: Name, line: str) -> str:
        account = self.names.account(name.account)
        if account is None:
            help_ = nearest(name.account, self.names.accounts)
            raise _error(f"no account of the file is called `{name.account[:100]}`", line, name.account_span, help_)
        known = self.names.of(account, name.kind)
        found = known.get(name.name) or _OTHERWISE.get(name.kind, _nothing)(self.names, account, name)
        if found is None and f"{name.kind}/{name.name}" in self.made:
            found = f"arn:{self.names.places[account][0]}:sts::{account}:federated-user/{name.name}"
        if found is None:
            message = f"`{name.account}` has no {name.kind.value} `{name.name[:100]}`"
            raise _error(message, line, name.name_span, nearest(name.name, known))
        return found

    def _matching(self, name: Name, kinds: tuple[Kind, ...]) -> tuple[str, ...]:
        if name.kind is Kind.ARN:
            return self._filter(name.name, [(arn, arn) for kind in kinds for arn in self._all(kind)])
        fits = matcher(parse_wildcards(name.account))
        accounts = [(alias, id_) for alias, id_ in self.names.accounts.items() if fits(alias) or fits(id_)]
        known = [(n, arn) for _, id_ in accounts for n, arn in self.names.of(id_, name.kind).items()]
        if name.kind is Kind.SECRET:
            known = [(n.removesuffix(f"@{readable(arn.split(':')[3])}"), arn) for n, arn in known]
        if not name.region:
            return self._filter(name.name, known)
        there = [(n, arn) for n, arn in known if arn.split(":")[3] == name.region]
        return self._filter(name.name.rpartition("@")[0], there)

    def _filter(self, pattern: str, known: list[tuple[str, str]]) -> tuple[str, ...]:
        self.compared += len(known)
        fits = matcher(parse_wildcards(pattern))
        return tuple(dict.fromkeys(arn for text, arn in known if fits(text)))


def replica_arn(arn: str, region: str) -> str:
    """The ARN of a secret's replica: the same, but for its Region."""
    *head, _, rest = arn.split(":", 4)
    return ":".join([*head, region, rest])


def _replica_regions(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The Regions that a call replicates a secret to."""
    regions = parameters.get("AddReplicaRegions")
    for replica in regions if isinstance(regions, list) else ():
        region = replica.get("Region") if isinstance(replica, dict) else None
        if isinstance(region, str):
            yield region


def _session(names: Names, account: str, name: Name) -> str | None:
    """Any session of a role that the file has."""
    role, _, session = name.name.partition("/")
    arn = names.of(account, Kind.ROLE).get(role)
    return arn and f"arn:{arn.split(':')[1]}:sts::{account}:assumed-role/{role}/{session}"


def _key(names: Names, account: str, name: Name) -> str | None:
    """A key by its id or by its alias."""
    ids = (arn for arn in names.of(account, Kind.KEY).values() if arn.endswith(f":key/{name.name}"))
    return names.aliases.get((account, name.name)) or next(ids, None)


def _secret(names: Names, account: str, name: Name) -> str | None:
    """A secret with its Region behind an `@`."""
    arn = names.of(account, Kind.SECRET).get(name.name.rpartition("@")[0])
    return arn if arn and arn.split(":")[3] == name.region else None


def _parameter(names: Names, account: str, name: Name) -> str | None:
    """A parameter without the `/` that its name begins with."""
    return names.of(account, Kind.PARAMETER).get(f"/{name.name}")


def _nothing(names: Names, account: str, name: Name) -> str | None:
    return None


_OTHERWISE: dict[Kind, Callable[[Names, str, Name], str | None]] = {
    Kind.SESSION: _session,
    Kind.KEY: _key,
    Kind.SECRET: _secret,
    Kind.PARAMETER: _parameter,
}
"""How a name is found that is none of the names in the file."""


def _pathless(role: str) -> str:
    head, _, rest = role.partition(":role/")
    return f"{head}:role/{rest.rpartition('/')[2]}"


def _error(message: str, line: str, span: Span, help_: str) -> LanguageError:
    return LanguageError(message, line, span.start, span.end, help_)
