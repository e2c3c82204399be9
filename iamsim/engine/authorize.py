"""The law. Rule 1: everything that decides a request stands in this file. Rule 2: this file does not know any service.

Theory of operation
-------------------
Four questions decide one request against the policies around it; they are asked in this order, always in these words.

0. Applies. Which policies concern the request. SCPs are those of the caller's account and never bind a service-linked
   role or a service; RCPs are those of the resource's account and never bind a service-linked role, nor what the
   service's rules exempt. Session policies concern sessions only.
1. Denies. One matching Deny in any policy that applies ends it: explicit deny.
2. Gates. Every SCP level and every VPC endpoint policy needs an Allow; a closed gate is an implicit deny. RCPs are no
   gate: RCPFullAWSAccess is always attached; they act by Deny.
3. Paths. At least one way of being granted must be open from end to end, or it is an implicit deny. A path is a chain
   of steps, and which steps a path has depends on how the grant names the caller:

     resource path       caller and resource share an account, or the caller has none; a resource policy's Allow,
                         and by the form of the matching principal entry what `_FURTHER_STEPS` says
     identity path       same account; identity policy, boundary, session policy; not for a resource whose service
                         demands its own policy: there the account entry of that policy is the delegation
     cross-account path  resource policy in any form, identity policy, boundary, session policy
     grant path          a KMS grant, and what `_FURTHER_STEPS` says of the grantee's form

Every answer can be unknown, and Kleene's rules carry it: a definite answer is right however the unknown turns out.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
"""

from __future__ import annotations

from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.check import Case
from iamsim.engine.decision import Decision, Form, Reason
from iamsim.engine.kleene import Truth, all_of, any_of
from iamsim.engine.request import SESSIONS, CallerKind, Request
from iamsim.engine.unknown_part import is_unsure
from iamsim.model.policy import PolicyType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.engine.compile import CompiledPolicy, Found, Group
    from iamsim.engine.grant import CompiledGrant
    from iamsim.engine.policies import Gate, PolicySet
    from iamsim.engine.rules import ServiceRules
    from iamsim.engine.statement import Statement


class PathKind(StrEnum):
    """The ways of being granted."""

    RESOURCE = "resource"
    IDENTITY = "identity"
    CROSS_ACCOUNT = "crossAccount"
    GRANT = "grant"


class Step(NamedTuple):
    """A link of a path. Decided by its policies (None: decided already, by `fixed`), with the reason for a fixed one."""

    type: PolicyType
    policies: Group | None
    fixed: Truth = True
    reason: Reason = Reason.NO_ALLOW

    def is_open(self, case: Case) -> Truth:
        """Whether this link holds."""
        return self.fixed if self.policies is None else self.policies.allows(case)


class Granted(NamedTuple):
    """The Allow statement and principal entry, or the grant, that opens a path, and whether it applies."""

    policy: CompiledPolicy | None
    statement: Statement | None
    entry: int
    form: Form
    applies: Truth
    grant: CompiledGrant | None = None


class Path(NamedTuple):
    """One way of being granted: the grant it begins with (None on the identity path, or where there is none), its steps."""

    kind: PathKind
    granted: Granted | None
    steps: tuple[Step, ...]

    def is_open(self, case: Case) -> Truth:
        """Whether it is open from end to end."""
        first = True if self.granted is None else self.granted.applies
        return all_of((first, *(step.is_open(case) for step in self.steps))) if first is not False else False


_LIMITS = (PolicyType.BOUNDARY, PolicyType.SESSION)
_FURTHER_STEPS: dict[Form, tuple[PolicyType, ...]] = {
    Form.USER: (),
    Form.SESSION: (),
    Form.FEDERATED_USER: (),
    Form.ANYONE: (),
    Form.SERVICE: (),
    Form.PROVIDER: (),
    Form.ROLE: _LIMITS,
    Form.SESSION_OF_USER: _LIMITS,
    Form.ACCOUNT: (PolicyType.IDENTITY, *_LIMITS),
}
"""What a same-account grant still needs, by the form in which it names the caller (aws-facts A3)."""

_NEVER_GRANTEES = frozenset({CallerKind.ANONYMOUS, CallerKind.PROVIDER})
"""The callers that no KMS grant can name (aws-facts D2.1)."""


