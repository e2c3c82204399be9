"""Every read of a secret that some policy may grant, played as a whole call."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iamsim.analysis.rules.holders import principals
from iamsim.engine.decision import Decision, Element, Form
from iamsim.engine.glob import ARN_FIELDS, matcher
from iamsim.engine.principal import read_entry
from iamsim.engine.statement import acts_on
from iamsim.engine.unknown_part import could_match
from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.language.pattern import parse_wildcards
from iamsim.language.unknown_text import OPEN, is_known, unknown_names, unknown_text
from iamsim.model.policy import Effect, PolicyType
from iamsim.model.world import SecretVersion
from iamsim.services.secretsmanager.versions import CURRENT
from iamsim.simulator.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.engine.evaluation import Evaluation, StatementTrace
    from iamsim.model.policy import Policy, Statement
    from iamsim.model.world import Secret, World
    from iamsim.simulator.call import Outcome

GET = "secretsmanager:GetSecretValue"
DECRYPT = "kms:Decrypt"
_VERSION_ID = 36
_USERS_AND_ROLES = (Form.USER, Form.ROLE)


@dataclass(frozen=True)
class Read:
    """A read of a secret by a principal, and what came of it."""

    principal: str
    secret: Secret
    outcome: Outcome

    def of(self, action: str) -> tuple[Evaluation, ...]:
        """The authorizations of an action that count: of several keys one is enough."""
        return tuple(a.evaluation for a in self.outcome.authorizations if _counts(a.spared, a.evaluation, action))

    @property
    def secret_half(self) -> Decision:
        """Whether Secrets Manager lets the principal read."""
        return self.of(GET)[0].decision

    @property
    def key_denied(self) -> bool:
        """Whether KMS refuses for certain."""
        return any(a.refuses for a in self.outcome.authorizations if a.evaluation.request.action == DECRYPT)

    @property
    def meant(self) -> bool:
        """Whether a statement that grants it surely is about this secret, or the secret's name is known."""
        return is_known(self.secret.name) or any(
            check.element is Element.RESOURCE and finding.matched is True
            for seen in self.grants()
            for check, finding in zip(seen.statement.checks, seen.findings, strict=True)
        )

    def grants(self) -> Iterator[StatementTrace]:
        """The known statements that may grant the read: those of the principal's own policies first."""
        paths = self.of(GET)[0].trace().paths
        own = (s for p in paths for step in p.steps if step.step.type is PolicyType.IDENTITY for s in step.statements)
        yield from (s for s in own if s.matched is not False and s.policy.policy.known)
        on_secret = (path.granted for path in paths if path.granted is not None)
        yield from (s for s in on_secret if s.matched is not False and s.policy.policy.known)


def _counts(spared: bool, evaluation: Evaluation, action: str) -> bool:  # noqa: FBT001 - a field of the authorization
    return evaluation.request.action == action and not spared


def reads(checked: Checked) -> Iterator[Read]:
    """Every read that a statement may grant, or a policy whose text is not known, by principals in and outside the files."""
    world = readable_secrets(checked.world)
    secrets = [secret for account in world.accounts.values() for secret in account.secrets.values()]
    meant = _Meant(secrets)
    reaching = {p.arn: meant.by_policies(p.policies) for p in principals(world)}
    for secret in secrets:
        named = dict.fromkeys(_named_by(world, secret))
        anybody = _open_within(secret)
        inside = [
            arn
            for arn, reach in reaching.items()
            if arn in named or secret.arn in reach or (anybody and arn.split(":", 5)[4] == secret.account)
        ]
        for arn in (*inside, *(arn for arn in named if arn not in reaching)):
            read = Read(arn, secret, played(checked, world, arn, secret))
            if read.of(GET):  # of a name that AWS would refuse it asks nothing
                yield read


