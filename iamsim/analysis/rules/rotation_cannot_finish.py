"""A rotation that stops, since something in it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.report import Result, State
from iamsim.analysis.rules.pointing import called, place_in, place_of, places, unknown_called, unknowns_of
from iamsim.analysis.rules.reads import readable_secrets
from iamsim.analysis.rules.rule import Rule
from iamsim.engine.decision import Decision
from iamsim.language.diagnostic import Severity
from iamsim.language.errors import DiagnosticsError, LanguageError
from iamsim.language.unknown_text import readable
from iamsim.services.secretsmanager.rotating import SERVICE
from iamsim.simulator.call import REFUSED
from iamsim.simulator.rotation_run import RotationStart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.analysis.report import Place, Unknown
    from iamsim.analysis.rotation_audit import Audit, Lacking
    from iamsim.engine.evaluation import Evaluation
    from iamsim.model.world import Function, Secret, World

ID = "rotation-cannot-finish"
_SHOWN = 12


def find(checked: Checked) -> Iterator[Result]:
    """Rotations that stop for certain, and those that hang on names or texts not known.

    A function that stands in no file is AWS's own (a hosted rotation), or another template's: nothing is said of it, but
    where something in the files stops it for certain.
    """
    for account in checked.world.accounts.values():
        for secret in account.secrets.values():
            rotation = secret.rotation
            if rotation is None or rotation.function is None or not rotation.enabled or secret.primary:
                continue
            function = checked.world.function(rotation.function)
            if function is not None:
                yield from _audited(checked, secret, function)


def _audited(checked: Checked, secret: Secret, function: Function) -> Iterator[Result]:
    from iamsim.analysis.rotation_audit import audit

    world = _with_values(checked.world)
    unknown = checked.call("GetSecretValue", secret.arn).unknown
    try:
        found = audit(world, RotationStart(secret.arn, context=checked.context, unknown=unknown))
    except (DiagnosticsError, LanguageError):  # a role, a key or a Region of which not even the form is known
        if not made_here(checked.world, function):
            return
        name = readable(function.role or function.arn)
        yield _undecided(checked, secret, function, (unknown_called(checked, name),))
        return
    lacking = [one for one in found.lacking if not one.unknown]
    unknowns = unknowns_of(checked, _evaluations(found))
    if lacking:
        yield _failed(checked, secret, function, found, lacking, world)
    elif unknowns and made_here(checked.world, function):
        yield _undecided(checked, secret, function, unknowns)


def made_here(world: World, function: Function) -> bool:
    """Whether the files say who may invoke a function, or what its role may do: else AWS makes both, or another template."""
    roles = (account.roles.get(function.role or "") for account in world.accounts.values())
    texts = (policy for role in roles if role for policy in (*role.policies, role.trust))
    return function.policy is None or function.policy.known or any(policy and policy.known for policy in texts)


def _with_values(world: World) -> World:
    """The world in which a secret without a value has one: whether a deployment gives it one is no question of access."""
    full = readable_secrets(world)
    for account in world.accounts.values():
        for secret in account.secrets.values():
            if secret.versions:
                full = full.with_secret(secret)
    return full


def _evaluations(found: Audit) -> Iterator[Evaluation]:
    for act in found.played_on.acts:
        yield from (a.evaluation for a in act.outcome.authorizations if a.leaves_open) if act.outcome else ()


def _failed(
    checked: Checked, secret: Secret, function: Function, found: Audit, lacking: list[Lacking], world: World
) -> Result:
    what, who = called(checked, secret.arn), called(checked, function.arn)
    first = lacking[0]
    notes = [_lacks(checked, one) for one in lacking[:_SHOWN]]
    left = len(lacking) - len(notes)
    notes += [f"and {left} more"] if left else []
    return Result(
        ID,
        Severity.ERROR,
        f"the rotation of `{what}` by `{who}` stops in {first.step}: {first.action} is denied",
        f"{who} rotates {what}",
        places(*_lacking_in(checked, found), *_places(checked, secret, function)),
        help="remove what denies it" if _only_denied(found) else _ADD.get(first.action, "add what is lacking"),
        notes=tuple(notes),
        remedy=found.remedy,
        proved=_proved(found),
        unknowns=unknowns_of(checked, _evaluations(found)),
        assumed=("The function does what AWS's template for such a secret does.",) if found.run.assumed else (),
        world=world,
    )


_ADD = {"lambda:InvokeFunction": f"let {SERVICE} invoke the function: in a template by AWS::Lambda::Permission"}


def _only_denied(found: Audit) -> bool:
    played = [act.outcome for act in found.played_on.acts if act.outcome]
    denied = any(a.evaluation.decision is Decision.EXPLICIT_DENY for outcome in played for a in outcome.authorizations)
    return denied and found.remedy is None


def _proved(found: Audit) -> str:
    if found.repaired is None or found.repaired.decision in REFUSED:
        return "nothing is refused then that can be allowed by adding to it"
    if found.repaired.decision is Decision.UNKNOWN:
        return "nothing that is known stops the rotation then"
    return "the rotation then finishes"


def _lacking_in(checked: Checked, found: Audit) -> Iterator[Place | None]:
    """The documents that lack something."""
    for addition in found.remedy.additions if found.remedy else ():
        if addition.policy is not None:
            yield place_in(checked, addition.policy, addition.owner, (), "lacks what the rotation needs")


def _lacks(checked: Checked, one: Lacking) -> str:
    return f"{one.step}: {readable(one.by)} lacks {one.action} on {called(checked, one.resource)}"


def _undecided(checked: Checked, secret: Secret, function: Function, unknowns: tuple[Unknown, ...]) -> Result:
    what, who = called(checked, secret.arn), called(checked, function.arn)
    return Result(
        ID,
        Severity.ERROR,
        f"whether `{who}` can rotate `{what}` hangs on what is not known",
        f"{who} rotates {what}",
        _places(checked, secret, function),
        State.UNDECIDED,
        unknowns=unknowns,
    )


def _places(checked: Checked, secret: Secret, function: Function) -> tuple[Place, ...]:
    role = place_of(checked, function.role, "its execution role")
    own = place_of(checked, function.arn, "the rotation function")
    return places(own, role, place_of(checked, secret.arn, "the secret"))


RULE = Rule(
    ID,
    "A rotation that cannot finish",
    Severity.ERROR,
    6.0,
    "A secret is rotated by a function, and something that the rotation needs is denied in one of its steps.",
    "A rotation takes a dozen permissions in two services: Secrets Manager has to be let invoke the function, its role has to "
    "read, write and relabel the secret and to use its key. What lacks shows only when the schedule starts it, and a rotation "
    "that stops half way leaves a pending version behind.",
    "Add every statement that the finding prints: the rotation was played through with them.",
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html",
    find,
)
