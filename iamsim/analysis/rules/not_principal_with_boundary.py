"""A Deny with NotPrincipal that denies whom it lists, since they have a permissions boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.report import Result
from iamsim.analysis.rules.holders import policies, principals
from iamsim.analysis.rules.pointing import called, declared, place_in, place_of, places, statement_name
from iamsim.analysis.rules.rule import Rule
from iamsim.engine.decision import Form
from iamsim.engine.principal import read_entry
from iamsim.language.diagnostic import Severity
from iamsim.language.unknown_text import readable
from iamsim.model.policy import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.analysis.rules.holders import Held
    from iamsim.model.policy import Policy, PrincipalEntry, Statement
    from iamsim.model.world import Role, User

ID = "not-principal-with-boundary"
_LISTED = (Form.ROLE, Form.USER, Form.SESSION)


def find(checked: Checked) -> Iterator[Result]:
    """Deny statements with NotPrincipal that list somebody of an account in which boundaries are used."""
    bounded = {p.arn: p for p in principals(checked.world) if _has_boundary(checked, p)}
    if not bounded:
        return
    for held in policies(checked.world):
        for statement in held.policy.statements:
            listed = statement.principals
            if statement.effect is Effect.DENY and listed is not None and listed.negated:
                yield from _of_statement(checked, held, statement, listed.entries, bounded)


def _has_boundary(checked: Checked, principal: User | Role) -> bool:
    """Whether it surely has one: of a principal that is only named that is not known."""
    boundary = principal.boundary
    return boundary is not None and (boundary.known or declared(checked, principal.arn))


def _of_statement(
    checked: Checked,
    held: Held,
    statement: Statement,
    entries: tuple[PrincipalEntry, ...],
    bounded: dict[str, User | Role],
) -> Iterator[Result]:
    for entry in entries:
        found = read_entry(entry.kind, entry.value)
        if found.form not in _LISTED:
            continue
        mine = [arn for arn in bounded if arn.split(":", 5)[4] == found.account]
        itself = next((arn for arn in mine if _is(arn, found.text, of_session=found.form is Form.SESSION)), "")
        exists = any(p.arn == found.text for p in principals(checked.world))
        if itself:
            message = f"`{called(checked, itself)}` has a permissions boundary: this Deny hits it although it is listed"
            yield _result(checked, held, statement, entry, Severity.ERROR, message, itself)
        elif mine and not (exists and declared(checked, found.text, _policies(checked, found.text))):
            who = readable(found.text)
            message = (
                f"if `{who}` has a permissions boundary, as others of its account have, this Deny hits it all the same"
            )
            yield _result(checked, held, statement, entry, Severity.WARNING, message, mine[0])


def _policies(checked: Checked, arn: str) -> tuple[Policy, ...]:
    return next((p.policies for p in principals(checked.world) if p.arn == arn), ())


def _is(arn: str, listed: str, *, of_session: bool) -> bool:
    """Whether an entry lists a principal, by its ARN or as a session of it: `assumed-role/NAME/SESSION`."""
    return arn == listed or (of_session and arn.rpartition("/")[2] == listed.split("/")[1])


def _result(
    checked: Checked,
    held: Held,
    statement: Statement,
    listed: PrincipalEntry,
    severity: Severity,
    message: str,
    bounded: str,
) -> Result:
    pointer = ("Statement", statement.index, "NotPrincipal", listed.kind, listed.index or 0)
    owner = called(checked, held.owner)
    return Result(
        ID,
        severity,
        message,
        f"{owner}: {statement_name(held.policy, statement.index)} and {readable(listed.value)}",
        places(
            place_in(checked, held.policy, held.owner, pointer, "listed, and denied all the same"),
            place_of(checked, bounded, "has a permissions boundary"),
        ),
        help='write `"Principal": "*"` with `"ArnNotEquals": {"aws:PrincipalArn": …}` in the Condition',
    )


RULE = Rule(
    ID,
    "A Deny with NotPrincipal and a permissions boundary",
    Severity.ERROR,
    4.5,
    "A Deny with NotPrincipal lists a role or user that has a permissions boundary, and denies it all the same.",
    "AWS evaluates a Deny with NotPrincipal so that it always denies a principal with a permissions boundary, whomever the "
    "element lists. Who is meant to be spared is locked out; on a secret or a key that can lock out everybody.",
    'Write `"Principal": "*"` and spare the principals by a condition: `"ArnNotEquals": {"aws:PrincipalArn": [...]}`.',
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
    find,
)
