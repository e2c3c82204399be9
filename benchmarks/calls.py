"""Measure whole calls: GetSecretValue over a world of 1,000 secrets and 500 roles, beside the bare decisions it needs.

    python benchmarks/calls.py [--calls N] [--rounds N]

The peer is `authorize`, asked for the same two authorizations with the context and policies at hand. What a call takes
beyond that is finding the secret, deriving the context and building the response and the events.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import time

from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, Key, Role, Secret, SecretVersion, World
from iamsim.simulator.authorize import authorize
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

ACCOUNT = "111122223333"
SECRETS, ROLES = 1_000, 500
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/00000000-0000-0000-0000-000000000001"


def made() -> World:
    """The world: each role may read two secrets by exact ARN, all under one key."""
    secrets = {}
    for n in range(SECRETS):
        arn = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:app/{n}-AbCdEf"
        secrets[arn] = Secret(arn, f"app/{n}", KEY, versions=(SecretVersion(f"{n:036d}", ("AWSCURRENT",), "example"),))
    arns = list(secrets)
    roles = {}
    for n in range(ROLES):
        role = f"arn:aws:iam::{ACCOUNT}:role/app-{n}"
        read = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arns[2 * n : 2 * n + 2]}
        use = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY}
        document = {"Version": "2012-10-17", "Statement": [read, use]}
        roles[role] = Role(role, f"AROA{n:016d}", (Policy.parse(document, PolicyType.IDENTITY, role),))
    whole = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    key = Key(KEY, Policy.parse({"Version": "2012-10-17", "Statement": whole}, PolicyType.KEY_POLICY, "key"))
    return World({ACCOUNT: Account(ACCOUNT, "shop", roles=roles, secrets=secrets, keys={KEY: key})})


def calls(number: int) -> list[Call]:
    """Calls by every role in turn, each for a secret that it may read, by name."""
    named = ((n % ROLES, 2 * (n % ROLES) + n % 2) for n in range(number))
    return [
        Call("GetSecretValue", f"arn:aws:sts::{ACCOUNT}:assumed-role/app-{role}/run", {"SecretId": f"app/{secret}"})
        for role, secret in named
    ]


def timed(work) -> float:
    """Seconds that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Take turns, round by round, and compare the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    world, asked = made(), calls(given.calls)
    outcomes = [simulate(world, call) for call in asked]
    assert all(outcome.ok for outcome in outcomes)
    pairs = [(a.evaluation.request, a.evaluation.law.policies) for o in outcomes for a in o.authorizations]
    whole, bare = [], []
    for _ in range(given.rounds):
        whole.append(timed(lambda: [simulate(world, call) for call in asked]))
        bare.append(timed(lambda: [authorize(request, policies).decision for request, policies in pairs]))
    calls_a_second, decisions = given.calls / statistics.median(whole), len(pairs) / statistics.median(bare)
    print(f"whole calls a second  {calls_a_second:8,.0f}")
    print(f"bare decisions a second {decisions:6,.0f}  (a call needs {len(pairs) / given.calls:g})")
    print(f"a call takes {statistics.median(whole) / statistics.median(bare):.1f} times what its decisions take")
    profile = cProfile.Profile()
    profile.runcall(lambda: [simulate(world, call) for call in asked])
    pstats.Stats(profile).sort_stats("tottime").print_stats(12)


if __name__ == "__main__":
    main()
