"""Each intrinsic function by hand. The page of each, below https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/."""

from __future__ import annotations

import pytest

from iamsim.inputs.cloudformation import Settings, world_of_stacks
from iamsim.language.unknown_text import readable, unknown_text

HEAD = """
Parameters:
  Env: {Type: String, Default: prod}
  Open: {Type: String}
  Hidden: {Type: String, Default: hunter2, NoEcho: true}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path/of/it}
Mappings:
  Numbers:
    us-east-1: {port: 5432, list: [x, y]}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Equals [!Ref Env, test]
  Unsure: !Equals [!Ref Open, prod]
  Both: !And [!Condition IsProd, !Not [!Condition IsTest]]
  NeverMind: !And [!Condition IsTest, !Condition Unsure]
  Surely: !Or [!Condition IsProd, !Condition Unsure]
  Same: !Equals [!Ref Open, !Ref Open]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: app, Path: /team/, AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: prod/db}}
  Bucket: {Type: AWS::S3::Bucket}
"""
OPEN = unknown_text("S.Open")
SUFFIX = unknown_text("S.Secret.suffix", 6)
SECRET = f"arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db-{SUFFIX}"
HERE = {"accounts": {"S": "111111111111"}, "regions": {"S": "us-east-1"}}


def value_of(stacks, written, settings=None):
    read = stacks(settings or Settings(**HERE), S=HEAD + f"Outputs:\n  Out:\n    Value: {written}\n")
    return read.stacks[0].evaluator.part("Outputs", "Out", "Value")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        # intrinsic-function-reference-ref.html, pseudo-parameter-reference.html
        ("!Ref Env", "prod"),
        ("{Ref: Env}", "prod"),
        ("!Ref Zones", ["a", "b", "c"]),
        ("!Ref Role", "app"),
        ("!Ref Secret", SECRET),
        ("!Ref AWS::AccountId", "111111111111"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref AWS::StackName", "S"),
        ("[1, !Ref AWS::NoValue, 2]", [1, 2]),
        ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
        # intrinsic-function-reference-getatt.html
        ("!GetAtt Role.Arn", "arn:aws:iam::111111111111:role/team/app"),
        ("{'Fn::GetAtt': [Role, Arn]}", "arn:aws:iam::111111111111:role/team/app"),
        # intrinsic-function-reference-sub.html
        ("!Sub 'x-${Env}-${Role.Arn}-${!Literal}'", "x-prod-arn:aws:iam::111111111111:role/team/app-${Literal}"),
        ("!Sub ['${a}/${Env}', {a: !Ref AWS::Region}]", "us-east-1/prod"),
        ("!Sub '${!aws:username}'", "${aws:username}"),
        # intrinsic-function-reference-join.html, -split.html, -select.html
        ("!Join ['-', [a, !Ref Env, 3, true]]", "a-prod-3-true"),
        ("!Split ['|', 'a||c']", ["a", "", "c"]),
        ("!Select [1, !Ref Zones]", "b"),
        ("!Select ['2', !Split [':', !GetAtt Role.Arn]]", "iam"),
        ("!Select [6, !Split [':', !Ref Secret]]", f"prod/db-{SUFFIX}"),
        # intrinsic-function-reference-conditions.html
        ("!If [IsProd, yes, no]", "yes"),
        ("!If [IsTest, yes, no]", "no"),
        ("!If [Both, 1, 2]", 1),
        ("!If [NeverMind, 1, 2]", 2),
        ("!If [Surely, 1, 2]", 1),
        ("!If [Same, 1, 2]", 1),
        ("!If [Unsure, same, same]", "same"),
        ("[!If [IsTest, 1, !Ref AWS::NoValue], 2]", [2]),
        # intrinsic-function-reference-findinmap.html
        ("!FindInMap [Numbers, !Ref AWS::Region, port]", 5432),
        ("!FindInMap [Numbers, !Ref AWS::Region, list]", ["x", "y"]),
        ("{'Fn::FindInMap': [Numbers, eu-west-1, port, {DefaultValue: 1}]}", 1),
        # intrinsic-function-reference-base64.html, -length.html, -ToJsonString.html
        ("!Base64 abc", "YWJj"),
        ("!Length [1, 2]", 2),
        ("!ToJsonString {a: [1, !Ref Env]}", '{"a":[1,"prod"]}'),
    ],
)
def test_what_is_known(stacks, written, value):
    assert value_of(stacks, written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!Ref Open", OPEN),
        ("!Ref Hidden", unknown_text("S.Hidden")),
        ("!Ref Stored", unknown_text("S.Stored")),
        ("!Sub 'a-${Open}'", f"a-{OPEN}"),
        ("!GetAtt Bucket.Arn", unknown_text("S.Bucket.Arn")),
        ("!Ref Bucket", unknown_text("S.Bucket")),
        ("!ImportValue Db", unknown_text("S.ImportValue.Db")),
        ("!Split ['-', !Ref Open]", unknown_text("S.Outputs.Out.Value.Fn.Split")),
        ("!Select [0, !Split ['/', !Sub 'prod/${Open}']]", unknown_text("S.Outputs.Out.Value.Fn.Select")),
        ("!If [Unsure, a, b]", unknown_text("S.Outputs.Out.Value.Fn.If")),
        ("!If [Missing, a, b]", unknown_text("S.Outputs.Out.Value.Fn.If")),
        ("!FindInMap [Numbers, mars, port]", unknown_text("S.Outputs.Out.Value.Fn.FindInMap")),
        ("!GetAZs ''", unknown_text("S.Outputs.Out.Value.Fn.GetAZs")),
        ("!Ref Nobody", unknown_text("S.Outputs.Out.Value.Ref")),
        ("!Select [7, [a]]", unknown_text("S.Outputs.Out.Value.Fn.Select")),
        ("'a{{resolve:ssm:/x:1}}b'", f"a{unknown_text('S.resolve.ssm:/x:1')}b"),
        ("!Sub 'a{{resolve:secretsmanager:${Env}}}'", f"a{unknown_text('S.resolve.secretsmanager:prod')}"),
    ],
)
def test_what_is_not_known_is_a_text_that_says_so(stacks, written, value):
    assert value_of(stacks, written) == value


