"""A small world that the tests of the simulator change: an owner with a secret and a key, a consumer, an organization."""

from __future__ import annotations

from dataclasses import replace

from iamsim.model.policy import Policy
from iamsim.model.world import (
    Account,
    FederatedUser,
    Key,
    Organization,
    Role,
    Secret,
    SecretVersion,
    Session,
    Unit,
    User,
    World,
)
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

OWNER, CONSUMER, MANAGEMENT = "111122223333", "444455556666", "999999999999"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/db-AbCdEf"
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd"
USER, ROOT = f"arn:aws:iam::{OWNER}:user/team/alice", f"arn:aws:iam::{OWNER}:root"
ROLE, SESSION = f"arn:aws:iam::{OWNER}:role/ops/app", f"arn:aws:sts::{OWNER}:assumed-role/app/run"
FEDERATED = f"arn:aws:sts::{OWNER}:federated-user/guest"
CONSUMER_ROLE = f"arn:aws:iam::{CONSUMER}:role/app"


def policy(kind, *statements, name=""):
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind, name or kind, lenient=True)


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ALL = (policy("identity", EVERYTHING),)
OPEN = {**EVERYTHING, "Principal": "*"}


VERSION = SecretVersion("v1", ("AWSCURRENT",), "example")


def owner(**fields):
    account = Account(
        OWNER,
        "owner",
        users={USER: User(USER, "AIDAEXAMPLE", ALL, tags={"team": "red"})},
        roles={
            ROLE: Role(ROLE, "AROAEXAMPLE", ALL, tags={"team": "red", "env": "prod"},
                       sessions={"run": Session(tags={"env": "test"})}),
        },
        federated_users={FEDERATED: FederatedUser(FEDERATED, USER, Session(ALL, {"team": "blue"}))},
        secrets={SECRET: Secret(SECRET, "prod/db", KEY, versions=(VERSION,), tags={"app": "shop"})},
        keys={KEY: Key(KEY, policy("keyPolicy", OPEN), aliases=("secrets",))},
    )  # fmt: skip
    return replace(account, **fields)


def world(owner_account=None, **fields):
    consumer = Account(CONSUMER, "consumer", roles={CONSUMER_ROLE: Role(CONSUMER_ROLE, "AROAOTHER", ALL)})
    root = Unit(
        "root", id="r-1", units=(Unit("unit", id="ou-1", accounts=(OWNER,)), Unit("other", accounts=(CONSUMER,)))
    )
    accounts = {OWNER: owner_account or owner(), CONSUMER: consumer, MANAGEMENT: Account(MANAGEMENT, "management")}
    return World(accounts, fields.get("organization", Organization("o-1", MANAGEMENT, root)))


def read(made, caller, secret=SECRET, context=None, unknown=(), **parameters):
    call = Call("GetSecretValue", caller, {"SecretId": secret, **parameters}, context or {}, unknown)
    return simulate(made, call)


def requests(outcome):
    return [authorization.evaluation.request for authorization in outcome.authorizations]
