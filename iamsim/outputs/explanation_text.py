"""An explanation for people to read: in a terminal of any width, with or without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.engine.authorize import PathKind
from iamsim.engine.decision import Decision, Element
from iamsim.model.policy import PolicyType
from iamsim.outputs.cautions import CAUTIONS
from iamsim.outputs.headline import cause_line, verdict_line, verdict_word
from iamsim.outputs.names import Names
from iamsim.outputs.paint import Paint, fold, painter
from iamsim.outputs.phrases import POLICIES, STEP_REASONS, VERDICTS, check_phrase, grant_phrase, shorten
from iamsim.outputs.snippet import place, snippet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.explain import AuthorizationExplanation, Cause, Explanation
    from iamsim.analysis.nearness import SeenCheck, SeenStatement
    from iamsim.engine.evaluation import GateTrace, PathTrace, StepTrace

_PATHS = {
    PathKind.RESOURCE: "resource path",
    PathKind.IDENTITY: "identity path",
    PathKind.CROSS_ACCOUNT: "cross-account path",
    PathKind.GRANT: "grant path",
}
_LABEL = 9
_OPEN = {True: ("open", "good"), False: ("CLOSED", "bad"), None: ("unknown", "doubt")}


def explanation_text(explanation: Explanation, *, width: int = 80, color: bool = False) -> str:
    """The whole explanation; the verdict and its cause come first."""
    return "\n".join(_Text(explanation, width, painter(color=color)).lines()) + "\n"


class _Text:
    """One rendering."""

    def __init__(self, explanation: Explanation, width: int, paint: Paint) -> None:
        self.explanation, self.width, self.paint = explanation, width, paint
        self.names = Names(explanation.outcome.world)

    def lines(self) -> Iterator[str]:
        word, style = verdict_word(self.explanation)
        said = shorten(verdict_line(self.explanation, self.names), max(self.width - 8, 24))
        yield self.paint(f"{word:<8}", style) + self.paint(said, "strong")
        yield from fold(cause_line(self.explanation, self.names), self.width, " " * 8)
        for number, explained in enumerate(self.explanation.authorizations, 1):
            yield ""
            yield from self.authorization(number, explained)
        error = self.explanation.outcome.error
        if error is not None:
            yield ""
            yield from fold(f"AWS answers {error.code}: {error.message}", self.width)

    def authorization(self, number: int, explained: AuthorizationExplanation) -> Iterator[str]:
        evaluation = explained.evaluation
        _, style = VERDICTS[evaluation.decision]
        request = evaluation.request
        asked = "" if explained.authorization.asked else " (AWS does not come to this: it stops before)"
        heading = f"{request.action} on {self.names.thing(request.resource)}: {evaluation.decision.value}{asked}"
        yield from (self.paint(line, style) for line in fold(heading, self.width, f"{number}. "))
        yield from self.denies(explained)
        yield from self.gates(explained)
        yield from self.paths(explained)
        for cause in explained.causes or (c for way in explained.ways for c in way.causes):
            yield from self.cause(cause, denied=evaluation.decision is Decision.EXPLICIT_DENY)
        for statement in explained.undecided:
            yield from self.statement(statement, "depends on", matched=None)
        if evaluation.decision is Decision.ALLOWED:
            yield from self.granted(explained)
        for caution in evaluation.cautions:
            yield from self.row("caution", f"{caution.value}: {CAUTIONS[caution]}")

    def row(self, label: str, text: str) -> Iterator[str]:
        yield from fold(text, self.width, f"   {label:<{_LABEL}}")

    def denies(self, explained: AuthorizationExplanation) -> Iterator[str]:
        matching = [d for d in explained.trace.denies if d.matched]
        unknown = [d for d in explained.trace.denies if d.matched is None]
        said = f"{len(matching)} match" if matching else "none match"
        yield from self.row("denies", said + (f", {len(unknown)} unknown" if unknown else ""))

    def gates(self, explained: AuthorizationExplanation) -> Iterator[str]:
        gates = [self.gate(gate) for gate in explained.trace.gates]
        yield from self.row("gates", ", ".join(gates) if gates else "none")

    def gate(self, trace: GateTrace) -> str:
        return f"{POLICIES[trace.gate.type]} {trace.gate.name} {_OPEN[trace.open][0]}"

    def paths(self, explained: AuthorizationExplanation) -> Iterator[str]:
        nearest = explained.trace.nearest
        if nearest is not None and explained.evaluation.decision is Decision.ALLOWED:
            yield from self.path(explained, nearest)
            return
        for path in explained.trace.paths:
            yield from self.path(explained, path)

    def path(self, explained: AuthorizationExplanation, path: PathTrace) -> Iterator[str]:
        links = []
        if path.path.granted is not None:
            kind = explained.evaluation.law.rules.policy_type
            first = "KMS grant" if path.path.granted.grant else POLICIES[kind]
            links.append(f"{first} ({path.path.granted.form.value}) {_OPEN[path.path.granted.applies][0]}")
        links += [self.link(step) for step in path.steps if step.step.type is not PolicyType.GRANT]
        yield from self.row("path", f"{_PATHS[path.path.kind]} {_OPEN[path.open][0]}: {', '.join(links)}")

    def link(self, step: StepTrace) -> str:
        reason = f" ({STEP_REASONS[step.step.reason]})" if step.step.reason in STEP_REASONS else ""
        return f"{POLICIES[step.step.type]} {_OPEN[step.open][0]}{reason}"

    def cause(self, cause: Cause, *, denied: bool) -> Iterator[str]:
        if cause.grant is not None:
            yield from self.row("nearest", grant_phrase(cause.grant))
        elif not cause.statements:
            name = f" {cause.name}" if cause.name else ""
            what = f"no statement of the {POLICIES[cause.type]}{name} in account {self.names.account(cause.account)}"
            yield from self.row(
                "missing", f"{what} allows anything" if cause.policies else f"no {POLICIES[cause.type]}"
            )
        for statement in cause.statements:
            yield from self.statement(statement, "denied by" if denied else "nearest", matched=denied)

    def granted(self, explained: AuthorizationExplanation) -> Iterator[str]:
        """The statements on the open path: one line each."""
        for matched in explained.evaluation.matched_statements:
            sid = f" {matched.sid}" if matched.sid else ""
            where = self.where(explained, matched.policy_type, matched.policy, matched.statement)
            yield from self.row(
                "allowed", f"{POLICIES[matched.policy_type]}: statement {matched.statement}{sid} {where}"
            )

    def where(self, explained: AuthorizationExplanation, kind: PolicyType, name: str, index: int) -> str:
        for path in explained.trace.paths:
            found = [path.granted] if path.granted else []
            for seen in (*found, *(s for step in path.steps for s in step.statements)):
                policy = seen.policy.policy
                same = policy.name == name and seen.statement.index == index
                if same and explained.evaluation.type_of(seen.policy) is kind and policy.source:
                    return f"({place(policy.source, policy.source.span_of(seen.statement.pointer))})"
        return f"of {name}"

    def statement(self, seen: SeenStatement, label: str, *, matched: bool | None) -> Iterator[str]:
        """A statement, and every check of it that matters, underlined in its file."""
        sid = f" {seen.sid}" if seen.sid else ""
        if not seen.policy.known:
            yield from self.row(label, f"{seen.policy.name}: its text is not known")
            return
        yield from self.row(label, f"statement {seen.index}{sid} of {seen.policy.name}")
        for check in seen.checks:
            if check.finding.matched is matched:
                yield from self.check(seen, check)

    def check(self, seen: SeenStatement, check: SeenCheck) -> Iterator[str]:
        element = f"{check.operator} {check.key}" if check.element is Element.CONDITION else check.element.value
        if check.finding.matched:
            says = f"matches {shorten(check.actual[0])}" if check.actual else "matches"
        else:
            says = check_phrase(check)
        style = {True: "bad", False: "bad", None: "doubt"}[check.finding.matched]
        source = seen.policy.source
        if source is None:
            yield from self.row("", f"{element}: {says}")
            return
        span = source.span_of(check.pointer)
        yield self.paint(f"   {place(source, span)}: {element}", "place")
        yield from snippet(source, span, says, self.width, self.paint, style)
