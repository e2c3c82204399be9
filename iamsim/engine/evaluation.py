"""The answer to one request, and its trace: the same checks again, without a short cut."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.authorize import Granted, Law, Path, PathKind, Step, verdict
from iamsim.engine.decision import Caution, Decision, Finding, Form, Reason
from iamsim.engine.kleene import Truth, all_of
from iamsim.language.unknown_text import unknown_names
from iamsim.model.policy import Effect, PolicyType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.engine.compile import CompiledPolicy, Group
    from iamsim.engine.policies import Gate, PolicySet
    from iamsim.engine.request import Request
    from iamsim.engine.rules import ServiceRules
    from iamsim.engine.statement import Statement


class StatementTrace(NamedTuple):
    """A statement with the finding of every check, and what they come to."""

    policy: CompiledPolicy
    statement: Statement
    findings: tuple[Finding, ...]
    matched: Truth


class GateTrace(NamedTuple):
    """A gate, whether it is open, and the Allow statements that could open it."""

    gate: Gate
    open: Truth
    statements: tuple[StatementTrace, ...]


class StepTrace(NamedTuple):
    """A step, whether it is open, and the Allow statements that could open it."""

    step: Step
    open: Truth
    statements: tuple[StatementTrace, ...]


class PathTrace(NamedTuple):
    """A path: what grants it (with its statement's trace or the grant's findings), its steps, whether it is open."""

    path: Path
    open: Truth
    granted: StatementTrace | None
    grant: tuple[Finding, ...]
    steps: tuple[StepTrace, ...]

    @property
    def closed(self) -> tuple[StepTrace, ...]:
        """The steps that are closed."""
        return tuple(step for step in self.steps if step.open is False)


class MatchedStatement(NamedTuple):
    """A statement that decided: its policy's name and type, its index from 0 and its Sid."""

    policy: str
    policy_type: PolicyType
    statement: int
    sid: str | None


class Trace(NamedTuple):
    """Everything that was asked, with every answer."""

    decision: Decision
    denies: tuple[StatementTrace, ...]
    gates: tuple[GateTrace, ...]
    paths: tuple[PathTrace, ...]

    @property
    def nearest(self) -> PathTrace | None:
        """The path that is open, or came nearest to it.

        Fewest closed steps, then fewest unknown ones, then one that something grants, then most open steps, then the first.
        Where there is an identity path, a resource policy that grants nothing comes last of all: AWS too puts such a
        refusal down to the identity side.
        """
        identity = any(path.path.kind is PathKind.IDENTITY for path in self.paths)
        return min(self.paths, key=lambda path: (identity and _silent(path), *_distance(path)), default=None)


def _silent(path: PathTrace) -> bool:
    return path.path.kind is PathKind.RESOURCE and path.path.granted is None


def _distance(path: PathTrace) -> tuple[int, int, bool, int]:
    unknown = sum(step.open is None for step in path.steps) + (path.open is None)
    return len(path.closed), unknown, _silent(path), -sum(step.open is True for step in path.steps)


