"""Secrets whose names or suffixes are not known can be named in a call."""

from __future__ import annotations

from dataclasses import replace

from unit.simulator.worlds import SECRET, USER, owner, world

from iamsim.language.unknown_text import unknown_text
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate


def test_an_arn_with_an_unknown_suffix_is_a_name():
    arn = f"{SECRET[:-6]}{unknown_text('Stack.Secret.suffix', 6)}"
    account = owner()
    made = replace(account, secrets={arn: replace(account.secrets[SECRET], arn=arn)})
    outcome = simulate(world(made), Call("GetSecretValue", USER, {"SecretId": arn}))
    assert outcome.ok


def test_what_is_known_of_a_name_is_still_judged():
    arn = f"{SECRET[:-6]} {unknown_text('Stack.Secret.suffix', 6)}"
    outcome = simulate(world(), Call("GetSecretValue", USER, {"SecretId": arn}))
    assert outcome.error.code == "ValidationException"
