"""Nested stacks: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html."""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.cloudformation import Settings, read_stacks, world_of_stacks
from iamsim.language.errors import InputError
from iamsim.language.unknown_text import readable

A = "111111111111"
SECRETS = f"arn:aws:secretsmanager:us-east-1:{A}:secret"
TRUST = {"Version": "2012-10-17", "Statement": []}


def child(**more):
    return {
        "Parameters": {"Name": {"Type": "String"}, "Groups": {"Type": "CommaDelimitedList", "Default": "a"}},
        "Resources": {"Db": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": {"Ref": "Name"}}}},
        "Outputs": {"Arn": {"Value": {"Ref": "Db"}}, "Second": {"Value": {"Fn::Select": [1, {"Ref": "Groups"}]}}},
        **more,
    }


def nested(url, type_="AWS::CloudFormation::Stack", property_="TemplateURL", **more):
    return {"Type": type_, "Properties": {property_: url, **more}}


@pytest.fixture
def tree(tmp_path):
    """Reads the template `root.json` of a folder with some files, or what is named."""

    def read(*named, settings=None, **files):
        for name, document in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(document), encoding="utf-8")
        settings = settings or Settings(accounts={"root": A}, regions={"root": "us-east-1"})
        return world_of_stacks(read_stacks([tmp_path / name for name in named or ["root.json"]], settings))

    return read


def root(**resources):
    return {"Resources": resources}


def secrets(found):
    return [readable(arn) for arn in found.world.accounts[A].secrets]


def tag(value):
    return {"Type": "AWS::IAM::User", "Properties": {"UserName": "u", "Tags": [{"Key": "k", "Value": value}]}}


def tagged(found):
    return found.world.accounts[A].users[f"arn:aws:iam::{A}:user/u"].tags["k"]


@pytest.mark.parametrize(
    ("type_", "property_"),
    [("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")],
)
def test_parameters_go_down_and_outputs_come_back(tree, type_, property_):
    inner = nested("./inner/child.json", type_, property_, Parameters={"Name": "db", "Groups": ["x", "y"]})
    output = {"Fn::Sub": "${Inner.Outputs.Arn}|${Inner.Outputs.Second}"}
    found = tree(root=root(Inner=inner, User=tag(output)), inner__child=child())
    assert secrets(found) == [f"{SECRETS}:db-⟨root.Inner.Db.suffix⟩"]
    assert readable(tagged(found)) == f"{SECRETS}:db-⟨root.Inner.Db.suffix⟩|y"
    assert not found.diagnostics
    (place,) = (p for arn, p in found.places.items() if ":secret:" in arn)
    assert (place.stack, place.logical_id, place.source.name[-10:]) == ("root/Inner", "Db", "child.json")


def test_one_template_nested_twice_is_two_stacks(tree):
    inner = [nested("child.json", Parameters={"Name": name}) for name in ("one", "two")]
    found = tree(root=root(A=inner[0], B=inner[1]), child=child())
    assert secrets(found) == [f"{SECRETS}:one-⟨root.A.Db.suffix⟩", f"{SECRETS}:two-⟨root.B.Db.suffix⟩"]
    assert not found.diagnostics


def test_a_template_that_another_one_nests_is_no_stack_of_its_own(tree):
    found = tree(".", root=root(A=nested("child.json", Parameters={"Name": "one"})), child=child())
    assert secrets(found) == [f"{SECRETS}:one-⟨root.A.Db.suffix⟩"]


def test_names_and_parameters_of_a_nested_stack_are_given_by_its_path(tree):
    settings = Settings(
        accounts={"root": A},
        regions={"root": "us-east-1"},
        parameters={("root/A", "Name"): "given"},
        names={"root/A.Db": f"{SECRETS}:given-AbCdEf"},
    )
    found = tree(root=root(A=nested("child.json")), child=child(), settings=settings)
    assert (secrets(found), found.diagnostics) == ([f"{SECRETS}:given-AbCdEf"], [])


def test_a_nested_stack_is_made_only_where_its_condition_holds(tree):
    inner = {**nested("child.json", Parameters={"Name": "db"}), "Condition": "No"}
    document = {**root(A=inner), "Conditions": {"No": {"Fn::Equals": ["a", "b"]}}}
    assert secrets(tree(root=document, child=child())) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.amazonaws.com/bucket/child.json",
        "../outside.json",
        "nowhere.json",
        "/etc/passwd",
        "",
        {"Ref": "AWS::Region"},
        "a" * 5000,
        "a\0b",
    ],
)
def test_a_template_that_is_not_here_is_not_read_and_its_outputs_are_unknown(tree, tmp_path, url):
    (tmp_path.parent / "outside.json").write_text(json.dumps(child()), encoding="utf-8")
    found = tree(root=root(A=nested(url), User=tag({"Fn::GetAtt": ["A", "Outputs.Arn"]})))
    assert readable(tagged(found)) == "⟨root.A.Outputs.Arn⟩"
    assert [d.code for d in found.diagnostics] == ["not-read"]


def test_a_link_that_leaves_the_folder_is_not_followed(tree, tmp_path):
    (tmp_path.parent / "outside.json").write_text(json.dumps(child()), encoding="utf-8")
    (tmp_path / "link.json").symlink_to(tmp_path.parent / "outside.json")
    found = tree(root=root(A=nested("link.json", Parameters={"Name": "db"})))
    assert (secrets(found), [d.code for d in found.diagnostics]) == ([], ["not-read"])


def test_a_template_that_nests_itself_is_read_once(tree):
    found = tree(
        root=root(A=nested("root.json"), B=nested("child.json")), child=child(Resources={"C": nested("root.json")})
    )
    assert [d.code for d in found.diagnostics] == ["not-read", "not-read"]


def test_a_nested_template_that_is_none_is_refused(tree):
    with pytest.raises(InputError) as caught:
        tree(root=root(A=nested("child.json")), child={"a": 1})
    assert [d.code for d in caught.value.diagnostics] == ["no-template"]


def test_an_output_that_is_not_there_is_unknown(tree):
    found = tree(root=root(A=nested("child.json"), User=tag({"Fn::GetAtt": ["A", "Outputs.Nope"]})), child=child())
    assert readable(tagged(found)) == "⟨root.A.Outputs.Nope⟩"


def test_a_parameter_that_only_the_parent_knows_partly_is_split_only_where_that_is_known(tree):
    groups = {"Fn::Join": [",", [{"Ref": "P"}, "y"]]}
    document = {
        **root(A=nested("child.json", Parameters={"Groups": groups}), User=tag({"Fn::GetAtt": ["A", "Outputs.Second"]}))
    }
    found = tree(root={**document, "Parameters": {"P": {"Type": "String"}}}, child=child())
    assert readable(tagged(found)) != "y"


def test_a_template_of_another_folder_is_nested_where_it_is_given_too(tree):
    files = {"one__root": root(A=nested("../two/child.json", Parameters={"Name": "db"})), "two__child": child()}
    assert secrets(tree("one/root.json", "two/child.json", **files)) == [f"{SECRETS}:db-⟨root.A.Db.suffix⟩"]
    assert [d.code for d in tree("one/root.json", **files).diagnostics] == ["not-read"]