class Evaluation:
    """A decided request. `decision` is there at once; what explains it is worked out when asked."""

    def __init__(self, request: Request, policies: PolicySet, rules: ServiceRules) -> None:
        """Decide.

        Raises:
            InputError: the request cannot be read.
        """
        self.law = Law(request, policies, rules)
        self.decision = self.law.decide()

    @property
    def request(self) -> Request:
        """The request that was decided."""
        return self.law.request

    def trace(self) -> Trace:
        """The same checks, run to the end."""
        return self._trace

    @cached_property
    def _trace(self) -> Trace:
        law = self.law
        if law.rules.always_allowed:
            return Trace(Decision.ALLOWED, (), (), ())
        denies = tuple(self._statement(policy, statement) for policy, statement in law.denies())
        gates = tuple(GateTrace(gate, gate.is_open(law.case), self._allows(gate.policies)) for gate in law.gates())
        paths = tuple(self._path(path) for path in law.paths())
        decision = verdict((d.matched for d in denies), (g.open for g in gates), (p.open for p in paths))
        return Trace(decision, denies, gates, paths)

    def _statement(self, policy: CompiledPolicy, statement: Statement) -> StatementTrace:
        findings = statement.findings(self.law.case)
        return StatementTrace(policy, statement, findings, all_of(finding.matched for finding in findings))

    def _allows(self, group: Group) -> tuple[StatementTrace, ...]:
        return tuple(self._statement(*found) for found in group.candidates(self.law.case).allows)

    def _path(self, path: Path) -> PathTrace:
        steps = tuple(self._step(step) for step in path.steps)
        granted, statement = path.granted, None
        grant: tuple[Finding, ...] = ()
        if granted is not None and granted.statement is not None and granted.policy is not None:
            statement = self._statement(granted.policy, granted.statement)
        if granted is not None and granted.grant is not None:
            grant = granted.grant.findings(self.law.case)
        first = True if granted is None else granted.applies
        return PathTrace(path, all_of((first, *(step.open for step in steps))), statement, grant, steps)

    def _step(self, step: Step) -> StepTrace:
        silent = step.policies is None and step.type is self.law.rules.policy_type
        shown = self.law.policies.resource if silent else step.policies
        statements = self._allows(shown) if shown is not None else ()
        if step.policies is None:
            return StepTrace(step, step.fixed, statements)
        matched = [s.matched for s in statements]
        return StepTrace(step, True if True in matched else None if None in matched else False, statements)

    def grants_to_others(self) -> Iterator[PathTrace]:
        """The grants that fail by their grantee alone, traced like paths, though they are none of this request's."""
        return (self._path(path) for path in self.law.grants_to_others())

    # What decided, as data

    @cached_property
    def decided_by(self) -> tuple[PolicyType, ...]:
        """The policy types that decided.

        Explicit deny: every type that denies. Allowed: the types on the open path. Implicit deny: the types of closed
        gates, or the closed types of the nearest path. Unknown: every type of which something is not known.
        """
        trace, types = self._trace, []
        if self.decision is Decision.EXPLICIT_DENY:
            types = [self.type_of(d.policy) for d in trace.denies if d.matched]
        elif self.decision is Decision.UNKNOWN:
            types = [self.type_of(s.policy) for s in self._undecided_statements()]
            types += [PolicyType.GRANT for path in trace.paths if any(f.matched is None for f in path.grant)]
        elif any(gate.open is False for gate in trace.gates):
            types = [gate.gate.type for gate in trace.gates if gate.open is False]
        elif trace.nearest is not None:
            allowed = self.decision is Decision.ALLOWED
            types = self._granting_types(trace.nearest) if allowed else [s.step.type for s in trace.nearest.closed]
        return tuple(dict.fromkeys(types))

    def _granting_types(self, path: PathTrace) -> list[PolicyType]:
        first: list[PolicyType] = []
        if path.path.granted is not None:
            first = [PolicyType.GRANT if path.path.granted.grant else self.law.rules.policy_type]
        return [*first, *(step.step.type for step in path.steps)]

    def type_of(self, policy: CompiledPolicy) -> PolicyType:
        """What a policy is called here: one on a resource by the name of its service."""
        kind = policy.policy.type
        return self.law.rules.policy_type if kind.on_resource else kind

    @cached_property
    def matched_statements(self) -> tuple[MatchedStatement, ...]:
        """The statements that decided: the Denies that match, or the Allows on the open path; none for an implicit deny."""
        found: list[StatementTrace] = []
        if self.decision is Decision.EXPLICIT_DENY:
            found = [d for d in self._trace.denies if d.matched]
        elif self.decision is Decision.ALLOWED and self._trace.nearest is not None:
            path = self._trace.nearest
            found = [path.granted] if path.granted else []
            found += [s for step in path.steps for s in step.statements if s.matched]
        elif self.decision is Decision.UNKNOWN:
            found = self._undecided_statements()
        return tuple(dict.fromkeys(self._matched(s) for s in found))

    def _matched(self, trace: StatementTrace) -> MatchedStatement:
        policy = trace.policy.policy
        return MatchedStatement(policy.name, self.type_of(trace.policy), trace.statement.index, trace.statement.sid)

    def _undecided_statements(self) -> list[StatementTrace]:
        return [s for s in self._statements() if s.matched is None]

    def _statements(self) -> Iterator[StatementTrace]:
        """Every statement of the trace: the denies, the gates', the paths'."""
        yield from self._trace.denies
        for gate in self._trace.gates:
            yield from gate.statements
        for path in self._trace.paths:
            if path.granted:
                yield path.granted
            for step in path.steps:
                yield from step.statements

    @cached_property
    def missing_context_values(self) -> tuple[str, ...]:
        """For an unknown answer, the context keys that would decide it, as the request or the policy writes them."""
        if self.decision is not Decision.UNKNOWN:
            return ()
        written = {key.lower(): key for key in self.request.unknown}
        keys = (
            key for finding in self._undecided() for key in finding.keys if finding.reason is not Reason.PART_UNKNOWN
        )
        return tuple({key.lower(): written.get(key.lower(), key) for key in keys}.values())

    @cached_property
    def unknown_parts(self) -> tuple[str, ...]:
        """For an unknown answer, the parts of names that would decide it."""
        if self.decision is not Decision.UNKNOWN:
            return ()
        found = [part for f in self._undecided() if f.reason is Reason.PART_UNKNOWN for part in f.keys]
        if any(s.step.reason is Reason.PART_UNKNOWN for path in self._trace.paths for s in path.steps):
            found += unknown_names(self.law.case.caller.account or "", self.request.owner or "")
        return tuple(dict.fromkeys(found))

    def _undecided(self) -> list[Finding]:
        """The findings that leave the answer open."""
        findings = [f for s in self._undecided_statements() for f in s.findings if f.matched is None]
        return findings + [f for path in self._trace.paths for f in path.grant if f.matched is None]

    def opened_alone_by(self, kind: PolicyType, *, with_unknown: bool = False) -> bool:
        """Whether an implicit deny would be an allow if policies of this type, and nothing else, were opened.

        `with_unknown`: if whatever is not known turned out in favour of the caller as well.
        """
        trace = self._trace
        stands, shut = ((True,), (False,)) if with_unknown else ((True, None), (False, None))
        if self.decision is not Decision.IMPLICIT_DENY or any(d.matched in stands for d in trace.denies):
            return False
        closed_gates = {gate.gate.type for gate in trace.gates if gate.open in shut}
        paths = chain(trace.paths, self.grants_to_others())
        ways = ({s.step.type for s in path.steps if s.open in shut} for path in paths)
        return any(closed_gates | way == {kind} for way in ways)

    def may_deny_by(self, kind: PolicyType) -> bool:
        """Whether a Deny in a policy of this type hangs on what is not known."""
        return any(d.matched is None and self.type_of(d.policy) is kind for d in self._trace.denies)

    @cached_property
    def cautions(self) -> tuple[Caution, ...]:
        """The inferred or contradictory facts of AWS that this answer hangs on."""
        return tuple(dict.fromkeys(self._cautions()))

    def _cautions(self) -> Iterator[Caution]:
        trace = self._trace
        if self.decision is Decision.EXPLICIT_DENY:
            yield from _of_findings(f for d in trace.denies if d.matched for f in d.findings)
            return
        yield from _of_findings(_narrow(trace.denies))
        if self.law.policies.session is not None and not self.law.session_applies:
            yield Caution.SESSION_POLICY_IGNORED
        path = trace.nearest
        if path is not None:
            yield from self._path_cautions(path)
        for gate in trace.gates:
            yield from _of_findings(_narrow(gate.statements) if gate.open is False else _matching(gate.statements))
            if gate.gate.type is PolicyType.SCP and gate.open and not _opened_plainly(gate):
                yield Caution.SCP_ALLOW_SCOPE

    def _path_cautions(self, path: PathTrace) -> Iterator[Caution]:
        granted = path.path.granted
        if path.granted is not None:
            yield from _of_findings(path.granted.findings)
        yield from _of_findings(path.grant)
        for step in path.steps:
            yield from _of_findings(_narrow(step.statements) if step.open is False else _matching(step.statements))
        if granted is not None:
            yield from self._form_cautions(path, granted)

    def _form_cautions(self, path: PathTrace, granted: Granted) -> Iterator[Caution]:
        limited = self.law.policies.boundary is not None or (
            self.law.policies.session is not None and self.law.session_applies
        )
        if path.path.kind is PathKind.GRANT and path.open:
            yield Caution.GRANT_SUFFICES
        elif granted.form is Form.ANYONE and self.law.case.caller.account is None:
            yield Caution.ANYONE_WITHOUT_ACCOUNT
        elif granted.form is Form.ANYONE and limited and path.path.kind is PathKind.RESOURCE:
            yield Caution.ANYONE_PASSES_LIMITS
        elif granted.form is Form.SESSION and limited and self.law.rules.policy_type is PolicyType.KEY_POLICY:
            yield Caution.KEY_POLICY_LIMITS
        elif granted.form is Form.ROLE and any(s.step.type is PolicyType.BOUNDARY for s in path.closed):
            yield Caution.BOUNDARY_LIMITS_ROLE_GRANT


