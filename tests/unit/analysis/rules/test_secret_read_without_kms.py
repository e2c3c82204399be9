"""A granted read without its KMS half.

Across accounts the read takes kms:Decrypt in the key policy and in the reader's own policy:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from running import ROOT as REPOSITORY
from unit.analysis.rules.worlds import (
    APP,
    CONSUMER,
    FUNCTION,
    KEY,
    OWNER,
    READER,
    ROOT,
    SECRET,
    Making,
    allow,
    find,
    not_known,
    policy,
    share,
)

from iamsim.analysis.checked import Checked
from iamsim.analysis.report import Place, State, Unknown
from iamsim.analysis.rules import RULES
from iamsim.analysis.solve import applied
from iamsim.inputs.cloudformation import Settings, read_stacks, world_of_stacks
from iamsim.language.diagnostic import Label, Severity
from iamsim.language.unknown_text import unknown_text
from iamsim.model.world import Account, Key, Role

ID = "secret-read-without-kms"
GET = "secretsmanager:GetSecretValue"
CONSUMER_ROOT = {"AWS": f"arn:aws:iam::{CONSUMER}:root"}
VIA = {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}}
ACROSS = {
    "secret_policy": policy("secretPolicy", share(GET, CONSUMER_ROOT), name="shared"),
    "key_policy": policy("keyPolicy", ROOT, share("kms:Decrypt", CONSUMER_ROOT, Condition=VIA), name="key"),
}
READS = policy("identity", allow(GET, SECRET), name="reads")
DECRYPTS = policy("identity", allow("kms:Decrypt", KEY), name="decrypts")


def test_a_role_of_the_same_account_without_kms_decrypt():
    (result,) = find(ID, app=(READS,))
    assert result.state is State.FAILED
    assert (
        result.message
        == "`role/app` is granted to read `prod/db-AbCdEf`, but no identity policy of it allows kms:Decrypt on the key"
    )
    assert result.places[0].label.source is READS.source
    assert result.places[0].label.pointer == ("Statement", 0, "Resource")
    assert result.proved == ""  # the call succeeds
    (addition,) = result.remedy.additions
    (statement,) = addition.statements
    assert (addition.owner, statement["Action"], statement["Resource"]) == (APP, "kms:Decrypt", KEY)


def test_a_grant_of_every_secret_is_a_warning_told_once():
    """Such as AWS's SecretsManagerReadWrite, which grants all of them and no key."""
    everything = policy("identity", allow("secretsmanager:*", "*"), name="all")
    (result,) = find(ID, app=(everything,))
    assert result.severity is Severity.WARNING
    assert result.message.startswith("`role/app` is granted to read every secret, but not `prod/db-AbCdEf`: ")
    (named,) = find(ID, app=(everything, READS))
    assert named.severity is Severity.ERROR


def test_with_its_remedy_it_is_silent():
    (result,) = find(ID, app=(READS,))
    checked = Making(app=(READS,)).checked()
    assert list(RULES[ID].find(replace(checked, world=applied(result.world, result.remedy)))) == []


def test_both_halves():
    assert find(ID, app=(READS, DECRYPTS)) == []


