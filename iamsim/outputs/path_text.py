"""Gates and paths in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.engine.authorize import PathKind
from iamsim.engine.decision import Decision
from iamsim.model.policy import PolicyType
from iamsim.outputs.phrases import POLICIES, STEP_REASONS
from iamsim.outputs.snippet import short_place

if TYPE_CHECKING:
    from iamsim.analysis.explain import AuthorizationExplanation
    from iamsim.engine.evaluation import GateTrace, PathTrace, StepTrace

_PATHS = {
    PathKind.RESOURCE: "resource path",
    PathKind.IDENTITY: "identity path",
    PathKind.CROSS_ACCOUNT: "cross-account path",
    PathKind.GRANT: "grant path",
}
_NAME = 40
_STATES = {True: "open", False: "CLOSED", None: "unknown"}


def gate_text(trace: GateTrace) -> str:
    """`SCP workloads open`."""
    return f"{POLICIES[trace.gate.type]} {short_place(trace.gate.name, _NAME)} {_STATES[trace.open]}"


def shown_paths(explained: AuthorizationExplanation) -> list[PathTrace]:
    """The paths that say something: the open one, the ones that may be open, or the ones that came nearest.

    Of several that are closed at the same steps one is enough; where a Deny or a gate decided, so is one altogether.
    Where a KMS grant came nearest, or a resource policy that grants nothing, the other ways are shown however far they are.
    """
    trace, decision = explained.trace, explained.evaluation.decision
    if decision is Decision.UNKNOWN:
        return [path for path in trace.paths if path.open is not False]
    if trace.nearest is None or decision is not Decision.IMPLICIT_DENY or explained.causes:
        return [trace.nearest] if trace.nearest else []
    fewest, path = len(trace.nearest.closed), trace.nearest.path
    every = path.kind is PathKind.GRANT or (path.kind is PathKind.RESOURCE and path.granted is None)
    near = [trace.nearest, *(path for path in trace.paths if every or len(path.closed) == fewest)]
    return list({tuple(step.step.type for step in path.closed): path for path in reversed(near)}.values())[::-1]


def path_text(explained: AuthorizationExplanation, trace: PathTrace) -> str:
    """`cross-account path CLOSED: key policy CLOSED, identity policy open`; of an open path only what it is made of."""
    links = []
    granted = trace.path.granted
    if granted is not None:
        first = PolicyType.GRANT if granted.grant else explained.evaluation.law.rules.policy_type
        state = "" if trace.open else f" {_STATES[granted.applies]}"
        known = granted.policy is None or granted.policy.policy.known
        links.append(f"{POLICIES[first]}{f' ({granted.form.value})' if known else ''}{state}")
    links += [_link(step, whole=trace.open is True) for step in trace.steps if step.step.type is not PolicyType.GRANT]
    return f"{_PATHS[trace.path.kind]} {_STATES[trace.open]}: {', '.join(links)}"


def _link(trace: StepTrace, *, whole: bool) -> str:
    state = "" if whole else f" {_STATES[trace.open]}"
    reason = f" ({STEP_REASONS[trace.step.reason]})" if trace.step.reason in STEP_REASONS else ""
    return f"{POLICIES[trace.step.type]}{state}{reason}"