def _of_findings(findings: Iterable[Finding]) -> Iterator[Caution]:
    return (finding.caution for finding in findings if finding.caution is not None)


def _narrow(statements: Iterable[StatementTrace]) -> Iterator[Finding]:
    """Findings of statements that fail only where a caution stands."""
    for trace in statements:
        failed = [f for f in trace.findings if f.matched is not True]
        if failed and all(f.caution is not None for f in failed):
            yield from failed


def _matching(statements: Iterable[StatementTrace]) -> Iterator[Finding]:
    """The findings of the first statement that matches without a caution, else of the first that matches."""
    matching = [s for s in statements if s.matched]
    best = min(matching, key=lambda s: sum(f.caution is not None for f in s.findings), default=None)
    yield from best.findings if best else ()


def _opened_plainly(gate: GateTrace) -> bool:
    """Whether an Allow without condition and narrower Resource opens an SCP level: no reading of the page doubts it."""
    return any(s.matched and len(s.findings) == 2 and _on_all(s) for s in gate.statements)


def _on_all(trace: StatementTrace) -> bool:
    written = trace.policy.policy.statements[trace.statement.index] if trace.policy.policy.known else None
    resources = written.resources if written else None
    return bool(written and written.effect is Effect.ALLOW and resources and "*" in resources.values)
