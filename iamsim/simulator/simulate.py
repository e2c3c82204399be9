"""A whole call: every authorization that it needs, and what AWS answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision
from iamsim.engine.policies import PolicySet
from iamsim.engine.request import ContextValue, Request
from iamsim.language.arn import Arn, parse_arn
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError, LanguageError
from iamsim.model.policy import Policy, PolicyType
from iamsim.services import kms, secretsmanager
from iamsim.services.denial import access_denied
from iamsim.services.operation import Demand, Operation, ServiceError, Subject, Target
from iamsim.simulator.authorize import authorize
from iamsim.simulator.context import (
    NETWORK_KEYS,
    Context,
    call_context,
    principal_context,
    resource_context,
    unknown_principal_keys,
)
from iamsim.simulator.guardrails import rcps_of, scps_of
from iamsim.simulator.standing import Standing, standing_of

if TYPE_CHECKING:
    from iamsim.engine.evaluation import Evaluation
    from iamsim.model.world import Endpoint, Key, Secret, World


@dataclass(frozen=True)
class Call:
    """A call of an API operation: `Call("GetSecretValue", caller="arn:…", parameters={"SecretId": "prod/db"})`.

    `context` gives or overrides context keys, None where a key is absent; `unknown` names keys that are not known, as in
    `Request`.
    """

    operation: str
    caller: str | Mapping[str, str]
    parameters: Mapping[str, object] = field(default_factory=dict)
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Authorization:
    """One authorization of a call. `asked` is False for one that AWS does not come to, since an earlier one is refused."""

    demand: Demand
    evaluation: Evaluation
    asked: bool = True

    @property
    def decision(self) -> Decision:
        """What it came to."""
        return self.evaluation.decision


@dataclass(frozen=True)
class Outcome:
    """What came of a call. `error` is what AWS returns; `world` is the next one."""

    call: Call
    world: World
    authorizations: tuple[Authorization, ...]
    decision: Decision
    decided_by: tuple[PolicyType, ...]
    error: ServiceError | None = None
    events: tuple[Mapping[str, object], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the call succeeds for certain."""
        return self.decision is Decision.ALLOWED and self.error is None

    @property
    def deciding(self) -> Authorization | None:
        """The first authorization that is not allowed, if one is not."""
        return next((a for a in self.authorizations if a.decision is not Decision.ALLOWED), None)


def simulate(world: World, call: Call) -> Outcome:
    """Play a call in a world.

    Raises:
        InputError: the operation is not modelled, the caller cannot be read, or the call names no secret.
    """
    operation = secretsmanager.OPERATIONS.get(call.operation)
    if operation is None:
        known = ", ".join(secretsmanager.OPERATIONS)
        raise _wrong("unknown-operation", f"`{call.operation}` is no operation that iamsim models", f"it models {known}")
    standing = standing_of(world, call.caller)
    secret = _find_secret(world, call, standing)
    if secret is None:
        return Outcome(call, world, (), Decision.IMPLICIT_DENY, (PolicyType.STATE,), secretsmanager.NOT_FOUND)
    return _Play(world, call, operation, standing, secret).outcome()


def _wrong(code: str, message: str, help_: str) -> InputError:
    return InputError([Diagnostic(code, message, help=help_)])


def _find_secret(world: World, call: Call, standing: Standing) -> Secret | None:
    """The secret of `SecretId`: a full ARN, one without its suffix, or a name in the caller's account.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    """
    wanted = call.parameters.get("SecretId")
    if not isinstance(wanted, str) or not wanted:
        raise _wrong("no-secret", "the call names no secret", "give `SecretId`: the secret's ARN, or its name")
    try:
        account = world.account(parse_arn(wanted).account)
    except LanguageError:
        account = world.account(standing.caller.account)
        return next((s for s in account.secrets.values() if s.name == wanted), None) if account else None
    if account is None:
        return None
    return account.secrets.get(wanted) or next((s for s in account.secrets.values() if s.arn[:-7] == wanted), None)


