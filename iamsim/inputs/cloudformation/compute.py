"""What reads secrets, and from where: Lambda functions with their permissions, ECS task definitions, VPC endpoints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from iamsim.inputs.cloudformation.policies import policy_at, read_policy, unknown_policy
from iamsim.inputs.cloudformation.reading import own_arn
from iamsim.language.unknown_text import is_known, readable
from iamsim.model.policy import PolicyType
from iamsim.model.workload import KINDS, Read, Workload
from iamsim.model.world import Endpoint, Function

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iamsim.inputs.cloudformation.collected import Collected, Here
    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.spot import Plain
    from iamsim.language.source import Pointer
    from iamsim.model.policy import Policy


def add_function(here: Here, collected: Collected) -> None:
    """Read a function.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
    """
    ev, arn = here.stack.evaluator, here.stack.evaluator.identity(here.id).arn
    role = own_arn(ev, ev.text_property(here.id, "Role"), "iam", "role/")
    function = Function(arn, role=role, vpc=_vpc_of(ev, here.id))
    collected.add(here.stack.account, "functions", arn, function, here.place)


def _vpc_of(ev: Evaluator, resource: str) -> str | None:
    """The VPC of a function's subnets, which only they know."""
    config = ev.property_of(resource, "VpcConfig")
    attached = isinstance(config, dict) and config.get("SubnetIds")
    return ev.unknown_part(("Resources", resource, "VpcConfig"), f"the VPC of {resource}") if attached else None


def add_permissions(permissions: Iterable[Here], collected: Collected) -> None:
    """Give functions the resource policies that their permissions make.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
    """
    by_function: dict[tuple[str, str], list[Here]] = {}
    for here in permissions:
        function = _function_of(here, collected)
        if function:
            by_function.setdefault((here.stack.account, function.arn), []).append(here)
    for (account, arn), found in by_function.items():
        function = collected.of(account, "functions")[arn]
        collected.put(account, "functions", arn, replace(function, policy=_policy(function, found)))


def _function_of(here: Here, collected: Collected) -> Function | None:
    """The function of a permission, named by its ARN or its name, perhaps with a version or alias behind it."""
    named = here.stack.evaluator.text_property(here.id, "FunctionName")
    functions: dict[str, Function] = collected.of(here.stack.account, "functions")
    whole = ":".join(named.split(":")[:7]) if named.startswith("arn:") else ""
    name = named.rpartition("function:")[2].partition(":")[0]
    return functions.get(whole) or next((f for f in functions.values() if f.arn.rpartition(":")[2] == name), None)


def _policy(function: Function, permissions: list[Here]) -> Policy:
    ev, base = permissions[0].stack.evaluator, ("Resources", permissions[0].id, "Properties")
    name = f"{readable(ev.account)}:function/{readable(function.arn.rpartition(':')[2])}"
    moves: dict[Pointer, Pointer] = {(*base, "Statement"): base}
    for index, here in enumerate(permissions):
        if here.stack.evaluator is ev:
            moves[*base, "Statement", index] = ("Resources", here.id, "Properties")
    source = ev.source.child(base).moved(moves)
    if not all(here.certain for here in permissions):
        return unknown_policy(name, PolicyType.FUNCTION_POLICY, source)
    statements = [_statement(here, function) for here in permissions]
    document = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    return read_policy(ev.shared, document, PolicyType.FUNCTION_POLICY, name, source, inline=True)