def test_a_parameter_is_as_it_is_given(stacks):
    given = Settings(**HERE, parameters={("S", "Open"): "prod", (None, "Env"): "test", (None, "Stored"): "there"})
    assert value_of(stacks, "!Sub '${Open} ${Env} ${Stored}'", given) == "prod test there"
    assert value_of(stacks, "!If [Unsure, a, b]", given) == "a"


def test_the_name_of_a_stack_can_be_given_as_a_parameter(stacks):
    """pseudo-parameter-reference.html: a template by itself does not say how its stack is called."""
    for stack in ("S", None):
        given = Settings(**HERE, parameters={(stack, "AWS::StackName"): "live"})
        assert value_of(stacks, "!Sub '${AWS::StackName}-reader'", given) == "live-reader"
        assert not stacks(given, S=HEAD).diagnostics


def test_the_value_of_a_hidden_parameter_stands_nowhere(stacks):
    given = Settings(**HERE, parameters={("S", "Hidden"): "opensesame"})
    read = stacks(given, S=HEAD + "Outputs:\n  Out:\n    Value: !Ref Hidden\n")
    assert value_of(stacks, "!Ref Hidden", given) == unknown_text("S.Hidden")
    assert "hunter2" not in read.stacks[0].source.text
    assert "opensesame" not in repr(read) + repr(given)


def test_an_unknown_account_and_region_are_unknown_parts(stacks):
    arn = value_of(stacks, "!GetAtt Role.Arn", Settings())
    assert arn == f"arn:aws:iam::{unknown_text('S.AccountId', 12)}:role/team/app"
    assert readable(value_of(stacks, "!Ref Secret", Settings())).startswith("arn:aws:secretsmanager:⟨S.Region⟩:⟨S.Acc")


def test_what_is_unknown_says_what_it_is_and_what_would_give_it(stacks):
    read = stacks(Settings(**HERE), S=HEAD + "Outputs: {Out: {Value: !Sub '${Open}${Secret}'}}\n")
    read.stacks[0].evaluator.part("Outputs", "Out", "Value")
    assert read.unknowns["S.Open"][:2] == ("the parameter Open of stack S", "--parameter S.Open=VALUE")
    assert read.unknowns["S.Secret.suffix"].option == "--name S.Secret=ARN"


