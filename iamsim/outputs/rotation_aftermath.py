"""Where a rotation leaves the secret, and what to do then, in words and in commands of the AWS CLI."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from iamsim.analysis.rotation_aftermath import Advice, aftermath
from iamsim.engine.decision import Decision
from iamsim.outputs.rotation_words import number_of, rotator
from iamsim.services.secretsmanager.versions import CURRENT, PENDING

if TYPE_CHECKING:
    from iamsim.analysis.rotation_aftermath import Aftermath
    from iamsim.outputs.names import Names
    from iamsim.simulator.rotation_run import RotationRun

Command = tuple[str, ...]
"""A command of the AWS CLI: `aws secretsmanager rotate-secret`, and after it each option with its value."""


class Way(NamedTuple):
    """What to do, and the commands that do it, in order."""

    says: str
    commands: tuple[Command, ...] = ()


def is_certain(run: RotationRun) -> bool:
    """Whether nothing that is not known came before the end."""
    return all(act.decision is not Decision.UNKNOWN for act in run.acts)


def _version(run: RotationRun, version_id: str) -> str:
    return f"version {number_of(run, version_id)}"


def readers(run: RotationRun, found: Aftermath) -> str:
    """What applications get that read AWSCURRENT."""
    if found.current is None:
        return f"no version has {CURRENT}: applications get ResourceNotFoundException"
    said = f"applications that may read the secret get {_version(run, found.current.id)} as {CURRENT}"
    if not found.readable:
        return f"{said}, which has no value"
    return said + _WORKS[found.works]


_WORKS = {
    True: ", whose password the database accepts",
    False: ", whose password the database does NOT accept any more",
    None: ", which holds no username and password of a database",
}


def database(run: RotationRun, found: Aftermath) -> str:
    """Whether the database and the secret may differ; empty where there is nothing to say of a database."""
    if found.works is None or found.current is None:
        return ""
    if found.pending is None:
        return "the secret and the database agree" if found.works else "the secret and the database differ"
    pending = f"{_version(run, found.pending.id)} ({PENDING})"
    if found.pending_works:
        return f"it accepts the password of {pending}{' too' if found.works else ' only: the secret and the database differ'}"
    return f"nothing was changed in it for {pending}" if found.works else "it accepts the password of no version in use"


def next_rotation(run: RotationRun, found: Aftermath) -> str:
    """Whether the next rotation can begin."""
    rotation = run.secret.rotation
    if found.pending is not None:
        return (
            f"blocked: while {PENDING} is on {_version(run, found.pending.id)} alone, RotateSecret is refused, and "
            "Secrets Manager can only take that version up again"
        )
    if rotation is not None and not rotation.enabled:
        return "rotation is turned off: RotateSecret turns it on"
    return "nothing of this rotation stands in its way"


def ways(run: RotationRun, advice: tuple[Advice, ...], names: Names) -> list[Way]:
    """What can be done, the best first."""
    found = aftermath(run)
    return [_WAYS[each](run, found, names) for each in advice]


def _reattempt(run: RotationRun, found: Aftermath, _names: Names) -> Way:
    assert found.pending is not None  # noqa: S101 - see `advice`
    refused = any(
        authorization.refuses for act in run.acts if act.outcome for authorization in act.outcome.authorizations
    )
    mend = "what it lacks (--audit finds all of it)" if refused else "what stopped it"
    mend = mend if run.token else "what stopped the earlier rotation"
    return Way(f"mend {mend}: Secrets Manager then takes {_version(run, found.pending.id)} up again when it tries next")


def _promote(run: RotationRun, found: Aftermath, _names: Names) -> Way:
    assert found.pending is not None  # noqa: S101 - see `advice`
    says = f"move {CURRENT} to {_version(run, found.pending.id)}, whose password the database accepts"
    return Way(says, (_move(run, found.pending.id, found),))


def _clear(run: RotationRun, found: Aftermath, names: Names) -> Way:
    """API_CancelRotateSecret says that AWSPENDING may have to be removed by hand, API_RotateSecret that it turns rotation on.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
    """
    assert found.pending is not None  # noqa: S101 - see `advice`
    label = _command(
        run, "update-secret-version-stage", "--version-stage", PENDING, "--remove-from-version-id", found.pending.id
    )
    says = (
        f"give {_version(run, found.pending.id)} up: turn rotation off, take {PENDING} away and, once "
        f"{rotator(run, names)} is mended, rotate anew"
    )
    return Way(says, (_command(run, "cancel-rotate-secret"), label, _command(run, "rotate-secret")))


def _reset(run: RotationRun, found: Aftermath, _names: Names) -> Way:
    what = f"of {_version(run, found.current.id)} ({CURRENT})" if found.current else "of a version"
    return Way(
        f"let an administrator of the database set the password {what} for its user: it accepts that of no version"
    )


def _roll_back(run: RotationRun, found: Aftermath, _names: Names) -> Way:
    assert found.previous is not None  # noqa: S101 - see `advice`
    says = f"move {CURRENT} back to {_version(run, found.previous.id)}; the database is not rolled back with it"
    return Way(says, (_move(run, found.previous.id, found),))


def _move(run: RotationRun, to: str, found: Aftermath) -> Command:
    held = ("--remove-from-version-id", found.current.id) if found.current else ()
    return _command(run, "update-secret-version-stage", "--version-stage", CURRENT, "--move-to-version-id", to, *held)


def _command(run: RotationRun, name: str, *options: str) -> Command:
    pairs = ["--secret-id", run.start.secret, *options, "--region", run.secret.region]
    quoted = (f"{option} {shlex.quote(value)}" for option, value in zip(pairs[::2], pairs[1::2], strict=True))
    return (f"aws secretsmanager {name}", *quoted)


_WAYS = {
    Advice.REATTEMPT: _reattempt,
    Advice.PROMOTE: _promote,
    Advice.CLEAR: _clear,
    Advice.RESET: _reset,
    Advice.ROLL_BACK: _roll_back,
}


def notes(run: RotationRun, names: Names) -> list[str]:
    """What else is to be known about how it was played."""
    found = []
    if run.assumed and run.program:
        found.append(
            f"nothing says what {rotator(run, names)} does: it is taken to do what AWS's template `{run.program.name}` does, "
            "as the secret's value suggests"
        )
    if run.reattempted:
        found.append(f"an earlier rotation had not ended: {_version(run, run.token)} is taken up again")
    if run.only_tried:
        found.append(
            "with RotateImmediately false only testSecret is tried, on a version that is removed again: that it holds a copy "
            "of the current value is inferred"
        )
    return found
