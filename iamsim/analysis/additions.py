"""What could be added so that one refused authorization is allowed: the routes that are closed, and a statement for each.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.analysis.amend import Addition
from iamsim.engine.authorize import PathKind
from iamsim.engine.request import CallerKind
from iamsim.model.policy import Effect, Policy, PolicyType
from iamsim.model.world import Grant
from iamsim.simulator.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.engine.authorize import Granted
    from iamsim.engine.evaluation import Evaluation, PathTrace
    from iamsim.model.world import World

Option = tuple[Addition, ...]
"""Additions that together allow one authorization."""

Route = tuple[PolicyType, ...]
"""The policy types that a closed path needs a statement in."""

Scope = dict[str, dict[str, str]]
"""The Condition of a statement."""

_LIMITS = (PolicyType.BOUNDARY, PolicyType.SESSION)
_OF_CALLER = (PolicyType.IDENTITY, *_LIMITS)
_NAMED = frozenset(
    {
        CallerKind.USER,
        CallerKind.ROLE,
        CallerKind.SESSION,
        CallerKind.FEDERATED_USER,
        CallerKind.ROOT,
        CallerKind.SERVICE,
    }
)
"""The callers that a statement names without opening the resource to others."""

_GRANTABLE = frozenset(
    [
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "ReEncryptFrom",
        "ReEncryptTo",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "DescribeKey",
    ]
)
"""What a grant on a symmetric key can cover, of what Secrets Manager and people ask.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations
"""
_CONTEXT = "kms:EncryptionContext:"
_ARN_IN_CONTEXT = f"{_CONTEXT}SecretARN"
_SUFFIX = 6


class Need:
    """One authorization that is refused although nothing denies it, in its world."""

    def __init__(self, world: World, evaluation: Evaluation) -> None:
        """Look up who calls."""
        self.world, self.evaluation = world, evaluation
        self.request, self.law = evaluation.request, evaluation.law
        self.caller = self.request.caller
        self.standing = standing_of(world, self.request.principal)
        self.service, self.action = self.request.action.split(":", 1)
        self.type = self.law.rules.policy_type

    def options(self) -> Iterator[Option]:
        """Every option, the one to prefer first."""
        gates = tuple(dict.fromkeys(gate.name for gate in self._closed_endpoints()))
        routes: dict[Route, Scope] = {}
        for route, granted in self.routes():
            routes.setdefault(route, self._scope(granted))
        for route, scope in routes.items():
            made = [self._addition(kind, {} if i else scope) for i, kind in enumerate(route)]
            made += [self._endpoint(name) for name in gates]
            found = tuple(addition for addition in made if addition)
            if len(found) == len(made) and found:
                yield found

    def routes(self) -> Iterator[tuple[Route, Granted | None]]:
        """The paths that are there already, those with the fewest closed steps first; then what could open a new one.

        With each goes the statement or grant that grants it already.
        """
        for path in sorted(self.evaluation.trace().paths, key=lambda path: len(path.closed)):
            if self._can_open(path):
                yield tuple(step.step.type for step in path.closed), path.path.granted
        across = self.caller.account not in (None, self.request.owner)
        if across and not self.law.rules.cross_account:
            return
        limits = self._closed(_LIMITS) if self._by_role else ()
        if self.caller.kind in _NAMED:
            yield (self.type, *(self._closed(_OF_CALLER) if across else limits)), None
        if self.service == "kms" and self.action in _GRANTABLE:
            yield (PolicyType.GRANT, *limits), None

    @staticmethod
    def _can_open(path: PathTrace) -> bool:
        granted = path.path.granted
        if granted is None and path.path.kind is not PathKind.IDENTITY:
            return False
        known = granted is None or granted.applies is True
        return known and all(step.step.policies is not None for step in path.closed)

    @property
    def _by_role(self) -> bool:
        """A statement that names a role is limited by its boundary and session policy; one that names a user is not."""
        return self.caller.kind in (CallerKind.ROLE, CallerKind.SESSION)

    def _closed(self, kinds: Route) -> Route:
        policies = self.law.policies
        groups = {
            PolicyType.IDENTITY: None if self.caller.kind is CallerKind.ROOT else policies.identity,
            PolicyType.BOUNDARY: policies.boundary,
            PolicyType.SESSION: policies.session if self.law.session_applies else None,
        }
        return tuple(kind for kind in kinds if (g := groups[kind]) is not None and g.allows(self.law.case) is False)

    def _closed_endpoints(self) -> Iterator[Any]:
        for gate in self.evaluation.trace().gates:
            if gate.gate.type is PolicyType.ENDPOINT and gate.open is False:
                yield gate.gate

    # One addition

    def _addition(self, kind: PolicyType, scope: Scope) -> Addition | None:
        if kind is PolicyType.IDENTITY:
            return self._identity(scope)
        if kind in _LIMITS:
            return self._limit(kind, scope)
        return self._grant() if kind is PolicyType.GRANT else self._on_resource(kind, scope)

    def _statement(self, scope: Scope, principal: Any = None, resource: str | None = "") -> dict[str, Any]:
        made: dict[str, Any] = {"Sid": f"Allow{self.action}", "Effect": "Allow"}
        if principal is not None:
            made["Principal"] = principal
        made["Action"] = self.request.action
        if resource is not None:
            made["Resource"] = resource or self._exact(self.request.resource)
        return {**made, "Condition": scope} if scope else made

    def _scope(self, granted: Granted | None) -> Scope:
        """The key only through the service that asks for it, and only for that secret, as far as what grants does not say so.

        https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
        https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
        """
        made: Scope = {}
        if self.service != "kms":
            return made
        values = self.request.values
        for key in ("kms:ViaService", _ARN_IN_CONTEXT):
            found = values.get(key.lower(), ())
            if len(found) == 1 and not _says(granted, key, found[0]):
                value = self._exact(found[0])
                made.setdefault("StringLike" if value != found[0] else "StringEquals", {})[key] = value
        return made

    def _exact(self, arn: str) -> str:
        """An ARN as a policy can name it: of a secret that is not there yet nobody knows the six characters of its end."""
        new = ":secretsmanager:" in arn and ":secret:" in arn and self.world.secret(arn) is None
        return f"{arn[:-_SUFFIX]}{'?' * _SUFFIX}" if new and arn[-_SUFFIX - 1] == "-" else arn

    def _principal(self) -> dict[str, str]:
        kind = self.caller.kind
        if kind is CallerKind.SERVICE:
            return {"Service": self.caller.id}
        return {"AWS": self.standing.arn}

    def _identity(self, scope: Scope) -> Addition | None:
        owner, account = self._identity_owner(), self.caller.account
        if owner is None or account is None:
            return None
        policies = self.standing.identity
        index = _fitting(policies, self.service)
        policy = None if index is None else policies[index]
        name = policy.name if policy else f"{self.caller.name}-access"
        return Addition(account, owner, PolicyType.IDENTITY, policy, index, name, (self._statement(scope),))

    def _identity_owner(self) -> str | None:
        """The user or role whose policies these are, if the world holds it: for a federated user the one that asked."""
        account = self.world.account(self.caller.account)
        if account is None:
            return None
        federated = account.federated_users.get(self.standing.arn)
        arn = federated.user if federated else self.standing.arn
        return arn if arn in account.users or arn in account.roles else None

    def _limit(self, kind: PolicyType, scope: Scope) -> Addition | None:
        session = kind is PolicyType.SESSION
        owner = self.caller.id if session else self._identity_owner()
        policy = (self.standing.session or (None,))[0] if session else self.standing.boundary
        if owner is None or self.caller.account is None:
            return None
        name = policy.name if policy else "session"
        statement = self._statement(scope)
        return Addition(self.caller.account, owner, kind, policy, None, name, (statement,))

    def _on_resource(self, kind: PolicyType, scope: Scope) -> Addition | None:
        found = _document_of(self.world, self.request.resource, kind)
        if found is None or self.request.owner is None:
            return None
        (policy,) = found
        resource = {PolicyType.KEY_POLICY: "*", PolicyType.TRUST_POLICY: None}.get(kind, "")
        statement = self._statement(scope, principal=self._principal(), resource=resource)
        name = policy.name if policy else "default"
        return Addition(self.request.owner, self.request.resource, kind, policy, None, name, (statement,))

    def _grant(self) -> Addition | None:
        key = self.world.key(self.request.resource)
        if key is None or self.request.owner is None or self.caller.kind not in _NAMED - {CallerKind.ROOT}:
            return None
        found = self.request.values.get(_ARN_IN_CONTEXT.lower(), ())
        if found and self._exact(found[0]) != found[0]:
            return None  # a grant's constraint knows no wildcard
        constraints = {"EncryptionContextSubset": {"SecretARN": found[0]}} if len(found) == 1 else {}
        grantee = self.caller.id if self.caller.kind is CallerKind.SERVICE else self.standing.arn
        grant = Grant(grantee, (self.action,), constraints, f"{self.caller.name or 'service'}-{self.action}")
        return Addition(self.request.owner, key.arn, PolicyType.GRANT, name=grant.name, grant=grant)

    def _endpoint(self, name: str) -> Addition | None:
        for account in self.world.accounts.values():
            for endpoint in account.endpoints.values():
                if endpoint.policy is not None and endpoint.policy.name == name:
                    statement = self._statement({}, principal=self._principal())
                    return Addition(
                        account.id, endpoint.id, PolicyType.ENDPOINT, endpoint.policy, None, name, (statement,)
                    )
        return None


def _says(granted: Granted | None, key: str, value: str) -> bool:
    """Whether what grants a path already asks for exactly this value."""
    if granted is not None and granted.grant is not None:
        constraints = granted.grant.grant.constraints
        pairs = constraints.get("EncryptionContextEquals") or constraints.get("EncryptionContextSubset") or {}
        return key == _ARN_IN_CONTEXT and pairs.get("SecretARN") == value
    if granted is None or granted.policy is None or granted.statement is None or not granted.policy.policy.known:
        return False
    conditions = granted.policy.policy.statements[granted.statement.index].conditions
    return any(
        c.operator == "StringEquals" and c.key.lower() == key.lower() and c.values == (value,) for c in conditions
    )


def _fitting(policies: tuple[Policy, ...], service: str) -> int | None:
    """The identity policy to add to: one that speaks of the service already, else the first; never one that AWS keeps."""
    own = [i for i, policy in enumerate(policies) if policy.known and ":aws:policy/" not in policy.name]
    return next((i for i in own if _speaks_of(policies[i], service)), own[0] if own else None)


def _speaks_of(policy: Policy, service: str) -> bool:
    allows = (s.actions for s in policy.statements if s.effect is Effect.ALLOW and s.actions)
    return any(value.lower().startswith(f"{service}:") for actions in allows for value in actions.values)


def _document_of(world: World, arn: str, kind: PolicyType) -> tuple[Policy | None] | None:
    """The policy on a resource that its owner can edit (None: there is none yet); None where none can be attached."""
    holders = (
        a for a in world.accounts.values() if any(arn in held for held in (a.secrets, a.keys, a.roles, a.functions))
    )
    account = next(holders, None)
    if account is None:
        return None
    if kind is PolicyType.SECRET_POLICY and arn in account.secrets:
        return (account.secrets[arn].policy,)
    if kind is PolicyType.KEY_POLICY and arn in account.keys:
        key = account.keys[arn]
        return (key.policy,) if key.policy and key.policy.known and key.manager == "CUSTOMER" else None
    if kind is PolicyType.TRUST_POLICY and arn in account.roles:
        return (account.roles[arn].trust,)
    if kind is PolicyType.FUNCTION_POLICY and arn in account.functions:
        return (account.functions[arn].policy,)
    return None
