"""One step of a rotation function, played: its calls in the session of its execution role, and what it does in the database.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.engine.decision import Decision
from iamsim.language.arn import parse_arn
from iamsim.model.rotation import DatabaseAct, FunctionCall, RotationProgram
from iamsim.services.secretsmanager.rotation_functions import ALTERNATING_USERS, GENERIC, SINGLE_USER
from iamsim.services.secretsmanager.versions import CURRENT, PENDING
from iamsim.simulator.call import Call
from iamsim.simulator.database import NO_CREDENTIALS, acted, credentials, fields_of
from iamsim.simulator.function_session import network_of, session_of
from iamsim.simulator.rotation_run import Act, StepRun, labels_of
from iamsim.simulator.rotation_value import new_password, new_value
from iamsim.simulator.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.model.world import Function, Secret, World
    from iamsim.simulator.call import Outcome
    from iamsim.simulator.rotation_run import RotationStart

_DATABASE = {"try": "log in to the database with the new password", "set": "set the new password in the database"}


def program_of(function: Function | None, secret: Secret) -> RotationProgram:
    """What a function does; where nothing says it, what AWS's template for such a value does.

    A value with `masterarn` is for alternating users, one with `username` and `password` for a single user.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
    """
    if function is not None and function.rotation is not None:
        return function.rotation
    current = secret.labelled(CURRENT)
    if "masterarn" in fields_of(current.value if current else None):
        return ALTERNATING_USERS
    return SINGLE_USER if credentials(secret, CURRENT) else GENERIC


class FunctionPlay:
    """A function at work on a secret. `world` is the one that it has come to."""

    def __init__(
        self, world: World, start: RotationStart, function: Function, program: RotationProgram, token: str
    ) -> None:
        self.world = world
        self._start = start
        self._function = function
        self._program = program
        self._token = token
        self._count = 0
        self._password = ""
        self._nothing_to_do = False

    @property
    def secret(self) -> Secret:
        """The secret as it is now."""
        secret = self.world.secret(self._start.secret)
        assert secret is not None  # noqa: S101 - `rotate` says so before
        return secret

    def step(self, name: str) -> StepRun:
        """Play a step up to the act that ends it."""
        before, self._nothing_to_do = labels_of(self.secret), False
        acts: list[Act] = []
        for act in self._acts(name):
            acts.append(act)
            if act.fails and not (self._start.as_if_allowed and not act.problem):
                break
        return StepRun(name, tuple(acts), before, labels_of(self.secret), self._nothing_to_do)

    def _acts(self, name: str) -> Iterator[Act]:
        for call in self._program.always:
            yield self._call(call)[0]
        if self._program.always:
            yield from self._looks()
            if self._nothing_to_do:
                return
        for part in self._program.steps.get(name, ()):
            if isinstance(part, DatabaseAct):
                yield self._in_database(part)
                continue
            act, succeeded = self._call(part)
            yield act
            if part.enough and succeeded:
                return

    def _looks(self) -> Iterator[Act]:
        """What AWS's templates look for before anything else; it is told only where it ends the rotation.

        https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas
        """
        version, rotation = self.secret.version(self._token), self.secret.rotation
        stages = version.stages if version else ()
        self._nothing_to_do = CURRENT in stages
        if rotation is None or not rotation.enabled:
            yield self._problem(_LOOK, "rotation is not enabled for the secret")
        elif PENDING not in stages and CURRENT not in stages:
            yield self._problem(_LOOK, f"version {self._token} is not labelled {PENDING}")

    def _problem(self, what: str, problem: str) -> Act:
        return Act(what, session_of(self._function), problem=problem)

    def _failed(self) -> bool:
        """Whether the next act is one of those that shall fail."""
        self._count += 1
        return self._count - 1 in self._start.faults

    def _in_database(self, act: DatabaseAct) -> Act:
        if self._failed():
            return self._problem(_DATABASE[act.does], FAULT)
        self.world, problem = acted(self.world, self.secret, act)
        return self._problem(_DATABASE[act.does], problem)

    def _call(self, wanted: FunctionCall) -> tuple[Act, bool]:
        """The act of a call, and whether it succeeded, or is taken to have."""
        parameters, problem = self._filled(wanted.parameters)
        what, problem = _called(wanted), problem or self._lacks_rotation_token(wanted)
        if problem or self._failed():
            return self._problem(what, problem or FAULT), False
        call = self._as_role(wanted.operation, parameters)
        outcome = simulate(self.world, call)
        tolerated = _is_tolerated(outcome, wanted)
        act = Act(what, str(call.caller), outcome, tolerated=tolerated)
        if not tolerated and self._is_let_pass(outcome):
            outcome = simulate(self.world, replace(call, as_if_allowed=True))
            if outcome.error and not _is_tolerated(outcome, wanted):
                return replace(act, problem=outcome.error.message), False
        self.world = outcome.world
        self._password = str((outcome.response or {}).get("RandomPassword", self._password))
        return act, outcome.ok

    def _lacks_rotation_token(self, wanted: FunctionCall) -> str:
        """A function of another account hands the event's RotationToken on to PutSecretValue; AWS's templates do not.

        What AWS answers without it is not known.
        https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
        """
        elsewhere = parse_arn(self._function.arn).account != self.secret.account
        lacks = wanted.operation == "PutSecretValue" and "RotationToken" not in wanted.parameters
        return WITHOUT_ROTATION_TOKEN if elsewhere and lacks else ""

    def _is_let_pass(self, outcome: Outcome) -> bool:
        """Whether the function is played on behind a call that is refused, or whose outcome is not known."""
        refused = any(authorization.refuses for authorization in outcome.authorizations)
        return outcome.decision is Decision.UNKNOWN or (self._start.as_if_allowed and refused)

    def _as_role(self, operation: str, parameters: Mapping[str, Any]) -> Call:
        """A call in the function's session."""
        start, secret = self._start, self.secret
        here = parse_arn(self._function.arn).account
        network, unknown = network_of(self.world, here, self._function.vpc, "secretsmanager")
        context = {"lambda:SourceFunctionArn": self._function.arn, **network}
        return Call(
            operation,
            session_of(self._function),
            parameters,
            {**context, **start.context},
            tuple(key for key in (*unknown, *start.unknown) if key not in start.context),
            secret.region,
            start.time,
            f"{start.seed or ''} {self._token} {self._count}",
        )

    def _filled(self, parameters: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """Parameters with everything that stands for something else, and what is missing for them."""
        secret = self.secret
        current, pending = secret.labelled(CURRENT), secret.labelled(PENDING)
        fields = fields_of(current.value if current else None)
        known: dict[str, str | None] = {
            "{secret}": secret.arn,
            "{token}": self._token,
            "{current}": current.id if current else None,
            "{pending}": pending.id if pending else None,
            "{master}": fields.get("masterarn"),
            "{rotationToken}": ROTATION_TOKEN,
            "{value}": new_value(
                secret, self._program.value, self._password or new_password(self._start.seed, self._token)
            ),
        }
        wanted = (name for value in parameters.values() if isinstance(value, str) for name in known if name in value)
        missing = next((name for name in wanted if known[name] is None), None)
        if missing:
            return {}, _MISSING[missing]
        return {name: _filled(value, known) for name, value in parameters.items()}, ""


def _filled(value: Any, known: Mapping[str, str | None]) -> Any:
    if not isinstance(value, str):
        return value
    for name, text in known.items():
        value = value.replace(name, text or "")
    return value


def _is_tolerated(outcome: Outcome, wanted: FunctionCall) -> bool:
    return outcome.error is not None and outcome.error.code in wanted.tolerates


def _called(wanted: FunctionCall) -> str:
    """A call with what tells it from others of its kind."""
    stage, several = wanted.parameters.get("VersionStage"), wanted.parameters.get("VersionStages")
    stages = stage or ", ".join(map(str, several or ()))
    master = " of the master secret" if wanted.parameters.get("SecretId") == "{master}" else ""
    return wanted.operation + (f" {stages}" if stages else "") + master


_LOOK = "look if the version is pending"
_MISSING = {
    "{master}": "the value names no master secret under `masterarn`",
    "{current}": f"no version has {CURRENT}",
    "{pending}": f"no version has {PENDING}",
    "{value}": NO_CREDENTIALS,
}
ROTATION_TOKEN = "00000000-0000-0000-0000-000000000000"
"""What stands for the RotationToken of an event, which Secrets Manager makes up."""

WITHOUT_ROTATION_TOKEN = "a function of another account must hand the event's RotationToken on"
FAULT = "it fails, for a reason of its own"
"""What is said of an act that shall fail."""
