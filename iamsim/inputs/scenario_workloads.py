"""Workloads in a scenario: the roles, functions and identity providers that they name, and what their kind wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.language.assertion import Kind
from iamsim.language.errors import LanguageError
from iamsim.model.workload import KINDS, Read, Workload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.inputs.names import Names
    from iamsim.inputs.scenario_workloads_file import Workload as Written
    from iamsim.inputs.spot import Spot

_ALWAYS = frozenset({"kind"})
_REFERENCE = "write `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`, or a name"
_YEAR = 365 * 24 * 3600  # seconds


def workload_of(arn: str, account: str, written: Written, names: Names, spot: Spot) -> Workload:
    """A workload. What its kind lacks or does not take, and what stands for nothing, is noted."""
    kind = KINDS[written.kind]
    given = written.model_fields_set - _ALWAYS
    for name in kind.needs:
        if name not in given:
            message = f"the kind `{kind.name}` needs `{name}`"
            spot.wrong("workload-field", message, f"write {', '.join(f'`{n}`' for n in kind.needs)}")
    for name in sorted(given - kind.fields):
        help_ = f"it takes {', '.join(f'`{n}`' for n in sorted(kind.fields))}"
        spot.at(name).wrong("workload-field", f"the kind `{kind.name}` takes no `{name}`", help_, key=True)

    for i, reference in enumerate(written.reads):
        _check_arn(reference, spot.at("reads", i))
    if written.ttl is not None and not 0 <= written.ttl <= _YEAR:
        message = f"a value is kept for 0 to {_YEAR:,} seconds"
        spot.at("ttl").wrong("workload-ttl", message, "leave `ttl` out, or write fewer seconds")

    def named(field: str, what: Kind) -> str | None:
        return _named(getattr(written, field), names.of(account, what), what, spot.at(field))

    return Workload(
        arn,
        kind,
        tuple(Read(reference, kind.name_is) for reference in written.reads),
        named("role", Kind.ROLE),
        named("execution_role", Kind.ROLE),
        named("function", Kind.FUNCTION),
        named("provider", Kind.OIDC_PROVIDER),
        written.audience,
        written.namespace or "",
        written.service_account or "",
        written.cluster,
        _secret(written.rotates, names.of(account, Kind.SECRET), spot.at("rotates")),
        written.vpc,
        kind.ttl if written.ttl is None else written.ttl,
    )


def _named(text: str | None, known: Mapping[str, str], what: Kind, spot: Spot) -> str | None:
    """The ARN of something of the account, by its name or its ARN."""
    if text is None or text in known.values():
        return text
    if text not in known:
        word = what.value.replace("-", " ")
        spot.wrong(f"unknown-{what.value}", f"the account has no {word} `{text[:200]}`", spot.nearest(text, known))
    return known.get(text)


def _check_arn(text: str, spot: Spot) -> None:
    """Note an ARN that is none of a secret or a parameter. What stands behind that of a secret, the start decides."""
    if not text.startswith("arn:"):
        return
    try:
        service = parse_arn(text).service
    except LanguageError as error:
        spot.wrong("workload-reference", error.message, error.help)
        return
    if service not in ("secretsmanager", "ssm"):
        spot.wrong("workload-reference", f"`{text[:200]}` is the ARN of no secret and no parameter", _REFERENCE)


def _secret(text: str | None, known: Mapping[str, str], spot: Spot) -> str | None:
    """A secret by its name in the account, or any ARN: it may stand in another account, or nowhere."""
    if text is not None and text.startswith("arn:"):
        _check_arn(text, spot)
        return text
    return _named(text, known, Kind.SECRET, spot)
