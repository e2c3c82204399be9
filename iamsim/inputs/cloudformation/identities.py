"""What a resource is called: what `Ref` and `Fn::GetAtt` give of it, and its ARN.

Each row cites the page of its type below
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ (`aws-resource-iam-role.html` and so on), under
"Return values". What a deployment makes up is an unknown part.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from iamsim.inputs.cloudformation.aws_rotation import APPLICATION, OUTPUT, application_of, function_of_application
from iamsim.inputs.cloudformation.unknowns import ALPHANUMERIC, NO_SEPARATORS, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iamsim.inputs.cloudformation.evaluator import Evaluator

_NONE: Mapping[str, str] = MappingProxyType({})

LONGEST_NAME = 64
"""Characters of the longest name of a role, a user or a function."""

_MADE_UP = 14  # characters that CloudFormation adds to a stack's name and a logical id, with their hyphen


class Identity(NamedTuple):
    """`ref` and `attributes` are what the functions give; `arn` and `name` are empty where iamsim does not model the type."""

    ref: str
    arn: str = ""
    name: str = ""
    attributes: Mapping[str, str] = _NONE


def identity_of(ev: Evaluator, resource: str) -> Identity:
    """What a resource is called."""
    make = _MAKERS.get(str(ev.resources[resource].get("Type")))
    if make:
        return make(ev, resource)
    return Identity(ev.unknown(resource, Unknown(f"what Ref gives of {resource} in stack {ev.label}")))


def _unknown(ev: Evaluator, resource: str, what: str, length: int | None, without: str, option: str = "ARN") -> str:
    words = f"the {what} of {resource} in stack {ev.label}"
    unknown = Unknown(words, f"--name {ev.label}.{resource}={option}", without=without)
    return ev.unknown(f"{resource}.{what.replace(' ', '')}", unknown, length)


def _name(ev: Evaluator, resource: str, name: str) -> str:
    """The name that a template gives, else one that CloudFormation makes of the stack's name and the logical id.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
    """
    given = ev.text_property(resource, name)
    if given:
        return given
    made_up = _unknown(ev, resource, "name", None, NO_SEPARATORS)
    begins = f"{ev.environment.name}-{resource}-"
    fits = ev.environment.certain and len(begins) + _MADE_UP <= LONGEST_NAME
    return begins + made_up if fits else made_up


def _arn(ev: Evaluator, service: str, resource: str, *, regional: bool = True) -> str:
    return f"arn:{ev.partition}:{service}:{ev.region if regional else ''}:{ev.account}:{resource}"


def _given(ev: Evaluator, resource: str) -> str:
    return ev.shared.names.get((ev.label, resource), "")


def _iam(type_: str, property_: str) -> Callable[[Evaluator, str], Identity]:
    def make(ev: Evaluator, resource: str) -> Identity:
        arn = _given(ev, resource)
        name = arn.rpartition("/")[2] or _name(ev, resource, property_)
        path = ev.text_property(resource, "Path") or "/"
        arn = arn or _arn(ev, "iam", f"{type_}{path}{name}", regional=False)
        if type_ == "policy":
            return Identity(arn, arn, name, {"PolicyArn": arn})
        return Identity(name, arn, name, {"Arn": arn})

    return make


def _oidc_provider(ev: Evaluator, resource: str) -> Identity:
    """The URL without its scheme is part of the ARN: aws-resource-iam-oidcprovider.html."""
    url = ev.text_property(resource, "Url").partition("://")[2] or _unknown(ev, resource, "URL", None, "")
    arn = _given(ev, resource) or _arn(ev, "iam", f"oidc-provider/{url}", regional=False)
    return Identity(arn, arn, url, {"Arn": arn})


def _secret(ev: Evaluator, resource: str) -> Identity:
    """`Ref` and `Id` are the ARN: aws-resource-secretsmanager-secret.html."""
    arn = _given(ev, resource)
    name = ev.text_property(resource, "Name")
    if arn:
        name = name or arn.rpartition(":")[2][:-7]
    else:
        name = name or _unknown(ev, resource, "name", None, NO_SEPARATORS)
        arn = _arn(ev, "secretsmanager", f"secret:{name}-{_unknown(ev, resource, 'suffix', 6, ALPHANUMERIC)}")
    return Identity(arn, arn, name, {"Id": arn})


def _of_secret(ev: Evaluator, resource: str) -> Identity:
    """`Ref` is the ARN of the secret: aws-resource-secretsmanager-secrettargetattachment.html and its likes."""
    secret = ev.text_property(resource, "SecretId")
    return Identity(secret, attributes={"Id": secret})


def _key(ev: Evaluator, resource: str) -> Identity:
    """`Ref` is the key id: aws-resource-kms-key.html. That of a multi-Region key begins with `mrk-`.

    https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
    """
    multi = ev.text_property(resource, "MultiRegion") == "true"
    made_up = "mrk-" + _unknown(ev, resource, "key id", 32, ALPHANUMERIC) if multi else None
    id_ = _given(ev, resource).rpartition("/")[2] or made_up or _unknown(ev, resource, "key id", 36, NO_SEPARATORS)
    return _with_key_id(ev, resource, id_)


def _replica_key(ev: Evaluator, resource: str) -> Identity:
    """A replica has the key id of its primary: aws-resource-kms-replicakey.html."""
    primary = ev.text_property(resource, "PrimaryKeyArn")
    id_ = primary.rpartition(":key/")[2] if ":key/" in primary else ""
    return _with_key_id(ev, resource, id_ or "mrk-" + _unknown(ev, resource, "key id", 32, ALPHANUMERIC))


def _with_key_id(ev: Evaluator, resource: str, id_: str) -> Identity:
    arn = _given(ev, resource) or _arn(ev, "kms", f"key/{id_}")
    return Identity(id_, arn, id_, {"Arn": arn, "KeyId": id_})


def _alias(ev: Evaluator, resource: str) -> Identity:
    """`Ref` is the alias: aws-resource-kms-alias.html."""
    name = ev.text_property(resource, "AliasName")
    return Identity(name, _arn(ev, "kms", name), name)


def _function(ev: Evaluator, resource: str) -> Identity:
    """`Ref` is the name: aws-resource-lambda-function.html."""
    arn = _given(ev, resource)
    name = arn.rpartition(":")[2] or _name(ev, resource, "FunctionName")
    arn = arn or _arn(ev, "lambda", f"function:{name}")
    return Identity(name, arn, name, {"Arn": arn})


def _of_function(ev: Evaluator, resource: str) -> Identity:
    """`Ref` is the function's ARN with a version or an alias: aws-resource-lambda-version.html, -lambda-alias.html."""
    function = ev.text_property(resource, "FunctionName")
    arn = function if function.startswith("arn:") else _arn(ev, "lambda", f"function:{function}")
    qualifier = ev.text_property(resource, "Name") or _unknown(ev, resource, "version", None, ALPHANUMERIC, "")
    found = f"{arn}:{qualifier}"
    return Identity(found, attributes={"AliasArn": found, "FunctionArn": found, "Version": qualifier})


