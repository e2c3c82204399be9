"""A world around one caller and one secret, built from policy files that are at hand, without a scenario.

What is not given is taken as follows. Without `key`, `key_policy` and `grants` the secret is under the AWS managed
key; with a key but no key policy that policy is not known, and neither is an answer that hangs on it. A key that has
a policy but no ARN gets the one that the grants name, else the one that the identity policies name for the secret's
account and Region if it is a single one, else one with a made-up id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iamsim.engine.request import Caller, CallerKind, caller_of
from iamsim.inputs.levels import organization_of_levels
from iamsim.inputs.problems import Problems
from iamsim.inputs.text import read_source
from iamsim.language.arn import Arn, parse_arn
from iamsim.language.diagnostic import Label
from iamsim.language.errors import DiagnosticsError, InputError
from iamsim.language.source import Source, Span, Spans
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, FederatedUser, Key, Role, Secret, SecretVersion, Session, User, World
from iamsim.services.chance import fixed_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iamsim.inputs.grants import ListedGrant
    from iamsim.model.world import Organization

FilePath = str | Path


@dataclass(frozen=True, kw_only=True)
class FilesAtHand:
    """A caller and a secret by their ARNs, and the files of the policies around them.

    Each of `scps` is a level of its own, the first nearest to the root of the organization. FullAWSAccess stands beside
    it only if it has no Allow statement: a list of denials needs it, a list of what is allowed replaces it. Each of
    `rcps` is a level as well. `grants` is what `aws kms list-grants` prints, or the list in it.
    """

    caller: str
    secret: str
    key: str | None = None
    identity: Sequence[FilePath] = ()
    boundary: FilePath | None = None
    session: FilePath | None = None
    trust: FilePath | None = None
    scps: Sequence[FilePath] = ()
    rcps: Sequence[FilePath] = ()
    secret_policy: FilePath | None = None
    key_policy: FilePath | None = None
    grants: FilePath | None = None


def world_from_files(files: FilesAtHand) -> World:
    """The world of a caller, a secret and the policies at hand.

    Raises:
        InputError: an ARN or a file cannot be read; everything that is wrong is among its diagnostics.
    """
    builder = _Builder(files, Problems())
    world = builder.world()
    builder.problems.raise_any()
    return world


@dataclass(frozen=True)
class _Builder:
    """Builds the world; what is wrong is noted, and the world is then of no use."""

    files: FilesAtHand
    problems: Problems

    def world(self) -> World:
        caller = self.caller()
        secret = self.secret()
        identity = self.policies(self.files.identity, PolicyType.IDENTITY)
        key = self.key(secret, identity)
        owner = parse_arn(secret.arn).account
        key_account = parse_arn(key.arn).account if key else owner
        accounts = {id_: Account(id_, id_) for id_ in (caller.account or "", owner, key_account)}
        accounts[owner] = replace(accounts[owner], secrets={secret.arn: replace(secret, key=key.arn if key else None)})
        if key:
            accounts[key_account] = replace(accounts[key_account], keys={key.arn: key})
        accounts[caller.account or ""] = self.with_caller(accounts[caller.account or ""], caller, identity)
        return World(accounts, self.organization(caller.account or "", owner))

    def organization(self, caller: str, owner: str) -> Organization | None:
        scps = self.policies(self.files.scps, PolicyType.SCP)
        return organization_of_levels(caller, scps, owner, self.policies(self.files.rcps, PolicyType.RCP))

    def caller(self) -> Caller:
        """The caller; one that cannot be read is taken for one that every option goes with, so that it is said once."""
        try:
            return caller_of(self.files.caller)
        except InputError as error:
            label = _option("--caller", self.files.caller)
            self.problems.extend(replace(d, labels=(label,)) for d in error.diagnostics)
            return Caller(CallerKind.SESSION, "", "")

    def with_caller(self, account: Account, caller: Caller, identity: tuple[Policy, ...]) -> Account:
        """The account with its caller in it, once every option is one that such a caller has."""
        files = self.files
        for option, given, kinds in (
            ("--identity", files.identity, _WITH_IDENTITY),
            ("--boundary", files.boundary, _WITH_IDENTITY),
            ("--session", files.session, _WITH_SESSION),
            ("--trust", files.trust, _WITH_TRUST),
        ):
            if given and caller.kind not in kinds:
                message = f"`{option}` does not go with this caller"
                self.problems.add("option-without-use", message, _option("--caller", files.caller), help_=_HELP[option])
        boundary = self.policy(files.boundary, PolicyType.BOUNDARY)
        passed = self.policy(files.session, PolicyType.SESSION)
        session = Session((passed,) if passed else None)
        if caller.kind is CallerKind.USER:
            return replace(account, users={caller.id: User(caller.id, "", identity, boundary)})
        if caller.kind is CallerKind.FEDERATED_USER:
            user = User(f"arn:{caller.partition}:iam::{caller.account}:user/{caller.name}", "", identity, boundary)
            federated = FederatedUser(caller.id, user.arn, session)
            return replace(account, users={user.arn: user}, federated_users={caller.id: federated})
        if caller.kind is CallerKind.ROOT:
            return account
        return replace(account, roles=self.roles(caller, identity, boundary, session))

    def roles(
        self, caller: Caller, identity: tuple[Policy, ...], boundary: Policy | None, session: Session
    ) -> dict[str, Role]:
        trust = self.policy(self.files.trust, PolicyType.TRUST_POLICY)
        if caller.kind is CallerKind.ROLE:
            return {caller.id: Role(caller.id, "", identity, boundary, trust)}
        arn = f"arn:{caller.partition}:iam::{caller.account}:role/{caller.name}"
        sessions = {caller.id.rpartition("/")[2]: session}
        return {arn: Role(arn, "", identity, boundary, trust, sessions=sessions)}

    def secret(self) -> Secret:
        text = self.files.secret
        match = _SECRET.fullmatch(text)
        if not match:
            message = f"`{text[:200]}` is no full ARN of a secret"
            help_ = (
                "write `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf`, with the six characters at its end"
            )
            self.problems.add("secret-arn", message, _option("--secret", text), help_=help_)
            return Secret("arn:aws:secretsmanager:us-east-1:000000000000:secret:none-AbCdEf", "none")
        policy = self.policy(self.files.secret_policy, PolicyType.SECRET_POLICY)
        return Secret(text, match["name"], None, policy, (SecretVersion(fixed_id(1), ("AWSCURRENT",), "example"),))

    def key(self, secret: Secret, identity: tuple[Policy, ...]) -> Key | None:
        files = self.files
        grants = self.grants()
        if files.key is None and files.key_policy is None and files.grants is None:
            return None
        arn = files.key or _key_named_by(grants, identity, parse_arn(secret.arn))
        if not _KEY.fullmatch(arn):
            help_ = "write `arn:aws:kms:REGION:ACCOUNT:key/ID`; policies take no alias in its place"
            self.problems.add("key-arn", f"`{arn[:200]}` is no ARN of a key", _option("--key", arn), help_=help_)
            arn = _made_up_key(parse_arn(secret.arn))
        for listed in grants:
            if listed.key not in ("", arn, arn.rpartition("/")[2]):
                message = f"this grant is on the key `{listed.key[:200]}`"
                self.problems.add("grant-on-other-key", message, listed.label, help_=f"give the grants of `{arn}`")
        policy = self.policy(files.key_policy, PolicyType.KEY_POLICY)
        return Key(arn, policy, tuple(listed.grant for listed in grants))

    def grants(self) -> tuple[ListedGrant, ...]:
        if self.files.grants is None:
            return ()
        from iamsim.inputs.grants import read_grants

        try:
            return read_grants(read_source(self.files.grants))
        except InputError as error:
            self.problems.extend(error.diagnostics)
            return ()

    def policies(self, paths: Sequence[FilePath], kind: PolicyType) -> tuple[Policy, ...]:
        read = (self.policy(path, kind) for path in paths)
        return tuple(policy for policy in read if policy)

    def policy(self, path: FilePath | None, kind: PolicyType) -> Policy | None:
        if path is None:
            return None
        try:
            source = read_source(path)
            return Policy.parse(source, kind, source.name, inline=True)
        except DiagnosticsError as error:
            self.problems.extend(error.diagnostics)
            return None


_WITH_IDENTITY = (CallerKind.USER, CallerKind.ROLE, CallerKind.SESSION, CallerKind.FEDERATED_USER)
_WITH_SESSION = (CallerKind.SESSION, CallerKind.FEDERATED_USER)
_WITH_TRUST = (CallerKind.ROLE, CallerKind.SESSION)
_HELP = {
    "--identity": "the root user has no identity policies: leave the option out",
    "--boundary": "the root user has no permissions boundary: leave the option out",
    "--session": "give the ARN of a session: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`",
    "--trust": "only a role has a trust policy: leave the option out",
}
_SECRET = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:(?P<name>[^*?]+)-[A-Za-z0-9]{6}")
_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+")


def _option(name: str, text: str) -> Label:
    """An option of the command line as a place that can be shown."""
    return Label(Source(name, text, lambda whole: Spans({(): Span(0, len(whole))}, {})))


def _key_named_by(grants: tuple[ListedGrant, ...], identity: tuple[Policy, ...], secret: Arn) -> str:
    """The ARN of a key that is not given: see the head of this module."""
    granted = {listed.key for listed in grants if _KEY.fullmatch(listed.key)}
    resources = (s.resources for policy in identity for s in policy.statements)
    here = f"arn:{secret.partition}:kms:{secret.region}:{secret.account}:key/"
    named = {arn for r in resources if r for arn in r.values if arn.startswith(here) and _KEY.fullmatch(arn)}
    single = next((found for found in (granted, named) if len(found) == 1), None)
    return single.pop() if single else _made_up_key(secret)


def _made_up_key(secret: Arn) -> str:
    return f"arn:{secret.partition}:kms:{secret.region}:{secret.account}:key/{fixed_id(1)}"
