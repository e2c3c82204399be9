"""The start of a workload, played: how its session comes about, and what it reads in it.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html

Of a session that AWS names nothing is known but whose it is: here it is called after the workload, and `aws:userid` is not
known, unless it is a function's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.engine.decision import Decision
from iamsim.language.arn import parse_arn
from iamsim.language.unknown_text import is_known, readable
from iamsim.model.policy import PolicyType
from iamsim.services.operations import OPERATIONS
from iamsim.simulator.call import REFUSED, Call, Outcome
from iamsim.simulator.function_session import authorized, entering, network_of, session_of
from iamsim.simulator.rotation_run import Act
from iamsim.simulator.row import settled
from iamsim.simulator.simulate import simulate
from iamsim.simulator.workload_reading import calls_for, has_value, problem_in
from iamsim.simulator.workload_run import WorkloadRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iamsim.engine.request import ContextValue
    from iamsim.model.workload import Read
    from iamsim.model.world import Function, World
    from iamsim.simulator.workload_run import WorkloadStart


def start_workload(world: World, start: WorkloadStart) -> WorkloadRun:
    """Play the start of a workload up to where it stops."""
    play = _Start(world, start)
    acts: list[Act] = []
    for act in play.acts():
        acts.append(act)
        if act.fails:
            break
    return WorkloadRun(start, play.world, tuple(acts))


_SOURCE = ("aws:SourceArn", "aws:SourceAccount")
"""Whether a service says for which resource it takes a role, and which, AWS's pages do not say of all of them."""

