"""Rotation in a scenario: what rotates a secret, by which rules, and what a function does in each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.inputs.scenario_questions import parameters_of
from iamsim.inputs.times import time_of
from iamsim.language.errors import InputError
from iamsim.model import world as model
from iamsim.model.rotation import STEPS, DatabaseAct, FunctionCall, RotationProgram
from iamsim.services.operations import OPERATIONS
from iamsim.services.secretsmanager.rotation_functions import TEMPLATES
from iamsim.services.secretsmanager.schedules import problem_with_rules
from iamsim.simulator.parameters import check_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.inputs.scenario_rotation_file import FunctionAct, Rotation, RotationSteps
    from iamsim.inputs.spot import Spot

_OWN = "function of its own"


def rotation_of(written: Rotation | None, functions: Mapping[str, str], spot: Spot) -> model.Rotation | None:
    """The rotation of a secret; `functions` are the ARNs of the account's functions, by name."""
    if written is None:
        return None
    function = written.function and functions.get(written.function, written.function)
    if function and not function.startswith("arn:"):
        help_ = spot.nearest(function, functions) or "write the name of a function of the account, or an ARN"
        spot.at("function").wrong("unknown-function", f"the account has no function `{function[:100]}`", help_)
    rules = written.rules.written if written.rules else {}
    problem = problem_with_rules(rules)
    if problem:
        spot.at("rules").wrong("rotation-rules", problem, "see docs/scenario-format.md", key=True)
    last = time_of(written.last, spot.at("last")) if written.last else None
    return model.Rotation(function, rules, written.enabled, last)


def program_of(template: str | None, steps: RotationSteps | None, spot: Spot) -> RotationProgram | None:
    """What a function does: one of AWS's templates, or what the file says of each step."""
    if template is not None and steps is not None:
        spot.at("steps").wrong(
            "rotation-and-steps", "a function has `rotation` or `steps`, not both", "remove one of them", key=True
        )
    if steps is None:
        return TEMPLATES.get(template) if template else None
    parts = {
        name: tuple(_act(a, spot.at("steps", name, i)) for i, a in enumerate(getattr(steps, name))) for name in STEPS
    }
    always = [_act(act, spot.at("steps", "always", i)) for i, act in enumerate(steps.always)]
    for i, act in enumerate(always):
        if isinstance(act, DatabaseAct):
            help_ = "write it in the step that it belongs to"
            spot.at("steps", "always", i).wrong("database-in-always", "only a `call` is made in every step", help_)
    calls = tuple(act for act in always if isinstance(act, FunctionCall))
    return RotationProgram(_OWN, parts, calls, value="password")


def _act(written: FunctionAct, spot: Spot) -> FunctionCall | DatabaseAct:
    if (written.call is None) == (written.database is None):
        spot.wrong("call-or-database", "this is neither a `call` nor something in the `database`, or both", "write one")
    if written.database is not None:
        return DatabaseAct(written.database, written.by)
    name = written.call or ""
    if written.call is not None and name not in OPERATIONS:
        help_ = spot.nearest(name, OPERATIONS)
        spot.at("call").wrong("unknown-operation", f"`{name[:100]}` is no operation that iamsim models", help_)
    return FunctionCall(name, _parameters(written, spot), written.tolerates, written.enough)


def _parameters(written: FunctionAct, spot: Spot) -> dict[str, Any]:
    """The parameters of a call, held against those that its operation takes."""
    name = written.call or ""
    given = parameters_of(name, written.parameters, spot.at("parameters"))
    try:
        if name in OPERATIONS:
            check_parameters(OPERATIONS[name], given)
    except InputError as error:
        for found in error.diagnostics:
            spot.at("parameters" if given else "call").wrong(found.code, found.message, found.help)
    return given
