"""Functions of SAM: read as AWS's own transform expands them, see tests/data/sam/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamsim.inputs.cloudformation import Settings, read_stacks, world_of_stacks
from iamsim.language.unknown_text import readable

SAM = Path(__file__).parents[3] / "data" / "sam"
A = "111111111111"
HERE = Settings(
    accounts={"functions": A, "functions.transformed": A},
    regions=dict.fromkeys(("functions", "functions.transformed"), "us-east-1"),
)


def account_of(name):
    return world_of_stacks(read_stacks([SAM / name], HERE)).world.accounts[A]


def plain(text):
    return readable(text).replace("functions.transformed.", "functions.")


def said(policy):
    """What a policy says, whatever it is called."""
    if policy is None or not policy.known:
        return policy and "not known"
    return [
        plain(repr((policy.version, s.effect, s.principals, s.actions, s.resources, s.conditions)))
        for s in policy.statements
    ]


def shown(account):
    roles = {
        plain(arn): (
            sorted(map(repr, map(said, role.policies))),
            said(role.boundary),
            said(role.trust),
            dict(role.tags),
        )
        for arn, role in account.roles.items()
    }
    functions = {plain(arn): (plain(f.role), said(f.policy), bool(f.vpc)) for arn, f in account.functions.items()}
    return roles, functions


def test_a_function_is_read_as_the_transform_expands_it():
    roles, functions = shown(account_of("functions.yaml"))
    expected_roles, expected_functions = shown(account_of("functions.transformed.json"))
    assert roles == expected_roles
    assert functions == expected_functions
    assert (len(roles), len(functions)) == (4, 5)


@pytest.fixture
def functions(world):
    def read(properties, more=""):
        template = (
            "Transform: [AWS::Serverless-2016-10-31]\nParameters: {P: {Type: String}}\n"
            f"Conditions: {{Unsure: !Equals [!Ref P, a]}}\n{more}"
            f"Resources:\n  Fn: {{Type: AWS::Serverless::Function, Properties: {properties}}}\n"
        )
        return world(S=template)

    return read


def role_of(found):
    (role,) = found.world.accounts[A].roles.values()
    return role


@pytest.mark.parametrize(
    ("policy", "shown_as"),
    [
        ("NoSuchTemplatePolicy: {}", "FnRolePolicy0 (NoSuchTemplatePolicy)"),
        ("KMSDecryptPolicy: {}", "FnRolePolicy0 (KMSDecryptPolicy)"),
        ("KMSDecryptPolicy: {KeyId: k, More: x}", "FnRolePolicy0 (KMSDecryptPolicy)"),
    ],
)
def test_a_policy_template_that_is_not_known_is_an_unknown_policy_with_a_note(functions, policy, shown_as):
    found = functions(f"{{Policies: [{{{policy}}}]}}")
    assert next((p.name, p.known) for p in role_of(found).policies) == (shown_as, False)
    (noted,) = found.diagnostics
    assert (noted.code, shown_as in noted.message) == ("policy-not-known", True)
    label = noted.labels[0]
    assert label.source.text[label.span.start : label.span.end].startswith(policy.partition(":")[0]) or (
        label.source.text[label.span.start : label.span.end].startswith("{" + policy.partition(":")[0])
    )


def test_what_a_condition_that_is_not_known_chooses_is_an_unknown_policy(functions):
    allow = "{Statement: [{Effect: Allow, Action: 'secretsmanager:*', Resource: '*'}]}"
    found = functions(
        f"{{Policies: [!If [Unsure, {allow}, !Ref AWS::NoValue], !If [Unsure, SecretsManagerReadWrite, X]]}}"
    )
    known = {p.name: p.known for p in role_of(found).policies}
    assert [known[name] for name in known if "AWSLambdaBasicExecutionRole" not in name] == [False, False]


@pytest.mark.parametrize("type_", ["MQ", "MSK", "SelfManagedKafka", "DocumentDB"])
def test_a_role_reads_the_secrets_of_its_events(functions, type_):  # sam-property-function-mq.html and its likes
    found = functions(f"{{Events: {{E: {{Type: {type_}, Properties: {{}}}}}}}}")
    assert [p.known for p in role_of(found).policies] == [False, True]


def test_a_role_of_its_own_is_the_only_one(functions):
    role = role_of(functions(f"{{Role: 'arn:aws:iam::{A}:role/given', Policies: [SecretsManagerReadWrite]}}"))
    assert (role.arn, [p.known for p in role.policies]) == (f"arn:aws:iam::{A}:role/given", [False])


def test_a_role_under_a_condition_that_does_not_hold_is_the_one_that_sam_makes(world):
    found = world(
        S="""
Transform: AWS::Serverless-2016-10-31
Conditions: {No: !Equals [a, b]}
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: f, Role: !If [No, "arn:aws:iam::111111111111:role/x", !Ref AWS::NoValue]}
"""
    )
    (function,) = found.world.accounts[A].functions.values()
    assert found.places[function.role].logical_id == "FnRole"


def test_without_the_transform_nothing_is_made(world):
    found = world(S="Resources: {Fn: {Type: AWS::Serverless::Function}}\n")
    assert (dict(found.world.accounts[A].roles), [d.code for d in found.diagnostics]) == ({}, ["not-read"])


def test_a_secret_in_the_globals_is_not_shown(stacks):
    read = stacks(
        S="Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Environment: {Variables: {DB_PASSWORD: hunter22}}}}\n"
        "Resources: {Fn: {Type: AWS::Serverless::Function, Properties: {Policies: [{Nope: {}}]}}}\n"
    )
    world_of_stacks(read)
    assert "hunter22" not in read.stacks[0].source.text
