"""What a template leaves open never turns an answer round: knowing less makes a decision unknown, or leaves it.

Each time a world is read twice: once with every name, account, Region, parameter and policy given, and once with some of
them dropped, defaults of parameters taken away, and texts in policies replaced by parameters without a value.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamsim.analysis.checked import Checked
from iamsim.engine.decision import Decision
from iamsim.inputs.cloudformation import Settings, world_of_stacks
from iamsim.inputs.cloudformation.assembly import find_templates
from iamsim.inputs.cloudformation.stacks import stacks_of
from iamsim.inputs.cloudformation.template import template_of
from iamsim.language.unknown_text import split_unknown
from iamsim.simulator.simulate import simulate
from iamsim.simulator.workload import start_workload
from iamsim.simulator.workload_run import WorkloadStart

DATA = Path(__file__).parents[1] / "data"
TEN, ROTATIONS = DATA / "cdk" / "ten", DATA / "cdk" / "rotations"
GROUPS = {
    "grants": [TEN / "SameAccountGrants.template.json"],
    "cross-account": [TEN / "CrossAccountOwner.template.json", TEN / "CrossAccountConsumer.template.json"],
    "pair": [DATA / "cdk" / "Producer.template.json", DATA / "cdk" / "Consumer.template.json"],
    "anywhere": [TEN / "AnywhereOwner.template.json", TEN / "AnywhereReader.template.json"],
    "conditions": [TEN / "ParametersAndConditions.template.json"],
    "tasks": [TEN / "EcsConsumer.template.json"],
    "starts": [DATA / "tasks" / "Tasks.yaml"],
    "hosted": [TEN / "HostedRotation.template.json"],
    "endpoint": [TEN / "Endpoint.template.json"],
    "nested": [ROTATIONS / "Parent.template.json"],
    "own": [ROTATIONS / "OwnFunctions.template.json", ROTATIONS / "RotationFunctions.template.json"],
    "sam": [DATA / "sam" / "functions.yaml"],
}
ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ORGANIZATION = {"aws:PrincipalOrgID": "o-abcd123456", "aws:ResourceOrgID": "o-abcd123456"}
DOCUMENTS = ("PolicyDocument", "ResourcePolicy", "KeyPolicy", "AssumeRolePolicyDocument", "Policies", "Secrets")


@cache
def templates_of(group):
    return tuple(find_templates(GROUPS[group]))


def world_of(found, settings):
    """The world, the ARNs of what has a logical id, and the calls that are made in it."""
    read = world_of_stacks(stacks_of(found, settings))
    ids = {}
    for account in read.world.accounts.values():
        for kind in ("roles", "users", "secrets", "workloads"):
            for arn in getattr(account, kind):
                place = read.places.get(arn)
                ids[kind, (place.stack, place.logical_id) if place else arn] = arn
    return read, ids


def invented(text):
    """A text whose unknown parts are filled in: always alike, and each in its own way."""
    return "".join(p if isinstance(p, str) else _filling(p) for p in split_unknown(text))


def _filling(part):
    return "1" * 12 if part.length == 12 else sha256(part.name.encode()).hexdigest()[: part.length or 9]


@cache
def known(group):
    """The settings that leave nothing open, and what they give."""
    found = templates_of(group)
    labels = [each.name for each in found]
    homes = {
        "accounts": {each.name: each.account or "1" * 12 for each in found},
        "regions": {each.name: each.region or "us-east-1" for each in found},
        "parameters": {(label, "Stage"): "prod" for label in labels if label == "ParametersAndConditions"},
        "policies": dict.fromkeys(
            (
                "arn:aws:iam::222222222222:policy/TeamBoundary",
                "arn:aws:iam::111111111111:policy/edge",
                "arn:aws:iam::111111111111:policy/other",
            ),
            ALLOW_ALL,
        ),
    }
    read, _ = world_of(found, Settings(**homes))
    names = {f"{p.stack}.{p.logical_id}": invented(arn) for arn, p in read.places.items() if arn.startswith("arn:")}
    return {**homes, "names": names}


@cache
def answers(group):
    return decisions(*world_of(templates_of(group), Settings(**known(group))))


def decisions(read, ids):
    """What GetSecretValue comes to, by who asks and which secret, and the start of every task."""
    checked = Checked(read.world, context=ORGANIZATION)
    callers = [(id_, arn) for (kind, id_), arn in ids.items() if kind in ("roles", "users")]
    secrets = [(id_, arn) for (kind, id_), arn in ids.items() if kind == "secrets"]
    tasks = [(id_, read.world.workload(arn)) for (kind, id_), arn in ids.items() if kind == "workloads"]
    starts = {
        (who, "start"): start_workload(read.world, WorkloadStart(task, checked.context, checked.unknown)).decision
        for who, task in tasks
    }
    return starts | {
        (who, what): simulate(read.world, checked.call("GetSecretValue", arn, SecretId=secret)).decision
        for who, arn in callers
        for what, secret in secrets
    }


def leaves(part, at=(), *, inside=False):
    """Where texts of policies stand in a template."""
    if isinstance(part, dict):
        for key, member in part.items():
            yield from leaves(member, (*at, key), inside=inside or key in DOCUMENTS)
    elif isinstance(part, list):
        if not (at and str(at[-1]).startswith("Fn::")):
            for index, member in enumerate(part):
                yield from leaves(member, (*at, index), inside=inside)
    elif isinstance(part, str) and inside and not any(str(step).startswith(("Fn::", "Ref")) for step in at):
        yield at


def replaced(found, places):
    """A template with parameters without a value in place of some texts, and without some defaults."""
    document = copy.deepcopy(written(found.template))
    for number, place in enumerate(places):
        part = document
        for step in place[:-1]:
            part = part[step]
        if place[0] == "Parameters":
            part.pop("Default", None)
            continue
        part[place[-1]] = {"Ref": f"Hole{number}"}
        document.setdefault("Parameters", {})[f"Hole{number}"] = {"Type": "String"}
    return found._replace(template=template_of(found.template.name, json.dumps(document)))


@cache
def written(template):
    """The template, for SAM as its transform leaves it."""
    return {name: part for name, part in template.document.items() if name != "Transform"}


def holes(found):
    document = written(found.template)
    defaults = [("Parameters", name, "Default") for name, p in document.get("Parameters", {}).items() if "Default" in p]
    return [*leaves(document.get("Resources"), ("Resources",)), *defaults]


@st.composite
def less(draw):
    """A group of stacks, settings that give less than everything, and templates that say less."""
    group = draw(st.sampled_from(sorted(GROUPS)))
    settings = {}
    for kind, given_ in known(group).items():
        dropped = draw(st.sets(st.sampled_from(sorted(given_, key=str)))) if given_ and draw(st.booleans()) else set()
        settings[kind] = {name: value for name, value in given_.items() if name not in dropped}
    return group, settings, [less_of(draw, each) for each in templates_of(group)]


def less_of(draw, each):
    """A template that says less, and so do those of its nested stacks."""
    places = draw(st.lists(st.sampled_from(holes(each)), max_size=3, unique=True)) if holes(each) else []
    nested = {id_: less_of(draw, inner) for id_, inner in each.nested.items()}
    return (replaced(each, places) if places else each)._replace(nested=nested)


def turned(group, settings, found):
    """What was decided one way and is now decided the other way."""
    before, after = answers(group), decisions(*world_of(found, Settings(**settings)))
    pairs = {asked: (before.get(asked, Decision.UNKNOWN), decision) for asked, decision in after.items()}
    definite = {asked: pair for asked, pair in pairs.items() if Decision.UNKNOWN not in pair}
    return {asked: pair for asked, pair in definite.items() if len({one is Decision.ALLOWED for one in pair}) == 2}


@given(less())
def test_knowing_less_never_turns_a_decision_round(case):
    assert not turned(*case)


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_no_single_text_turns_a_decision_round(group):
    for found in one_less(templates_of(group)):
        assert not turned(group, known(group), found)


def one_less(found):
    """The templates, each time with one text less."""
    for index, each in enumerate(found):
        ways = [replaced(each, [place]) for place in holes(each)]
        ways += [
            each._replace(nested={**each.nested, id_: inner})
            for id_ in each.nested
            for (inner,) in one_less([each.nested[id_]])
        ]
        yield from ([*found[:index], way, *found[index + 1 :]] for way in ways)


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_no_single_setting_turns_a_decision_round(group):
    settings = known(group)
    for kind, given_ in settings.items():
        for name in given_:
            less_given = {key: value for key, value in given_.items() if key != name}
            assert not turned(group, {**settings, kind: less_given}, templates_of(group)), (kind, name)


def test_the_worlds_that_are_fully_known_have_answers_of_both_kinds():
    verdicts = [decision for group in GROUPS for decision in answers(group).values()]
    assert {Decision.ALLOWED, Decision.IMPLICIT_DENY} <= set(verdicts)
    starts = {decision for (_, what), decision in answers("starts").items() if what == "start"}
    assert {Decision.ALLOWED, Decision.IMPLICIT_DENY} <= starts
    assert sum(decision is not Decision.UNKNOWN for decision in verdicts) > len(verdicts) / 3
