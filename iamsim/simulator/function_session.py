"""How a Lambda function comes to its session, and from where it calls.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.simulator.call import Call
from iamsim.simulator.rotation_run import Act
from iamsim.simulator.simulate import simulate_authorization

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from iamsim.engine.request import ContextValue
    from iamsim.model.world import Function, World

LAMBDA = "lambda.amazonaws.com"
NETWORK = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
"""What Lambda does, as the execution role, for a function in a VPC.

The Secrets Manager guide adds ec2:DetachNetworkInterface, which AWS's own policy AWSLambdaVPCAccessExecutionRole does not
have: it is not taken for necessary (DOC-CONFLICT).
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""


def session_of(function: Function) -> str:
    """The session in which a function calls: its role's, under the function's name."""
    role = parse_arn(function.role or "")
    return f"arn:{role.partition}:sts::{role.account}:assumed-role/{role.name}/{function.arn.rpartition(':')[2]}"


def entering(world: World, function: Function, region: str, time: datetime | None) -> Iterator[Act]:
    """What lets a function come to work: Lambda takes its role, and attaches it to its VPC."""
    if function.role is None:
        yield Act("take the execution role", LAMBDA, problem="the function has no execution role")
        return
    yield authorized(world, Call("sts:AssumeRole", {"Service": LAMBDA}, region=region, time=time), function.role)
    for action in NETWORK if function.vpc else ():
        yield authorized(world, Call(action, session_of(function), region=region, time=time), "*")


def authorized(world: World, call: Call, resource: str) -> Act:
    """An authorization by itself."""
    by = call.caller if isinstance(call.caller, str) else next(iter(call.caller.values()))
    return Act(call.operation, by, simulate_authorization(world, call, resource))


def network_of(
    world: World, account: str, vpc: str | None, service: str
) -> tuple[Mapping[str, ContextValue], tuple[str, ...]]:
    """What is known of the network that a call comes from, and the keys that are not.

    From a VPC with an endpoint for the service it comes through that one; else its address is one of AWS's, and not known.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-network-rqmts.html
    """
    there = world.account(account)
    found = there.endpoints.values() if there and vpc else ()
    endpoint = next((each for each in found if each.vpc == vpc and each.service == service), None)
    return ({"aws:SourceVpce": endpoint.id}, ()) if endpoint else ({}, ("aws:SourceIp",))
