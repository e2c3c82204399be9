"""A whole call: every authorization that it needs, and what AWS answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision
from iamsim.engine.request import Request
from iamsim.language.arn import Arn, parse_arn
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError, LanguageError
from iamsim.model.policy import PolicyType
from iamsim.services import secretsmanager
from iamsim.services.denial import access_denied
from iamsim.services.operation import Demand, Operation, ServiceError, Subject, Target
from iamsim.simulator.authorize import authorize
from iamsim.simulator.call import REFUSED, Authorization, Call, Outcome, concluded
from iamsim.simulator.context import (
    NETWORK_KEYS,
    Context,
    call_context,
    principal_context,
    resource_context,
    unknown_principal_keys,
)
from iamsim.simulator.resource import (
    Resource,
    find_key,
    find_resource,
    key_resource,
    managed_key_resource,
    policies_around,
    secret_resource,
)
from iamsim.simulator.standing import Standing, standing_of

if TYPE_CHECKING:
    from iamsim.engine.evaluation import Evaluation
    from iamsim.model.world import Endpoint, Key, Secret, World

__all__ = ["Authorization", "Call", "Outcome", "simulate", "simulate_authorization"]

_VERSION_ID = "kms:EncryptionContext:SecretVersionId"


def simulate(world: World, call: Call) -> Outcome:
    """Play a call in a world.

    Raises:
        InputError: the operation is not modelled, the caller cannot be read, or the call names no secret.
    """
    operation = secretsmanager.OPERATIONS.get(call.operation)
    if operation is None:
        known = ", ".join(secretsmanager.OPERATIONS)
        raise _wrong(
            "unknown-operation", f"`{call.operation}` is no operation that iamsim models", f"it models {known}"
        )
    standing = standing_of(world, call.caller)
    secret = _find_secret(world, call, standing)
    if secret is None:
        return _state_refusal(world, call, (), PolicyType.STATE, secretsmanager.NOT_FOUND)
    return _Play(world, call, operation, standing, secret).outcome()


def simulate_authorization(world: World, call: Call, resource: str) -> Outcome:
    """Play one authorization alone: `call.operation` is an action such as `kms:Decrypt`, `resource` an ARN or `*`.

    Raises:
        InputError: the action, the caller or the resource cannot be read.
    """
    standing = standing_of(world, call.caller)
    found = find_resource(world, resource, standing.caller.account)
    endpoint = _endpoint(world, call)
    region = (parse_arn(resource).region if resource != "*" else "") or "us-east-1"
    context = {
        **principal_context(world, standing),
        **(resource_context(world, found.account, found.tags) if found.account else {}),
        **call_context(region, None),
        **_endpoint_context(endpoint),
        **call.context,
    }
    request = _request(call, standing, call.operation, found, context)
    evaluation = authorize(request, policies_around(world, standing, found, endpoint))
    demand = Demand(call.operation, Target.SECRET, lambda _: {})
    refusal = access_denied(evaluation, resource) if evaluation.decision in REFUSED else None
    return concluded(call, world, (Authorization(demand, evaluation),), refusal)


def _wrong(code: str, message: str, help_: str) -> InputError:
    return InputError([Diagnostic(code, message, help=help_)])


def _state_refusal(
    world: World, call: Call, authorizations: tuple[Authorization, ...], kind: PolicyType, error: ServiceError
) -> Outcome:
    """The outcome of a call that no policy refuses."""
    return Outcome(call, world, authorizations, Decision.IMPLICIT_DENY, (kind,), error)


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


def _request(
    call: Call, standing: Standing, action: str, resource: Resource, context: Context, unknown: tuple[str, ...] = ()
) -> Request:
    """A request with its context; what the call says is unknown is taken out of it."""
    given = {key.lower() for key in call.context}
    underived = (key for key in unknown_principal_keys(standing) if key.lower() not in given)
    unknown = (*call.unknown, *unknown, *underived)
    lowered = {key.lower() for key in call.unknown}
    known = {key: value for key, value in context.items() if key.lower() not in lowered}
    return Request(call.caller, action, resource.arn, None, resource.account, known, tuple(dict.fromkeys(unknown)))


def _endpoint(world: World, call: Call) -> Endpoint | None:
    """The VPC endpoint that the call says it comes through, if the world holds it."""
    vpce = next((v for k, v in call.context.items() if k.lower() == "aws:sourcevpce"), None)
    found = (account.endpoints.get(str(vpce)) for account in world.accounts.values())
    return next((endpoint for endpoint in found if endpoint), None) if vpce else None


def _endpoint_context(endpoint: Endpoint | None) -> Context:
    """Through an endpoint there is no `aws:SourceIp`."""
    if endpoint is None:
        return {}
    return {"aws:SourceIp": None, **({"aws:SourceVpc": endpoint.vpc} if endpoint.vpc else {})}


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
        refusal: ServiceError | None = None
        for demand in self.operation.demands:
            if demand.target is Target.KEY and self.managed_across_accounts:
                break
            evaluation = self.evaluate(demand)
            authorizations.append(Authorization(demand, evaluation, asked=refusal is None))
            if refusal is None and evaluation.decision in REFUSED:
                refusal = demand.hides or access_denied(evaluation, str(self.call.parameters["SecretId"]))
        if refusal is None and (state := self.state_error()) is not None:
            return _state_refusal(self.world, self.call, tuple(authorizations), *state)
        return concluded(self.call, self.world, tuple(authorizations), refusal)

    @property
    def arn(self) -> Arn:
        return parse_arn(self.secret.arn)

    @property
    def key(self) -> Key | None:
        """The secret's customer managed key."""
        return find_key(self.world, self.secret.key) if self.secret.key else None

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

    def evaluate(self, demand: Demand) -> Evaluation:
        """Ask the law."""
        if demand.target is Target.SECRET:
            resource, endpoint = secret_resource(self.secret), _endpoint(self.world, self.call)
            context = {**self.derived(demand, resource), **_endpoint_context(endpoint), **self.given("kms:")}
            request = _request(self.call, self.standing, demand.action, resource, context)
            return authorize(request, policies_around(self.world, self.standing, resource, endpoint))
        return self.evaluate_key(demand)

    def evaluate_key(self, demand: Demand) -> Evaluation:
        """The request that Secrets Manager makes of KMS in the caller's name.

        Nothing of the caller's network is known there, and the policy of an endpoint on the caller's way does not apply.
        """
        resource = key_resource(self.key) if self.key else managed_key_resource(self.arn)
        network = {name.lower() for name in NETWORK_KEYS}
        given = {key: v for key, v in self.given("secretsmanager:").items() if key.lower() not in network}
        context = {**self.derived(demand, resource), **given}
        unknown = NETWORK_KEYS if _VERSION_ID in context else (*NETWORK_KEYS, _VERSION_ID)
        request = _request(self.call, self.standing, demand.action, resource, context, unknown)
        return authorize(request, policies_around(self.world, self.standing, resource))

    def derived(self, demand: Demand, resource: Resource) -> Context:
        return {
            **principal_context(self.world, self.standing),
            **resource_context(self.world, resource.account or self.arn.account, resource.tags),
            **call_context(self.arn.region, demand.via),
            **demand.context(self.subject()),
        }

    def subject(self) -> Subject:
        current = next((v.id for v in self.secret.versions if "AWSCURRENT" in v.stages), None)
        wanted = self.call.parameters.get("VersionId")
        version = str(wanted) if wanted is not None else current
        account = self.standing.caller.account
        return Subject(self.secret, self.key, account, self.arn.region, self.call.parameters, version)

    def given(self, other: str) -> Context:
        """What the call says of its context, without the keys of the other service."""
        return {key: value for key, value in self.call.context.items() if not key.lower().startswith(other)}
