"""A statement that never applies, since a condition of it can never be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.report import Result
from iamsim.analysis.rules.holders import policies
from iamsim.analysis.rules.never_true import never_true
from iamsim.analysis.rules.pointing import called, place_in, places, statement_name
from iamsim.analysis.rules.rule import Rule
from iamsim.language.diagnostic import Severity
from iamsim.language.unknown_text import readable
from iamsim.model.policy import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.analysis.rules.holders import Held
    from iamsim.model.policy import Condition, Statement

ID = "condition-never-true"
_EFFECTS = {
    Effect.ALLOW: (Severity.WARNING, "the statement allows nothing"),
    Effect.DENY: (Severity.ERROR, "the statement denies nobody"),
}


def find(checked: Checked) -> Iterator[Result]:
    """Statements with such a condition; of each the first one."""
    for held in policies(checked.world):
        for statement in held.policy.statements:
            reasons = ((condition, never_true(statement, condition)) for condition in statement.conditions)
            for condition, reason in [found for found in reasons if found[1]][:1]:
                yield _result(checked, held, statement, condition, reason)


def _result(checked: Checked, held: Held, statement: Statement, condition: Condition, reason: str) -> Result:
    severity, effect = _EFFECTS[statement.effect]
    name = statement_name(held.policy, statement.index)
    pointer = ("Statement", statement.index, "Condition", condition.operator, condition.key)
    return Result(
        ID,
        severity,
        f"this condition is never true, so that {effect}: {readable(reason)}",
        f"{called(checked, held.owner)}: {name} of {readable(held.policy.name)}, {condition.operator} {condition.key}",
        places(place_in(checked, held.policy, held.owner, pointer, "never true")),
        help="correct the operator, the key or the value; without a meaning remove the statement",
    )


RULE = Rule(
    ID,
    "A condition that can never be true",
    Severity.WARNING,
    5.0,
    "A statement has a condition that no request can meet: a value that its operator cannot read, a wildcard that is compared "
    "letter by letter, two conditions that contradict each other, or a key that such requests never have.",
    "The statement is stored without complaint and never applies. In an Allow somebody lacks what was meant for them; in a Deny "
    "nobody is kept out, and no test that asks for what is allowed shows it: that is an error.",
    "Correct the operator (`StringLike` for wildcards), the key, or the value (`secretsmanager.us-east-1.amazonaws.com` for "
    "`kms:ViaService`). Conditions of one statement must all be true; alternatives are several values of one key, or several "
    "statements.",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    find,
)
