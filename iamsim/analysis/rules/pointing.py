"""What the results of rules share: what things are called, where they stand, and what an open answer hangs on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.analysis.report import Place, Unknown
from iamsim.engine.decision import Decision, Reason
from iamsim.language.diagnostic import Label
from iamsim.language.unknown_text import readable, unknown_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.engine.decision import Finding
    from iamsim.engine.evaluation import Evaluation
    from iamsim.language.source import Pointer
    from iamsim.model.policy import Policy


def called(checked: Checked, arn: str) -> str:
    """What people call a thing: its name where it was declared, else `111122223333:role/app`."""
    fields = arn.split(":", 5)
    short = f"{fields[4]}:{fields[5]}" if len(fields) == 6 and fields[4] else arn
    return checked.thing(arn) or readable(short)


def statement_name(policy: Policy, index: int) -> str:
    """`statement AllowRead`, or `statement 2`, counted from 1."""
    return f"statement {policy.statements[index].sid or index + 1}"


def places(*found: Place | None) -> tuple[Place, ...]:
    """The places that are known, each once."""
    return tuple(dict.fromkeys(place for place in found if place is not None))


def place_of(checked: Checked, arn: str | None, text: str = "") -> Place | None:
    """Where a thing was declared; `text` says what is to be seen there."""
    place = checked.places.get(arn or "")
    return Place(replace(place.label, text=text), place.thing) if place and text else place


def place_in(checked: Checked, policy: Policy, owner: str, pointer: Pointer = (), text: str = "") -> Place | None:
    """A part of a policy, under the name of the nearest thing around it; else where its owner was declared."""
    source, owned = policy.source, checked.places.get(owner)
    if source is None:
        return place_of(checked, owner, text)
    around = [
        place
        for place in checked.places.values()
        if place.label.source.name == source.name and _begins(source.base, _way_to(place.label))
    ]
    nearest = max(around, key=lambda place: len(_way_to(place.label)), default=owned)
    return Place(Label(source, pointer, text), nearest.thing if nearest else called(checked, owner))


def _way_to(label: Label) -> Pointer:
    return label.source.base + label.pointer


def _begins(pointer: Pointer, beginning: Pointer) -> bool:
    return pointer[: len(beginning)] == beginning


def declared(checked: Checked, arn: str, policies: Iterable[Policy] = ()) -> bool:
    """Whether the files declare a thing, or at least some policy on it; what they only name is outside."""
    return arn in checked.places or any(policy.known for policy in policies)


def unknowns_of(checked: Checked, evaluations: Iterable[Evaluation], *names: str) -> tuple[Unknown, ...]:
    """What open answers hang on beside context keys: parts of names, and policies whose text is not known."""
    found = list(names)
    for evaluation in evaluations:
        found += _hangs_on(evaluation) if evaluation.decision is Decision.UNKNOWN else ()
    return tuple(unknown_called(checked, name) for name in dict.fromkeys(found))


def _hangs_on(evaluation: Evaluation) -> Iterator[str]:
    """Names of what leaves an answer open; where a path is open, what is not known of others does not matter."""
    trace = evaluation.trace()
    statements = [*trace.denies, *(s for gate in trace.gates if gate.open is None for s in gate.statements)]
    perhaps = [path for path in trace.paths if path.open is None]
    if not any(path.open for path in trace.paths):
        statements += [path.granted for path in perhaps if path.granted]
        statements += [s for path in perhaps for step in path.steps if step.open is None for s in step.statements]
        if any(step.step.reason is Reason.PART_UNKNOWN for path in perhaps for step in path.steps):
            yield from unknown_names(evaluation.request.caller.account or "", evaluation.request.owner or "")
        yield from (part for path in perhaps for finding in path.grant for part in _parts(finding))
    for seen in statements:
        if seen.matched is None:
            yield from () if seen.policy.policy.known else (seen.policy.policy.name,)
            yield from (part for finding in seen.findings for part in _parts(finding))


def _parts(finding: Finding) -> tuple[str, ...]:
    return finding.keys if finding.matched is None and finding.reason is Reason.PART_UNKNOWN else ()


def unknowns_in(checked: Checked, *texts: str) -> tuple[Unknown, ...]:
    """What is not known of some texts."""
    return tuple(unknown_called(checked, name) for name in unknown_names(*texts))


def unknown_called(checked: Checked, name: str) -> Unknown:
    """What is said of something that is not known."""
    return checked.unknowns.get(name) or Unknown(readable(name), "the files do not tell it")
