"""The producer and the consumer that `cdk synth` writes, in a folder of their own; and the consumer mended."""

from __future__ import annotations

import json

from running import ROOT

CDK = ROOT / "tests" / "data" / "cdk"
KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SECRET = "arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db/password-AbCdEf"
BOUNDARY = "arn:aws:iam::222222222222:policy/TeamBoundary"
GIVEN = (
    *("--policy", f"{BOUNDARY}=boundary.json"),
    *("--name", f"Producer.SecretKey573D36D8={KEY}"),
    *("--name", f"DbSecret685A0FA5={SECRET}"),
)
"""What tells all that the templates leave open and that matters."""

CONSUMER, PRODUCER = "Consumer.template.json", "Producer.template.json"


def edited(file, edit):
    """A JSON file, edited in place."""
    value = json.loads(file.read_text(encoding="utf-8"))
    edit(value)
    file.write_text(json.dumps(value, indent=1), encoding="utf-8")


def statements(template):
    """The statements of the consumer's identity policy."""
    return template["Resources"]["AppRoleDefaultPolicy1872B475"]["Properties"]["PolicyDocument"]["Statement"]
