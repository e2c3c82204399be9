"""Reports of a check, made by hand: a producer's key policy that lacks a consumer, and what else a check can find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iamsim.analysis.amend import Addition
from iamsim.analysis.report import Ignore, Place, Report, Result, State, Unknown
from iamsim.analysis.solve import Remedy
from iamsim.inputs.yaml_document import locate_yaml
from iamsim.language.diagnostic import Label, Severity
from iamsim.language.json_document import json_source
from iamsim.language.source import Source
from iamsim.language.unknown_text import unknown_text
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import Account, Key, World

OWNER, CONSUMER = "111122223333", "444455556666"
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
APP = f"arn:aws:iam::{CONSUMER}:role/app"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/db-{unknown_text('Producer.DbSecret', 6)}"

KEY_TEXT = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Delegation",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
      "Action": "kms:*",
      "Resource": "*"
    }
  ]
}
"""
TEMPLATE_TEXT = """Resources:
  AppRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      Policies:
        - PolicyName: read
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: secretsmanager:GetSecretValue
                Resource: {"Fn::ImportValue": DbSecretArn}
"""
SCENARIO_TEXT = """questions:
  - ask: consumer:role/app can GetSecretValue on owner:secret/prod/db
  - ask: consumer:role/app cannot PutSecretValue on owner:secret/prod/db
  - ask: consumer:role/app can DescribeSecret on owner:secret/prod/db
"""
KEY_FILE = json_source("producer/key policy.json", KEY_TEXT)
TEMPLATE = Source("consumer/app.template.yaml", TEMPLATE_TEXT, locate_yaml)
SCENARIO = Source("check.iamsim.yaml", SCENARIO_TEXT, locate_yaml)
STATEMENT = ("Resources", "AppRole", "Properties", "Policies", 0, "PolicyDocument", "Statement", 0)

KEY_POLICY = Policy.parse(KEY_FILE, PolicyType.KEY_POLICY, "owner:key/secrets")
WORLD = World(
    {
        OWNER: Account(OWNER, "owner", keys={KEY: Key(KEY, KEY_POLICY)}),
        CONSUMER: Account(CONSUMER, "consumer"),
    }
)


@dataclass(frozen=True)
class Rule:
    """A rule as far as the outputs know it."""

    id: str
    title: str
    summary: str
    help: str
    severity: Severity
    security_severity: float
    url: str


RULES = (
    Rule(
        "key-policy-lacks-caller",
        "The key policy does not let the caller decrypt",
        "A caller in another account may read the secret, but not use its key.",
        'Across accounts the key policy must allow `kms:Decrypt` to the caller.\n\n```json\n{"Action": "kms:Decrypt"}\n```',
        Severity.ERROR,
        6.5,
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html",
    ),
    Rule(
        "any-principal", "Anybody may read", "A policy names everybody.", "Name the callers.", Severity.WARNING, 9, ""
    ),
)

