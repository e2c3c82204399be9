"""Why a call is allowed or not: what the trace says, put in order of what matters. No sentence is formatted here.

An explanation is for each authorization the causes of its verdict. A cause names a policy type, the account whose
administrator owns the document, and the statements to look at: those that deny, or those that came nearest to allowing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from iamsim.analysis.nearness import COMPARED, Nearest, SeenGrant, likeness_of_names, nearest_statements, seen_statement
from iamsim.engine.authorize import PathKind
from iamsim.engine.decision import Decision, Form, Reason
from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.model.policy import Effect, Policy, PolicyType
from iamsim.simulator.cautions import cautions_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iamsim.analysis.nearness import SeenStatement
    from iamsim.engine.compile import CompiledPolicy
    from iamsim.engine.decision import Caution
    from iamsim.engine.evaluation import Evaluation, PathTrace, StatementTrace, StepTrace, Trace
    from iamsim.simulator.call import Authorization, Outcome

_OF_CALLER = frozenset(
    {PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION, PolicyType.SCP, PolicyType.ENDPOINT}
)


@dataclass(frozen=True)
class Cause:
    """One reason for a verdict.

    `account` is the one that the policy belongs to: the caller's or the resource's. `policies` were asked; `statements`
    are the ones that deny, or the nearest misses, the nearest first. `name` tells gates apart. `reason` is why a step is
    closed where no statement is to blame.
    """

    type: PolicyType
    account: str | None
    reason: Reason
    policies: tuple[Policy, ...] = ()
    statements: tuple[SeenStatement, ...] = ()
    name: str = ""
    grant: SeenGrant | None = None

    @property
    def nearest(self) -> SeenStatement | SeenGrant | None:
        """What came nearest to allowing."""
        return self.statements[0] if self.statements else self.grant


@dataclass(frozen=True)
class Way:
    """A path that is closed, and the causes, one for each of its closed steps.

    `aside`: it begins with a KMS grant that is clearly made for somebody else. Nobody can edit a grant, so such a one is no
    mistake in it; it shows what a grant to the caller would look like.
    """

    kind: PathKind
    causes: tuple[Cause, ...]
    aside: bool = False


@dataclass(frozen=True)
class AuthorizationExplanation:
    """One authorization of a call with its trace and what it comes down to.

    `causes` hold for explicit denies and closed gates; else `ways` are the paths that came nearest, the nearest first;
    `undecided` are the statements whose answer is not known.
    """

    authorization: Authorization
    trace: Trace
    causes: tuple[Cause, ...] = ()
    ways: tuple[Way, ...] = ()
    undecided: tuple[SeenStatement, ...] = ()

    @property
    def evaluation(self) -> Evaluation:
        """The decided request."""
        return self.authorization.evaluation

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """The inferred or contradictory facts of AWS that its answer hangs on."""
        return cautions_of(self.authorization)

    @property
    def main_causes(self) -> tuple[Cause, ...]:
        """The causes, or those of the nearest way."""
        return self.causes or (self.ways[0].causes if self.ways else ())


@dataclass(frozen=True)
class Explanation:
    """A call explained."""

    outcome: Outcome
    authorizations: tuple[AuthorizationExplanation, ...]

    @property
    def deciding(self) -> AuthorizationExplanation | None:
        """The authorization that decided: the first that is refused, else the first that is not known."""
        for wanted in ((Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY), (Decision.UNKNOWN,)):
            for explained in self.authorizations:
                if explained.evaluation.decision in wanted:
                    return explained
        return None


def explain(outcome: Outcome) -> Explanation:
    """Explain every authorization of a call."""
    return Explanation(outcome, tuple(_authorization(a) for a in outcome.authorizations))


def _authorization(authorization: Authorization) -> AuthorizationExplanation:
    evaluation = authorization.evaluation
    trace = evaluation.trace()
    if evaluation.decision is Decision.EXPLICIT_DENY:
        return AuthorizationExplanation(authorization, trace, _denials(evaluation, trace))
    if evaluation.decision is Decision.IMPLICIT_DENY:
        gates = tuple(
            _cause(evaluation, gate.gate.type, Reason.NO_ALLOW, gate.gate.policies.policies, gate.gate.name)
            for gate in trace.gates
            if gate.open is False
        )
        return AuthorizationExplanation(authorization, trace, gates, () if gates else _ways(evaluation, trace))
    undecided: tuple[SeenStatement, ...] = ()
    if evaluation.decision is Decision.UNKNOWN:
        undecided = tuple(seen_statement(s.policy, s.statement, evaluation.law.case) for s in _undecided(trace))
    return AuthorizationExplanation(authorization, trace, undecided=undecided)


def _denials(evaluation: Evaluation, trace: Trace) -> tuple[Cause, ...]:
    """A cause for each policy that denies."""
    by_policy: dict[int, list[StatementTrace]] = {}
    for denied in trace.denies:
        if denied.matched:
            by_policy.setdefault(id(denied.policy), []).append(denied)
    case = evaluation.law.case
    return tuple(
        Cause(
            kind := evaluation.type_of(found[0].policy),
            _account(evaluation, kind),
            Reason.MATCH,
            (found[0].policy.policy,),
            tuple(seen_statement(f.policy, f.statement, case) for f in found),
        )
        for found in by_policy.values()
    )


def _ways(evaluation: Evaluation, trace: Trace) -> tuple[Way, ...]:
    """The paths with the fewest closed steps; among them first the one whose statements came nearest to allowing.

    Beside them stand the statement that just fails to name the caller, and the grant that names somebody else.
    """
    fewest = min((len(path.closed) for path in trace.paths), default=0)
    near = [path for path in trace.paths if len(path.closed) == fewest or path is trace.nearest]
    made = [(_way(evaluation, path), path is not trace.nearest) for path in near]
    direct = _direct_way(evaluation, near)
    if direct is not None:
        made.append((direct, True))
    made += [(way, True) for way in _ways_of_others(evaluation)]
    name = evaluation.law.case.caller.name
    made.sort(key=lambda ranked: (ranked[0].aside, *_distance(ranked[0], name), ranked[1]))
    unique: dict[tuple[PolicyType, ...], Way] = {}
    for way, _ in made:
        unique.setdefault(tuple(cause.type for cause in way.causes), way)
    return tuple(unique.values())


def _distance(way: Way, caller: str) -> tuple[bool, int, float]:
    """How far a way is from open, by the nearest statement of each closed step.

    First whether such a statement, or a grant, is about somebody else; then how many checks fail, many where there is
    nothing at all; then how little the checks that match speak of this request in particular.
    """
    nearest = [cause.nearest for cause in way.causes]
    seen = [found for found in nearest if found is not None]
    failures = sum(found.failed for found in seen) + _FAR * (len(nearest) - len(seen))
    return any(found.names_another(caller) for found in seen), failures, -sum(found.particular for found in seen)


_FAR = 100


def _direct_way(evaluation: Evaluation, near: list[PathTrace]) -> Way | None:
    """A resource policy that only delegates to the account may hold a statement that just fails to name the caller.

    It would open the resource path without an identity policy, as far as boundary and session policy let it.
    """
    delegating = next((path for path in near if path.path.granted and path.path.granted.form is Form.ACCOUNT), None)
    if delegating is None or delegating.path.kind is not PathKind.RESOURCE:
        return None
    law = evaluation.law
    failing = [
        (policy, statement)
        for policy in law.policies.resource.policies
        for statement in policy.statements
        if statement.effect is Effect.ALLOW and any(f.matched is False for f in statement.findings(law.case))
    ]
    nearest = nearest_statements(failing, law.case)
    if not nearest or nearest[0].failed > 1:
        return None
    kind = law.rules.policy_type
    policies = tuple(policy.policy for policy in law.policies.resource.policies)
    cause = Cause(kind, _account(evaluation, kind), Reason.NO_ALLOW, policies, nearest)
    limits = [step for step in delegating.closed if step.step.type is not PolicyType.IDENTITY]
    causes = (cause, *(_closed_step(evaluation, delegating, step) for step in limits))
    return Way(PathKind.RESOURCE, causes)


def _ways_of_others(evaluation: Evaluation) -> list[Way]:
    """The grants that fail by their grantee alone, the one with the likest name first."""
    caller = evaluation.law.case.caller.name
    ways = [_way(evaluation, path) for path in islice(evaluation.grants_to_others(), COMPARED)]
    seen = [(way, cause.grant) for way in ways for cause in way.causes if cause.grant]
    seen.sort(key=lambda pair: -likeness_of_names(pair[1].grant.grantee, caller))
    return [replace(way, aside=grant.names_another(caller)) for way, grant in seen]


def _way(evaluation: Evaluation, path: PathTrace) -> Way:
    return Way(path.path.kind, tuple(_closed_step(evaluation, path, step) for step in path.closed))


def _closed_step(evaluation: Evaluation, path: PathTrace, step: StepTrace) -> Cause:
    kind = step.step.type
    if kind is PolicyType.GRANT and path.path.granted and path.path.granted.grant:
        seen = SeenGrant(path.path.granted.grant.grant, *path.grant)
        return Cause(kind, _account(evaluation, kind), step.step.reason, name=seen.grant.name, grant=seen)
    policies = step.step.policies
    if policies is None and kind is evaluation.law.rules.policy_type:
        policies = evaluation.law.policies.resource
    asked = policies.policies if policies else ()
    reason = step.step.reason
    if reason is Reason.NO_ALLOW and not asked:
        reason = Reason.NO_POLICY
    return _cause(evaluation, kind, reason, asked)


def _cause(
    evaluation: Evaluation, kind: PolicyType, reason: Reason, policies: Iterable[CompiledPolicy], name: str = ""
) -> Cause:
    asked = tuple(policies)
    allows = [(p, s) for p in asked for s in p.statements if s.effect is Effect.ALLOW]
    nearest: Nearest = nearest_statements(allows, evaluation.law.case)
    return Cause(kind, _account(evaluation, kind), reason, tuple(p.policy for p in asked), nearest, name)


def _account(evaluation: Evaluation, kind: PolicyType) -> str | None:
    if kind in _OF_CALLER:
        return evaluation.law.case.caller.account
    request = evaluation.request
    if request.resource_account:
        return request.resource_account
    try:
        return parse_arn(request.resource).account or None
    except LanguageError:
        return None


def _undecided(trace: Trace) -> list[StatementTrace]:
    found = [d for d in trace.denies if d.matched is None]
    found += [s for gate in trace.gates if gate.open is None for s in gate.statements if s.matched is None]
    for path in trace.paths:
        if path.open is None:
            found += [path.granted] if path.granted and path.granted.matched is None else []
            found += [s for step in path.steps if step.open is None for s in step.statements if s.matched is None]
    return list({(id(s.policy), s.statement.index): s for s in found}.values())
