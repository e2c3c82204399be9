"""A granted read of a secret whose KMS half is denied, whatever is unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.analysis.additions import options
from iamsim.analysis.amend import amended
from iamsim.analysis.need import Need
from iamsim.analysis.report import Result, State
from iamsim.analysis.rules.holders import principals
from iamsim.analysis.rules.pointing import called, declared, place_in, place_of, places, unknowns_of
from iamsim.analysis.rules.reads import DECRYPT, GET, Read, reads
from iamsim.analysis.rules.rule import Rule
from iamsim.analysis.solve import Remedy
from iamsim.analysis.tidy import tidy
from iamsim.engine.decision import Decision, Element
from iamsim.language.diagnostic import Severity
from iamsim.language.errors import DiagnosticsError
from iamsim.language.unknown_text import is_known, readable
from iamsim.model.policy import PolicyType
from iamsim.services.secretsmanager.errors import KMS_REFUSED
from iamsim.simulator.call import REFUSED
from iamsim.simulator.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.analysis.report import Place
    from iamsim.engine.evaluation import StatementTrace
    from iamsim.model.policy import Policy

ID = "secret-read-without-kms"
_NO_GRANTS = "No KMS grant lets the principal decrypt: grants are taken as none unless they are given."
_NOT_DENIED = "nothing that is known denies kms:Decrypt then"
_SHOWN = 12
_CLOSED = {
    PolicyType.IDENTITY: "no identity policy of it allows kms:Decrypt on the key",
    PolicyType.BOUNDARY: "its permissions boundary does not allow kms:Decrypt on the key",
    PolicyType.SESSION: "its session policy does not allow kms:Decrypt on the key",
    PolicyType.KEY_POLICY: "the key policy does not let it decrypt",
    PolicyType.SCP: "a service control policy does not allow kms:Decrypt",
}


def find(checked: Checked) -> Iterator[Result]:
    """Reads that KMS refuses for certain; and reads of principals in the files that hang on names or texts not known."""
    inside = {p.arn for p in principals(checked.world) if declared(checked, p.arn, p.policies)}
    vague: dict[str, Read] = {}
    broad: dict[str, list[Read]] = {}
    for read in reads(checked):
        if read.secret_half in REFUSED:
            continue
        grants = list(read.grants())
        granted = bool(grants)
        if granted and read.key_denied and read.meant and not _perhaps_elsewhere(read, grants):
            if all(map(_is_on_all, grants)):
                broad.setdefault(read.principal, []).append(read)
            else:
                yield _failed(checked, read)
        elif read.principal in inside and _hangs_on(checked, read):
            if granted:
                yield _undecided(checked, read)
            else:
                vague.setdefault(read.principal, read)
    yield from (_broad(checked, found) for found in broad.values())
    yield from (_vague(checked, read) for read in vague.values())


def _perhaps_elsewhere(read: Read, grants: Iterable[StatementTrace]) -> bool:
    """Whether nobody knows if the principal stands in the account of the secret, and no statement means just these two.

    In another account it may be granted nothing.
    """
    account = read.principal.split(":", 5)[4]
    known = is_known(account) and is_known(read.secret.account)
    return account != read.secret.account and not known and not any(map(_means_it, grants))


def _means_it(grant: StatementTrace) -> bool:
    """Whether a statement on the secret surely is about the principal, or one of the principal's names secrets."""
    if not grant.policy.policy.type.on_resource:
        return not _is_on_all(grant)
    pairs = zip(grant.statement.checks, grant.findings, strict=True)
    return any(check.element is Element.PRINCIPAL and finding.matched is True for check, finding in pairs)


def _hangs_on(checked: Checked, read: Read) -> bool:
    open_ = bool(unknowns_of(checked, (*read.of(GET), *read.of(DECRYPT))))
    return open_ and (read.key_denied or read.outcome.decision is Decision.UNKNOWN)


def _names(checked: Checked, read: Read) -> tuple[str, str]:
    return called(checked, read.principal), called(checked, read.secret.arn)


def _failed(checked: Checked, read: Read) -> Result:
    who, what = _names(checked, read)
    remedy, proved = _remedy(read)
    return Result(
        ID,
        Severity.ERROR,
        f"`{who}` is granted to read `{what}`, but {_reason(read)}",
        f"{who} reads {what}",
        _places(checked, read),
        help=_help(read),
        notes=(
            f"GetSecretValue asks for kms:Decrypt on {readable(read.secret.key or '')} in the caller's name",
            f"AWS answers the call with `{KMS_REFUSED.code}: {KMS_REFUSED.message}`",
        ),
        remedy=remedy,
        proved=proved,
        unknowns=unknowns_of(checked, read.of(GET)),
        assumed=(_NO_GRANTS,),
        world=read.outcome.world,
    )


def _is_on_all(grant: StatementTrace) -> bool:
    """Whether a statement grants every secret there is: then it was perhaps not meant for this one."""
    policy = grant.policy.policy
    resources = policy.statements[grant.statement.index].resources
    on_all = resources is None or resources.negated or "*" in resources.values
    return on_all and not policy.type.on_resource


