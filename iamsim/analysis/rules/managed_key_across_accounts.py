"""A secret under the AWS managed key that another account is let read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.report import Result, State
from iamsim.analysis.rules.openness import asked, named_in_other_accounts, somebody, strange_account, with_principal
from iamsim.analysis.rules.pointing import called, place_in, place_of, places, unknowns_in, unknowns_of
from iamsim.analysis.rules.reads import GET, allows
from iamsim.analysis.rules.rule import Rule
from iamsim.engine.decision import Decision
from iamsim.language.diagnostic import Severity
from iamsim.language.unknown_text import is_known
from iamsim.services.secretsmanager.errors import DEFAULT_KEY_ACROSS_ACCOUNTS
from iamsim.simulator.call import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.engine.evaluation import Evaluation
    from iamsim.model.policy import Policy, Statement
    from iamsim.model.world import Secret

ID = "managed-key-across-accounts"
_ORGANIZATION = "aws:PrincipalOrgID"


def find(checked: Checked) -> Iterator[Result]:
    """Statements of secret policies that let another account read what only this account can decrypt."""
    for account in checked.world.accounts.values():
        for secret in account.secrets.values():
            unsure = secret.key is not None and not is_known(secret.key) and checked.world.key(secret.key) is None
            if secret.key is None or unsure:
                yield from {result.subject: result for result in _of_secret(checked, secret)}.values()


def _of_secret(checked: Checked, secret: Secret) -> Iterator[Result]:
    for policy, statement in allows(secret.policies.values(), GET):
        found = [who for who, evaluation in _others(checked, secret, statement) if evaluation.decision not in REFUSED]
        if found:
            yield _result(checked, secret, policy, statement, found[0])
    for policy in secret.policies.values():
        if secret.key is None and not policy.known and secret.arn in checked.places:
            yield _unread(checked, secret, policy)


def _others(checked: Checked, secret: Secret, statement: Statement) -> Iterator[tuple[str, Evaluation]]:
    """What principals of other accounts hear that a statement lets in: of those it names, or of its organizations."""
    partition = secret.arn.split(":", 2)[1]
    for account, arn in named_in_other_accounts(statement, secret.account, partition):
        world = with_principal(checked.world, arn)
        yield f"account {account}", asked(checked, world, arn, GET, secret.arn, {})
    entries = statement.principals.entries if statement.principals else ()
    if not any(entry.value == "*" for entry in entries):
        return
    arn = somebody(strange_account(checked.world), partition)
    world = with_principal(checked.world, arn)
    keys = [condition for condition in statement.conditions if condition.key.lower() == _ORGANIZATION.lower()]
    for id_ in (value for condition in keys for value in condition.values):
        evaluation = asked(checked, world, arn, GET, secret.arn, {_ORGANIZATION: id_})
        if evaluation.decision is Decision.ALLOWED:
            yield f"another account of {id_}", evaluation


def _result(checked: Checked, secret: Secret, policy: Policy, statement: Statement, who: str) -> Result:
    what = called(checked, secret.arn)
    undecided = secret.key is not None
    pointer = ("Statement", statement.index, "Principal")
    message = f"`{what}` is under the AWS managed key, with which {who} cannot read it"
    if undecided:
        message = f"whether {who} can read `{what}` hangs on its key, which is not known"
    return Result(
        ID,
        Severity.ERROR,
        message,
        f"{what} for {who}",
        places(
            place_in(checked, policy, secret.arn, pointer, "lets another account read"),
            place_of(checked, secret.arn, "has no customer managed key"),
        ),
        State.UNDECIDED if undecided else State.FAILED,
        help="put the secret under a customer managed key whose policy lets the other account decrypt",
        notes=(f"AWS answers the read with `{DEFAULT_KEY_ACROSS_ACCOUNTS.message}`",),
        unknowns=unknowns_in(checked, secret.key or ""),
    )


def _unread(checked: Checked, secret: Secret, policy: Policy) -> Result:
    what = called(checked, secret.arn)
    return Result(
        ID,
        Severity.ERROR,
        f"whether another account is let read `{what}`, under the AWS managed key, hangs on a policy that is not known",
        what,
        places(place_of(checked, secret.arn)),
        State.UNDECIDED,
        unknowns=unknowns_of(checked, (), policy.name),
    )


RULE = Rule(
    ID,
    "A cross-account grant on a secret under the AWS managed key",
    Severity.ERROR,
    4.0,
    "A secret's policy lets another account read a secret that is encrypted with the AWS managed key "
    "`aws/secretsmanager`.",
    "The AWS managed key serves its own account only, and nobody can edit its policy: every read from the other account "
    "fails, whatever else is granted.",
    "Encrypt the secret with a customer managed key, let the other account use kms:Decrypt in the key policy, and allow "
    "kms:Decrypt on the key in the reader's own policy. Versions that were written before stay under the old key until the "
    "value is written anew.",
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html",
    find,
)