def test_an_import_is_what_another_stack_exports(stacks):
    producer = """
Resources: {Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: db}}}
Outputs: {Arn: {Value: !Ref Secret, Export: {Name: !Sub "${AWS::StackName}-arn"}}}
"""
    consumer = "Resources: {}\nOutputs: {Out: {Value: !ImportValue P-arn}}\n"
    here = {"accounts": {"P": "111111111111", "C": "111111111111"}, "regions": {"P": "us-east-1", "C": "us-east-1"}}
    read = stacks(Settings(**here), P=producer, C=consumer)
    suffix = unknown_text("P.Secret.suffix", 6)
    value = read.stacks[1].evaluator.part("Outputs", "Out", "Value")
    assert value == f"arn:aws:secretsmanager:us-east-1:111111111111:secret:db-{suffix}"


def test_an_unresolved_import_is_noted_where_it_stands(stacks):
    read = stacks(Settings(**HERE), S="Resources: {}\nOutputs:\n  Out:\n    Value: !ImportValue Db\n")
    read.stacks[0].evaluator.part("Outputs", "Out", "Value")
    (noted,) = read.diagnostics
    assert (noted.code, noted.where.rpartition("/")[2]) == ("unresolved-import", "S.template.yaml:4:25: ")


def test_two_things_never_share_the_name_of_an_unknown(stacks):
    read = stacks(
        Settings(**HERE), S="Resources: {}\nOutputs: {Out: {Value: [!ImportValue 'a:b', !ImportValue a.b]}}\n"
    )
    one, other = read.stacks[0].evaluator.part("Outputs", "Out", "Value")
    assert one != other


def test_what_refers_to_itself_is_unknown(stacks):
    text = (
        "Resources: {A: {Type: AWS::IAM::Role, Properties: {RoleName: !Sub 'x${B}'}}, "
        "B: {Type: AWS::IAM::Role, Properties: {RoleName: !Sub 'y${A}'}}}\n"
        "Conditions: {C: !Not [!Condition C]}\n"
        "Outputs: {Out: {Value: !If [C, !Ref A, 2]}}\n"
    )
    value = stacks(S=text).stacks[0].evaluator.part("Outputs", "Out", "Value")
    assert readable(value) == "⟨S.Outputs.Out.Value.Fn.If⟩"


def test_a_text_cannot_explode(stacks):
    names = "".join(
        f"  R{n}: {{Type: AWS::IAM::Role, Properties: {{RoleName: !Sub '${{R{n - 1}}}${{R{n - 1}}}'}}}}\n"
        for n in range(1, 40)
    )
    text = "Resources:\n  R0: {Type: AWS::IAM::Role, Properties: {RoleName: xxxxxxxx}}\n" + names
    read = stacks(S=text + "Outputs: {Out: {Value: !Ref R39}}\n")
    assert len(read.stacks[0].evaluator.part("Outputs", "Out", "Value")) <= 1 << 16
    assert "text-too-long" in {d.code for d in read.diagnostics}


def test_a_chain_of_references_ends(stacks):
    names = "".join(f"  R{n}: {{Type: AWS::IAM::Role, Properties: {{RoleName: !Ref R{n + 1}}}}}\n" for n in range(1000))
    chain = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(1000))
    text = f"Conditions:\n{chain}Resources:\n{names}Outputs: {{Out: {{Value: !If [C0, !Ref R0, 1]}}}}\n"
    read = stacks(S=text)
    assert readable(read.stacks[0].evaluator.part("Outputs", "Out", "Value")).startswith("⟨S.")
    assert readable(read.stacks[0].evaluator.identity("R0").ref).startswith("⟨S.R")


def test_a_character_that_marks_unknown_parts_is_no_text(stacks):
    value = value_of(stacks, '"a\\ue000S.Open\\ue001"')
    assert value == unknown_text("S.Outputs.Out.Value")


def test_a_condition_that_the_template_lacks_is_told_where_it_stands(stacks):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html."""
    resources = {
        "A": {"Type": "AWS::SecretsManager::Secret", "Condition": "None", "Properties": {"Name": "a"}},
        "B": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": {"Fn::If": ["Nope", "b", "c"]}}},
    }
    found = world_of_stacks(stacks(S={"Resources": resources})).diagnostics
    assert [(d.message, d.labels[0].pointer) for d in found] == [
        ("the template has no condition `None`", ("Resources", "A", "Condition")),
        ("the template has no condition `Nope`", ("Resources", "B", "Properties", "Name", "Fn::If", 0)),
    ]
