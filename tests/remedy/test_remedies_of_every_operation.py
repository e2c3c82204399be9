"""The law of remedies, for every operation that takes a secret or a key, by anybody, in worlds that are broken at random.

A remedy opens its call, and every other answer stays. An answer is that of one authorization: who asks (a role for all of
its sessions, which share its policies), for which action on which resource, and how:

- of a request that Secrets Manager makes of a key, through that service and for that secret; which version of the secret
  it is for makes no difference, since a version is replaced by the next;
- of a request on a key that the caller makes itself, with its encryption context; where there is none, any use of the
  action on that key is the same answer, for no condition says "directly";
- of CreateGrant, for which grantee and which operations, or fewer;
- of a request that a service makes of a function, for which secret.

So a GetSecretValue that lacked kms:Decrypt opens every other call that lacked nothing but this very kms:Decrypt. A KMS grant
knows no service: of a remedy that holds one, a direct use of the key for that secret is the same answer.

Nothing is too much: without any one statement, action or resource the call is refused again, and without any one condition
it is open to something else too: in this world or in one whose accounts allow their people everything.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from explanation.settings import KEY, OWNER, SECRET, VIA, world_of
from explanation.worlds import ADMINISTRATION, OTHER, SETTINGS, policy
from hypothesis import given, settings
from hypothesis import strategies as st
from remedy.every_call import BYSTANDER, CALLS, FIRST, FUNCTION, OTHER_KEY, OUTSIDER, callers, identity_of, inhabited
from remedy.test_remedies_in_broken_worlds import (
    IMPLIED,
    broken,
    said_beside,
    with_everything,
    without_a_condition,
    without_a_statement,
)

from iamsim.analysis.amend import amended
from iamsim.analysis.remedy import applied, remedies, replayed
from iamsim.engine.decision import Decision
from iamsim.services.operations import OPERATIONS
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate, simulate_authorization

EXAMPLES = max(20, settings().max_examples // 20)
QUICK = settings().max_examples < 100
"""Each example compares a thousand answers; the quick profile takes those of the same operation and one of fifty others."""

TAKES = {"SecretId", "SecretIdList", "KeyId", "KmsKeyId", "CiphertextBlob"}
MODELLED = [written for written in CALLS if written.operation in set(OPERATIONS)]
SETTLED = [setting for setting in SETTINGS if setting.customer_key]


def test_every_operation_that_takes_a_secret_or_a_key_is_among_them():
    taking = {
        name
        for name, operation in OPERATIONS.items()
        if operation.service in ("secretsmanager", "kms") and TAKES & {taken.name for taken in operation.parameters}
    }
    assert {written.operation for written in MODELLED} == taking


# What an answer is


def told(request):
    """How a request was made, as far as it makes a difference."""
    values = request.values
    if "kms:encryptioncontext:secretarn" in values:
        return {key: values[key] for key in ("kms:viaservice", "kms:encryptioncontext:secretarn") if key in values}
    kept = ("kms:viaservice", "kms:granteeprincipal", "kms:grantoperations", "aws:sourcearn")
    return {key: value for key, value in values.items() if key in kept or key.startswith("kms:encryptioncontext:")}


def who(request):
    return str(request.principal) if isinstance(request.principal, dict) else identity_of(str(request.principal))


def is_part_of(request, own, *, by_grant):
    """Whether a request is the same as one of the call's own, or narrower."""
    if (who(request), request.action, request.resource) != (who(own), own.action, own.resource):
        return False
    return all(
        set(request.values.get(key, ("absent",))) <= set(value)
        for key, value in told(own).items()
        if not (by_grant and key == "kms:viaservice")
    )


