"""What each type of resource becomes. Pages below https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/."""

from __future__ import annotations

import pytest

from iamsim.inputs.cloudformation import Settings
from iamsim.language.unknown_text import is_known, readable, unknown_text
from iamsim.services.secretsmanager.rotation_functions import ALTERNATING_USERS, SINGLE_USER

A = "111111111111"
P = unknown_text("S.P")
ALLOW = "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'secretsmanager:*', Resource: '*'}]}"
TRUST = (
    "{Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: x.amazonaws.com}, Action: sts:AssumeRole}]}"
)
KEY_POLICY = (
    "{Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, "
    "Action: 'kms:*', Resource: '*'}]}"
)


def account_of(world, resources, **settings):
    found = world(
        S="Conditions: {Unsure: !Equals [!Ref P, a]}\nParameters: {P: {Type: String}}\nResources:\n" + resources
    )
    return found, found.world.accounts[A]


def names(policies):
    return [(p.name, p.known) for p in policies]


def test_policies_of_a_role_come_from_everywhere(
    world,
):  # aws-resource-iam-role.html, -policy.html, -managedpolicy.html
    found, account = account_of(
        world,
        f"""
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      AssumeRolePolicyDocument: {TRUST}
      Policies: [{{PolicyName: inline, PolicyDocument: {ALLOW}}}]
      ManagedPolicyArns: [!Ref Managed, "arn:aws:iam::aws:policy/SecretsManagerReadWrite", "arn:aws:iam::{A}:policy/other"]
      PermissionsBoundary: !Ref Managed
      Tags: [{{Key: team, Value: blue}}]
  Managed: {{Type: AWS::IAM::ManagedPolicy, Properties: {{ManagedPolicyName: m, Path: /p/, PolicyDocument: {ALLOW}}}}}
  Attached: {{Type: AWS::IAM::ManagedPolicy, Properties: {{ManagedPolicyName: t, Roles: [app], PolicyDocument: {ALLOW}}}}}
  Policy: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: p, Roles: [!Ref Role], PolicyDocument: {ALLOW}}}}}
  Own: {{Type: AWS::IAM::RolePolicy, Properties: {{PolicyName: o, RoleName: !Ref Role, PolicyDocument: {ALLOW}}}}}
""",
    )
    role = account.roles[f"arn:aws:iam::{A}:role/app"]
    assert names(role.policies) == [
        ("inline", True),
        ("m", True),
        ("arn:aws:iam::aws:policy/SecretsManagerReadWrite", True),
        (f"arn:aws:iam::{A}:policy/other", False),
        ("t", True),
        ("p", True),
        ("o", True),
    ]
    assert (role.boundary.name, role.boundary.type, role.boundary.known) == ("m", "boundary", True)
    assert role.tags == {"team": "blue"}
    assert f"arn:aws:iam::{A}:policy/other" in found.unknowns


def test_a_user_has_the_policies_of_its_groups(
    world,
):  # aws-resource-iam-user.html, -group.html, -usertogroupaddition.html
    _, account = account_of(
        world,
        f"""
  User:
    Type: AWS::IAM::User
    Properties: {{UserName: jo, Groups: [!Ref One, elsewhere], Policies: [{{PolicyName: own, PolicyDocument: {ALLOW}}}]}}
  One: {{Type: AWS::IAM::Group, Properties: {{Policies: [{{PolicyName: one, PolicyDocument: {ALLOW}}}]}}}}
  Two: {{Type: AWS::IAM::Group, Properties: {{GroupName: two}}}}
  Policy: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: two, Groups: [two], PolicyDocument: {ALLOW}}}}}
  Add: {{Type: AWS::IAM::UserToGroupAddition, Properties: {{GroupName: two, Users: [jo]}}}}
""",
    )
    user = account.users[f"arn:aws:iam::{A}:user/jo"]
    assert names(user.policies) == [
        ("own", True),
        ("one", True),
        ("policies of the group elsewhere", False),
        ("two", True),
    ]
    assert user.from_groups == 3


def test_a_policy_for_a_role_of_nobody_s_makes_it_known_as_far(world):
    _, account = account_of(
        world,
        f"""
  Policy: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: p, Roles: [stranger], PolicyDocument: {ALLOW}}}}}
""",
    )
    role = account.roles[f"arn:aws:iam::{A}:role/stranger"]
    assert names(role.policies) == [("p", True), ("other policies of stranger", False)]


