"""What reads secrets, and from where: Lambda functions with their permissions, ECS task definitions, VPC endpoints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation.collected import SecretReference, TaskDefinition
from iamsim.inputs.cloudformation.policies import policy_at, read_policy, unknown_policy
from iamsim.inputs.cloudformation.reading import listed, own_arn
from iamsim.language.unknown_text import is_known, readable
from iamsim.model.policy import PolicyType
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
    """Read what the containers of a task definition want of secrets.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-secret.html
    """
    ev, arn = here.stack.evaluator, here.stack.evaluator.identity(here.id).arn
    named = (ev.text_property(here.id, name) for name in ("ExecutionRoleArn", "TaskRoleArn"))
    roles = [own_arn(ev, name, "iam", "role/") if name else "" for name in named]
    references = tuple(_references(ev, ev.property_of(here.id, "ContainerDefinitions")))
    collected.tasks.append(TaskDefinition(arn, here.stack.account, roles[0], roles[1], references))
    collected.places.setdefault(arn, here.place)


def _references(ev: Evaluator, containers: Plain) -> Iterator[SecretReference]:
    for container in (c for c in listed(containers) if isinstance(c, dict)):
        log = container.get("LogConfiguration")
        options = log.get("SecretOptions") if isinstance(log, dict) else None
        for secret in [*listed(container.get("Secrets")), *listed(options)]:
            if isinstance(secret, dict):
                texts = (ev.as_text(secret.get(name), ()) for name in ("Name", "ValueFrom"))
                yield SecretReference(ev.as_text(container.get("Name"), ()), *texts)
