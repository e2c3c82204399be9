"""An explanation for people to read: in a terminal of any width, with or without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.answer import ROTATE
from iamsim.engine.decision import Caution, Decision
from iamsim.language.assertion import Form
from iamsim.outputs.cautions import CAUTIONS
from iamsim.outputs.headline import cause_lines, verdict_lines, verdict_word
from iamsim.outputs.matched import Place, matched_places
from iamsim.outputs.names import Names, policy_name
from iamsim.outputs.paint import Paint, fold, painter
from iamsim.outputs.path_text import gate_text, path_text, shown_paths
from iamsim.outputs.phrases import POLICIES, VERDICTS, check_phrase, grant_phrase, keys, shorten, statement_name
from iamsim.outputs.snippet import place, short_place, snippet
from iamsim.simulator.cautions import hidden_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.explain import AuthorizationExplanation, Cause, Explanation
    from iamsim.analysis.nearness import SeenCheck, SeenStatement
    from iamsim.engine.evaluation import MatchedStatement
    from iamsim.language.source import Source

_LABEL = 9
_ROW = 3 + _LABEL
_SID = 32
_STYLES = {True: "bad", False: "bad", None: "doubt"}
_REFUSED = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)


def explanation_text(explanation: Explanation, *, width: int = 80, color: bool = False, brief: bool = False) -> str:
    """The whole explanation; the verdict and its cause come first.

    In brief, the verdict and its cause, and below those of a call that does not succeed each authorization with what is to
    blame.
    """
    paint = painter(color=color)
    names = Names(explanation.outcome.world)
    word, style = verdict_word(explanation)
    first, *more = verdict_lines(explanation, names, width)
    lines = [paint(f"{word:<8}", style) + paint(first, "strong")]
    lines += [paint(" " * 8 + line, "strong") for line in more]
    lines += cause_lines(explanation, names, width)
    if brief:
        shown = () if explanation.outcome.ok else enumerate(explanation.authorizations, 1)
        blamed = [line for n, found in shown for line in _Authorization(found, names, width, paint).blamed(n)]
        return "\n".join([*lines, *[""] * bool(blamed), *blamed]) + "\n"
    for number, explained in enumerate(explanation.authorizations, 1):
        lines += ["", *_Authorization(explained, names, width, paint).lines(number)]
    for text in (_to_decide(explanation), _answer(explanation)):
        lines += ["", *fold(text, width)] if text else []
    return "\n".join(lines) + "\n"


def _place(found: Place, room: int) -> str:
    return _BY_AWS.get(found.source.name) or short_place(place(*found), room)


_BY_AWS = {
    "aws/secretsmanager": "written by AWS",
    "aws/ssm": "written by AWS",
    "KMS's default key policy": "the default of KMS",
}
"""Policies that stand in no file."""


def _answer(explanation: Explanation) -> str:
    error = explanation.outcome.error
    if error is None or explanation.outcome.call.operation in (ROTATE, Form.START):
        return ""
    unsure = "" if error.recorded else " (iamsim does not know AWS's exact words)"
    return f"AWS answers {error.code}{unsure}: {error.message}"


def _to_decide(explanation: Explanation) -> str:
    """How to say what is not known, as far as it can be said."""
    if explanation.outcome.decision is not Decision.UNKNOWN:
        return ""
    unknown = [e for e in explanation.authorizations if e.evaluation.decision is Decision.UNKNOWN]
    hidden = dict.fromkeys(key for e in unknown for key in hidden_keys(e.authorization))
    given = dict.fromkeys(key for e in unknown for key in e.evaluation.missing_context_values)
    said = [f"--context {key}=VALUE (or {key}=absent)" for key in given]
    said += ["--key-policy FILE"] * any(not s.policy.known for explained in unknown for s in explained.undecided)
    if hidden:
        return f"No --context decides it: what KMS sees of {keys(hidden)} is caution {_HIDDEN.value}"
    return f"To decide it: {', '.join(said)}" if said else ""


_HIDDEN = Caution.NETWORK_BEHIND_SERVICE


class _Authorization:
    """One authorization of a call as text."""

    def __init__(self, explained: AuthorizationExplanation, names: Names, width: int, paint: Paint) -> None:
        self.explained, self.names, self.width, self.paint = explained, names, width, paint
        self.evaluation = explained.evaluation
        self.file = ""

    def heading(self, number: int) -> Iterator[str]:
        request, decision = self.evaluation.request, self.evaluation.decision
        later = "" if self.explained.authorization.asked else " (AWS does not come to it)"
        service = self.explained.authorization.demand.by
        by = f", by {service}" if service else ""
        heading = f"{request.action} on {self.names.thing(request.resource)}{by}: {decision.value}{later}"
        style = VERDICTS[decision][1]
        yield from (self.paint(line, style) for line in fold(heading, self.width, f"{number}. "))

    def blamed(self, number: int) -> Iterator[str]:
        """Only what it came to and, if it is not allowed, the statements that are to blame."""
        yield from self.heading(number)
        if self.evaluation.decision is not Decision.ALLOWED:
            yield from self.statements()

    def lines(self, number: int) -> Iterator[str]:
        decision, asked = self.evaluation.decision, self.explained.authorization.asked
        yield from self.heading(number)
        yield from self.row("denies", self.denies())
        yield from self.row("gates", ", ".join(map(gate_text, self.explained.trace.gates)) or "none")
        for path in shown_paths(self.explained):
            yield from self.row("path", path_text(self.explained, path))
        yield from self.statements()
        if asked or decision in _REFUSED:
            for caution in self.explained.cautions:
                yield from self.row("caution", f"{caution.value}: {CAUTIONS[caution]}")

    def row(self, label: str, text: str) -> Iterator[str]:
        for line in fold(text, self.width, f"   {label:<{_LABEL}}"):
            yield line.replace("CLOSED", self.paint("CLOSED", "bad"))

    def denies(self) -> str:
        found = [denied.matched for denied in self.explained.trace.denies]
        matching = f"{found.count(True)} match" + ("es" if found.count(True) == 1 else "")
        unknown = f", {found.count(None)} unknown" if None in found else ""
        return (matching if True in found else "none match") + unknown

    def statements(self) -> Iterator[str]:
        """The statements that decided, or came nearest to it."""
        explained = self.explained
        denied = self.evaluation.decision is Decision.EXPLICIT_DENY
        for cause in explained.causes or (c for way in explained.ways if not way.aside for c in way.causes):
            yield from self.cause(cause, denied=denied)
        for grant in (cause.grant for way in explained.ways if way.aside for cause in way.causes if cause.grant):
            yield from self.row("besides", f"another way: {grant_phrase(grant)}")
        undecided = {s.policy.name if not s.policy.known else (s.policy.name, s.index): s for s in explained.undecided}
        for statement in undecided.values():
            yield from self.statement(statement, "depends", matched=None)
        if self.evaluation.decision is Decision.ALLOWED and explained.authorization.asked:
            yield from self.granted()

    def cause(self, cause: Cause, *, denied: bool) -> Iterator[str]:
        if cause.grant is not None:
            yield from self.row("nearest", grant_phrase(cause.grant))
        elif not cause.statements:
            name = f" {cause.name}" if cause.name else ""
            whose = f"{POLICIES[cause.type]}{name} in account {self.names.account(cause.account)}"
            yield from self.row("missing", f"no Allow statement in the {whose}" if cause.policies else f"no {whose}")
        for statement in cause.statements:
            yield from self.statement(statement, "denied" if denied else "nearest", matched=denied)

    def granted(self) -> Iterator[str]:
        """What opens the path, a line each."""
        nearest = self.explained.trace.nearest
        grant = nearest.path.granted.grant if nearest and nearest.path.granted else None
        if grant is not None:
            name = f" {grant.grant.name}" if grant.grant.name else ""
            yield from self.row("allowed", f"KMS grant{name} to {self.names.thing(grant.grant.grantee)}")
        for matched, found in matched_places(self.evaluation):
            yield from self.row("allowed", self.granting(matched, found))

    def granting(self, matched: MatchedStatement, found: Place | None) -> str:
        """A statement and its place, in a line where that can be done."""
        kind, room = POLICIES[matched.policy_type], self.width - _ROW
        sid = matched.sid and shorten(
            matched.sid, max(room - len(kind) - 20, _SID) if len(matched.sid) > _SID else _SID
        )
        what = f"{kind} `{sid}`" if sid else f"{kind} Statement[{matched.statement}]"
        if found is None:
            return what
        left = room - len(what) - 3
        where = _place(found, left)
        return f"{what} ({where if len(where) <= left else _place(found, room - 2)})"

    def statement(self, seen: SeenStatement, label: str, *, matched: bool | None) -> Iterator[str]:
        """A statement, and every check of it that matters, underlined in its file, in the file's order."""
        if not seen.policy.known:
            yield from self.row(label, f"{POLICIES[seen.policy.type]}: its text is not known")
            return
        yield from self.row(label, f"{policy_name(seen.policy)}, {statement_name(seen.sid, seen.index)}")
        checks = [check for check in seen.checks if check.finding.matched is matched]
        source = seen.policy.source
        if source is None:
            for check in checks:
                yield from self.row("", self.says(seen, check))
            return
        yield from self.checks(seen, source, checks)

    def checks(self, seen: SeenStatement, source: Source, checks: list[SeenCheck]) -> Iterator[str]:
        spans = sorted(((source.span_of(check.pointer), check) for check in checks), key=lambda pair: pair[0])
        for span, check in spans:
            if self.file != source.name:
                self.file = source.name
                yield self.paint(f"   --> {place(source, span)}", "place")
            style = _STYLES[check.finding.matched]
            yield from snippet(source, span, self.says(seen, check), self.width, self.paint, style)

    def says(self, seen: SeenStatement, check: SeenCheck) -> str:
        return check_phrase(check, self.evaluation.request.values if seen.policy.variables else None)