def test_a_role_without_a_name_gets_one_of_stack_and_logical_id(world):
    _, account = account_of(
        world, f"  Role: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST}}}}}\n"
    )
    assert list(account.roles) == [f"arn:aws:iam::{A}:role/S-Role-{unknown_text('S.Role.name')}"]


def test_a_name_that_would_be_too_long_is_not_known_at_all(world):
    id_ = "R" * 50
    _, account = account_of(
        world, f"  {id_}: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST}}}}}\n"
    )
    assert list(account.roles) == [f"arn:aws:iam::{A}:role/{unknown_text(f'S.{id_}.name')}"]


def test_keys_with_aliases_and_replicas(world):  # aws-resource-kms-key.html, -alias.html, -replicakey.html
    _, account = account_of(
        world,
        f"""
  Key: {{Type: AWS::KMS::Key, Properties: {{MultiRegion: true, Enabled: false, KeyPolicy: {KEY_POLICY}}}}}
  Plain: {{Type: AWS::KMS::Key}}
  Alias: {{Type: AWS::KMS::Alias, Properties: {{AliasName: alias/a, TargetKeyId: !Ref Key}}}}
  Replica:
    Type: AWS::KMS::ReplicaKey
    Properties: {{PrimaryKeyArn: "arn:aws:kms:eu-west-1:{A}:key/mrk-1", KeyPolicy: {KEY_POLICY}}}
""",
    )
    id_ = f"mrk-{unknown_text('S.Key.keyid', 32)}"
    key = account.keys[f"arn:aws:kms:us-east-1:{A}:key/{id_}"]
    assert (key.aliases, key.state, key.multi_region) == (("alias/a",), "Disabled", True)
    plain = account.keys[f"arn:aws:kms:us-east-1:{A}:key/{unknown_text('S.Plain.keyid', 36)}"]
    assert plain.policy.statements[0].principals.entries[0].value == f"arn:aws:iam::{A}:root"
    assert account.keys[f"arn:aws:kms:us-east-1:{A}:key/mrk-1"].multi_region


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ("!GetAtt Key.Arn", f"arn:aws:kms:us-east-1:{A}:key/{unknown_text('S.Key.keyid', 36)}"),
        ("!Ref Key", f"arn:aws:kms:us-east-1:{A}:key/{unknown_text('S.Key.keyid', 36)}"),
        ("!Ref Alias", f"arn:aws:kms:us-east-1:{A}:key/{unknown_text('S.Key.keyid', 36)}"),
        ("alias/aws/secretsmanager", None),
        ("alias/elsewhere", f"arn:aws:kms:us-east-1:{A}:key/{unknown_text('S.key.alias/elsewhere', 36)}"),
        (
            "!Ref P",
            f"arn:aws:kms:us-east-1:{unknown_text('S.keyaccount.' + P, 12)}:key/{unknown_text('S.key.' + P, 36)}",
        ),
        ("arn:aws:kms:us-east-1:222222222222:key/k", "arn:aws:kms:us-east-1:222222222222:key/k"),
    ],
)
def test_the_key_of_a_secret(world, named, key):  # aws-resource-secretsmanager-secret.html
    _, account = account_of(
        world,
        f"""
  Secret: {{Type: AWS::SecretsManager::Secret, Properties: {{Name: db, KmsKeyId: {named}}}}}
  Key: {{Type: AWS::KMS::Key}}
  Alias: {{Type: AWS::KMS::Alias, Properties: {{AliasName: alias/a, TargetKeyId: !Ref Key}}}}
""",
    )
    (secret,) = account.secrets.values()
    assert secret.key == key
    assert [version.stages for version in secret.versions] == [("AWSCURRENT",)]


def test_a_key_of_another_account_is_known_by_its_arn(world):
    arn = "arn:aws:kms:us-east-1:222222222222:key/k"
    found, _ = account_of(
        world, f"  S: {{Type: AWS::SecretsManager::Secret, Properties: {{Name: db, KmsKeyId: '{arn}'}}}}\n"
    )
    assert found.world.accounts["222222222222"].keys[arn].policy is None


