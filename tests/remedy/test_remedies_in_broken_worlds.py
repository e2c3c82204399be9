"""The law of remedies, over worlds that are broken at random: a remedy opens the call, and nothing of it is too much.

Without any one of its statements the call is refused; without any one condition something more is open: the key used
directly, or for another secret, by the caller whatever the other account allows it (here: everything).
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from explanation.mutations import mutations
from explanation.settings import CONSUMER, KEY, SECRET, VIA, parsed, played
from explanation.worlds import DELEGATION, OTHER, SETTINGS, policy

from iamsim.analysis.amend import amended
from iamsim.analysis.obstacles import Why
from iamsim.analysis.remedy import remedies, replayed
from iamsim.engine.decision import Decision
from iamsim.language.errors import PolicyError
from iamsim.model.policy import Policy
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate, simulate_authorization

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
DELEGATING = Policy.parse(policy(DELEGATION), "keyPolicy", "all")
PAIRS = {
    "kms:EncryptionContext:SecretVersionId": "v1",
    "kms:EncryptionContextKeys": ["SecretARN", "SecretVersionId"],
}
CONTEXTS = (
    {},
    {"kms:EncryptionContext:SecretARN": SECRET, **PAIRS},
    {"kms:EncryptionContext:SecretARN": SECRET, "kms:ViaService": VIA, **PAIRS},
    {"kms:EncryptionContext:SecretARN": OTHER, "kms:ViaService": VIA, **PAIRS},
)
IMPLIED = ("denies that spare the caller", "kms:ViaService")
"""That key's own policy denies every use but through Secrets Manager; the remedy says it all the same, as AWS recommends."""
RUNS = 12


def broken(setting, seed):
    """The documents with one to three of them broken or gone; never a key policy that is gone, for it would be unknown."""
    chance = random.Random(f"{setting.name} {seed}")
    documents = dict(setting.documents)
    for name in chance.sample(sorted(documents), min(len(documents), chance.randint(1, 3))):
        changes = list(mutations(name, documents[name]))
        if name != "keyPolicy" and chance.random() < 0.3:
            del documents[name]
        elif changes:
            made = chance.choice(changes).document
            documents[name] = made if readable(name, made) else documents[name]
    return documents


def readable(name, document):
    try:
        parsed(name, document)
    except PolicyError:
        return False
    return True


def principals(world):
    for account in world.accounts.values():
        yield from account.users
        for arn in account.roles:
            yield arn
            yield f"arn:aws:sts::{account.id}:assumed-role/{arn.rpartition('/')[2]}/run"


def answers(outcome, additions, *, generous):
    """What is open: who reads the secret or another one, and who uses the key, directly or through a service."""
    world = amended(outcome.world, additions)
    secret = world.secret(SECRET)
    world = world.with_secret(replace(secret, arn=OTHER, name="prod/cache"))
    if generous:
        world = with_everything(world, limited=generous == "within limits")
    found = set()
    for caller in principals(world):
        for arn in (SECRET, OTHER):
            call = replace(outcome.call, caller=caller, parameters={"SecretId": arn})
            found |= {(caller, arn)} if simulate(world, call).decision is not Decision.IMPLICIT_DENY else set()
            asked = replace(call, operation="secretsmanager:GetSecretValue", parameters={})
            found |= {(caller, "alone", arn)} if simulate_authorization(world, asked, arn).ok else set()
        for i, context in enumerate(CONTEXTS if world.key(KEY) else ()):
            asked = Call("kms:Decrypt", caller, context=context)
            found |= {(caller, i)} if simulate_authorization(world, asked, KEY).ok else set()
    return found


def with_everything(world, *, limited):
    """The world in which every caller is allowed everything by its account.

    `limited`: within its boundary, and by the owner of the key too, so that only boundaries stand in the way.
    """
    everything = Policy.parse(EVERYTHING, "identity", "everything")
    for account in world.accounts.values():
        users = {arn: generously(user, everything, limited) for arn, user in account.users.items()}
        roles = {arn: replace(generously(r, everything, limited), sessions={}) for arn, r in account.roles.items()}
        world = replace(world, accounts={**world.accounts, account.id: replace(account, users=users, roles=roles)})
    key = world.key(KEY)
    return world.with_key(replace(key, managed_policies={"all": DELEGATING})) if limited and key else world