def verdict(denies: Iterable[Truth], gates: Iterable[Truth], paths: Iterable[Truth]) -> Decision:
    """The law itself. The iterables are asked in order, and no further than it takes."""
    denied = any_of(denies)
    if denied:
        return Decision.EXPLICIT_DENY
    passed = all_of(gates)
    granted = passed if passed is False else any_of(paths)
    if passed is False or granted is False:
        return Decision.IMPLICIT_DENY
    return Decision.ALLOWED if denied is False and passed and granted else Decision.UNKNOWN


class Law:
    """One request, the policies around it and the rules of the service, ready to be decided or traced."""

    __slots__ = ("case", "policies", "request", "rules")

    def __init__(self, request: Request, policies: PolicySet, rules: ServiceRules) -> None:
        """Read the request.

        Raises:
            InputError: the principal, the action or an account cannot be read.
        """
        self.request, self.policies, self.rules = request, policies, rules
        service, action = request.action_name
        trust = rules.policy_type is PolicyType.TRUST_POLICY
        self.case = Case(
            request,
            request.caller,
            f"{service}:{action}",
            request.resource,
            request.values,
            bool(request.unknown or request.colliding_keys),
            policies.boundary is not None,
            trust,
        )

    def decide(self) -> Decision:
        """The verdict, found with as few checks as it takes."""
        if self.rules.always_allowed:
            return Decision.ALLOWED
        case = self.case
        return verdict(
            (statement.applies(case) for _, statement in self.denies()),
            (gate.is_open(case) for gate in self.gates()),
            (path.is_open(case) for path in self.paths()),
        )

    # 0. Applies

    @property
    def scps_apply(self) -> bool:
        """SCPs bind principals of accounts: no service, no service-linked role."""
        caller = self.case.caller
        return caller.account is not None and not caller.service_linked

    @property
    def rcps_apply(self) -> bool:
        """RCPs bind every caller but a service-linked role, on resources of the services that they reach."""
        return self.rules.rcp and not self.case.caller.service_linked

    @property
    def session_applies(self) -> bool:
        """Session policies concern sessions; long-term credentials and the root user have none."""
        return self.case.caller.kind in SESSIONS

    # 1. Denies

    def denies(self) -> tuple[Found, ...]:
        """Every Deny statement that can match, in any policy that applies."""
        return self.policies.denies(self.case, scps=self.scps_apply, rcps=self.rcps_apply, session=self.session_applies)

    # 2. Gates

    def gates(self) -> tuple[Gate, ...]:
        """Every SCP level from the root down, then the endpoint policies."""
        policies = self.policies
        return (*policies.scp_gates, *policies.endpoint_gates) if self.scps_apply else policies.endpoint_gates

    # 3. Paths

    def paths(self) -> Iterator[Path]:
        """Every path that exists; where a resource policy grants nothing, one that is closed there stands for it."""
        caller = self.case.caller
        if caller.kind in self.rules.closed_to:
            yield Path(PathKind.IDENTITY, None, (_closed(PolicyType.SESSION, Reason.SESSION_LIMIT),))
        elif caller.account is None:
            yield from self._resource_paths(self._no_account())
            yield from self._grant_paths()
        elif caller.account == self.request.owner:
            yield from self._same_account_paths()
        elif is_unsure(caller.account, self.request.owner or ""):
            perhaps = Step(self.rules.policy_type, None, fixed=None, reason=Reason.PART_UNKNOWN)
            for path in chain(self._same_account_paths(), self._cross_account_paths()):
                yield path._replace(steps=(*path.steps, perhaps))
        else:
            yield from self._cross_account_paths()

    def _same_account_paths(self) -> Iterator[Path]:
        yield from self._resource_paths(None)
        if not self._demands_policy():
            yield Path(PathKind.IDENTITY, None, self._steps(_FURTHER_STEPS[Form.ACCOUNT]))
        yield from self._grant_paths()

    def _demands_policy(self) -> bool:
        rules = self.rules
        if not rules.without_policy:
            return rules.demands_policy
        return rules.demands_policy and not self.case.resource.split(":", 5)[-1].startswith(rules.without_policy)

    def _no_account(self) -> Reason | None:
        """Why a caller without an account has no resource path, if so."""
        kind = self.case.caller.kind
        if kind is CallerKind.ANONYMOUS and not self.rules.unsigned_requests:
            return Reason.UNSIGNED
        return Reason.NO_PATH if kind is CallerKind.PROVIDER and not self.case.trust else None

    def _resource_paths(self, impossible: Reason | None) -> Iterator[Path]:
        found = False
        for granted in self._grants() if impossible is None else ():
            found = True
            yield Path(PathKind.RESOURCE, granted, self._steps(_FURTHER_STEPS[granted.form]))
        if not found:
            yield Path(PathKind.RESOURCE, None, (self._silent(impossible),))

    def _cross_account_paths(self) -> Iterator[Path]:
        steps = self._steps(_FURTHER_STEPS[Form.ACCOUNT])
        impossible = not self.rules.cross_account
        found = False
        for granted in () if impossible else self._grants():
            found = True
            yield Path(PathKind.CROSS_ACCOUNT, granted, steps)
        if not found:
            silent = self._silent(Reason.NOT_CROSS_ACCOUNT if impossible else None)
            yield Path(PathKind.CROSS_ACCOUNT, None, (silent, *steps))
        yield from self._grant_paths()

    def _grants(self) -> Iterator[Granted]:
        """Every pair of an Allow statement of the resource's policy and an entry of it that names the caller."""
        for policy, statement in self.policies.resource.candidates(self.case).allows:
            applies = statement.applies(self.case)
            if applies is False:
                continue
            if statement.principal is None:
                yield Granted(policy, statement, 0, Form.ANYONE, applies)
                continue
            for entry, form, sure in statement.principal.grants(self.case.caller):
                yield Granted(policy, statement, entry, form, applies if sure else None)

    def _grant_paths(self) -> Iterator[Path]:
        for grant in self.policies.grants:
            form = grant.form(self.case)
            if form is not None:
                yield self._grant_path(grant, form, all_of(f.matched for f in grant.findings(self.case)))

    def _grant_path(self, grant: CompiledGrant, form: Form, applies: Truth) -> Path:
        closed = (_closed(PolicyType.GRANT, Reason.NO_MATCH),) if applies is False else ()
        steps = (*closed, *self._steps(_FURTHER_STEPS[form]))
        return Path(PathKind.GRANT, Granted(None, None, 0, form, applies, grant), steps)

    def grants_to_others(self) -> Iterator[Path]:
        """The grants that fail by their grantee alone. They are no paths of this request: only an explanation asks for them.

        Each is closed at the grant, and its further steps are those of the grantee's form; an ARN that names nobody is
        taken for a role's. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html (GranteePrincipal)
        """
        if self.case.caller.kind in _NEVER_GRANTEES:
            return
        for grant in self.policies.grants:
            grantee, *others = grant.findings(self.case)
            if grantee.matched is False and all(f.matched is not False for f in others):
                yield self._grant_path(grant, grant.entry.form or Form.ROLE, applies=False)

    def _silent(self, impossible: Reason | None) -> Step:
        reason = impossible or (Reason.NO_ALLOW if self.policies.resource.policies else Reason.NO_POLICY)
        return _closed(self.rules.policy_type, reason)

    def _steps(self, types: tuple[PolicyType, ...]) -> tuple[Step, ...]:
        made = (self._step(kind) for kind in types)
        return tuple(step for step in made if step is not None)

    def _step(self, kind: PolicyType) -> Step | None:
        """The step of a policy type; None where nothing of the type is attached, so that nothing limits."""
        policies, caller = self.policies, self.case.caller
        if kind is PolicyType.IDENTITY:
            root = caller.kind is CallerKind.ROOT
            return Step(kind, None, reason=Reason.ROOT_USER) if root else Step(kind, policies.identity)
        if kind is PolicyType.BOUNDARY:
            return None if policies.boundary is None else Step(kind, policies.boundary)
        if not self.session_applies:
            return None
        if policies.session is not None:
            return Step(kind, policies.session)
        if caller.kind is CallerKind.FEDERATED_USER:
            return _closed(kind, Reason.NO_SESSION_POLICY)
        return None


def _closed(kind: PolicyType, reason: Reason) -> Step:
    return Step(kind, None, fixed=False, reason=reason)