def test_a_secret_with_policy_rotation_and_replica(
    world,
):  # …-resourcepolicy.html, -rotationschedule.html, -secrettargetattachment.html
    found, account = account_of(
        world,
        f"""
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: db
      GenerateSecretString: {{PasswordLength: 20}}
      ReplicaRegions: [{{Region: eu-west-1, KmsKeyId: "arn:aws:kms:eu-west-1:{A}:key/k"}}]
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: {{SecretId: !Ref Secret, TargetId: x, TargetType: AWS::RDS::DBInstance}}
  Policy:
    Type: AWS::SecretsManager::ResourcePolicy
    Properties:
      SecretId: !Ref Attachment
      ResourcePolicy:
        Version: 2012-10-17
        Statement: [{{Effect: Deny, Principal: "*", Action: "secretsmanager:*", Resource: "*"}}]
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties:
      SecretId: !Ref Attachment
      RotationLambdaARN: !GetAtt Fn.Arn
      RotationRules: {{AutomaticallyAfterDays: "30"}}
  Fn: {{Type: AWS::Lambda::Function, Properties: {{FunctionName: rotator, Role: "arn:aws:iam::{A}:role/r"}}}}
""",
    )
    suffix = unknown_text("S.Secret.suffix", 6)
    secret = account.secrets[f"arn:aws:secretsmanager:us-east-1:{A}:secret:db-{suffix}"]
    assert secret.policy.statements[0].effect == "Deny"
    assert secret.rotation.function == f"arn:aws:lambda:us-east-1:{A}:function:rotator"
    assert secret.rotation.rules == {"AutomaticallyAfterDays": 30}
    replica = account.secrets[f"arn:aws:secretsmanager:eu-west-1:{A}:secret:db-{suffix}"]
    assert (replica.primary, replica.key) == ("us-east-1", f"arn:aws:kms:eu-west-1:{A}:key/k")
    assert f"arn:aws:iam::{A}:role/r" in account.roles
    assert found.places[replica.arn].logical_id == "Secret"


def test_hosted_rotation_has_a_function_that_only_aws_knows(world):
    _, account = account_of(
        world,
        """
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: db}}
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {SecretId: db, HostedRotationLambda: {RotationType: MySQLSingleUser}}
""",
    )
    (secret,) = account.secrets.values()
    assert readable(secret.rotation.function) == f"arn:aws:lambda:us-east-1:{A}:function:⟨S.Rotation.RotationLambda⟩"


def test_a_secret_without_a_name_is_not_known_by_it(world):
    _, account = account_of(world, "  Secret: {Type: AWS::SecretsManager::Secret}\n")
    (secret,) = account.secrets.values()
    assert readable(secret.arn) == f"arn:aws:secretsmanager:us-east-1:{A}:secret:⟨S.Secret.name⟩-⟨S.Secret.suffix⟩"


def test_a_function_with_its_permissions(world):  # aws-resource-lambda-function.html, -lambda-permission.html
    _, account = account_of(
        world,
        f"""
  Fn: {{Type: AWS::Lambda::Function, Properties: {{Role: "arn:aws:iam::{A}:role/r"}}}}
  One:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt Fn.Arn
      Action: lambda:InvokeFunction
      Principal: secretsmanager.amazonaws.com
      SourceAccount: !Ref AWS::AccountId
  Two:
    Type: AWS::Lambda::Permission
    Properties: {{FunctionName: !Ref Fn, Action: lambda:InvokeFunction, Principal: 222222222222}}
""",
    )
    (function,) = account.functions.values()
    one, two = function.policy.statements
    assert one.principals.entries[0][:2] == ("Service", "secretsmanager.amazonaws.com")
    assert one.conditions[0] == ("StringEquals", "AWS:SourceAccount", (A,))
    assert two.principals.entries[0][:2] == ("AWS", "arn:aws:iam::222222222222:root")
    source = function.policy.source
    span = source.span_of(("Statement", 1, "Principal"))
    assert source.text[span.start : span.end] == "222222222222"


def test_a_parameter(world):  # aws-resource-ssm-parameter.html
    _, account = account_of(
        world, "  P1: {Type: AWS::SSM::Parameter, Properties: {Name: /a/b, Type: String, Value: hidden}}\n"
    )
    parameter = account.parameters[f"arn:aws:ssm:us-east-1:{A}:parameter/a/b"]
    assert (parameter.name, parameter.type, parameter.versions[0].value) == ("/a/b", "String", "hidden")


