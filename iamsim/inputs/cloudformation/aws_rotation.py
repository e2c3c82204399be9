"""Rotation functions that AWS makes: by the transform of Secrets Manager, or as an application of its repository.

What such a function does is known, and its ARN where it is given a name. The role and the permission that come with it are
made from templates of AWS that are not read here.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation.policies import unknown_policy
from iamsim.inputs.cloudformation.unknowns import NO_SEPARATORS, Unknown
from iamsim.language.diagnostic import Severity
from iamsim.language.unknown_text import readable
from iamsim.model.policy import PolicyType
from iamsim.model.world import Function
from iamsim.services.secretsmanager.rotation_functions import ALTERNATING_USERS, SINGLE_USER

if TYPE_CHECKING:
    from iamsim.inputs.cloudformation.collected import Collected, Here
    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.spot import Plain

APPLICATION = "AWS::Serverless::Application"
OUTPUT = "Outputs.RotationLambdaARN"
"""The attribute of AWS's applications that is the ARN of their function."""

_PROGRAMS = {"SingleUser": SINGLE_USER, "MultiUser": ALTERNATING_USERS}
_TYPE = re.compile(r"[A-Za-z0-9]+?(SingleUser|MultiUser)")
_APPLICATION = re.compile(
    r"arn:[^:]+:serverlessrepo:[^:]+:[0-9]{12}:applications/(SecretsManager[A-Za-z0-9]+Rotation(?:SingleUser|MultiUser))"
)


def add_hosted(here: Here, collected: Collected) -> str:
    """Read the function that the transform makes for a rotation schedule: its ARN, empty if the schedule wants none.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
    """
    ev = here.stack.evaluator
    hosted = ev.property_of(here.id, "HostedRotationLambda")
    if hosted is None:
        return ""
    properties = hosted if isinstance(hosted, dict) else {}
    made_up = f"the rotation function that AWS makes for {here.id} of stack {ev.label}"
    arn = _arn(ev, here.id, properties.get("RotationLambdaName"), made_up)
    _add(here, collected, arn, ev.as_text(properties.get("RotationType"), ()), properties.get("VpcSubnetIds"))
    return arn


def application_of(ev: Evaluator, resource: str) -> str:
    """The name of AWS's rotation application that a resource is, empty if it is none.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html
    """
    location = ev.property_of(resource, "Location")
    id_ = location.get("ApplicationId") if isinstance(location, dict) else None
    match = _APPLICATION.fullmatch(id_) if isinstance(id_, str) else None
    return match[1] if match else ""


def function_of_application(ev: Evaluator, resource: str) -> str:
    """The ARN of the function of AWS's rotation application, which is given the function's name."""
    made_up = f"the rotation function of the application {resource} of stack {ev.label}"
    return _arn(ev, resource, ev.property_of(resource, "Parameters", "functionName"), made_up)


def add_application(here: Here, collected: Collected) -> None:
    """Read an application, if it is one of AWS's for rotation; another one is noted elsewhere."""
    ev = here.stack.evaluator
    name = application_of(ev, here.id)
    if name:
        subnets = ev.property_of(here.id, "Parameters", "vpcSubnetIds")
        _add(here, collected, function_of_application(ev, here.id), name, subnets)
        message = (
            f"{here.id} is AWS's application {name}: what its function does is known, its role and permission are not"
        )
        help_ = "its template stands in the Serverless Application Repository"
        ev.warn("not-read", message, ("Resources", here.id), help_, Severity.NOTE)


def _arn(ev: Evaluator, resource: str, named: Plain, words: str) -> str:
    name = ev.as_text(named, ()) or ev.unknown(f"{resource}.RotationLambda", Unknown(words, without=NO_SEPARATORS))
    return f"arn:{ev.partition}:lambda:{ev.region}:{ev.account}:function:{name}"


def _add(here: Here, collected: Collected, arn: str, type_: str, subnets: Plain) -> None:
    """Add a function of AWS's; for one or for two users, which the end of its type says."""
    ev = here.stack.evaluator
    match = _TYPE.fullmatch(type_)
    words = f"the role that AWS makes for the rotation function of {here.id} in stack {ev.label}"
    role = ev.unknown(f"{here.id}.RotationLambdaRole", Unknown(words, without=NO_SEPARATORS))
    name = f"{readable(here.stack.account)}:function/{readable(arn.rpartition(':')[2])}"
    vpc = Unknown(f"the VPC of the rotation function of {here.id} in stack {ev.label}")
    function = Function(
        arn,
        unknown_policy(name, PolicyType.FUNCTION_POLICY),
        f"arn:{ev.partition}:iam::{ev.account}:role/{role}",
        _PROGRAMS[match[1]] if match else None,
        ev.unknown(f"{here.id}.Vpc", vpc) if subnets else None,
    )
    collected.add(here.stack.account, "functions", arn, function, here.place)