def _parameter(ev: Evaluator, resource: str) -> Identity:
    """`Ref` is the name: aws-resource-ssm-parameter.html."""
    arn = _given(ev, resource)
    name = ev.text_property(resource, "Name") or arn.rpartition(":parameter/")[2]
    name = name or _unknown(ev, resource, "name", None, NO_SEPARATORS)
    arn = arn or _arn(ev, "ssm", f"parameter/{name.removeprefix('/')}")
    return Identity(name, arn, name, {"Type": ev.text_property(resource, "Type")})


def _endpoint(ev: Evaluator, resource: str) -> Identity:
    """`Ref` is the id: aws-resource-ec2-vpcendpoint.html."""
    id_ = _given(ev, resource).rpartition("/")[2] or "vpce-" + _unknown(ev, resource, "id", None, ALPHANUMERIC)
    return Identity(id_, _arn(ev, "ec2", f"vpc-endpoint/{id_}"), id_, {"Id": id_})


def _task_definition(ev: Evaluator, resource: str) -> Identity:
    """`Ref` is the ARN: aws-resource-ecs-taskdefinition.html."""
    family = ev.text_property(resource, "Family") or _unknown(ev, resource, "family", None, NO_SEPARATORS)
    revision = _unknown(ev, resource, "revision", None, ALPHANUMERIC)
    arn = _given(ev, resource) or _arn(ev, "ecs", f"task-definition/{family}:{revision}")
    return Identity(arn, arn, family, {"TaskDefinitionArn": arn})


def _application(ev: Evaluator, resource: str) -> Identity:
    """AWS's rotation applications give the ARN of their function: aws-resource-serverless-application.html."""
    ref = ev.unknown(resource, Unknown(f"what Ref gives of {resource} in stack {ev.label}"))
    known = application_of(ev, resource)
    return Identity(ref, attributes={OUTPUT: function_of_application(ev, resource)} if known else _NONE)


_MAKERS: dict[str, Callable[[Evaluator, str], Identity]] = {
    "AWS::IAM::Role": _iam("role", "RoleName"),
    "AWS::IAM::User": _iam("user", "UserName"),
    "AWS::IAM::Group": _iam("group", "GroupName"),
    "AWS::IAM::ManagedPolicy": _iam("policy", "ManagedPolicyName"),
    "AWS::IAM::OIDCProvider": _oidc_provider,
    "AWS::KMS::Key": _key,
    "AWS::KMS::ReplicaKey": _replica_key,
    "AWS::KMS::Alias": _alias,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SecretsManager::ResourcePolicy": _of_secret,
    "AWS::SecretsManager::RotationSchedule": _of_secret,
    "AWS::SecretsManager::SecretTargetAttachment": _of_secret,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Version": _of_function,
    "AWS::Lambda::Alias": _of_function,
    "AWS::SSM::Parameter": _parameter,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::ECS::TaskDefinition": _task_definition,
    APPLICATION: _application,
}