def test_an_interface_endpoint(world):  # aws-resource-ec2-vpcendpoint.html
    _, account = account_of(
        world,
        """
  E:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcEndpointType: Interface
      ServiceName: !Sub com.amazonaws.${AWS::Region}.secretsmanager
      VpcId: vpc-1
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: "*", Action: "*", Resource: "*"}]
  Gateway: {Type: AWS::EC2::VPCEndpoint, Properties: {ServiceName: com.amazonaws.us-east-1.s3, VpcId: vpc-1}}
""",
    )
    (endpoint,) = account.endpoints.values()
    assert (endpoint.id, endpoint.service, endpoint.vpc) == (
        f"vpce-{unknown_text('S.E.id')}",
        "secretsmanager",
        "vpc-1",
    )
    assert len(endpoint.policy.statements) == 1


def test_a_task_definition(world):  # aws-properties-ecs-taskdefinition-secret.html
    found, account = account_of(
        world,
        f"""
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      ExecutionRoleArn: arn:aws:iam::{A}:role/execution
      ContainerDefinitions:
        - Name: app
          RepositoryCredentials: {{CredentialsParameter: registry}}
          Secrets: [{{Name: PASSWORD, ValueFrom: !Sub "${{Secret}}:password::"}}, {{Name: URL, ValueFrom: /app/url}}]
          LogConfiguration: {{LogDriver: splunk, SecretOptions: [{{Name: token, ValueFrom: !Ref P}}]}}
  Secret: {{Type: AWS::SecretsManager::Secret, Properties: {{Name: db}}}}
  Next: {{Type: AWS::ECS::TaskDefinition, Properties: {{Family: web, TaskRoleArn: own}}}}
  Bare: {{Type: AWS::ECS::TaskDefinition}}
""",
    )
    begins = f"arn:aws:iamsim:us-east-1:{A}:workload/"
    task = account.workloads[f"{begins}web"]
    assert (task.kind.name, task.execution_role, task.role) == ("ecs-task", f"arn:aws:iam::{A}:role/execution", None)
    suffix = unknown_text("S.Secret.suffix", 6)
    assert [(read.id, read.key, read.is_parameter) for read in task.reads] == [
        ("registry", "", False),  # a name there is a secret's: private-auth.html
        (f"arn:aws:secretsmanager:us-east-1:{A}:secret:db-{suffix}", "password", False),
        ("/app/url", "", True),
        (unknown_text("S.P"), "", True),
    ]
    assert (task.open, found.places[task.arn].logical_id) == (True, "Task")
    # a family that is taken, and one that a deployment makes up
    assert account.workloads[f"{begins}S.Next"].role == f"arn:aws:iam::{A}:role/own"
    assert account.workloads[f"{begins}S.Bare"].reads == ()


@pytest.mark.parametrize(
    "containers",
    [
        "!Ref P",
        "[!Ref P]",
        "[{Name: app, Secrets: !Ref P}]",
        "[{Name: app, Secrets: [!If [Unsure, {Name: A, ValueFrom: a}, !Ref AWS::NoValue]]}]",
        "[{Name: app, LogConfiguration: !Ref P}]",
        "[{Name: app, RepositoryCredentials: !If [Unsure, {CredentialsParameter: a}, !Ref AWS::NoValue]}]",
    ],
)
def test_a_part_of_a_task_that_is_not_known_may_name_any_secret(world, containers):
    resources = f"""
  Task: {{Type: AWS::ECS::TaskDefinition, Properties: {{ContainerDefinitions: {containers}}}}}
"""
    (task,) = account_of(world, resources)[1].workloads.values()
    (read,) = task.reads
    assert not is_known(read.reference)


def test_an_identity_provider(world):  # aws-resource-iam-oidcprovider.html
    _, account = account_of(
        world,
        """
  Oidc: {Type: AWS::IAM::OIDCProvider, Properties: {Url: "https://oidc.example.com/id/X", ClientIdList: [sts.amazonaws.com]}}
""",
    )
    provider = account.oidc_providers[f"arn:aws:iam::{A}:oidc-provider/oidc.example.com/id/X"]
    assert provider.client_ids == ("sts.amazonaws.com",)


def test_what_is_not_made_is_not_there_and_what_may_be_is_not_certain(world):
    found, account = account_of(
        world,
        f"""
  No: {{Type: AWS::IAM::Role, Condition: Never, Properties: {{RoleName: no, AssumeRolePolicyDocument: {TRUST}}}}}
  Role: {{Type: AWS::IAM::Role, Properties: {{RoleName: app, AssumeRolePolicyDocument: {TRUST}}}}}
  Policy:
    {{Type: AWS::IAM::Policy, Condition: Unsure, Properties: {{PolicyName: p, Roles: [app], PolicyDocument: {ALLOW}}}}}
""".replace("Never", "Unsure"),
    )
    assert names(account.roles[f"arn:aws:iam::{A}:role/app"].policies) == [("p", False)]
    assert "policy-not-known" in {d.code for d in found.diagnostics}


