"""Worlds in which a GetSecretValue is allowed, each as documents by name, so that one of them can be broken.

A name is a policy type and perhaps more of it, such as `identity-kms`; the world keeps it as the policy's name, and the
document's text as its source.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from iamsim.language.json_document import json_source
from iamsim.model.policy import Policy
from iamsim.model.world import (
    Account,
    Endpoint,
    Grant,
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
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ORGANIZATION = "o-exampleorg"
VIA = "secretsmanager.us-east-1.amazonaws.com"


@dataclass(frozen=True)
class Setting:
    """A caller (`user`, `role` or `session`) in an account, the documents around the call, and what else it needs."""

    name: str
    documents: dict[str, dict]
    caller: str = "session"
    account: str = OWNER
    customer_key: bool = True
    grants: tuple[Grant, ...] = ()
    context: dict[str, object] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


ARNS = {
    "user": "arn:aws:iam::{}:user/app",
    "role": "arn:aws:iam::{}:role/app",
    "session": "arn:aws:sts::{}:assumed-role/app/run",
}
TYPES = {"identity", "boundary", "session", "scp", "rcp", "endpoint", "secretPolicy", "keyPolicy"}


def file_of(name):
    return f"policies/{name}.json"


def text_of(document):
    return json.dumps(document, indent=2)


def parsed(name, document):
    kind = next(kind for kind in TYPES if name.split("-")[0] == kind)
    return Policy.parse(json_source(file_of(name), text_of(document)), kind, name, lenient=True)


def world_of(setting, documents):
    """The world of a setting with these documents in place of its own."""
    policies = {name: parsed(name, document) for name, document in documents.items()}

    def attached(beginning):
        return tuple(policy for name, policy in policies.items() if name.split("-")[0] == beginning)

    def one(name):
        return next(iter(attached(name)), None)

    def placed(kind, level):
        return tuple(policy for policy in attached(kind) if policy.name.split("-")[1] == level)

    def unit(level, **more):
        full = not any("only" in policy.name for policy in placed("scp", level))
        return Unit(level, placed("scp", level), placed("rcp", level), full, **more)

    account = setting.account
    key_arn = KEY if setting.customer_key else None
    version = SecretVersion("v1", ("AWSCURRENT",), "example")
    secret = Secret(SECRET, "prod/db", key_arn, one("secretPolicy"), (version,), setting.tags)
    key = Key(KEY, one("keyPolicy"), setting.grants, ("secrets",))
    user = User(ARNS["user"].format(account), "AIDAEXAMPLE", attached("identity"), one("boundary"), setting.tags)
    session = Session(attached("session")) if attached("session") else Session()
    role = Role(
        ARNS["role"].format(account), "AROAEXAMPLE", attached("identity"), one("boundary"), None, setting.tags,
        {"run": session},
    )  # fmt: skip
    endpoint = Endpoint("vpce-1", "secretsmanager", one("endpoint"), "vpc-1")
    callers = {"users": {user.arn: user}, "roles": {role.arn: role}, "endpoints": {"vpce-1": endpoint}}
    things = {"secrets": {SECRET: secret}, "keys": {KEY: key}}
    accounts = {OWNER: Account(OWNER, "owner", **things, **(callers if account == OWNER else {}))}
    if account != OWNER:
        accounts[account] = Account(account, "consumer", **callers)
    below = unit("account", accounts=tuple(accounts))
    root = unit("root", units=(unit("unit", units=(below,)),))
    return World(accounts, Organization(ORGANIZATION, MANAGEMENT, root))


def played(setting, documents=None):
    """The outcome of the setting's call."""
    world = world_of(setting, setting.documents if documents is None else documents)
    caller = ARNS[setting.caller].format(setting.account)
    return simulate(world, Call("GetSecretValue", caller, {"SecretId": SECRET}, setting.context))
