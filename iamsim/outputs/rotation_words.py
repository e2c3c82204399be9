"""A rotation in words: the verdict, its cause, and where each version and label is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.explain import explain
from iamsim.engine.decision import Decision
from iamsim.outputs.headline import cause_line, cause_lines
from iamsim.outputs.paint import fold
from iamsim.simulator.cautions import hidden_keys
from iamsim.simulator.rotation import ENTER_STEP, START_STEP

if TYPE_CHECKING:
    from iamsim.outputs.names import Names
    from iamsim.simulator.rotation_run import Act, Labels, RotationRun

_WORDS = {Decision.ALLOWED: ("COMPLETES", "good"), Decision.UNKNOWN: ("UNDECIDED", "doubt")}
_STOPS = ("STOPS", "bad")
_PASSES = ("PASSES", "good")
_WHERE = {START_STEP: "before it begins", ENTER_STEP: "before the function is called"}
_INDENT = "  "
_SHORT = 8


def verdict(run: RotationRun) -> tuple[str, str]:
    """The verdict in capitals, and its style."""
    if run.only_tried and run.completed:
        return _PASSES
    return _WORDS.get(run.decision, _STOPS)


def summary(run: RotationRun, names: Names) -> str:
    """`in createSecret: shop:function/rotate cannot rotate shop:secret/prod/db`."""
    by, secret = rotator(run, names), names.thing(run.start.secret)
    if run.decision is Decision.UNKNOWN:
        return f"whether {by} can rotate {secret}"
    if run.decisive and run.decisive[0].name == START_STEP and run.start.caller:
        return f"{where(START_STEP)}: {names.principal(run.start.caller)} cannot RotateSecret on {secret}"
    if run.decisive:
        return f"{where(run.decisive[0].name)}: {by} cannot rotate {secret}"
    return f"{by} can {'testSecret on' if run.only_tried else 'rotate'} {secret}"


def ended(run: RotationRun) -> str:
    """`it stops in createSecret, at GetSecretValue AWSCURRENT`."""
    if run.decisive is None:
        return "it completes"
    step, act = run.decisive
    does = "hangs on what is not known" if run.decision is Decision.UNKNOWN else "stops"
    return f"it {does} {where(step.name)}, at {act.what}"


def where(step: str) -> str:
    """`in createSecret`, `before it begins`."""
    return _WHERE.get(step, f"in {step}")


def rotator(run: RotationRun, names: Names) -> str:
    """The function, or the service that owns the secret."""
    rotation = run.secret.rotation
    function = run.function.arn if run.function else rotation.function if rotation else None
    return names.thing(function) if function else f"the service {run.secret.owning_service}"


def cause(run: RotationRun, names: Names) -> str:
    """Why it stops, or on what it hangs, in one sentence."""
    if run.decisive is None:
        return _succeeds(run)
    act = run.decisive[1]
    if act.outcome is None or act.problem:
        return f"{act.what}: {act.problem}"
    return _before(act) + cause_line(explain(act.outcome), names)


def shown_cause(run: RotationRun, names: Names, width: int) -> list[str]:
    """The cause in the fullest wording of those that take the fewest lines."""
    if run.decisive is None or run.decisive[1].outcome is None or run.decisive[1].problem:
        return fold(cause(run, names), width, _INDENT)
    act = run.decisive[1]
    assert act.outcome is not None  # noqa: S101 - looked at above
    return cause_lines(explain(act.outcome), names, width, _before(act))


def _before(act: Act) -> str:
    """The call that a cause is about; an authorization by itself is named in the cause."""
    return "" if ":" in act.what else f"{act.what}: "


def _succeeds(run: RotationRun) -> str:
    acts = [act for act in run.acts if act.outcome and not act.tolerated]
    count = sum(len(act.outcome.authorizations) for act in acts if act.outcome)
    return f"all {count} authorizations are allowed" if count else "it needs no permission of anybody in the world"


def missing_keys(run: RotationRun) -> list[str]:
    """The context keys of the function's own calls on which the rotation hangs."""
    open_ = [a for act in run.acts if act.outcome for a in act.outcome.authorizations if a.leaves_open]
    found = dict.fromkeys(
        key for a in open_ for key in a.evaluation.missing_context_values if key not in hidden_keys(a)
    )
    return list(found)


def number_of(run: RotationRun, version_id: str) -> int:
    """The number of a version, as `labels` of a scenario has it; a version that was only there for a trial comes last."""
    ids = [version.id for version in run.secret.versions]
    return ids.index(version_id) + 1 if version_id in ids else len(ids) + 1


def labels_phrase(run: RotationRun, labels: Labels) -> str:
    """`AWSCURRENT on 1 (…00000001), AWSPENDING on 2 (…00000002)`: versions by number, and the end of their ids."""
    said = (f"{stage} on {number_of(run, id_)} (…{id_[-_SHORT:]})" for stage, id_ in sorted(labels.items()))
    return ", ".join(said) or "no label"