_NO_SESSION_NAME = re.compile(r"[^A-Za-z0-9_+=,.@-]")
"""What the name of a session may not hold. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""

_OF_POD = ("kubernetes-pod-name", "kubernetes-pod-uid")
_OF_CLUSTER = ("eks-cluster-arn", "eks-cluster-name")


class _Start:
    """A workload on its way. `world` is the one that it has come to."""

    def __init__(self, world: World, start: WorkloadStart) -> None:
        self.world = world
        self.start = start
        self.workload = start.workload
        self.unknown: tuple[str, ...] = ("aws:userid",)
        self.last: Outcome

    @property
    def function(self) -> Function:
        found = self.world.function(self.workload.function or "")
        assert found is not None  # noqa: S101 - a workload names a function of its world
        return found

    def acts(self) -> Iterator[Act]:
        yield from _SESSIONS[self.workload.kind.session](self)
        for read in self.workload.reads:
            yield from self.read(read)
        if self.workload.rotates:
            yield self.called("RotateSecret", {"SecretId": self.workload.rotates})

    def held(self) -> Iterator[Act]:
        """Nobody takes the role: the credentials are there already."""
        yield from ()

    def by_service(self) -> Iterator[Act]:
        """The service takes the role that reads, and the one that the workload's own code has.

        For the second it says the account, as the page on task roles has it; for the first no page tells.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
        """
        mine, by = self.workload, {"Service": self.workload.kind.service}
        if mine.execution_role:
            yield self.assumed(by, mine.execution_role, {}, {}, _SOURCE)
        if mine.role:
            yield self.assumed(by, mine.role, {}, {"aws:SourceAccount": mine.account}, ("aws:SourceArn",))

    def by_pod_identity(self) -> Iterator[Act]:
        """EKS Pod Identity takes the role with session tags, all of them transitive.

        https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
        """
        mine, partition = self.workload, parse_arn(self.workload.arn).partition
        cluster = mine.cluster or "unknown"
        tags = {
            "eks-cluster-arn": f"arn:{partition}:eks:{mine.region}:{mine.account}:cluster/{cluster}",
            "eks-cluster-name": cluster,
            "kubernetes-namespace": mine.namespace,
            "kubernetes-service-account": mine.service_account,
            "kubernetes-pod-name": mine.name,
            "kubernetes-pod-uid": "unknown",
        }
        hidden = (*_OF_POD, *(() if mine.cluster else _OF_CLUSTER))
        self.unknown += tuple(f"aws:PrincipalTag/{name}" for name in hidden)
        given = {"Tags": [{"Key": k, "Value": v} for k, v in tags.items()], "TransitiveTagKeys": [*tags]}
        unknown = (*_SOURCE, *(f"aws:RequestTag/{name}" for name in hidden))
        yield self.assumed({"Service": mine.kind.service}, mine.role or "", given, {}, unknown)

    def by_token(self) -> Iterator[Act]:
        """The pod trades its service account's token for a session.

        https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
        """
        mine = self.workload
        subject = f"system:serviceaccount:{mine.namespace}:{mine.service_account}"
        given = {"WebIdentityToken": {"sub": subject, "aud": [mine.audience]}}
        context, unknown = network_of(self.world, mine.account, mine.vpc, "sts")
        yield self.assumed({"Federated": mine.provider or ""}, mine.role or "", given, context, unknown)

    def as_function(self) -> Iterator[Act]:
        """The function is called, if a rule calls it, and Lambda takes its role."""
        mine, function = self.workload, self.function
        self.unknown = ()
        if mine.kind.service:
            yield self.invoked(function)
        yield from entering(self.world, function, mine.region, self.start.time)

    def invoked(self, function: Function) -> Act:
        """The rule calls the function.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
        """
        mine = self.workload
        rule = f"arn:{parse_arn(mine.arn).partition}:events:{mine.region}:{mine.account}:rule/{mine.name}"
        context: dict[str, ContextValue] = {"aws:SourceArn": rule, **self.start.context}
        unknown = ("aws:SourceAccount", *self.start.unknown)
        caller = {"Service": mine.kind.service}
        call = Call("lambda:InvokeFunction", caller, {}, context, unknown, mine.region, self.start.time)
        return authorized(self.world, call, function.arn)

    def assumed(
        self,
        by: Mapping[str, str],
        role: str,
        given: Mapping[str, Any],
        context: Mapping[str, ContextValue],
        unknown: tuple[str, ...],
    ) -> Act:
        name = "AssumeRoleWithWebIdentity" if "Federated" in by else "AssumeRole"
        parameters = {"RoleArn": role, "RoleSessionName": _NO_SESSION_NAME.sub("-", self.workload.name)[:64], **given}
        hidden = (*unknown, "sts:RoleSessionName")
        return self.played(self.call(name, by, parameters, context, hidden))

    def read(self, read: Read) -> Iterator[Act]:
        """Every call for one reference; then whether the JSON key is there."""
        problem = read.problem or ("" if self.reader else "it has no execution role, as which ECS reads")
        if problem:
            yield Act(f"read {read.reference}", self.reader, problem=problem)
            return
        if not (is_known(read.id) or read.id.startswith("arn:")):
            yield self.not_told(read)
            return
        for call, given in calls_for(read, self.workload):
            act = self.called(call, given)
            if self.workload.open and not has_value(self.world, self.last):
                yield self.not_told(read)
                return
            yield act
            problem = problem_in(self.last, read, text_only=self.workload.kind.text_only)
            if problem and self.workload.open:
                yield self.not_told(read)
            elif problem:
                yield Act(f"use the value of {read.id}", self.reader, problem=problem)

    def not_told(self, read: Read) -> Act:
        """A read of which nobody knows what it names, or whether there is a value of the wanted kind."""
        name, given = next(calls_for(read, self.workload))
        call = self.call(name, self.reader, given, {}, ())
        open_ = Outcome(call, self.world, (), Decision.UNKNOWN, PolicyType.STATE, about=read.id)
        return Act(f"read {readable(read.reference)}", self.reader, open_)

    @property
    def reader(self) -> str:
        """Who reads: a session, or the role where nothing is known of the session."""
        kind = self.workload.kind
        if kind.reader == "function":
            return session_of(self.function)
        role = getattr(self.workload, kind.reader) or ""
        if kind.session not in ("pod", "token"):
            return role
        place = parse_arn(role)
        return f"arn:{place.partition}:sts::{place.account}:assumed-role/{place.name}/{self.workload.name}"

    def called(self, name: str, parameters: Mapping[str, Any]) -> Act:
        """A call as who reads."""
        mine = self.workload
        vpc = self.function.vpc if mine.function else mine.vpc
        context, unknown = network_of(self.world, mine.account, vpc, OPERATIONS[name].service)
        own = {"lambda:SourceFunctionArn": mine.function} if mine.function else {}
        return self.played(self.call(name, self.reader, parameters, {**context, **own}, (*unknown, *self.unknown)))

    def call(
        self,
        name: str,
        by: str | Mapping[str, str],
        parameters: Mapping[str, Any],
        context: Mapping[str, ContextValue],
        unknown: tuple[str, ...],
    ) -> Call:
        said = self.start
        told = {key.lower() for key in said.context}
        hidden = tuple(key for key in unknown if key.lower() not in told)
        there = self.workload.region
        return Call(name, by, parameters, {**context, **said.context}, (*hidden, *said.unknown), there, said.time)

    def played(self, call: Call) -> Act:
        """The call, and the world behind it; behind one whose outcome is not known, as if it were allowed."""
        outcome = settled(simulate(self.world, call))
        after = outcome
        if outcome.decision is Decision.UNKNOWN:
            after = settled(simulate(self.world, replace(call, as_if_allowed=True)))
        self.world, self.last = after.world, after
        by = call.caller if isinstance(call.caller, str) else next(iter(call.caller.values()))
        problem = after.error.message if after.error and outcome.decision not in REFUSED else ""
        return Act(call.operation, by, outcome, problem)


_SESSIONS: dict[str, Callable[[_Start], Iterator[Act]]] = {
    "service": _Start.by_service,
    "pod": _Start.by_pod_identity,
    "token": _Start.by_token,
    "function": _Start.as_function,
    "held": _Start.held,
}
