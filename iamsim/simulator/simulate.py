"""A whole call: every authorization that it needs, what AWS answers, and the world that it leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from iamsim.engine.decision import Decision
from iamsim.engine.request import Request
from iamsim.language.arn import parse_arn
from iamsim.services.chance import Chance
from iamsim.services.denial import access_denied
from iamsim.services.operation import DEFAULT_REGION, Demand, Nested, Subject
from iamsim.simulator.around import around
from iamsim.simulator.authorize import authorize
from iamsim.simulator.call import START, Authorization, Call, Outcome, concluded
from iamsim.simulator.context import (
    NETWORK_KEYS,
    Context,
    call_context,
    principal_context,
    resource_context,
    time_context,
    unknown_principal_keys,
)
from iamsim.simulator.events import events_of
from iamsim.simulator.parameters import check_parameters, operation_called, out_of_bounds
from iamsim.simulator.resource import Resource, policies_around, resource_of
from iamsim.simulator.standing import Standing, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iamsim.engine.evaluation import Evaluation
    from iamsim.model.world import Endpoint, World
    from iamsim.services.operation import Occasion, Operation, Rule, ServiceError
    from iamsim.simulator.call import Failure

__all__ = ["Authorization", "Call", "Outcome", "simulate", "simulate_authorization"]

_VERSION_ID = "kms:EncryptionContext:SecretVersionId"
_SERVICES = frozenset({"kms", "secretsmanager", "ssm", "sts", "iam", "lambda"})


def simulate(world: World, call: Call) -> Outcome:
    """Play a call in a world.

    Raises:
        InputError: the operation is not modelled, the caller cannot be read, or a parameter is not one of the operation's.
    """
    operation = operation_called(call.operation)
    check_parameters(operation, call.parameters)
    return _Play(world, call, operation, standing_of(world, call.caller)).outcome()


def simulate_authorization(world: World, call: Call, resource: str) -> Outcome:
    """Play one authorization alone: `call.operation` is an action such as `kms:Decrypt`, `resource` an ARN or `*`.

    Raises:
        InputError: the action, the caller or the resource cannot be read.
    """
    endpoint = _endpoint(world, call)
    standing, found, policies, known = around(world, call.caller, resource, endpoint)
    region = (parse_arn(resource).region if resource != "*" else "") or call.region or DEFAULT_REGION
    context = {
        **known,
        **call_context(region, None),
        **time_context(call.time),
        **_endpoint_context(endpoint),
        **call.context,
    }
    request = _request(call, standing, call.operation, found, context)
    evaluation = authorize(request, policies)
    authorization = Authorization(Demand(call.operation, lambda _: ()), evaluation)
    refusal = partial(access_denied, evaluation, resource) if authorization.refuses else None
    return replace(concluded(call, world, (authorization,), refusal), about=resource)


def _request(
    call: Call, standing: Standing, action: str, resource: Resource, context: Context, unknown: tuple[str, ...] = ()
) -> Request:
    """A request with its context; what the call says is unknown is taken out of it."""
    given = {key.lower() for key in call.context}
    underived = (key for key in unknown_principal_keys(standing) if key.lower() not in given)
    unknown = (*call.unknown, *unknown, *underived)
    lowered = {key.lower() for key in call.unknown}
    known = {key: value for key, value in context.items() if key.lower() not in lowered} if lowered else context
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
class _Played:
    """The steps of a call so far: its authorizations, the first error, and whether AWS looks no further."""

    authorizations: tuple[Authorization, ...] = ()
    error: Failure | None = None
    ended: bool = False

    @property
    def refused(self) -> frozenset[tuple[str, str]]:
        """Action and resource of the optional authorizations that are not allowed for certain."""
        return frozenset(
            (a.evaluation.request.action, a.evaluation.request.resource)
            for a in self.authorizations
            if a.demand.optional and a.decision is not Decision.ALLOWED
        )


@dataclass(frozen=True)
class _Play:
    """One call, being played."""

    world: World
    call: Call
    operation: Operation
    standing: Standing

    def outcome(self) -> Outcome:
        """What comes of the call, and what it leaves."""
        played = self.steps()
        outcome = concluded(self.call, self.world, played.authorizations, played.error)
        if outcome.ok:
            outcome = self.effect(outcome, played)
        about = (outcome.response or {}).get("ARN", self.subject.arn)
        return replace(outcome, about=about, record=partial(self.recorded, outcome))

    def recorded(self, outcome: Outcome) -> Iterator[Mapping[str, Any]]:
        """The events of the call, then those of the calls that it made."""
        yield from events_of(self.operation, self.subject, outcome)
        yield from outcome.events

    def effect(self, outcome: Outcome, played: _Played) -> Outcome:
        """The outcome of a call that nothing refuses, with what it changes."""
        subject, nested = self.subject.with_(refused=played.refused), list(self.nested())
        if nested:
            results = (Nested(o.call.parameters, o.response or {}, o.error) for o in nested)
            subject = subject.with_(world=nested[-1].world, nested=tuple(results))
        effect = self.operation.effect(subject)
        return replace(
            outcome,
            world=effect.world,
            response=effect.response,
            authorizations=(
                *outcome.authorizations,
                *(replace(a, spared=True, within=self.operation.name) for o in nested for a in o.authorizations),
            ),
            record=lambda: (event for o in nested for event in o.events),
        )

    def nested(self) -> Iterator[Outcome]:
        """The calls that this one makes in the caller's name, one after the other."""
        world = self.world
        for name, parameters in self.operation.calls(self.subject) if self.operation.calls else ():
            outcome = simulate(world, replace(self.call, operation=name, parameters=parameters))
            world = outcome.world
            yield outcome

    @cached_property
    def subject(self) -> Subject:
        """The call with what it is about."""
        caller = self.standing.caller
        raw = Subject(
            self.world,
            caller,
            self.call.parameters,
            self.call.time or START,
            Chance(self.call.seed),
            caller.partition,
            caller.account or "",
            self.call.region,
            user_id=self.standing.user_id,
        )
        found = self.operation.about(raw)
        found = found if found.region else found.with_(region=DEFAULT_REGION)
        return _with_token(found) if self.call.sdk and _takes_token(self.operation) else found

    def steps(self) -> _Played:
        """Rules and authorizations in AWS's order; after a refusal the authorizations are worked out all the same."""
        wrong = out_of_bounds(self.operation, self.call.parameters) or self.broken(self.operation.before)
        played = _Played(error=wrong, ended=wrong is not None)
        for step in self.operation.steps:
            if played.ended:
                break
            played = self.authorized(played, step) if isinstance(step, Demand) else self.ruled(played, step)
        return played

    def broken(self, rules: Iterable[Rule]) -> ServiceError | None:
        return next((error for rule in rules if (error := rule(self.subject))), None)

    def ruled(self, played: _Played, rule: Rule) -> _Played:
        error = rule(self.subject)
        return replace(played, error=played.error or error, ended=True) if error else played

    def authorized(self, played: _Played, demand: Demand) -> _Played:
        """Ask for a demand on each of its occasions."""
        asked = self.ask(demand, asked=played.error is None)
        refusing = next((a for a in asked if a.refuses), None)
        error = played.error
        if error is None and refusing is not None:
            error = demand.hides or self.refusal(refusing.evaluation)
        return _Played((*played.authorizations, *asked), error)

    def ask(self, demand: Demand, *, asked: bool) -> list[Authorization]:
        found: list[Authorization] = []
        spared = demand.optional or self.call.as_if_allowed
        for occasion in demand.on(self.subject):
            found.append(Authorization(demand, self.evaluate(demand, occasion), asked, spared))
            if demand.any_of and found[-1].decision is Decision.ALLOWED:
                break
        return _one_is_enough(found) if demand.any_of and not self.call.as_if_allowed else found

    def refusal(self, evaluation: Evaluation) -> Failure:
        """The refusal as the caller reads it, with what the call names as it was written."""
        return partial(access_denied, evaluation, str(self.call.parameters.get(self.operation.named_by, "")))

    def evaluate(self, demand: Demand, occasion: Occasion) -> Evaluation:
        """Ask the law, for the caller or for the service that asks for itself."""
        return self.of_service(demand.by, demand, occasion) if demand.by else self.of_caller(demand, occasion)

    def of_service(self, service: str, demand: Demand, occasion: Occasion) -> Evaluation:
        """The request of a service for itself: nothing that the call says of its own context belongs to it."""
        call = Call(demand.action, {"Service": service}, region=self.subject.region, time=self.call.time)
        own = replace(self, call=call, standing=standing_of(self.world, call.caller))
        resource = resource_of(self.world, occasion.thing, None)
        request = _request(call, own.standing, demand.action, resource, own.derived(demand, occasion, resource))
        return authorize(request, policies_around(self.world, own.standing, resource))

    def of_caller(self, demand: Demand, occasion: Occasion) -> Evaluation:
        """Ask the law.

        Of the caller's network nothing is known in a request that a service makes in the caller's name, and the policy of an
        endpoint on the caller's way does not apply to it.
        """
        resource = resource_of(self.world, occasion.thing, self.standing.caller.account)
        endpoint = None if demand.via else _endpoint(self.world, self.call)
        context = {
            **self.derived(demand, occasion, resource),
            **_endpoint_context(endpoint),
            **self.given(demand),
        }
        unknown: tuple[str, ...] = ()
        if demand.via:
            unknown = NETWORK_KEYS if _VERSION_ID in context else (*NETWORK_KEYS, _VERSION_ID)
        request = _request(self.call, self.standing, demand.action, resource, context, unknown)
        return authorize(request, policies_around(self.world, self.standing, resource, endpoint))

    @cached_property
    def of_principal(self) -> Context:
        return principal_context(self.world, self.standing)

    def derived(self, demand: Demand, occasion: Occasion, resource: Resource) -> Context:
        region = parse_arn(occasion.arn).region if occasion.arn != "*" else ""
        return {
            **self.of_principal,
            **resource_context(self.world, resource.account or self.subject.account, resource.tags),
            **call_context(region or self.subject.region, demand.via),
            **time_context(self.call.time),
            **occasion.context,
        }

    def given(self, demand: Demand) -> Context:
        """What the call says of its context: not the keys of another service, and not its network where a service asks."""
        service = demand.action.partition(":")[0]
        left_out = _NETWORK if demand.via else frozenset()
        return {
            key: value
            for key, value in self.call.context.items()
            if key.lower() not in left_out
            and (key.lower().partition(":")[0] not in _SERVICES - {service} or key.lower() == _SOURCE_FUNCTION)
        }


_NETWORK = frozenset(name.lower() for name in NETWORK_KEYS)
_SOURCE_FUNCTION = "lambda:sourcefunctionarn"
"""The function that calls, in whatever service. https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html"""


_TOKEN = "ClientRequestToken"


def _takes_token(operation: Operation) -> bool:
    return any(parameter.name == _TOKEN for parameter in operation.parameters)


def _with_token(subject: Subject) -> Subject:
    """The call as an SDK sends it: with a fresh token, where none is given."""
    if subject.get(_TOKEN) is not None:
        return subject
    taken = {version.id for version in subject.secret.versions} if subject.secret else set()
    token = subject.chance.id(f"{_TOKEN} {subject.time}", taken)
    return subject.with_(parameters={**subject.parameters, _TOKEN: token})


def _one_is_enough(found: list[Authorization]) -> list[Authorization]:
    """Of several authorizations one has to be allowed: then the others do not matter, and as long as one may be, no refusal."""
    if any(a.decision is Decision.ALLOWED for a in found):
        return [replace(a, spared=a.decision is not Decision.ALLOWED) for a in found]
    if any(a.decision is Decision.UNKNOWN for a in found):
        return [replace(a, spared=a.decision is not Decision.UNKNOWN) for a in found]
    return found
