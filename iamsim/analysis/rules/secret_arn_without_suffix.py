"""A pattern for the ARN of a secret that no secret's ARN matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.lint import may_be_a_secret
from iamsim.analysis.report import Result
from iamsim.analysis.rules.holders import policies
from iamsim.analysis.rules.pointing import called, place_in, places, statement_name
from iamsim.analysis.rules.rule import Rule
from iamsim.language.diagnostic import Severity
from iamsim.language.unknown_text import readable, split_unknown
from iamsim.model.policy import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.analysis.rules.holders import Held
    from iamsim.model.policy import Statement, Strings

ID = "secret-arn-without-suffix"
_EFFECTS = {
    (Effect.ALLOW, False): (Severity.WARNING, "the statement allows nothing on it"),
    (Effect.ALLOW, True): (Severity.ERROR, "the statement leaves nothing out, and allows it on that secret too"),
    (Effect.DENY, False): (Severity.ERROR, "the statement denies nothing"),
    (Effect.DENY, True): (Severity.WARNING, "the statement spares nothing, and denies it on that secret too"),
}
"""How bad it is and what comes of it, by the effect and whether the element is NotResource."""


def find(checked: Checked) -> Iterator[Result]:
    """Entries of Resource and NotResource that match the ARN of no secret."""
    for held in policies(checked.world):
        for statement in held.policy.statements:
            if statement.resources is not None:
                yield from _of_statement(checked, held, statement, statement.resources)


def _of_statement(checked: Checked, held: Held, statement: Statement, resources: Strings) -> Iterator[Result]:
    severity, effect = _EFFECTS[statement.effect, resources.negated]
    element = "NotResource" if resources.negated else "Resource"
    for index, text in enumerate(resources.values):
        if may_be_a_secret(_pattern(text)):
            continue
        written = readable(text)
        pointer = ("Statement", statement.index, element, index)
        owner = called(checked, held.owner)
        yield Result(
            ID,
            severity,
            f"`{written}` is the ARN of no secret, since its six characters at the end are missing: {effect}",
            f"{owner}: {statement_name(held.policy, statement.index)} of {readable(held.policy.name)} on {written}",
            places(place_in(checked, held.policy, held.owner, pointer, effect)),
            help=f"write `{written}-??????`",
        )


def _pattern(text: str) -> str:
    """A text as a pattern, in which anything may stand for what is not known."""
    pieces = (p if isinstance(p, str) else "?" * p.length if p.length else "*" for p in split_unknown(text))
    return "".join(pieces)


RULE = Rule(
    ID,
    "An ARN that can match no secret",
    Severity.WARNING,
    5.5,
    "A statement names a secret by an ARN without the hyphen and six characters that Secrets Manager adds to its name.",
    "A full name without its suffix matches nothing. In an Allow nobody is let in, and somebody finds out; in a Deny nobody is "
    "kept out, and nobody finds out: that is an error.",
    "End the pattern with `-??????`: six question marks match the suffix, whatever it is. A `*` in their place matches other "
    "secrets too, whose names only begin so.",
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
    find,
)
