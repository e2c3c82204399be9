"""What the transform of AWS SAM makes of a function: a function of Lambda and, if it has none, a role for it.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation.sam_policies import SERVICE_ROLE, policies_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.inputs.spot import Plain
    from iamsim.language.source import Pointer

    Properties = dict[str, Plain]
    Moves = dict[Pointer, Pointer]

TRANSFORM = "AWS::Serverless-2016-10-31"
FUNCTION = "AWS::Serverless::Function"

_GLOBALS = (
    "AssumeRolePolicyDocument",
    "DurableConfig",
    "PermissionsBoundary",
    "RolePath",
    "Tags",
    "VpcConfig",
)
"""The properties that `Globals` may give every function and that matter here; a role, policies and events it may not."""

_EVENTS = {
    "DynamoDB": "AWSLambdaDynamoDBExecutionRole",
    "Kinesis": "AWSLambdaKinesisExecutionRole",
    "SQS": "AWSLambdaSQSQueueExecutionRole",
}
"""AWS managed policies that the role of a function with such an event has."""

_READS_SECRETS = ("DocumentDB", "MQ", "MSK", "SelfManagedKafka")
"""Events for which SAM lets the role read the secrets that the event names; with which statements is not read here."""

_TRUST: Plain = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com"]}, "Action": ["sts:AssumeRole"]},
    ],
}


def transformed(document: Properties) -> tuple[Properties, Moves]:
    """A template as SAM's transform leaves it as far as it is read here, and where what it adds was written.

    A template without the transform is left as it is.
    """
    resources = document.get("Resources")
    if not uses(document, TRANSFORM) or not isinstance(resources, dict):
        return document, {}
    made: Properties = dict(resources)
    moves: Moves = {}
    for id_, resource in resources.items():
        if isinstance(resource, dict) and resource.get("Type") == FUNCTION:
            properties, moved = _with_globals(document.get("Globals"), resource.get("Properties"), id_)
            made[id_] = {**resource, "Type": "AWS::Lambda::Function", "Properties": properties}
            moves.update(moved)
            role = f"{id_}Role"
            if _needs_role(properties.get("Role")):
                made[id_]["Properties"] = {**properties, "Role": _role_arn(properties.get("Role"), role)}
                made[role], moved = _role(id_, resource, properties)
                moves.update(moved)
    return {**document, "Resources": made}, moves


def uses(document: Properties, transform: str) -> bool:
    """Whether a template names a transform.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html
    """
    named = document.get("Transform")
    return transform in (named if isinstance(named, list) else [named])


def _with_globals(globals_: Plain, own: Plain, id_: str) -> tuple[Properties, Moves]:
    """The properties of a function with those of `Globals`: mappings are merged, lists are joined."""
    shared = globals_.get("Function") if isinstance(globals_, dict) else None
    own = own if isinstance(own, dict) else {}
    made: Properties = dict(own)
    moves: Moves = {}
    for name in _GLOBALS:
        if isinstance(shared, dict) and name in shared:
            made[name] = _merged(shared[name], own[name]) if name in own else shared[name]
            if name not in own:
                moves["Resources", id_, "Properties", name] = ("Globals", "Function", name)
    return made, moves


def _merged(shared: Plain, own: Plain) -> Plain:
    if isinstance(shared, dict) and isinstance(own, dict):
        both = {key: _merged(shared[key], own[key]) for key in own if key in shared}
        return {**shared, **own, **both}
    return [*shared, *own] if isinstance(shared, list) and isinstance(own, list) else own


def _needs_role(role: Plain) -> bool:
    """Whether a function has no role of its own, or only under a condition."""
    return role is None or role == _NO_VALUE or _role_arn(role, "") is not role


_NO_VALUE: Plain = {"Ref": "AWS::NoValue"}


def _role_arn(role: Plain, made: str) -> Plain:
    """The role of a function, where it has none the one that is made: `Fn::If` may choose between them."""
    if role is None or role == _NO_VALUE:
        return {"Fn::GetAtt": [made, "Arn"]}
    choice = role.get("Fn::If") if isinstance(role, dict) else None
    if isinstance(choice, list) and _NO_VALUE in choice[1:]:
        return {"Fn::If": [*choice[:1], *(_role_arn(branch, made) for branch in choice[1:])]}
    return role


def _role(id_: str, function: Properties, properties: Properties) -> tuple[Properties, Moves]:
    """The execution role of a function, and where its parts were written."""
    written, base = ("Resources", id_), ("Resources", f"{id_}Role", "Properties")
    inline, managed, moves = policies_of(id_, properties.get("Policies"))
    events = list(_of_events(properties.get("Events")))
    if None in events:
        inline.append({"PolicyName": f"{id_} to read the secrets of its events"})
    named = [*_managed(properties), *(event for event in events if event)]
    arns: list[Plain] = [{"Fn::Sub": SERVICE_ROLE + name} for name in dict.fromkeys(named)]
    role: Properties = {
        "AssumeRolePolicyDocument": properties.get("AssumeRolePolicyDocument", _TRUST),
        "ManagedPolicyArns": [*arns, *(arn for arn in managed if arn not in arns)],
        "Policies": inline,
        "Tags": {"lambda:createdBy": "SAM", **(tags if isinstance(tags := properties.get("Tags"), dict) else {})},
    }
    for property_, name in (("PermissionsBoundary", "PermissionsBoundary"), ("Path", "RolePath")):
        role |= {property_: properties[name]} if name in properties else {}
    moves |= {
        base[:2]: written,
        (*base, "AssumeRolePolicyDocument"): (*written, "Properties", "AssumeRolePolicyDocument"),
    }
    kept = {name: function[name] for name in ("Condition",) if name in function}
    return {"Type": "AWS::IAM::Role", **kept, "Properties": role}, moves


def _managed(properties: Properties) -> Iterator[str]:
    yield (
        "AWSLambdaBasicDurableExecutionRolePolicy" if properties.get("DurableConfig") else "AWSLambdaBasicExecutionRole"
    )
    if properties.get("VpcConfig"):
        yield "AWSLambdaVPCAccessExecutionRole"


def _of_events(events: Plain) -> Iterator[str | None]:
    """The managed policies that events give a role; None for statements that are not read here."""
    for event in (e for e in (events.values() if isinstance(events, dict) else ()) if isinstance(e, dict)):
        type_, properties = event.get("Type"), event.get("Properties")
        if type_ in _READS_SECRETS or (isinstance(properties, dict) and "KmsKeyArn" in properties):
            yield None
        yield _EVENTS.get(type_, "") if isinstance(type_, str) else ""
