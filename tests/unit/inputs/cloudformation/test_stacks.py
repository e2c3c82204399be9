"""Which templates some paths name, and where their stacks stand."""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.cloudformation import Settings, read_stacks
from iamsim.language.errors import InputError
from iamsim.language.unknown_text import readable

EMPTY = {"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}
A = "111111111111"


def write(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, value in files.items():
        path = folder / name.replace("__", ".")
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return folder


def artifact(file, environment, name=None):
    properties = {"templateFile": file} | ({"stackName": name} if name else {})
    return {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties}


def seen(stacks):
    return [(s.label, readable(s.account), readable(s.region)) for s in stacks.stacks]


def test_a_cloud_assembly_names_its_stacks_accounts_and_regions(tmp_path):
    manifest = {
        "artifacts": {
            "One": artifact("One.template.json", f"aws://{A}/eu-west-1"),
            "Two": artifact("Two.template.json", "aws://unknown-account/unknown-region", "second"),
            "Tree": {"type": "cdk:tree"},
            "assembly-Stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}},
            "Evil": artifact("../outside.template.json", f"aws://{A}/eu-west-1"),
        }
    }
    out = write(tmp_path / "cdk.out", manifest__json=manifest, One__template__json=EMPTY, Two__template__json=EMPTY)
    stage = {"artifacts": {"StageThree": artifact("T.template.json", f"aws://{A}/us-east-1", "Stage-Three")}}
    write(out / "assembly-Stage", manifest__json=stage, T__template__json=EMPTY)
    whole = [
        ("One", A, "eu-west-1"),
        ("second", "⟨second.AccountId⟩", "⟨second.Region⟩"),
        ("Stage-Three", A, "us-east-1"),
    ]
    assert seen(read_stacks([out])) == whole
    assert seen(read_stacks([out / "One.template.json"])) == whole[:1]
    assert seen(read_stacks([out, out / "One.template.json"])) == whole
    given = Settings(accounts={"second": "222222222222"}, regions={"second": "us-west-2"})
    assert seen(read_stacks([out], given))[1] == ("second", "222222222222", "us-west-2")


def test_a_folder_without_a_manifest_holds_templates_and_other_files(tmp_path):
    yaml = "Resources: {B: {Type: !Sub x}}\n"
    folder = write(tmp_path / "f", a__json=EMPTY, b__yaml="Resources: {B: {Type: T}}\n", c__json={"x": 1}, d__yml=yaml)
    assert [s.name for s in read_stacks([folder]).stacks] == ["a", "b"]


def test_two_stacks_of_one_name_have_labels_of_their_own(tmp_path):
    one, two = write(tmp_path / "1", S__template__json=EMPTY), write(tmp_path / "2", S__template__json=EMPTY)
    stacks = read_stacks([one, two]).stacks
    assert [(s.label, s.name) for s in stacks] == [("S", "S"), ("S-2", "S")]
    assert stacks[0].account != stacks[1].account


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "Resources: []", '{"Resources": {"A": 1}}', "a: b", "{", "a: [", "\0"]
)
def test_what_is_no_template_is_refused(tmp_path, text):
    folder = write(tmp_path / "f", x__json=text)
    for path in (folder / "x.json", folder, tmp_path / "missing"):
        with pytest.raises(InputError):
            read_stacks([path])


def test_yaml_aliases_cannot_explode(tmp_path):
    levels = "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 20))
    path = write(tmp_path / "f", x__yaml=f"Resources: {{}}\nM:\n  l0: &l0 x\n{levels}") / "x.yaml"
    with pytest.raises(InputError) as caught:
        read_stacks([path])
    assert caught.value.diagnostics[0].code == "yaml-too-large"


def key(*principals, **more):
    statements = [{"Effect": "Allow", "Principal": {"AWS": p}, "Action": "kms:*", "Resource": "*"} for p in principals]
    policy = {"Version": "2012-10-17", "Statement": [*statements, *more.pop("others", [])]}
    return {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy, **more}}


def via(region):
    used = {"StringEquals": {"kms:ViaService": region}}
    return {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": used}


ROOT, OTHER = f"arn:aws:iam::{A}:root", "arn:aws:iam::222222222222:root"
OWN = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}


