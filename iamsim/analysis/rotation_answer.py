"""`F can rotate S`, answered: a rotation by that function, as the outcome of one call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.analysis.acts import outcome_of_acts
from iamsim.language.assertion import Form
from iamsim.model.world import Rotation
from iamsim.simulator.call import Call
from iamsim.simulator.rotation import rotate

if TYPE_CHECKING:
    from iamsim.model.world import World
    from iamsim.simulator.call import Outcome
    from iamsim.simulator.rotation_run import RotationRun, RotationStart


def rotated_by(world: World, function: str, start: RotationStart) -> RotationRun:
    """The rotation of a secret by a function, whichever rotates it now.

    Raises:
        InputError: as `iamsim.simulator.rotation.rotate`.
    """
    secret = world.secret(start.secret)
    if secret is not None and (secret.rotation is None or secret.rotation.function != function):
        known = secret.rotation or Rotation()
        world = world.with_secret(replace(secret, rotation=replace(known, function=function)))
    return rotate(world, start)


def outcome_of(run: RotationRun) -> Outcome:
    """The outcome of the act that decides: the first that fails, else the first that is not known, else of all of them.

    The world is the one that the rotation leaves, also if it fails. It is about what that act is about.
    """
    call, decisive = Call(Form.ROTATE.value, _caller(run)), run.decisive[1] if run.decisive else None
    about = decisive.outcome.about if decisive and decisive.outcome else run.start.secret
    return outcome_of_acts(call, run.world, run.acts, decisive, about, "RotationFailed")


def _caller(run: RotationRun) -> str:
    return run.function.arn if run.function else run.start.secret