def test_a_resource_whose_condition_fails_is_not_there(world):
    text = (
        "Conditions: {Never: !Equals [a, b]}\nResources:\n  S: {Type: AWS::SecretsManager::Secret, Condition: Never}\n"
    )
    assert world(S=text).world.accounts[A].secrets == {}


@pytest.mark.parametrize(
    "statement",
    [
        "!If [Unsure, {Effect: Allow, Action: '*', Resource: '*'}, !Ref AWS::NoValue]",
        "{Effect: !Ref P, Action: '*', Resource: '*'}",
        "{Effect: Allow, Action: !Ref P, Resource: '*'}",
        "{'Fn::Transform': {Name: M}}",
    ],
)
def test_a_policy_whose_meaning_is_open_is_not_known(world, statement):
    _, account = account_of(
        world,
        f"""
  Role: {{Type: AWS::IAM::Role, Properties: {{RoleName: app, AssumeRolePolicyDocument: {TRUST}}}}}
  Policy:
    Type: AWS::IAM::Policy
    Properties: {{PolicyName: p, Roles: [app], PolicyDocument: {{Version: 2012-10-17, Statement: [{statement}]}}}}
""",
    )
    assert names(account.roles[f"arn:aws:iam::{A}:role/app"].policies) == [("p", False)]


def test_what_aws_would_refuse_is_noted_where_it_stands(world):
    found, _ = account_of(
        world,
        f"""
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      AssumeRolePolicyDocument: {TRUST}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - Effect: Allow
                Action: GetSecretValue
                Resource: "*"
""",
    )
    (noted,) = [d for d in found.diagnostics if d.code == "action-without-service"]
    label = noted.labels[0]
    assert label.source.text[label.span.start : label.span.end] == "GetSecretValue"


def test_an_account_id_that_yaml_takes_for_a_number_names_the_account(world):
    _, account = account_of(
        world,
        """
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Version: 2012-10-17, Statement: {Effect: Allow, Principal: {AWS: 222222222222}, Action: "kms:*"}}
""",
    )
    (key,) = account.keys.values()
    assert key.policy.statements[0].principals.entries[0].value == "222222222222"


@pytest.mark.parametrize(
    "type_", ["AWS::CloudFormation::Stack", "AWS::Serverless::Function", "AWS::RAM::ResourceShare"]
)
def test_what_is_not_read_and_may_matter_is_noted(world, type_):
    found, _ = account_of(world, f"  X: {{Type: '{type_}'}}\n")
    (noted,) = found.diagnostics
    assert (noted.code, noted.severity) == ("not-read", "warning")


@pytest.mark.parametrize("arn", ["arn:x", "arn:aws:iam::111111111111:role/x", "x"])
def test_a_name_that_is_no_arn_of_such_a_thing_is_noted(world, arn):
    settings = Settings(names={"D": arn}, accounts={"S": A}, regions={"S": "us-east-1"})
    found = world(settings, S="Resources: {D: {Type: AWS::SecretsManager::Secret, Properties: {Name: db}}}\n")
    (secret,) = found.world.accounts[A].secrets
    assert readable(secret) == f"arn:aws:secretsmanager:us-east-1:{A}:secret:db-⟨S.D.suffix⟩"
    assert [d.code for d in found.diagnostics] == ["name-option"]


def test_options_that_meet_nothing_are_noted(world):
    settings = Settings(
        accounts={"Nobody": A}, names={"Nothing": "arn:aws:iam::1:role/x"}, parameters={("S", "Nope"): "1"}
    )
    codes = {d.code for d in world(settings, S="Resources: {}\n").diagnostics}
    assert codes == {"unknown-stack", "name-option", "unknown-parameter"}


def test_a_role_that_is_not_known_is_a_role_of_the_account(world):
    _, account = account_of(world, "  Fn: {Type: AWS::Lambda::Function, Properties: {Role: !Ref P}}\n")
    (function,) = account.functions.values()
    assert function.role == f"arn:aws:iam::{A}:role/{P}"
    role = account.roles[function.role]
    assert [p.known for p in (*role.policies, role.boundary, role.trust)] == [False, False, False]


