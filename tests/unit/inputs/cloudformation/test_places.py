"""Where the parts of a policy stand in the template, also where functions have moved them; what is covered."""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.cloudformation import Settings, read_stacks
from iamsim.language.errors import InputError

TEMPLATE = """
Parameters: {Env: {Type: String, Default: prod}, Pin: {Type: String, NoEcho: true, Default: hunter2}}
Conditions: {IsProd: !Equals [!Ref Env, prod], IsTest: !Equals [!Ref Env, test]}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}
      Policies:
        - !If [IsTest, {PolicyName: t}, !Ref AWS::NoValue]
        - PolicyName: p
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - !If
                - IsTest
                - {Effect: Allow, Action: "a:Test", Resource: "*"}
                - !Ref AWS::NoValue
              - !If
                - IsProd
                - {Effect: Allow, Action: ["s3:*", !If [IsTest, "a:Nine", !Ref AWS::NoValue], "a:Three"], Resource: "*"}
                - {Effect: Deny, Action: "a:Two", Resource: "*"}
              - Effect: Allow
                Action: !If [IsProd, "a:Four", "a:Five"]
                Resource: !Sub "arn:aws:s3:::${Env}"
"""


@pytest.fixture
def policy(world):
    account = world(S=TEMPLATE).world.accounts["111111111111"]
    return account.roles["arn:aws:iam::111111111111:role/app"].policies[0]


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        (("Statement", 0, "Action", 0), '"s3:*"'),
        (("Statement", 0, "Action", 1), '"a:Three"'),
        (("Statement", 0, "Effect"), "Allow"),
        (("Statement", 1, "Action"), '"a:Four"'),
        (("Statement", 1, "Resource"), '"arn:aws:s3:::${Env}"'),
    ],
)
def test_a_part_is_underlined_where_it_is_written(policy, pointer, text):
    assert policy.name == "p"
    span = policy.source.span_of(pointer)
    assert policy.source.text[span.start : span.end] == text


def test_characters_of_a_text_that_a_function_made_are_the_whole_function(policy):
    span = policy.source.text_span(("Statement", 1, "Resource"), 13, 17)
    assert policy.source.text[span.start : span.end] == '"arn:aws:s3:::${Env}"'
    span = policy.source.text_span(("Statement", 0, "Action", 1), 2, 7)
    assert policy.source.text[span.start : span.end] == "Three"


SECRETS = {
    "Parameters": {"Pin": {"Type": "String", "NoEcho": True, "Default": "hunter2"}},
    "Resources": {
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "db", "SecretString": "hunter2"}},
        "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "p", "Type": "String", "Value": "hunter2"}},
        "Db": {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUserPassword": "hunter2"}},
    },
}


def test_no_value_of_a_secret_is_shown(world, stacks):
    found = world(S=SECRETS)
    account = found.world.accounts["111111111111"]
    (secret,), (parameter,) = account.secrets.values(), account.parameters.values()
    assert (secret.versions[0].value, parameter.versions[0].value) == ("hunter2", "hunter2")
    place = found.places[secret.arn]
    assert "hunter2" not in place.source.text
    assert '"SecretString": *********' in place.source.text
    assert "hunter2" not in repr(found) + repr(stacks(S=SECRETS))


def test_the_default_of_a_parameter_that_is_a_secret_value_is_covered(stacks):
    text = """
Parameters: {Value: {Type: String, Default: hunter2}}
Resources: {Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: db, SecretString: !Ref Value}}}
"""
    (stack,) = stacks(S=text).stacks
    assert "Default: *******" in stack.source.text
    assert "hunter2" not in stack.source.text


@pytest.mark.parametrize("break_", [lambda text: text[:-3], lambda text: text.replace('"Properties"', "@@")])
def test_no_value_is_shown_of_a_template_that_cannot_be_read(tmp_path, break_):
    path = tmp_path / "S.template.json"
    path.write_text(break_(json.dumps(SECRETS, indent=1)), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_stacks([path], Settings())
    assert all("hunter2" not in label.source.text for d in caught.value.diagnostics for label in d.labels)
    assert "hunter2" not in str(caught.value)
