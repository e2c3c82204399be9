"""Small worlds for the rules, and what a rule finds in them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from iamsim.analysis.checked import Checked
from iamsim.analysis.report import Place, Unknown
from iamsim.analysis.rules import RULES
from iamsim.language.diagnostic import Label
from iamsim.language.json_document import json_source
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, Function, Key, Organization, Role, Rotation, Secret, SecretVersion, World

OWNER, CONSUMER = "111122223333", "444455556666"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/db-AbCdEf"
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd"
FUNCTION = f"arn:aws:lambda:us-east-1:{OWNER}:function:rotator"
APP, READER = f"arn:aws:iam::{OWNER}:role/app", f"arn:aws:iam::{CONSUMER}:role/reader"
VERSION = SecretVersion("00000000-0000-0000-0000-000000000001", ("AWSCURRENT",), "example")
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"}, "Action": "kms:*", "Resource": "*"}


def policy(kind, *statements, name=""):
    """A policy with a text that can be pointed at."""
    name = name or str(kind)
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=1, ensure_ascii=False)
    return Policy.parse(json_source(name, text), kind, name, lenient=True)


def not_known(kind, name):
    return Policy(name, PolicyType(kind), None, (), known=False)


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def share(action, principal, **more):
    return allow(action, Principal=principal, **more)


def place(name):
    return Place(Label(json_source(f"{name}.json", "{}")), name)


@dataclass
class Making:
    """A world as a test wants it; what is not said is as in a small template with one secret under one key."""

    secret_arn: str = SECRET
    key_arn: str | None = KEY
    secret_policy: Policy | None = None
    key_policy: Policy | None = None
    app: tuple[Policy, ...] | None = None
    reader: tuple[Policy, ...] | None = None
    boundary: Policy | None = None
    function: Policy | None = None
    rotator: tuple[Policy, ...] = ()
    rotated: bool = False
    places: tuple[str, ...] = (SECRET, KEY, APP, READER, FUNCTION)
    unknowns: dict[str, Unknown] = field(default_factory=dict)
    organization: Organization | None = None
    context: dict[str, Any] = field(default_factory=dict)

    def checked(self):
        rotation = Rotation(FUNCTION) if self.rotated else None
        secret = Secret(self.secret_arn, "prod/db", self.key_arn, self.secret_policy, (VERSION,), rotation=rotation)
        keys = {}
        if self.key_arn and ":key/" in self.key_arn:
            keys = {self.key_arn: Key(self.key_arn, self.key_policy or policy("keyPolicy", ROOT, name="key"))}
        roles = {APP: Role(APP, "", self.app, self.boundary)} if self.app is not None else {}
        functions = {}
        if self.rotated:
            role = f"arn:aws:iam::{OWNER}:role/rotator"
            lets = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            roles[role] = Role(role, "", self.rotator, trust=policy("trustPolicy", lets))
            functions = {FUNCTION: Function(FUNCTION, self.function, role)}
        accounts = {
            OWNER: Account(OWNER, OWNER, roles=roles, secrets={secret.arn: secret}, keys=keys, functions=functions)
        }
        if self.reader is not None:
            accounts[CONSUMER] = Account(
                CONSUMER, CONSUMER, roles={READER: Role(READER, "", self.reader, self.boundary)}
            )
        declared = {arn: place(arn.rpartition(":")[2]) for arn in (*self.places, secret.arn)}
        return Checked(World(accounts, self.organization), declared, self.unknowns, self.context)


def find(id_, **made):
    """What a rule finds in a world."""
    return list(RULES[id_].find(Making(**made).checked()))