class _Meant:
    """Which secrets the texts of Resource elements may mean. Of these few each read is played; the law decides it.

    Two secrets have not one ARN, though parts of both are not known. A text without wildcards means a secret whose name is
    known, if it fits one, and not one of those whose names a deployment makes up.
    """

    def __init__(self, secrets: list[Secret]) -> None:
        self._secrets = {secret.arn: secret for secret in secrets}
        self._all = frozenset(self._secrets)
        self._beginnings = {arn: _BEGINNING.split(arn, 1)[0] for arn in self._secrets}
        self._found: dict[str, frozenset[str]] = {}

    def by_policies(self, policies: tuple[Policy, ...]) -> frozenset[str]:
        """The secrets that the policies of a principal may let it read; all, where a text is not known."""
        resources = [statement.resources for _, statement in allows(policies, GET)]
        if any(not policy.known for policy in policies) or any(found and found.negated for found in resources):
            return self._all
        return frozenset(arn for found in resources if found for text in found.values for arn in self.by(text))

    def by(self, text: str) -> frozenset[str]:
        """The secrets that a text may mean."""
        if text not in self._found:
            self._found[text] = frozenset(self._by(text))
        return self._found[text]

    def _by(self, text: str) -> Iterable[str]:
        if text in self._all:
            return (text,)
        if "${" in text or text.count(":") < ARN_FIELDS - 1:
            return self._all
        ours = _BEGINNING.split(text, 1)[0]
        near = (arn for arn, theirs in self._beginnings.items() if ours.startswith(theirs) or theirs.startswith(ours))
        found = [arn for arn in near if _may_match(text, arn)]
        named = [arn for arn in found if is_known(self._secrets[arn].name)]
        return named if named and is_known(text) and "*" not in text and "?" not in text else found


def _may_match(text: str, arn: str) -> bool:
    """Whether a text with wildcards or unknown parts may match an ARN."""
    pattern = parse_wildcards(text)
    return matcher(pattern)(arn) if is_known(text) and is_known(arn) else could_match(pattern, arn)


_BEGINNING = re.compile(f"[*?{OPEN}]")
"""Ends the part of a text that is fixed. Most texts do not even begin alike: that is cheap to see."""


def played(checked: Checked, world: World, principal: str, secret: Secret) -> Outcome:
    """The read, in a world."""
    return simulate(world, checked.call("GetSecretValue", principal, SecretId=secret.arn))


def readable_secrets(world: World) -> World:
    """The world in which every secret has a value under its key: whether a deployment gives it one is no question of access.

    The id of the version is not known. Of a key whose ARN is not known at all, neither are account and id.
    """
    accounts = {
        id_: replace(account, secrets={arn: _readable(secret) for arn, secret in account.secrets.items()})
        for id_, account in world.accounts.items()
    }
    return replace(world, accounts=accounts)


def _readable(secret: Secret) -> Secret:
    version = SecretVersion(unknown_text("version", _VERSION_ID), (CURRENT,), "example")
    key = secret.key and _as_arn(secret, secret.key)
    return replace(secret, key=key, versions=(version,), deleted=None)


def _as_arn(secret: Secret, key: str) -> str:
    try:
        parse_arn(key)
    except LanguageError:
        name = (*unknown_names(key), key)[0]
        partition, account = secret.arn.split(":", 2)[1], unknown_text(name, 12)
        return f"arn:{partition}:kms:{secret.region}:{account}:key/{unknown_text(name)}"
    return key


def allows(policies: Iterable[Policy], action: str) -> Iterator[tuple[Policy, Statement]]:
    """The Allow statements whose Action matches an action."""
    for policy in policies:
        for statement in policy.statements if policy.known else ():
            if statement.effect is Effect.ALLOW and acts_on(statement, action.lower()):
                yield policy, statement


def _named_by(world: World, secret: Secret) -> Iterator[str]:
    """The users and roles that the secret's policy lets read; somebody of each account that no file is about."""
    for _, statement in allows(secret.policies.values(), GET):
        for entry in statement.principals.entries if statement.principals and not statement.principals.negated else ():
            found = read_entry(entry.kind, entry.value)
            if found.form in _USERS_AND_ROLES:
                yield found.text
            elif found.form is Form.ACCOUNT and world.account(found.account) is None:
                yield f"arn:{secret.arn.split(':', 2)[1]}:iam::{found.account}:role/{unknown_text('any')}"


def _open_within(secret: Secret) -> bool:
    """Whether the secret's own policy may let every principal of its account read."""
    granting = (statement.principals for _, statement in allows(secret.policies.values(), GET))
    return any(p is None or p.negated or any(e.value == "*" for e in p.entries) for p in granting)