def _statement(here: Here, function: Function) -> dict[str, Plain]:
    """The statement that AddPermission writes.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    ev = here.stack.evaluator
    found: dict[str, dict[str, str]] = {}
    for property_, operator, key in _CONDITIONS:
        value = ev.text_property(here.id, property_)
        if value:
            found.setdefault(operator, {})[key] = value
    statement: dict[str, Plain] = {
        "Sid": here.id,
        "Effect": "Allow",
        "Principal": _principal(ev, ev.text_property(here.id, "Principal")),
        "Action": ev.text_property(here.id, "Action") or "lambda:InvokeFunction",
        "Resource": function.arn,
    }
    return {**statement, "Condition": found} if found else statement


_CONDITIONS = (
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
)


def _principal(ev: Evaluator, named: str) -> Plain:
    if named == "*":
        return named
    if named.isdecimal():
        return {"AWS": f"arn:{ev.partition}:iam::{named}:root"}
    service = "." in named and not named.startswith("arn:") and is_known(named)
    return {"Service": named} if service else {"AWS": named}


def add_endpoint(here: Here, collected: Collected) -> None:
    """Read an interface endpoint; a gateway leads to S3 or DynamoDB only.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
    """
    ev = here.stack.evaluator
    if ev.text_property(here.id, "VpcEndpointType") != "Interface":
        return
    id_ = ev.identity(here.id).name
    policy = None
    if ev.property_of(here.id, "PolicyDocument") is not None:
        pointer = ("Resources", here.id, "Properties", "PolicyDocument")
        policy = policy_at(ev, pointer, PolicyType.ENDPOINT, readable(id_))
    service = ev.text_property(here.id, "ServiceName").rpartition(".")[2]
    endpoint = Endpoint(id_, service, policy, ev.text_property(here.id, "VpcId") or None)
    collected.add(here.stack.account, "endpoints", id_, endpoint, here.place)


def add_task(here: Here, collected: Collected) -> None:
    """Read a task definition as what runs: its roles, and what its containers want of secrets and parameters.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-secret.html
    """
    ev = here.stack.evaluator
    named = (ev.text_property(here.id, name) for name in ("ExecutionRoleArn", "TaskRoleArn"))
    execution, own = (own_arn(ev, name, "iam", "role/") if name else None for name in named)
    reads = tuple(dict.fromkeys(_reads(ev, here.id)))
    arn = _arn_of_task(here, collected)
    task = Workload(arn, KINDS["ecs-task"], reads, role=own, execution_role=execution, open=True)
    collected.add(here.stack.account, "workloads", arn, task, here.place)


def _arn_of_task(here: Here, collected: Collected) -> str:
    """Its family names it, unless that is not known, or another one has it; else its stack and logical id."""
    ev = here.stack.evaluator
    begins = f"arn:{ev.partition}:iamsim:{ev.region}:{ev.account}:workload/"
    family = ev.text_property(here.id, "Family")
    taken = begins + family in collected.of(here.stack.account, "workloads")
    return begins + (f"{here.stack.label}.{here.id}" if taken or not family or not is_known(family) else family)


def _reads(ev: Evaluator, resource: str) -> Iterator[Read]:
    """What ECS reads for the containers before they start, as the execution role: a registry's password, too.

    A part that is not known, such as a list that hangs on a condition, is a reference that is not known.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
    """
    for container in _members(ev.property_of(resource, "ContainerDefinitions")):
        for written, name, of in _wanted(container):
            named = written.get(name) if isinstance(written, dict) else written
            if named is not None:
                yield Read(ev.as_text(named, ("Resources", resource, "Properties", "ContainerDefinitions")), of)


def _wanted(container: Plain) -> Iterator[tuple[Plain, str, Literal["secret", "parameter"]]]:
    """What names secrets in a container definition, the member of it that does, and what a bare name there stands for."""
    of = KINDS["ecs-task"].name_is
    if not isinstance(container, dict):
        yield container, "", of
        return
    yield from ((each, "CredentialsParameter", "secret") for each in _members(container.get("RepositoryCredentials")))
    log = container.get("LogConfiguration")
    options = log.get("SecretOptions") if isinstance(log, dict) else log
    yield from ((each, "ValueFrom", of) for each in (*_members(container.get("Secrets")), *_members(options)))


def _members(value: Plain) -> list[Plain]:
    """The items of a list; else the value by itself, of which it is not known what it holds, or nothing."""
    return value if isinstance(value, list) else [] if value is None else [value]