@pytest.mark.parametrize(
    ("resource", "account", "region"),
    [
        (key(ROOT), A, None),
        (key(A), A, None),
        (key(ROOT, OTHER), None, None),
        (key(OWN, OTHER), None, None),
        (key(OTHER, BypassPolicyLockoutSafetyCheck=True), None, None),
        (key(ROOT, others=[via("secretsmanager.us-east-1.amazonaws.com")]), A, "us-east-1"),
        (key(ROOT, others=[via(["s3.us-east-1.amazonaws.com", "s3.us-east-2.amazonaws.com"])]), A, None),
        (key(ROOT, others=[via({"Fn::Sub": "s3.${AWS::Region}.amazonaws.com"})]), A, None),
        ({"Type": "AWS::Lambda::Function", "Properties": {"Role": f"arn:aws:iam::{A}:role/r"}}, A, None),
        ({"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": f"arn:aws:iam::{A}:policy/b"}}, A, None),
        ({"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "arn:aws:iam::aws:policy/b"}}, None, None),
        (
            {"Type": "AWS::SecretsManager::Secret", "Properties": {"KmsKeyId": f"arn:aws:kms:us-east-1:{A}:key/k"}},
            None,
            None,
        ),
    ],
)
def test_only_what_is_of_no_use_elsewhere_proves_where_a_stack_stands(stacks, resource, account, region):
    (stack,) = stacks(S={"Resources": {"R": resource}}).stacks
    assert (stack.account, stack.region) == (account or stack.evaluator.account, region or stack.evaluator.region)
    assert (stack.account.isdigit(), stack.region.isascii()) == (account is not None, region is not None)


def exporter(name):
    return {**EMPTY, "Outputs": {"O": {"Value": "v", "Export": {"Name": name}}}}


def importer(*names):
    return {**EMPTY, "Outputs": {f"O{n}": {"Value": {"Fn::ImportValue": name}} for n, name in enumerate(names)}}


def test_who_imports_stands_where_the_exporter_stands(stacks):  # intrinsic-function-reference-importvalue.html
    read = stacks(A=exporter("a"), B=importer("a", "c"), C=exporter("c"), D=exporter("d"))
    first = read.stacks[0].account
    assert [s.account == first for s in read.stacks] == [True, True, True, False]
    given = stacks(
        Settings(accounts={"C": A}, regions={"B": "us-east-1"}), A=exporter("a"), B=importer("a", "c"), C=exporter("c")
    )
    assert [(s.account, s.region) for s in given.stacks] == [(A, "us-east-1")] * 3


def test_nothing_is_imported_from_another_account(stacks):
    settings = Settings(accounts={"A": A, "B": "222222222222"})
    read = stacks(settings, A=exporter("a"), B=importer("a"))
    assert [s.account for s in read.stacks] == [A, "222222222222"]
    assert readable(read.stacks[1].evaluator.output("O0")) == "⟨B.ImportValue.a⟩"


NAMED = {
    "Resources": {
        "D": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "d"}},
        "U": {"Type": "AWS::IAM::User"},
    }
}
HERS = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:d-AbCdEf"


def test_a_real_arn_tells_account_and_region_of_its_stack(stacks):
    (stack,) = stacks(Settings(names={"D": HERS}), S=NAMED).stacks
    assert (stack.account, stack.region) == ("222222222222", "eu-west-1")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"accounts": {"S": "111111111111"}}, "it is in account 222222222222, the stack `S` in 111111111111"),
        ({"regions": {"S": "us-east-1"}}, "it is in the Region eu-west-1, the stack `S` in us-east-1"),
        ({"names": {"U": "arn:aws:iam::333333333333:user/u"}}, "the stack `S` in one that is not known"),
    ],
)
def test_a_real_arn_of_another_account_or_region_is_refused(stacks, settings, said):
    read = stacks(Settings(**{**settings, "names": {**settings.get("names", {}), "D": HERS}}), S=NAMED)
    assert said in read.diagnostics[0].message
    assert not any(resource == "D" for _, resource in read.shared.names)