def test_the_aws_managed_key_needs_no_statement():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html."""
    assert find(ID, app=(READS,), key_arn=None) == []


def test_across_accounts_the_reader_lacks_it():
    (result,) = find(ID, reader=(READS,), **ACROSS)
    assert "no identity policy of it allows" in result.message
    assert {addition.account for addition in result.remedy.additions} == {CONSUMER}


def test_across_accounts_the_key_policy_lacks_it():
    (result,) = find(ID, reader=(READS, DECRYPTS), secret_policy=ACROSS["secret_policy"])
    assert "the key policy does not let it decrypt" in result.message
    assert {addition.account for addition in result.remedy.additions} == {OWNER}


def test_a_read_that_is_not_granted_is_no_matter():
    assert find(ID, reader=(READS,)) == []


def test_a_grant_of_the_secrets_of_a_function_is_none_of_others():
    """What AWS's own example lets a rotation function do: it is granted nothing on a secret that no function rotates.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
    """
    of_function = {"StringEquals": {"secretsmanager:resource/AllowRotationLambdaArn": FUNCTION}}
    granted = policy(
        "identity", allow(GET, f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:*", Condition=of_function)
    )
    assert find(ID, app=(granted,)) == []
    assert [result.state for result in find(ID, app=(granted,), rotated=True)] == [State.FAILED]


def test_a_deny_of_the_secret_is_no_matter():
    deny = {**share(GET, "*"), "Effect": "Deny"}
    assert find(ID, app=(READS,), secret_policy=policy("secretPolicy", deny)) == []


def test_a_deny_of_the_key_has_no_remedy():
    deny = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}
    (result,) = find(ID, app=(READS, DECRYPTS, policy("identity", deny, name="no")))
    assert "denies kms:Decrypt" in result.message
    assert result.remedy is None


def test_an_unknown_boundary_changes_nothing_of_a_certain_denial():
    boundary = not_known("boundary", "TeamBoundary")
    (result,) = find(
        ID, app=(READS,), boundary=boundary, unknowns={"TeamBoundary": Unknown("TeamBoundary", "b", "--policy B=F")}
    )
    assert result.state is State.FAILED
    assert [unknown.option for unknown in result.unknowns] == ["--policy B=F"]
    assert result.remedy
    assert result.proved == "nothing that is known denies kms:Decrypt then"


def test_an_unknown_boundary_leaves_a_full_grant_open():
    (result,) = find(ID, app=(READS, DECRYPTS), boundary=not_known("boundary", "TeamBoundary"))
    assert result.state is State.UNDECIDED
    assert [unknown.name for unknown in result.unknowns] == ["TeamBoundary"]


def test_a_context_key_alone_is_no_result():
    vpce = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    assert find(ID, app=(policy("identity", allow(GET, SECRET, Condition=vpce)), DECRYPTS)) == []


def test_a_principal_that_is_only_named():
    named = {"AWS": READER}
    (result,) = find(ID, places=(SECRET, KEY), secret_policy=policy("secretPolicy", share(GET, named), name="shared"))
    assert result.state is State.FAILED
    assert "the key policy does not let it decrypt" in result.message
    assert result.places[0].label.source.name == "shared"
    open_key = policy("keyPolicy", ROOT, share("kms:Decrypt", named), name="key")
    assert (
        find(ID, places=(SECRET, KEY), secret_policy=policy("secretPolicy", share(GET, named)), key_policy=open_key)
        == []
    )


def test_an_account_that_is_only_named():
    """Any principal of it fails, unless the key policy names the account, or one of its roles."""
    shared = ACROSS["secret_policy"]
    (result,) = find(ID, secret_policy=shared)
    assert "the key policy does not let it decrypt" in result.message
    assert find(ID, **ACROSS) == []
    one_role = policy("keyPolicy", ROOT, share("kms:Decrypt", {"AWS": READER}), name="key")
    assert find(ID, secret_policy=shared, key_policy=one_role) == []


def test_a_name_that_aws_would_refuse():
    assert find(ID, app=(READS,), secret_arn=f"{SECRET[:-6]}*") == []


UNKNOWNS = {
    "the identity policy": {"app": (not_known("identity", "reads"),)},
    "the boundary": {"boundary": not_known("boundary", "limits")},
    "the key policy": {"key_policy": not_known("keyPolicy", "key")},
    "the key": {"key_arn": unknown_text("Stack.Key")},
    "the suffix": {"secret_arn": f"{SECRET[:-6]}{unknown_text('Stack.Secret.suffix', 6)}"},
    "the secret's policy": {"secret_policy": not_known("secretPolicy", "shared")},
}


@pytest.mark.parametrize("unknown", UNKNOWNS.values(), ids=UNKNOWNS)
def test_a_finding_never_goes_away_by_knowing_less(unknown):
    assert [result.state for result in find(ID, app=(READS,))] == [State.FAILED]
    less = find(ID, **{"app": (READS,), **unknown})
    assert less
    assert {result.state for result in less} <= {State.FAILED, State.UNDECIDED}


@pytest.mark.parametrize("unknown", UNKNOWNS.values(), ids=UNKNOWNS)
def test_knowing_less_makes_no_finding(unknown):
    """Where nothing is wrong, there is nothing wrong for certain however little is known."""
    assert find(ID, app=(READS, DECRYPTS)) == []
    less = find(ID, **{"app": (READS, DECRYPTS), **unknown})
    assert [result for result in less if result.state is State.FAILED] == []


def test_secrets_whose_names_are_not_known_are_not_one_another():
    """A role that is granted one of two secrets, and its key, is not granted the other."""
    made = Making(app=()).checked()
    (account,) = made.world.accounts.values()
    keys = {f"{KEY}{n}": Key(f"{KEY}{n}", policy("keyPolicy", ROOT, name=f"key {n}")) for n in "12"}
    arns = [f"{SECRET[:-13]}{unknown_text(f'S.{n}.name')}-{unknown_text(f'S.{n}.suffix', 6)}" for n in "12"]
    secrets = {
        arn: replace(account.secrets[SECRET], arn=arn, name=unknown_text(f"S.{n}.name"), key=f"{KEY}{n}")
        for arn, n in zip(arns, "12", strict=True)
    }
    app = Role(APP, "", (policy("identity", allow(GET, arns[0]), allow("kms:Decrypt", f"{KEY}1"), name="own"),))
    world = replace(made.world, accounts={OWNER: replace(account, secrets=secrets, keys=keys, roles={APP: app})})
    assert list(RULES[ID].find(replace(made, world=world))) == []
    literal = Role(APP, "", (READS,))
    world = replace(made.world, accounts={OWNER: replace(account, secrets=secrets, keys=keys, roles={APP: literal})})
    assert {result.state for result in RULES[ID].find(replace(made, world=world))} == {State.UNDECIDED}


@pytest.mark.parametrize(("resource", "state"), [("*", State.UNDECIDED), (SECRET, State.FAILED)])
def test_a_grant_of_every_secret_in_an_account_that_is_not_known(resource, state):
    """In another account than the secret's it grants nothing of this one; a grant that names the secret was meant for it."""
    made = Making().checked()
    home = unknown_text("Readers.AccountId", 12)
    arn = f"arn:aws:iam::{home}:role/reader"
    reads = policy("identity", allow("secretsmanager:*", resource), name="all")
    accounts = {**made.world.accounts, home: Account(home, home, roles={arn: Role(arn, "", (reads,))})}
    (result,) = RULES[ID].find(replace(made, world=replace(made.world, accounts=accounts)))
    assert result.state is state
    if state is State.UNDECIDED:
        assert [unknown.name for unknown in result.unknowns] == ["Readers.AccountId"]
        assert "is granted `prod/db-AbCdEf`, but not its key," in result.message