MISSING = Result(
    "key-policy-lacks-caller",
    Severity.ERROR,
    "`consumer:role/app` may read `owner:secret/prod/db`, but its key does not let it decrypt",
    "consumer:role/app kms:Decrypt owner:key/secrets",
    places=(
        Place(Label(TEMPLATE, (*STATEMENT, "Action"), text="this is allowed"), "Consumer/AppRole"),
        Place(Label(KEY_FILE, ("Statement",), text="no statement names the role"), "owner:key/secrets"),
    ),
    help="add the statement below to the key policy",
    notes=("AWS answers `Access to KMS is not allowed`",),
    assumed=("the key `DbKey` is the one of `owner:secret/prod/db`",),
    remedy=Remedy(
        (
            Addition(
                OWNER,
                KEY,
                PolicyType.KEY_POLICY,
                KEY_POLICY,
                statements=({"Effect": "Allow", "Principal": {"AWS": APP}, "Action": "kms:Decrypt", "Resource": "*"},),
            ),
        )
    ),
    world=WORLD,
)
WIDE = Result(
    "any-principal",
    Severity.WARNING,
    f"anybody in the organization may read `{SECRET}`",
    "owner:secret/prod/db *",
    places=(Place(Label(KEY_FILE, ("Statement", 0, "Principal"), key=True)),),
    remedy=Remedy(
        (
            Addition(
                CONSUMER,
                APP,
                PolicyType.IDENTITY,
                name="read-db",
                statements=({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": SECRET},),
            ),
        )
    ),
    world=WORLD,
)
WRONG = Result(
    "assertion",
    Severity.ERROR,
    "it is implicitDeny, and allowed is expected",
    "check.iamsim.yaml: consumer:role/app can GetSecretValue on owner:secret/prod/db",
    places=(Place(Label(SCENARIO, ("questions", 0, "ask"))),),
    ask="consumer:role/app can GetSecretValue on owner:secret/prod/db",
)
RIGHT = Result(
    "assertion",
    Severity.ERROR,
    "it is implicitDeny, as expected",
    "check.iamsim.yaml: consumer:role/app cannot PutSecretValue on owner:secret/prod/db",
    places=(Place(Label(SCENARIO, ("questions", 1, "ask"))),),
    state=State.PASSED,
    ask="consumer:role/app cannot PutSecretValue on owner:secret/prod/db",
)
OPEN = Result(
    "assertion",
    Severity.ERROR,
    "it hangs on what is not known",
    "check.iamsim.yaml: consumer:role/app can DescribeSecret on owner:secret/prod/db",
    places=(Place(Label(SCENARIO, ("questions", 2, "ask"))),),
    state=State.UNDECIDED,
    unknowns=(Unknown("DbSecretArn", "what another stack exports under this name", "--name DbSecretArn=ARN"),),
    ask="consumer:role/app can DescribeSecret on owner:secret/prod/db",
)
IGNORED = Result(
    "any-principal",
    Severity.WARNING,
    "the account root may do everything with `owner:key/secrets`",
    "owner:key/secrets root",
    places=(Place(Label(KEY_FILE, ("Statement", 0, "Action"))),),
    state=State.IGNORED,
    ignore=Ignore("the team narrows it in spring", date(2027, 5, 31), Label(SCENARIO, ("questions", 0))),
)
KNOWN = Result(
    "any-principal",
    Severity.WARNING,
    "anybody may describe `owner:secret/prod/db`",
    "owner:secret/prod/db describe",
    places=(Place(Label(KEY_FILE, ("Statement", 0, "Resource"))),),
    state=State.KNOWN,
)
ASSERTION_RESULTS = (OPEN, WRONG, RIGHT)
FILES = (TEMPLATE.name, KEY_FILE.name, SCENARIO.name, "producer/empty.json")
UNKNOWNS = (Unknown("DbSecretArn", "what another stack exports under this name", "--name DbSecretArn=ARN"),)
REPORT = Report((OPEN, KNOWN, WIDE, IGNORED, RIGHT, WRONG, MISSING), FILES, UNKNOWNS, RULES)
NOTHING = Report((), FILES)

ODD_NAME = 'a,b:c%d&<"é>.json'
"""A name of a file in which every character that some format escapes stands."""

ODD_FILE = json_source(ODD_NAME, '{"a": "\x1b[31m]]>"}\n')
ODD = Report(
    (
        Result(
            "odd|rule",
            Severity.NOTE,
            '100% <b>|&"quoted"\' ]]> \x00\x1b[31m\ud800 {0} ${aws:PrincipalTag/team}\r\n::error::injected `a|b` [x](y)',
            "odd <&> \x01",
            places=(Place(Label(ODD_FILE, ("a",), text="\x1b[2J%\n::x::"), "Stack/<A>|B,C:D"),),
            help="write\n::add-mask::this",
            notes=("```\n</details>",),
        ),
        Result("nowhere", Severity.ERROR, "it stands in no file", "nothing"),
    ),
    (ODD_NAME,),
)
"""What files may hold to break an output, or to get something into it."""
