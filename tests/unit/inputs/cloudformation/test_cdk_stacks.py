"""Eighteen stacks as `cdk synth` writes them: what is understood of each, and what stays unknown and why.

After a change that is meant: IAMSIM_UPDATE=1 pytest with this file.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iamsim.inputs.cloudformation import read_stacks, world_of_stacks
from iamsim.language.unknown_text import readable, unknown_text
from iamsim.services.secretsmanager.rotation_functions import ALTERNATING_USERS, SINGLE_USER

CDK = Path(__file__).parents[3] / "data" / "cdk"
TEN, ROTATIONS = CDK / "ten", CDK / "rotations"
STACKS = [
    f"{folder.name}/{path.name.partition('.')[0]}"
    for folder in (TEN, ROTATIONS)
    for path in sorted(folder.glob("*.template.json"))
    if ".nested." not in path.name
]
KINDS = ("roles", "users", "secrets", "keys", "functions", "parameters", "endpoints", "workloads")
HERE = "arn:aws:secretsmanager:us-east-1:111111111111:secret"


@pytest.fixture(scope="module")
def found():
    return world_of_stacks(read_stacks([TEN]))


def shown(stack):
    """A stack alone: its resources by type, what stands in its accounts, what is unknown and what was noted."""
    world = world_of_stacks(read_stacks([CDK / f"{stack}.template.json"]))
    lines = [f"{type_} {count}" for type_, count in sorted(world.understood.items())]
    for account in world.world.accounts.values():
        lines += ["", readable(account.id)]
        for kind in KINDS:
            for arn, thing in getattr(account, kind).items():
                lines += [f"  {kind}: {readable(arn)}", *(f"    {line}" for line in about(thing))]
    lines += ["", *(f"unknown {readable(name)}: {u.words} {u.option}".rstrip() for name, u in world.unknowns.items())]
    lines += [f"{d.severity}: {d.message}" for d in world.diagnostics]
    return "\n".join(lines).rstrip() + "\n"


def about(thing):
    policies = getattr(thing, "policies", ())
    for policy in policies.values() if isinstance(policies, dict) else policies:
        yield f"policy {policy.name}: {len(policy.statements) if policy.known else 'not known'}"
    for name in ("policy", "boundary", "trust"):
        policy = getattr(thing, name, None)
        if policy and not isinstance(policies, dict):
            yield f"{name}: {len(policy.statements) if policy.known else 'not known'}"
    for name in ("key", "role", "execution_role", "primary"):
        if getattr(thing, name, None):
            yield f"{name}: {readable(getattr(thing, name))}"
    yield from (f"reads: {readable(read.reference)}" for read in getattr(thing, "reads", ()))
    if getattr(thing, "rotation", None):
        yield f"rotation: {readable(getattr(thing.rotation, 'function', '') or getattr(thing.rotation, 'name', 'not known'))}"


@pytest.mark.parametrize("stack", STACKS)
def test_what_is_understood_of_a_stack(stack):
    folder, _, name = stack.partition("/")
    kept, now = CDK / folder / "understood" / f"{name}.txt", shown(stack)
    if os.environ.get("IAMSIM_UPDATE"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(now, encoding="utf-8")
    assert now == kept.read_text(encoding="utf-8")


def test_the_whole_app_is_one_world(found):
    home = unknown_text("AnywhereOwner.AccountId", 12)
    assert set(found.world.accounts) == {"111111111111", "222222222222", home}
    assert {d.code for d in found.diagnostics} == {"not-read"}
    (task,) = found.world.accounts["111111111111"].workloads.values()
    name = unknown_text("EcsConsumer.TaskSecret186DEB42.name")
    secret = f"{HERE}:{name}-{unknown_text('EcsConsumer.TaskSecret186DEB42.suffix', 6)}"
    assert [read.reference for read in task.reads] == [
        f"{secret}:password::",
        secret,
        "arn:aws:ssm:us-east-1:111111111111:parameter/app/secure",
    ]
    assert task.execution_role in found.world.accounts["111111111111"].roles


def test_what_one_stack_exports_the_other_may_read(found):
    home = unknown_text("AnywhereOwner.AccountId", 12)
    account = found.world.accounts[home]
    (secret,) = account.secrets
    (user,) = account.users.values()
    assert user.policies[-1].statements[0].resources.values == (secret,)
    assert (user.from_groups, len(user.policies)) == (2, 2)


def test_a_secret_of_a_condition_that_is_not_known_may_be_there(found):
    suffix = unknown_text("ParametersAndConditions.Maybe.suffix", 6)
    arn = f"{HERE}:{unknown_text('ParametersAndConditions.Stage')}/db-{suffix}"
    role = found.world.accounts["111111111111"].roles["arn:aws:iam::111111111111:role/asked"]
    assert arn in found.world.accounts["111111111111"].secrets
    assert role.policies[0].statements[0].resources.values == (arn,)
    assert found.places[arn].cdk_path == "ParametersAndConditions/Maybe"


def test_every_rotation_helper_of_the_cdk_leads_to_a_function_that_is_known_or_said_to_be_unknown():
    found = world_of_stacks(read_stacks([ROTATIONS]))
    account = found.world.accounts["111111111111"]
    rotated = {s.name: account.functions[s.rotation.function] for s in account.secrets.values() if s.rotation}
    databases = ("Mysql", "Postgres", "MariaDb", "Oracle", "SqlServer", "Redshift", "MongoDb")
    hosted = ("mysql", "postgreSql", "mariaDb", "oracle", "sqlServer", "redshift", "mongoDb")
    names = {*(f"{name}/app" for name in databases), *(f"hosted/{name}" for name in hosted), "own/one", "own/two"}
    assert set(rotated) == names
    single = world_of_stacks(read_stacks([ROTATIONS / "SingleUserApplications.template.json"])).world.accounts
    programs = {f.rotation.name for f in single["111111111111"].functions.values()}
    assert programs == {SINGLE_USER.name}
    multi = world_of_stacks(read_stacks([ROTATIONS / "MultiUserHosted.template.json"])).world.accounts
    functions = multi["111111111111"].functions
    assert {f.rotation.name for f in functions.values()} == {ALTERNATING_USERS.name}
    assert "arn:aws:lambda:us-east-1:111111111111:function:rotate-sqlserver" in functions


def test_a_nested_stack_of_the_cdk_reads_the_secret_of_its_parent_and_hands_its_role_back():
    found = world_of_stacks(read_stacks([ROTATIONS]))
    account = found.world.accounts["111111111111"]
    role = account.roles["arn:aws:iam::111111111111:role/inner-reader"]
    secrets = {secret.name: secret for secret in account.secrets.values()}
    assert role.policies[0].statements[0].resources.values == (secrets["kept"].arn,)
    (entry,) = secrets["second"].policy.statements[0].principals.entries
    assert (entry.value, found.places[role.arn].stack) == (
        role.arn,
        "Parent/InnerNestedStackInnerNestedStackResource745E041B",
    )
