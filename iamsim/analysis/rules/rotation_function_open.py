"""A rotation function that others than Secrets Manager may invoke, or Secrets Manager for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.report import Result
from iamsim.analysis.rules.openness import (
    asked,
    named_in_other_accounts,
    open_results,
    openings,
    strange_account,
    with_principal,
)
from iamsim.analysis.rules.pointing import called, place_in, place_of, places, statement_name
from iamsim.analysis.rules.reads import allows
from iamsim.analysis.rules.rotation_cannot_finish import made_here
from iamsim.analysis.rules.rule import Rule
from iamsim.engine.decision import Decision
from iamsim.language.arn import parse_arn
from iamsim.language.diagnostic import Severity
from iamsim.services.secretsmanager.rotating import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.model.policy import Policy
    from iamsim.model.world import Function, World

ID = "rotation-function-open"
_INVOKE = "lambda:InvokeFunction"


def find(checked: Checked) -> Iterator[Result]:
    """Statements of the functions that rotate secrets."""
    for function in _rotating(checked.world):
        if function.policy is not None and made_here(checked.world, function):
            found = openings(checked, function.arn, (function.policy,), (_INVOKE,))
            results = [
                *open_results(checked, ID, function.arn, "rotation function", found),
                *_of_other_accounts(checked, function, function.policy),
                *_of_anybodys_secrets(checked, function, function.policy),
            ]
            yield from {result.subject: result for result in reversed(results)}.values()  # of a statement the worst


def _rotating(world: World) -> Iterator[Function]:
    accounts = world.accounts.values()
    named = {s.rotation.function for account in accounts for s in account.secrets.values() if s.rotation}
    for account in accounts:
        yield from (f for f in account.functions.values() if f.rotation is not None or f.arn in named)


def _of_other_accounts(checked: Checked, function: Function, policy: Policy) -> Iterator[Result]:
    arn = parse_arn(function.arn)
    for _, statement in allows((policy,), _INVOKE):
        for account, principal in named_in_other_accounts(statement, arn.account, arn.partition):
            world = with_principal(checked.world, principal)
            evaluation = asked(checked, world, principal, _INVOKE, function.arn, {})
            if evaluation.decision is Decision.ALLOWED:
                message = f"account {account} may invoke the rotation function `{called(checked, function.arn)}`"
                help_ = f"only {SERVICE} has to invoke it: remove the statement, or add a condition"
                yield _result(checked, function, policy, statement.index, Severity.ERROR, message, help_)


def _of_anybodys_secrets(checked: Checked, function: Function, policy: Policy) -> Iterator[Result]:
    """The confused deputy: Secrets Manager invokes it for a secret of an account that nobody knows."""
    arn, stranger = parse_arn(function.arn), strange_account(checked.world)
    secret = f"arn:{arn.partition}:secretsmanager:{arn.region}:{stranger}:secret:made-up-AbCdEf"
    context = {"aws:SourceAccount": stranger, "aws:SourceArn": secret}
    evaluation = asked(checked, checked.world, {"Service": SERVICE}, _INVOKE, function.arn, context)
    if evaluation.decision is not Decision.ALLOWED:
        return
    for path in evaluation.trace().paths:
        if path.open and path.granted is not None:
            message = f"Secrets Manager may invoke `{called(checked, function.arn)}` for secrets of any account"
            account = "the account of the secret" if not arn.account.isdecimal() else arn.account
            help_ = f'add a condition to the statement: "StringEquals": {{"aws:SourceAccount": "{account}"}}'
            index = path.granted.statement.index
            yield _result(checked, function, policy, index, Severity.WARNING, message, help_)


def _result(
    checked: Checked, function: Function, policy: Policy, index: int, severity: Severity, message: str, help_: str
) -> Result:
    place = place_in(checked, policy, function.arn, ("Statement", index), "lets it be invoked")
    subject = f"{called(checked, function.arn)}: {statement_name(policy, index)}"
    return Result(
        ID, severity, message, subject, places(place, place_of(checked, function.arn, "the function")), help=help_
    )


RULE = Rule(
    ID,
    "A rotation function that anybody may invoke",
    Severity.ERROR,
    7.5,
    "The policy of a rotation function lets in anybody, another account, or Secrets Manager in the name of any account.",
    "A rotation function holds the permission to change a secret and the password behind it, and it does what its event "
    "says. Only Secrets Manager has to invoke it. Without `aws:SourceAccount` or `aws:SourceArn` Secrets Manager does so for a "
    "secret of somebody else too, who names your function as theirs (the confused deputy; that case alone is a warning).",
    "Let only `secretsmanager.amazonaws.com` invoke it, with a condition on `aws:SourceAccount`, the account of the secret; in "
    "`AWS::Lambda::Permission` that is `SourceAccount`.",
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html",
    find,
)
