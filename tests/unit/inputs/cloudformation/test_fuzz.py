"""Whatever a template holds: a diagnostic, or something unknown, and never a traceback."""

from __future__ import annotations

import json
from contextlib import suppress

import yaml
from hypothesis import given
from hypothesis import strategies as st

from iamsim.inputs.cloudformation import Settings, world_of_stacks
from iamsim.inputs.cloudformation.assembly import Found
from iamsim.inputs.cloudformation.identities import _MAKERS
from iamsim.inputs.cloudformation.sam import FUNCTION
from iamsim.inputs.cloudformation.stacks import stacks_of
from iamsim.inputs.cloudformation.template import FUNCTIONS, TAGS, template_of
from iamsim.inputs.cloudformation.world import _ADDERS, _MATTER
from iamsim.language.errors import InputError

IDS = ("A", "B", "C")
WORDS = (
    *IDS, "P", "AWS::NoValue", "AWS::AccountId", "AWS::Region", "A.Arn", "${A}", "${B.Arn}-${P}", "x", "", ":", "/", "*",
    "arn:aws:iam::111111111111:role/r", "arn:aws:kms:us-east-1:111111111111:key/k", "alias/a", "111111111111", "Allow",
    "2012-10-17", "secretsmanager:GetSecretValue", "{{resolve:ssm:x}}", "arn:aws:iam::aws:policy/SecretsManagerReadWrite",
    "arn:aws:secretsmanager:us-east-1:111111111111:secret:a-AbCdEf", "lambda.amazonaws.com", "Interface", "\ue000x\ue001",
    "MySQLSingleUser", "rate(4 days)", "MQ", "SecretsManagerReadWrite",
    "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser",
)  # fmt: skip
PROPERTIES = (
    "RoleName", "UserName", "GroupName", "Path", "Policies", "PolicyName", "PolicyDocument", "AssumeRolePolicyDocument",
    "ManagedPolicyArns", "PermissionsBoundary", "Groups", "Roles", "Users", "Name", "KmsKeyId", "SecretString", "SecretId",
    "GenerateSecretString", "ResourcePolicy", "RotationLambdaARN", "RotationRules", "HostedRotationLambda", "KeyPolicy",
    "ReplicaRegions", "Region", "AliasName", "TargetKeyId", "PrimaryKeyArn", "FunctionName", "Role", "Principal", "Action",
    "Tags", "Key", "Value", "ContainerDefinitions", "Secrets", "ValueFrom", "ExecutionRoleArn", "VpcEndpointType",
    "ServiceName", "VpcConfig", "SubnetIds", "Url", "ClientIdList", "MultiRegion", "Statement", "Effect", "Resource",
    "Condition", "Version", "AWS", "Service", "StringEquals", "kms:ViaService", "Events", "Type", "Properties", "KmsKeyArn",
    "KMSDecryptPolicy", "KeyId", "Location", "ApplicationId", "Parameters", "functionName", "RolePath", "TemplateURL",
    "RotationType", "VpcSubnetIds", "ScheduleExpression", "Duration", "AutomaticallyAfterDays",
)  # fmt: skip
TYPES = sorted(
    {*_MAKERS, *(type_ for type_, _ in _ADDERS), *_MATTER, "AWS::IAM::Policy", "AWS::Lambda::Permission", "X", FUNCTION}
)

LEAVES = st.sampled_from(WORDS) | st.integers(-3, 10**12) | st.booleans() | st.none()
CALLS = st.sampled_from(["Ref", "Condition", "Fn::Nothing", *FUNCTIONS])


def mappings(inner):
    call = st.builds(lambda name, value: {name: value}, CALLS, inner)
    return call | st.dictionaries(st.sampled_from(PROPERTIES), inner, max_size=4) | st.lists(inner, max_size=4)


VALUES = st.recursive(LEAVES, mappings, max_leaves=12)
RESOURCE = st.fixed_dictionaries(
    {"Type": st.sampled_from(TYPES)},
    optional={
        "Properties": st.dictionaries(st.sampled_from(PROPERTIES), VALUES, max_size=8) | VALUES,
        "Condition": st.sampled_from(["C1", "C2", "C3"]) | VALUES,
        "Metadata": VALUES,
    },
)
TEMPLATE = st.fixed_dictionaries(
    {"Resources": st.dictionaries(st.sampled_from(IDS), RESOURCE, min_size=1)},
    optional={
        "Transform": st.just("AWS::Serverless-2016-10-31") | VALUES,
        "Globals": st.fixed_dictionaries({"Function": st.dictionaries(st.sampled_from(PROPERTIES), VALUES) | VALUES}),
        "Parameters": st.dictionaries(
            st.just("P"), st.dictionaries(st.sampled_from(["Type", "Default", "NoEcho"]), LEAVES)
        ),
        "Conditions": st.dictionaries(st.sampled_from(["C1", "C2"]), VALUES) | VALUES,
        "Mappings": VALUES,
        "Outputs": st.dictionaries(st.just("O"), VALUES) | VALUES,
    },
)
SECTIONS = st.dictionaries(st.sampled_from(["Resources", "Parameters", "Conditions", "Outputs"]), VALUES)


def read(*texts):
    settings = Settings(names={"A": "arn:x"}, parameters={(None, "P"): "v"})
    found = [
        Found(template_of(f"{n}.json", text), f"S{n}", True, "1" * 12 if n else None) for n, text in enumerate(texts)
    ]
    inside = {id_: found[-1] for id_ in "AB" if id_ in found[0].template.document["Resources"]}
    found[0] = found[0]._replace(nested=inside)
    world = world_of_stacks(stacks_of(found, settings))
    for diagnostic in world.diagnostics:
        assert diagnostic.message
        assert all(label.span.start >= 0 for label in diagnostic.labels)
    for account in world.world.accounts.values():
        for role in account.roles.values():
            assert all(policy.known or not policy.statements for policy in role.policies)
    return world


@given(TEMPLATE, TEMPLATE)
def test_any_two_templates_make_a_world(one, other):
    read(json.dumps(one), json.dumps(other))


@given(SECTIONS)
def test_anything_like_a_template_is_read_or_refused(document):
    with suppress(InputError):
        read(json.dumps(document))


class Dumper(yaml.SafeDumper):
    """Writes functions with their short tags."""


def _tagged(dumper, value):
    tags = {name: tag for tag, name in TAGS.items()}
    if len(value) == 1 and next(iter(value)) in tags:
        (name, argument) = next(iter(value.items()))
        node = dumper.represent_data(argument)
        node.tag = tags[name]
        return node
    return yaml.SafeDumper.represent_dict(dumper, value)


Dumper.add_representer(dict, _tagged)
Dumper.ignore_aliases = lambda *_: True


@given(TEMPLATE)
def test_a_template_in_yaml_with_short_tags_is_read_or_refused(document):
    with suppress(InputError):
        read(yaml.dump(document, Dumper=Dumper, allow_unicode=True))


@given(st.text(max_size=200))
def test_any_text_is_refused_or_read(text):
    with suppress(InputError):
        read(text)
