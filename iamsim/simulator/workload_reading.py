"""What a workload calls for one reference, and what can be wrong with what it gets.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.services.secretsmanager.errors import NOT_FOUND
from iamsim.simulator.database import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.workload import Read, Workload
    from iamsim.model.world import World
    from iamsim.simulator.call import Outcome


def calls_for(read: Read, workload: Workload) -> Iterator[tuple[str, dict[str, Any]]]:
    """The calls for one reference, with their parameters."""
    kind = workload.kind
    if read.is_parameter:
        named: dict[str, Any] = {"GetParameters": {"Names": [read.id]}}.get(kind.parameter_call, {"Name": read.id})
        yield kind.parameter_call, {**named, "WithDecryption": True}
        return
    wanted = {"VersionStage": read.stage, "VersionId": read.version}
    for name in kind.calls:
        further = {key: value for key, value in wanted.items() if value and name == "GetSecretValue"}
        yield name, {"SecretId": read.id, **further}


def has_value(world: World, outcome: Outcome) -> bool:
    """Whether the world has what a call for a reference names, and a value of it."""
    named = [a.evaluation.request.resource for a in outcome.authorizations[:1]]
    missing = outcome.error is not None and outcome.error.code == NOT_FOUND.code
    return not missing and any(world.secret(arn) or world.parameter(arn) for arn in named)


def problem_in(outcome: Outcome, read: Read, *, text_only: bool) -> str:
    """What is wrong with what a call returned, though it is no error of the call; nothing where it returned nothing.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
    """
    response = outcome.response or {}
    if response.get("InvalidParameters"):
        return f"there is no parameter {read.id}"
    if "SecretBinary" in response and (read.key or text_only):
        return f"the value is bytes, {'which have no JSON keys' if read.key else 'and only text can be read'}"
    if read.key and "SecretString" in response and read.key not in fields_of(response["SecretString"]):
        return f"the value has no JSON key `{read.key}`"
    return ""