def test_what_two_stacks_make_is_looked_at_once_and_noted(world):
    role = (
        f"Resources:\n  R: {{Type: AWS::IAM::Role, Properties: {{RoleName: app, AssumeRolePolicyDocument: {TRUST}}}}}\n"
    )
    found = world(S=role, T=role)
    assert found.places[f"arn:aws:iam::{A}:role/app"].stack == "S"
    (noted,) = found.diagnostics
    assert (noted.code, [label.source.name[-15:] for label in noted.labels]) == (
        "made-twice",
        ["T.template.yaml", "S.template.yaml"],
    )


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ("{AutomaticallyAfterDays: 0}", "AutomaticallyAfterDays must be a whole number"),
        ("{AutomaticallyAfterDays: 7, ScheduleExpression: rate(7 days)}", "exclude each other"),
        ("{ScheduleExpression: every week}", ""),
        ("{Duration: 2h}", "has no schedule"),
        ("{Days: 2}", "is no field of RotationRules"),
    ],
)
def test_rotation_rules_that_secrets_manager_refuses_are_noted_where_they_stand(world, rules, problem):
    # aws-properties-secretsmanager-rotationschedule-rotationrules.html
    found, _ = account_of(
        world,
        f"""
  D: {{Type: AWS::SecretsManager::Secret, Properties: {{Name: db}}}}
  R: {{Type: AWS::SecretsManager::RotationSchedule, Properties: {{SecretId: !Ref D, RotationRules: {rules}}}}}
""",
    )
    (noted,) = found.diagnostics
    label = noted.labels[0]
    assert (noted.code, noted.severity, label.source.text[label.span.start : label.span.end]) == (
        "rotation-rules",
        "warning",
        rules,
    )
    assert problem in noted.message


@pytest.mark.parametrize("rules", ["{AutomaticallyAfterDays: '30'}", "{ScheduleExpression: !Ref P}", "!Ref P"])
def test_rotation_rules_that_are_right_or_not_known_are_not_noted(world, rules):
    found, _ = account_of(
        world,
        f"""
  D: {{Type: AWS::SecretsManager::Secret, Properties: {{Name: db}}}}
  R: {{Type: AWS::SecretsManager::RotationSchedule, Properties: {{SecretId: !Ref D, RotationRules: {rules}}}}}
""",
    )
    assert not found.diagnostics


@pytest.mark.parametrize(
    ("type_", "program"),
    [("MySQLSingleUser", "single user"), ("Db2MultiUser", "alternating users"), ("Nothing", None), ("!Ref P", None)],
)
def test_a_hosted_function_rotates_as_its_type_says_and_its_role_is_not_known(world, type_, program):
    # aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
    _, account = account_of(
        world,
        f"""
  D: {{Type: AWS::SecretsManager::Secret, Properties: {{Name: db}}}}
  R:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {{SecretId: !Ref D, HostedRotationLambda: {{RotationType: {type_}, VpcSubnetIds: subnet-1}}}}
""",
    )
    (function,), (secret,) = account.functions.values(), account.secrets.values()
    assert (readable(function.arn), secret.rotation.function) == (
        f"arn:aws:lambda:us-east-1:{A}:function:⟨S.R.RotationLambda⟩",
        function.arn,
    )
    assert function.rotation == PROGRAMS.get(program)
    assert (function.policy.known, readable(function.vpc)) == (False, "⟨S.R.Vpc⟩")
    role = account.roles[function.role]
    assert [p.known for p in (*role.policies, role.boundary, role.trust)] == [False, False, False]


PROGRAMS = {"single user": SINGLE_USER, "alternating users": ALTERNATING_USERS}


def test_a_policy_after_one_that_a_condition_leaves_out_says_what_it_says(world):
    found = world(
        S=f"""
Conditions: {{Never: !Equals [a, b]}}
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {TRUST}
      Policies:
        - !If [Never, {{PolicyName: no, PolicyDocument: {ALLOW}}}, !Ref AWS::NoValue]
        - {{PolicyName: one, PolicyDocument: {{Version: 2012-10-17, Statement: [{{Effect: Deny, Action: '*', Resource: x}}]}}}}
        - !If [Never, !Ref AWS::NoValue, {{PolicyName: two, PolicyDocument: {ALLOW}}}]
"""
    )
    (role,) = found.world.accounts[A].roles.values()
    assert [(p.name, p.statements[0].effect, p.known) for p in role.policies] == [
        ("one", "Deny", True),
        ("two", "Allow", True),
    ]