def _broad(checked: Checked, found: list[Read]) -> Result:
    """Reads that a principal is granted together with those of all other secrets: told once."""
    first, others = found[0], found[1:]
    who, what = _names(checked, first)
    more = f" and {len(others)} more" if others else ""
    return replace(
        _failed(checked, first),
        severity=Severity.WARNING,
        message=f"`{who}` is granted to read every secret, but not `{what}`{more}: {_reason(first)}",
        subject=f"{who} reads every secret",
        notes=tuple(f"nor `{called(checked, read.secret.arn)}`" for read in others[:_SHOWN]),
        help=f"grant the secrets that it is to read, with their keys; for this one: {_help(first)}",
    )


def _reason(read: Read) -> str:
    evaluation = read.of(DECRYPT)[0]
    if evaluation.decision is Decision.EXPLICIT_DENY:
        return f"a statement of its {evaluation.decided_by[0]} policies denies kms:Decrypt on the key"
    found = [_CLOSED[kind] for kind in evaluation.decided_by if kind in _CLOSED]
    return " and ".join(found) or "nothing allows kms:Decrypt on the key"


def _help(read: Read) -> str:
    evaluation = read.of(DECRYPT)[0]
    if evaluation.decision is Decision.EXPLICIT_DENY:
        return "change the statement that denies: nothing that is added opens it"
    kinds = evaluation.decided_by
    on_key = "allow kms:Decrypt to the principal in the key policy" if PolicyType.KEY_POLICY in kinds else ""
    own = "" if kinds == (PolicyType.KEY_POLICY,) else "allow kms:Decrypt on the key in the principal's policies"
    return " and ".join(part for part in (own, on_key) if part)


def _places(checked: Checked, read: Read) -> tuple[Place, ...]:
    found: Iterable[Place | None] = (
        place_in(
            checked,
            grant.policy.policy,
            read.secret.arn if grant.policy.policy.type.on_resource else read.principal,
            ("Statement", grant.statement.index, _element(grant.policy.policy)),
            "grants the secret",
        )
        for grant in [each for each in read.grants() if ":iam::aws:policy/" not in each.policy.policy.name][:1]
    )
    secret = place_of(checked, read.secret.arn, "the secret")
    key = checked.world.key(read.secret.key or "")
    policy = key.policy if key else None
    at_key = place_in(checked, policy, key.arn, (), "the policy of its key") if key and policy else None
    at_grant = [*found] or [place_of(checked, read.principal, "is granted the secret by a policy of AWS's")]
    return places(*at_grant, at_key or place_of(checked, read.secret.key, "its key"), secret) or places(
        place_of(checked, read.principal)
    )


def _element(policy: Policy) -> str:
    """What a statement grants stands in Resource; on a resource what matters is to whom."""
    return "Principal" if policy.type.on_resource else "Resource"


def _remedy(read: Read) -> tuple[Remedy | None, str]:
    """The first additions with which KMS no longer refuses, and what was proved of them by playing the read again."""
    world = read.outcome.world
    for evaluation in read.of(DECRYPT):
        if evaluation.decision is Decision.EXPLICIT_DENY:
            continue
        for option in options(Need(world, evaluation)):
            additions = tidy(option)
            try:
                opened = amended(world, additions)
            except DiagnosticsError:
                continue
            again = replace(read, outcome=simulate(opened, read.outcome.call))
            if not again.key_denied:
                return Remedy(additions), "" if again.outcome.ok else _NOT_DENIED
    return None, ""


def _undecided(checked: Checked, read: Read) -> Result:
    who, what = _names(checked, read)
    doubt = (
        f"can read `{what}`, which it is granted," if not read.key_denied else f"is granted `{what}`, but not its key,"
    )
    return Result(
        ID,
        Severity.ERROR,
        f"whether `{who}` {doubt} hangs on what is not known",
        f"{who} reads {what}",
        _places(checked, read),
        State.UNDECIDED,
        unknowns=unknowns_of(checked, (*read.of(GET), *read.of(DECRYPT))),
        assumed=(_NO_GRANTS,),
    )


def _vague(checked: Checked, read: Read) -> Result:
    """Of a principal to which only policies whose text is not known may grant secrets: told once for all secrets."""
    who = called(checked, read.principal)
    return Result(
        ID,
        Severity.ERROR,
        f"whether `{who}` is granted secrets without their keys hangs on policies whose text is not known",
        f"{who} reads secrets",
        places(place_of(checked, read.principal)),
        State.UNDECIDED,
        unknowns=unknowns_of(checked, read.of(GET)),
    )


RULE = Rule(
    ID,
    "A granted secret read without its KMS half",
    Severity.ERROR,
    5.0,
    "A principal is granted secretsmanager:GetSecretValue on a secret, and kms:Decrypt on the secret's key is denied to it "
    "whatever else is unknown.",
    "Secrets Manager decrypts the value in the name of the caller. Under a customer managed key the caller needs "
    "kms:Decrypt as well; across accounts both in the key policy and in its own policy. Without it the read fails in "
    "production, with one sentence that names neither the key nor the policy: `Access to KMS is not allowed`. Tools that "
    "look at one action at a time do not see it.",
    "Allow kms:Decrypt on the key in the principal's identity policy, limited to `kms:ViaService` "
    "`secretsmanager.REGION.amazonaws.com`; across accounts allow it in the key policy too. The finding prints the statement.",
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html",
    find,
)