@dataclass(frozen=True)
class _Play:
    """One call on one secret, being played."""

    world: World
    call: Call
    operation: Operation
    standing: Standing
    secret: Secret

    def outcome(self) -> Outcome:
        """Every authorization, then the first that is refused decides; those after it are worked out all the same."""
        authorizations: list[Authorization] = []
        stopped: ServiceError | None = None
        for demand in self.operation.demands:
            if demand.target is Target.KEY and self.managed_across_accounts:
                break
            evaluation = self.evaluate(demand)
            authorizations.append(Authorization(demand, evaluation, asked=stopped is None))
            if stopped is None and evaluation.decision in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY):
                stopped = demand.hides or access_denied(evaluation, str(self.call.parameters["SecretId"]))
        return self.concluded(tuple(authorizations), stopped)

    def concluded(self, authorizations: tuple[Authorization, ...], stopped: ServiceError | None) -> Outcome:
        """One definite refusal refuses the call, whatever is unknown before it; else an unknown leaves it open."""
        refused = [a for a in authorizations if a.decision in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)]
        if refused:
            first = refused[0].evaluation
            return Outcome(self.call, self.world, authorizations, first.decision, first.decided_by, stopped)
        state = self.state_error()
        if state is not None:
            kind, error = state
            return Outcome(self.call, self.world, authorizations, Decision.IMPLICIT_DENY, (kind,), error)
        unknown = [a.evaluation for a in authorizations if a.decision is Decision.UNKNOWN]
        kinds = [kind for e in unknown or [a.evaluation for a in authorizations] for kind in e.decided_by]
        decision = Decision.UNKNOWN if unknown else Decision.ALLOWED
        return Outcome(self.call, self.world, authorizations, decision, tuple(dict.fromkeys(kinds)))

    @property
    def arn(self) -> Arn:
        return parse_arn(self.secret.arn)

    @property
    def managed_across_accounts(self) -> bool:
        """The AWS managed key serves its own account only; Secrets Manager itself says so (aws-facts C4.8)."""
        return self.secret.key is None and self.standing.caller.account != self.arn.account

    def state_error(self) -> tuple[PolicyType, ServiceError] | None:
        """What refuses a call whose authorizations do not."""
        if self.managed_across_accounts:
            return PolicyType.MANAGED_KEY, secretsmanager.DEFAULT_KEY_ACROSS_ACCOUNTS
        if self.key is not None and self.key.state != "Enabled":
            return PolicyType.STATE, secretsmanager.KEY_UNUSABLE
        return None

    @property
    def key(self) -> Key | None:
        """The secret's customer managed key; of one that the world does not hold, only the ARN is known."""
        if self.secret.key is None:
            return None
        from iamsim.model.world import Key  # noqa: PLC0415

        account = self.world.account(parse_arn(self.secret.key).account)
        return (account and account.keys.get(self.secret.key)) or Key(self.secret.key)

    def evaluate(self, demand: Demand) -> Evaluation:
        """Ask the law."""
        on_secret = demand.target is Target.SECRET
        request = self.secret_request(demand) if on_secret else self.key_request(demand)
        return authorize(request, self.secret_policies() if on_secret else self.key_policies())

    def subject(self) -> Subject:
        current = next((v.id for v in self.secret.versions if "AWSCURRENT" in v.stages), None)
        wanted = self.call.parameters.get("VersionId")
        version = str(wanted) if wanted is not None else current
        account = self.standing.caller.account
        return Subject(self.secret, self.key, account, self.arn.region, self.call.parameters, version)

    def secret_request(self, demand: Demand) -> Request:
        derived = self.derived(demand, self.arn.account, self.secret.tags)
        return self.request(demand, self.secret.arn, self.arn.account, {**derived, **self.given("kms:")}, ())

    def key_request(self, demand: Demand) -> Request:
        """The request that Secrets Manager makes of KMS in the caller's name: it knows no network of the caller's."""
        key = self.key
        account = parse_arn(key.arn).account if key else self.arn.account
        arn = key.arn if key else f"arn:{self.arn.partition}:kms:{self.arn.region}:{account}:key/aws-secretsmanager"
        derived = self.derived(demand, account, key.tags if key else {})
        network = {name.lower() for name in NETWORK_KEYS}
        given = {k: v for k, v in self.given("secretsmanager:").items() if k.lower() not in network}
        unknown = NETWORK_KEYS
        if "kms:EncryptionContext:SecretVersionId" not in derived:
            unknown = (*unknown, "kms:EncryptionContext:SecretVersionId")
        return self.request(demand, arn, account, {**derived, **given}, unknown)

    def given(self, other: str) -> Context:
        """What the call says of its context, without the keys of the other service."""
        return {key: value for key, value in self.call.context.items() if not key.lower().startswith(other)}

    def derived(self, demand: Demand, account: str, tags: Mapping[str, str]) -> Context:
        return {
            **principal_context(self.world, self.standing),
            **resource_context(self.world, account, tags),
            **call_context(self.arn.region, demand.via),
            **(self.endpoint_context() if demand.via is None else {}),
            **demand.context(self.subject()),
        }

    def request(  # noqa: PLR0913, PLR0917 - what a request consists of
        self, demand: Demand, arn: str, account: str, context: Context, unknown: tuple[str, ...]
    ) -> Request:
        unknown = (*self.call.unknown, *unknown, *unknown_principal_keys(self.standing.caller))
        lowered = {key.lower() for key in self.call.unknown}
        known = {key: value for key, value in context.items() if key.lower() not in lowered}
        return Request(self.call.caller, demand.action, arn, None, account, known, tuple(dict.fromkeys(unknown)))

    def endpoint(self) -> Endpoint | None:
        """The VPC endpoint that the call says it comes through, if the world holds it."""
        vpce = next((v for k, v in self.call.context.items() if k.lower() == "aws:sourcevpce"), None)
        found = (account.endpoints.get(str(vpce)) for account in self.world.accounts.values())
        return next((endpoint for endpoint in found if endpoint), None) if vpce else None

    def endpoint_context(self) -> Context:
        endpoint = self.endpoint()
        if endpoint is None:
            return {}
        return {"aws:SourceIp": None, **({"aws:SourceVpc": endpoint.vpc} if endpoint.vpc else {})}

    def secret_policies(self) -> PolicySet:
        endpoint = self.endpoint()
        return PolicySet(
            **self.callers_policies(),
            rcps=rcps_of(self.world, self.arn.account),
            resource=self.secret.policy,
            endpoint=[endpoint.policy] if endpoint and endpoint.policy else [],
        )

    def key_policies(self) -> PolicySet:
        """The Secrets Manager endpoint's policy does not apply here, and RCPs never reach an AWS managed key."""
        key = self.key
        if key is None:
            document = kms.managed_key_policy(self.arn.account, self.arn.region)
            managed = Policy.parse(document, PolicyType.KEY_POLICY, "aws/secretsmanager")
            return PolicySet(**self.callers_policies(), resource=managed)
        unknown = Policy(f"key policy of {key.arn}", PolicyType.KEY_POLICY, None, (), known=False)
        return PolicySet(
            **self.callers_policies(),
            rcps=rcps_of(self.world, parse_arn(key.arn).account),
            resource=key.policy or unknown,
            grants=key.grants,
        )

    def callers_policies(self) -> dict[str, object]:
        standing = self.standing
        return {
            "identity": standing.identity,
            "boundary": standing.boundary,
            "session": standing.session,
            "scps": scps_of(self.world, standing.caller.account),
        }
