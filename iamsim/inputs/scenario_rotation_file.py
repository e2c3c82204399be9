"""The format of scenario files where they speak of rotation: a class for each mapping, a field for each of its keys."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from iamsim.inputs import scenario_words as words
from iamsim.inputs.shape import Many, Part


class RotationRules(Part):
    """When a secret is rotated, in AWS's own words: `AutomaticallyAfterDays` or a `ScheduleExpression`."""

    AutomaticallyAfterDays: int | None = Field(None, description="days between two rotations, 1 to 1000")
    ScheduleExpression: str | None = Field(None, description="`rate(10 days)` or `cron(0 8 1 * ? *)`")
    Duration: str | None = Field(None, description="how long a window is: `3h`")

    @property
    def written(self) -> dict[str, Any]:
        """The rules that are given."""
        return {name: value for name, value in self if value is not None}


class Rotation(Part):
    """How a secret is rotated."""

    function: str | None = Field(None, description="the function that rotates it: a name of the account, or an ARN")
    rules: RotationRules | None = Field(None, description="when it is rotated")
    enabled: bool = Field(True, description="whether rotation is turned on")
    last: str | None = Field(None, description="when it was rotated last: `2026-01-31T12:00:00Z`")


class FunctionAct(Part):
    """One thing that a function does in a step: a `call`, or something in the `database`."""

    call: str | None = Field(None, description="the operation: `PutSecretValue`")
    parameters: dict[str, Any] = Field({}, description="its parameters, as AWS names them", repr=False)
    tolerates: Many[str] = Field((), description="AWS error codes after which it goes on")
    enough: bool = Field(False, description="whether the step is done once the call succeeds")
    database: words.DatabaseAct | None = Field(None, description="`try` the new password there, or `set` it")
    by: words.DatabaseUser = Field("own", description="who sets it: its `own` user, or that of the `master` secret")


class RotationSteps(Part):
    """What a function of one's own does in each step of a rotation."""

    always: Many[FunctionAct] = Field((), description="what it does first in each step")
    createSecret: Many[FunctionAct] = Field((), description="what it does in createSecret")  # noqa: N815
    setSecret: Many[FunctionAct] = Field((), description="what it does in setSecret")  # noqa: N815
    testSecret: Many[FunctionAct] = Field((), description="what it does in testSecret")  # noqa: N815
    finishSecret: Many[FunctionAct] = Field((), description="what it does in finishSecret")  # noqa: N815
