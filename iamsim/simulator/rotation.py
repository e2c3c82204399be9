"""A rotation, played: who starts it, what the function does in each step, and where it ends.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html

AWS calls the function of a failed rotation again some times within its window, with the same token; here each try is played
by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.model.rotation import STEPS
from iamsim.model.world import SecretVersion
from iamsim.services.chance import Chance
from iamsim.services.secretsmanager.replicas import carried
from iamsim.services.secretsmanager.rotating import SERVICE, announced, invocation_context, is_pending
from iamsim.services.secretsmanager.versions import CURRENT, PENDING, labelled
from iamsim.simulator.call import START, Call
from iamsim.simulator.function_session import authorized, entering
from iamsim.simulator.rotation_function import FunctionPlay, program_of
from iamsim.simulator.rotation_run import Act, RotationRun, RotationStart, StepRun, labels_of
from iamsim.simulator.rotation_value import renewed_by_its_service
from iamsim.simulator.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.model.world import Function, Rotation, Secret, World
    from iamsim.simulator.call import Outcome

START_STEP, ENTER_STEP = "start", "invoke"
_NO_FUNCTION = Act("call the function", SERVICE, problem="there is no such function, or nothing is known of it")
_STILL_PENDING = Act("see that the rotation ended", SERVICE, problem=f"{PENDING} is on a version that is not {CURRENT}")
"""A function may do all that it wants and not end the rotation (API_RotateSecret says when it has ended)."""
_ABANDONED = Act(_STILL_PENDING.what, SERVICE, problem=f"{CURRENT} is not on the version that the rotation is about")
"""A version of the function's own is none of the rotation's: AWS abandons a rotation during which another version is made.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html (RotationAbandoned)
"""


def rotate(world: World, start: RotationStart) -> RotationRun:
    """Play a rotation from its start to its end, or to where it stops.

    Raises:
        InputError: the world has no such secret, nothing rotates it, or a parameter is not one of RotateSecret's.
    """
    if world.secret(start.secret) is None:
        raise _wrong("unknown-secret", f"there is no secret `{start.secret[:200]}`", "write its name or its ARN")
    rotation = _Rotation(world, start)
    return rotation.called() if start.caller else rotation.scheduled()


def following(outcome: Outcome) -> RotationRun | None:
    """The rotation that a call of RotateSecret led to; None for any other outcome.

    Raises:
        InputError: as `rotate`.
    """
    call = outcome.call
    if call.operation != "RotateSecret" or not outcome.ok:
        return None
    start = RotationStart(outcome.about, parameters=call.parameters, time=call.time, seed=call.seed)
    return _Rotation(outcome.world, start).played(str((outcome.response or {})["VersionId"]))


def _left_undone(secret: Secret, token: str) -> Act | None:
    """What keeps a rotation of which every step succeeds from being complete."""
    if is_pending(secret):
        return _STILL_PENDING
    current = secret.labelled(CURRENT)
    return None if current is not None and current.id == token else _ABANDONED


def _wrong(code: str, message: str, help_: str = "") -> InputError:
    return InputError([Diagnostic(code, message, help=help_)])


class _Rotation:
    """A rotation being played. `world` is the one that it has come to."""

    def __init__(self, world: World, start: RotationStart) -> None:
        self.world = world
        self.start = start
        self.steps: list[StepRun] = []
        self.reattempted = False

    @property
    def secret(self) -> Secret:
        secret = self.world.secret(self.start.secret)
        assert secret is not None  # noqa: S101 - a rotation removes no secret
        return secret

    @property
    def only_tried(self) -> bool:
        return self.start.parameters.get("RotateImmediately") is False

    def called(self) -> RotationRun:
        """Somebody calls RotateSecret."""
        start, before = self.start, labels_of(self.secret)
        parameters = {**start.parameters, "SecretId": start.secret}
        call = Call("RotateSecret", start.caller or "", parameters, time=start.time, seed=start.seed)
        outcome = simulate(self.world, call)
        act = Act("RotateSecret", start.caller or "", outcome)
        if self.goes_on_behind(act):
            outcome = simulate(self.world, replace(call, as_if_allowed=True))
        self.world = outcome.world
        self.steps.append(StepRun(START_STEP, (act,), before, labels_of(self.secret)))
        return self.played(str((outcome.response or {})["VersionId"])) if outcome.ok else self.ended("")

    def scheduled(self) -> RotationRun:
        """Secrets Manager begins by itself; what began before and did not end is taken up again."""
        secret, rotation = self.secret, self.secret.rotation
        if secret.owning_service is None and (rotation is None or rotation.function is None):
            help_ = "a secret is rotated by a function, `rotation: {function: NAME}`, or by the service that owns it"
            raise _wrong("no-rotation", f"nothing rotates {secret.name}", help_)
        before = labels_of(secret)
        acts = [*self.beginning(rotation)]
        if any(act.fails and not self.goes_on_behind(act) for act in acts):
            self.steps.append(StepRun(START_STEP, tuple(acts), before, before))
            return self.ended("")
        token = self.announce()
        self.steps.append(StepRun(START_STEP, tuple(acts), before, labels_of(self.secret)))
        return self.played(token)

    def beginning(self, rotation: Rotation | None) -> Iterator[Act]:
        """What lets Secrets Manager begin. That a schedule keeps to the same rules as a call is inferred."""
        secret = self.secret
        for hinders, problem in (
            (secret.deleted, "the secret awaits its deletion"),
            (secret.primary, "the secret is a replica: its primary is what is rotated"),
            (rotation is not None and not rotation.enabled, "rotation is turned off"),
        ):
            if hinders:
                yield Act("begin the rotation", SERVICE, problem=problem)
                return
        if rotation is not None and rotation.function is not None:
            context, invoker = invocation_context(secret), {"Service": SERVICE}
            call = Call("lambda:InvokeFunction", invoker, context=context, region=secret.region, time=self.start.time)
            yield authorized(self.world, call, rotation.function)

    def announce(self) -> str:
        """The id of the version that the rotation is about."""
        secret, pending = self.secret, self.secret.labelled(PENDING)
        if is_pending(secret) and pending is not None:
            self.reattempted = True
            return pending.id
        token = Chance(self.start.seed).id(f"rotation {self.start.time}", {each.id for each in secret.versions})
        self.world = carried(self.world, announced(secret, token, self.start.time or START))
        return token

    def played(self, token: str) -> RotationRun:
        """The rotation behind its start: by a function, or by the service that owns the secret."""
        rotation = self.secret.rotation
        arn = rotation.function if rotation else None
        if arn is None:
            self.managed(token)
            return self.ended(token)
        function = self.world.function(arn)
        if function is None:
            labels = labels_of(self.secret)
            self.steps.append(StepRun(ENTER_STEP, (_NO_FUNCTION,), labels, labels))
            return self.ended(token)
        if not self.entered(function):
            return self.ended(token, function)
        play = FunctionPlay(self.world, self.start, function, program_of(function, self.secret), token)
        if self.only_tried:
            self.tried(play, token)
        elif self.run(play, STEPS) and (problem := _left_undone(play.secret, token)):
            last = self.steps.pop()
            self.steps.append(replace(last, acts=(*last.acts, problem)))
        self.world = play.world
        return self.ended(token, function)

    def entered(self, function: Function) -> bool:
        """Whether the function comes to work: Lambda takes its role, and attaches it to its VPC."""
        before = labels_of(self.secret)
        acts: list[Act] = []
        for act in entering(self.world, function, self.secret.region, self.start.time):
            acts.append(act)
            if act.fails and not self.goes_on_behind(act):
                break
        self.steps.append(StepRun(ENTER_STEP, tuple(acts), before, before))
        return not acts[-1].fails or self.goes_on_behind(acts[-1])

    def goes_on_behind(self, act: Act) -> bool:
        """Whether the rotation is played on behind an act that does not succeed for certain."""
        if act.problem or act.outcome is None:
            return False
        refused = any(authorization.refuses for authorization in act.outcome.authorizations)
        return act.decision is Decision.UNKNOWN or (self.start.as_if_allowed and refused)

    def run(self, play: FunctionPlay, names: Iterable[str]) -> bool:
        """Whether the steps are played to the end of the last one."""
        for name in names:
            step = play.step(name)
            self.steps.append(step)
            if any(act.fails and not self.goes_on_behind(act) for act in step.acts):
                return False
        return True

    def tried(self, play: FunctionPlay, token: str) -> None:
        """Only testSecret, on a version that is there for this alone, and holds the current value.

        That it holds a copy is weakly supported; AWS says only that the version is removed afterwards (inferred).
        """
        current = self.secret.labelled(CURRENT)
        trial = SecretVersion(token, value=current.value if current else None, created=self.start.time)
        with_trial = replace(self.secret, versions=(*self.secret.versions, trial))
        play.world = self.world.with_secret(labelled(with_trial, token, PENDING))
        self.run(play, ("testSecret",))
        without = tuple(version for version in play.secret.versions if version.id != token)
        play.world = play.world.with_secret(replace(play.secret, versions=without))

    def managed(self, token: str) -> None:
        """The service that owns the secret rotates it, with its service-linked role, and no function.

        https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
        """
        before = labels_of(self.secret)
        renewed = renewed_by_its_service(self.secret, token, self.start.seed, self.start.time)
        self.world = carried(self.world, renewed)
        act = Act("rotate the secret", f"{self.secret.owning_service}.amazonaws.com")
        self.steps.append(StepRun("managed", (act,), before, labels_of(self.secret)))

    def ended(self, token: str, function: Function | None = None) -> RotationRun:
        """The run; a rotation that put its version in place is the secret's last."""
        current, rotation = self.secret.labelled(CURRENT), self.secret.rotation
        if current is not None and current.id == token and rotation is not None:
            last = replace(rotation, last=self.start.time or START)
            self.world = carried(self.world, replace(self.secret, rotation=last))
        return RotationRun(
            self.start,
            self.world,
            token,
            tuple(self.steps),
            function,
            program_of(function, self.secret) if function else None,
            assumed=function is not None and function.rotation is None,
            only_tried=self.only_tried,
            reattempted=self.reattempted,
        )