def questions(outcome):
    """Every answer that is compared: whole calls on either secret and key, and authorizations alone."""
    context = outcome.call.context
    found = []
    for caller in callers(outcome.world):
        for written in MODELLED:
            for secret, key in ((SECRET, KEY), (OTHER, OTHER_KEY)):
                found.append((Call(written.operation, caller, written.about(secret, key), context), None))
        found += [(Call(action, caller, context={**context, **more}), on) for action, on, more in ALONE]
    if not QUICK:
        return found
    near = [(call, on) for call, on in found if call.operation == outcome.call.operation]
    return near + random.Random(f"{outcome.call.operation} {outcome.call.caller}").sample(found, len(found) // 50)


def answered(world, call, on):
    return simulate(world, call) if on is None else simulate_authorization(world, call, on)


def succeeds(outcome):
    """Of a batch: every secret is read."""
    return outcome.ok and not (outcome.response or {}).get("Errors")


THROUGH = {"kms:ViaService": VIA, "kms:EncryptionContext:SecretARN": SECRET}
ALONE = [
    *[("secretsmanager:StopReplicationToReplica", arn, {}) for arn in (SECRET, OTHER)],
    *[("secretsmanager:GetSecretValue", arn, {"secretsmanager:VersionStage": "AWSPENDING"}) for arn in (SECRET, OTHER)],
    *[
        (action, key, context)
        for action in ("kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:CreateGrant")
        for key in (KEY, OTHER_KEY)
        for context in (
            THROUGH,
            {**THROUGH, "kms:EncryptionContext:SecretARN": OTHER},
            {**THROUGH, "kms:ViaService": "s3.us-east-1.amazonaws.com"},
            {"kms:EncryptionContext:App": "blog"},
        )
    ],
    ("kms:CreateKey", "*", {}),
    ("secretsmanager:ListSecrets", "*", {}),
    ("lambda:InvokeFunction", FUNCTION, {}),
    ("sts:AssumeRole", BYSTANDER, {}),
    ("sts:AssumeRole", OUTSIDER, {}),
]


# The law


def check(outcome, additions, implied=()):
    """`implied`: context keys that the world says anyhow.

    Raises:
    AssertionError: the additions do not open the call, change another answer, or hold too much.
    """
    world = amended(outcome.world, additions)
    opened = replayed(outcome, world)
    assert succeeds(opened)
    own = [a.evaluation.request for a in opened.authorizations]
    by_grant = any(addition.grant for addition in additions)
    for call, on in questions(outcome):
        assert_same(answered(outcome.world, call, on), answered(world, call, on), own, by_grant=by_grant)
    for what, fewer in without_a_part(additions):
        assert not succeeds(replayed(outcome, amended(outcome.world, fewer))), what
    for addition, key, wider in without_a_condition(additions):
        if key in implied or said_beside(additions, addition, key):
            continue
        actions = {action for statement in addition.statements for action in listed(statement["Action"])}
        of_it = [request for request in own if not actions or request.action in actions]
        assert opens_more(outcome, of_it, key, additions, wider), (addition.type, key)


def assert_same(before, after, own, *, by_grant):
    """Only the call's own authorizations may be open that were not, and a call answers anew only because of them."""
    was, now = decisions(before), decisions(after)
    changed = [(name, request) for name, (decision, request) in now.items() if was.get(name, (None,))[0] != decision]
    assert changed or answer(before) == answer(after), (before.call, answer(before), answer(after))
    for name, request in changed:
        if name in was:  # else AWS did not come to it before
            assert now[name][0] is Decision.ALLOWED, (before.call, request.action)
            assert was[name][0] is not Decision.EXPLICIT_DENY
            assert any(is_part_of(request, each, by_grant=by_grant) for each in own), (before.call, request.action)


def decisions(outcome):
    """The decision and the request of each authorization, by what was asked; the same is asked again under another policy."""
    found = {}
    for authorization in outcome.authorizations:
        name = (key(authorization), sum(known == key(authorization) for known, _ in found))
        found[name] = (authorization.decision, authorization.evaluation.request)
    return found


def answer(outcome):
    """What AWS answers; the words of a refusal may name the next policy that does not allow."""
    return (outcome.decision, outcome.error and outcome.error.code)


def key(authorization):
    request = authorization.evaluation.request
    return (str(request.principal), request.action, request.resource, repr(sorted(request.values.items())))


def listed(value):
    return value if isinstance(value, list) else [value]


def without_a_part(additions):
    """Without each statement and grant, and of a statement that lists several actions or resources without each of them."""
    yield from without_a_statement(additions)
    for i, addition in enumerate(additions):
        for j, statement in enumerate(addition.statements):
            for element in ("Action", "Resource"):
                entries = listed(statement.get(element, ()))
                for each in entries if len(entries) > 1 else ():
                    made = {**statement, element: [other for other in entries if other != each]}
                    statements = (*addition.statements[:j], made, *addition.statements[j + 1 :])
                    rest = (*additions[:i], replace(addition, statements=statements), *additions[i + 1 :])
                    yield f"{addition.type} {j} {each}", rest


def opens_more(outcome, own, dropped, additions, wider):
    """Whether something is open without a condition that is not open with it, or was before anything was added.

    Asked is what the call asks, but for the context key; of aws:PrincipalArn, by everybody else.
    """
    kinds = (None, "within limits", True)
    for generous in kinds:
        worlds = [generously(amended(outcome.world, each), generous) for each in (additions, wider, ())]
        for request in own:
            for caller in callers(outcome.world) if dropped == "aws:PrincipalArn" else (request.principal,):
                for changed in others(request, dropped):
                    call = Call(request.action, caller, context=changed)
                    narrow, wide, without = (simulate_authorization(w, call, request.resource).ok for w in worlds)
                    if without or (wide and not narrow):
                        return True
    return False


def generously(world, how):
    return with_everything(world, limited=how == "within limits") if how else world


def others(request, dropped):
    """The context with another value of a key, or of any key of the encryption context where a grant's constraints are gone."""
    if dropped == "aws:PrincipalArn":
        # what says who calls is found for each caller
        yield {k: v for k, v in request.context.items() if not k.lower().startswith("aws:")}
        return
    for name in request.context:
        if name.lower() == dropped.lower() or (dropped == "constraints" and "EncryptionContext:" in name):
            for value in (None, "another", OTHER):
                yield {**request.context, name: value}
            for_secret = {"kms:EncryptionContext:SecretVersionId": FIRST, "kms:EncryptionContextKeys": ["SecretARN"]}
            yield {**request.context, name: None, **THROUGH, **for_secret}


def play(setting, documents, written, caller):
    world = inhabited(world_of(setting, documents), written.state)
    found = sorted(callers(world))
    chosen = caller if isinstance(caller, str) else found[caller % len(found)]
    call = Call(written.operation, chosen, written.about(SECRET, KEY), setting.context)
    return simulate(world, call)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(SETTLED), st.integers(0, 10_000), st.sampled_from(MODELLED), st.integers(0, 100))
def test_a_remedy_opens_its_call_and_no_other_answer_changes(setting, seed, written, caller):
    outcome = play(setting, broken(setting, seed), written, caller)
    found = remedies(outcome)
    if succeeds(outcome):
        assert (found.remedy, found.alternatives, found.obstacles) == (None, (), ())
        return
    if found.remedy is not None and not found.obstacles:
        check(outcome, found.remedy.additions, implied=IMPLIED[1:] if setting.name == IMPLIED[0] else ())
    for other in found.alternatives:
        if other.role is None:
            assert replayed(outcome, applied(outcome.world, other)).ok


BARE = policy(ADMINISTRATION)
"""A key policy that delegates nothing and allows little: nobody may do anything."""


@pytest.mark.parametrize("number", range(len(MODELLED)), ids=lambda n: f"{n} {MODELLED[n].operation}")
def test_in_a_world_that_allows_nothing_every_operation_has_a_remedy(number):
    setting = next(setting for setting in SETTLED if setting.account == OWNER and not setting.context)
    written = MODELLED[number]
    outcome = play(setting, {"keyPolicy": BARE}, written, f"arn:aws:iam::{OWNER}:role/app")
    found = remedies(outcome)
    assert not found.obstacles
    check(outcome, found.remedy.additions)