def generously(principal, everything, limited):
    boundary = principal.boundary if limited else None
    return replace(principal, policies=(*principal.policies, everything), boundary=boundary)


def without_a_statement(additions):
    for i, addition in enumerate(additions):
        for j in range(len(addition.statements)):
            rest = (*addition.statements[:j], *addition.statements[j + 1 :])
            kept = (replace(addition, statements=rest),) if rest else ()
            yield f"{addition.type} {j}", (*additions[:i], *kept, *additions[i + 1 :])
        if addition.grant:
            yield "grant", (*additions[:i], *additions[i + 1 :])


def without_a_condition(additions):
    for i, addition in enumerate(additions):
        for j, statement in enumerate(addition.statements):
            for operator, keys in statement.get("Condition", {}).items():
                for key in keys:
                    fewer = {operator: {name: value for name, value in keys.items() if name != key}}
                    bare = {name: value for name, value in statement.items() if name != "Condition"}
                    made = {**bare, "Condition": fewer} if fewer[operator] else bare
                    statements = (*addition.statements[:j], made, *addition.statements[j + 1 :])
                    yield addition, key, (*additions[:i], replace(addition, statements=statements), *additions[i + 1 :])
        if addition.grant and addition.grant.constraints:
            bare = replace(addition, grant=replace(addition.grant, constraints={}))
            yield addition, "constraints", (*additions[:i], bare, *additions[i + 1 :])


@pytest.mark.parametrize("seed", range(RUNS))
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_remedy_opens_the_call_and_nothing_of_it_is_too_much(setting, seed):
    outcome = played(setting, broken(setting, seed))
    found = remedies(outcome)
    if outcome.ok:
        assert (found.remedy, found.alternatives, found.obstacles) == (None, (), ())
        return
    assert (found.remedy is None) == bool(found.obstacles)
    for remedy in [*([found.remedy] if found.remedy else []), *found.alternatives]:
        if remedy.role is not None:
            caller = replace(outcome.call, caller=remedy.role)
            assert simulate(amended(outcome.world, remedy.additions), caller).ok
            continue
        check(setting, outcome, remedy.additions)


def check(setting, outcome, additions):
    assert replayed(outcome, amended(outcome.world, additions)).ok
    for what, fewer in without_a_statement(additions):
        assert not replayed(outcome, amended(outcome.world, fewer)).ok, what
    for addition, key, wider in without_a_condition(additions):
        assert (
            (setting.name, key) == IMPLIED
            or said_beside(additions, addition, key)
            or open_already(setting, outcome, key)
            or any(
                answers(outcome, wider, generous=generous) > answers(outcome, additions, generous=generous)
                for generous in (False, "within limits", True)
            )
        ), (addition.type, key)


def said_beside(additions, addition, key):
    """Whether an identity policy repeats a condition of the resource's statement, beside an Allow there under other conditions.

    Without it the caller would be let in where that Allow applies; whether it ever does is not asked.
    """
    beside = [
        other
        for other in additions
        if other.policy and any(key in keys for s in other.statements for keys in s.get("Condition", {}).values())
    ]
    return addition.type == "identity" and any(
        s.effect == "Allow" and s.conditions
        for other in beside
        if other is not addition
        for s in other.policy.statements
    )


def open_already(setting, outcome, key):
    """Whether what a condition keeps out is open without the remedy: by a statement that was broken into its contrary."""
    probe = (outcome.call.caller, 1 if key == "kms:ViaService" else 3)
    across = (False, True) if setting.account == CONSUMER else (False,)
    return any(probe in answers(outcome, (), generous=generous) for generous in across)


def test_obstacles_are_found_too():
    """The settings are broken in more ways than one."""
    whys = set()
    for setting in SETTINGS:
        for seed in range(RUNS):
            whys |= {obstacle.why for obstacle in remedies(played(setting, broken(setting, seed))).obstacles}
    assert {Why.EXPLICIT_DENY, Why.SCP} <= whys