CDK = REPOSITORY / "tests" / "data" / "cdk"
BOUNDARY = "arn:aws:iam::222222222222:policy/TeamBoundary"
REAL_SECRET = "arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db/password-AbCdEf"


def cdk(folder, statement=None, **settings):
    """The producer's and the consumer's stack, as `cdk synth` wrote them, perhaps with a statement for the consumer."""
    files = []
    for name in ("Producer", "Consumer"):
        document = json.loads((CDK / f"{name}.template.json").read_text(encoding="utf-8"))
        if statement and name == "Consumer":
            role_policy = document["Resources"]["AppRoleDefaultPolicy1872B475"]["Properties"]["PolicyDocument"]
            role_policy["Statement"].append(statement)
        files.append(folder / f"{name}.template.json")
        files[-1].write_text(json.dumps(document, indent=1), encoding="utf-8")
    read = world_of_stacks(read_stacks(files, Settings(**settings)))
    places = {arn: Place(Label(p.source), p.cdk_path or p.logical_id) for arn, p in read.places.items()}
    unknowns = {name: Unknown(name, u.words, u.option) for name, u in read.unknowns.items()}
    return list(RULES[ID].find(Checked(read.world, places, unknowns)))


def test_the_cdk_pair(tmp_path):
    """The grant that the CDK makes on an imported secret with its key: https://github.com/aws/aws-cdk/issues/20087."""
    (result,) = cdk(tmp_path)
    assert result.state is State.FAILED
    assert result.message.endswith("but no identity policy of it allows kms:Decrypt on the key")
    first = result.places[0]
    assert first.label.source.name.endswith("Consumer.template.json")
    assert first.thing == "Consumer/AppRole/DefaultPolicy/Resource"
    document = json.loads((tmp_path / "Consumer.template.json").read_text(encoding="utf-8"))
    for step in first.label.source.base + first.label.pointer:
        document = document[step]
    assert document == REAL_SECRET
    assert [addition.owner for addition in result.remedy.additions] == ["arn:aws:iam::222222222222:role/AppRole"]
    assert result.remedy.additions[0].statements[0]["Action"] == "kms:Decrypt"
    assert f"--policy {BOUNDARY}=FILE" in [unknown.option for unknown in result.unknowns]
    assert any("KMS grants" in sentence or "KMS grant " in sentence for sentence in result.assumed)


def test_the_cdk_pair_with_the_statement(tmp_path):
    key = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    added = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key}
    assert {result.state for result in cdk(tmp_path, added)} == {State.UNDECIDED}
    names = {"Producer.DbSecret685A0FA5": REAL_SECRET, "Producer.SecretKey573D36D8": key}
    assert {result.state for result in cdk(tmp_path, added, names=names)} == {State.UNDECIDED}
    boundary = {BOUNDARY: {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}
    assert {result.state for result in cdk(tmp_path, added, policies=boundary)} == {State.UNDECIDED}
    assert cdk(tmp_path, added, names=names, policies=boundary) == []
