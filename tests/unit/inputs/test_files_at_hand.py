"""A world from a caller, a secret and the policy files at hand."""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.files_at_hand import FilesAtHand, world_from_files
from iamsim.language.errors import InputError
from iamsim.model.policy import PolicyType

OWNER, CONSUMER = "111122223333", "444455556666"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/my-db-AbCdEf"
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/mrk-99"
ROLE = f"arn:aws:iam::{CONSUMER}:role/teams/app"
SESSION = f"arn:aws:sts::{CONSUMER}:assumed-role/app/alice"


def document(effect="Allow", resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": "kms:*", "Resource": resource, **more}]}


DOCUMENTS = {
    "identity": document(),
    "names-key": document(resource=[KEY, "arn:aws:s3:::b"]),
    "names-two-keys": document(resource=[KEY, OTHER_KEY]),
    "names-far-key": document(resource=KEY.replace("us-east-1", "eu-west-1")),
    "names-pattern": document(resource=f"arn:aws:kms:us-east-1:{OWNER}:key/*"),
    "resource": document(Principal="*"),
    "denies": document(effect="Deny"),
    "rcp": document(effect="Deny", Principal="*"),
    "trust": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    },
    "grants": {
        "Grants": [
            {
                "KeyId": KEY,
                "GrantId": "abc",
                "Name": "for-app",
                "CreationDate": 1700000000.0,
                "GranteePrincipal": ROLE,
                "IssuingAccount": f"arn:aws:iam::{OWNER}:root",
                "Operations": ["Decrypt", "DescribeKey"],
                "Constraints": {"EncryptionContextSubset": {"SecretARN": SECRET}},
                "SomethingNew": [1],
            },
            {"KeyId": KEY, "GranteeServicePrincipal": "x.amazonaws.com", "Operations": ["Encrypt"]},
        ]
    },
    "bare-grants": [{"GranteePrincipal": ROLE, "Operations": ["Decrypt"]}],
    "other-grants": [{"GranteePrincipal": ROLE, "Operations": ["Decrypt"], "KeyId": OTHER_KEY}],
}


@pytest.fixture
def files(tmp_path):
    for name, content in DOCUMENTS.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))

    def make(caller=ROLE, secret=SECRET, **given):
        def path(name):
            return tmp_path / f"{name}.json"

        plain = {"key": given.pop("key", None)}
        paths = {k: [path(n) for n in v] if isinstance(v, list) else path(v) for k, v in given.items()}
        return FilesAtHand(caller=caller, secret=secret, **plain, **paths)

    return make


def problems(files):
    with pytest.raises(InputError) as caught:
        world_from_files(files)
    return caught.value.diagnostics


def key_of(world):
    [secret] = world.accounts[OWNER].secrets.values()
    return secret.key


def test_a_role_has_the_policies_that_are_given(files):
    world = world_from_files(files(identity=["identity", "names-key"], boundary="identity", trust="trust"))
    role = world.accounts[CONSUMER].roles[ROLE]
    assert [(p.type, p.name.rpartition("/")[2]) for p in role.policies] == [
        (PolicyType.IDENTITY, "identity.json"),
        (PolicyType.IDENTITY, "names-key.json"),
    ]
    assert (role.boundary.type, role.trust.type) == (PolicyType.BOUNDARY, PolicyType.TRUST_POLICY)
    assert dict(role.sessions) == {}


def test_a_session_belongs_to_a_role_whose_path_nobody_knows(files):
    world = world_from_files(files(SESSION, identity=["identity"], session="identity"))
    [role] = world.accounts[CONSUMER].roles.values()
    assert role.arn == f"arn:aws:iam::{CONSUMER}:role/app"
    assert [p.type for p in role.sessions["alice"].policies] == [PolicyType.SESSION]
    assert world_from_files(files(SESSION)).accounts[CONSUMER].roles[role.arn].sessions["alice"].policies is None


def test_a_user_has_the_policies_that_are_given(files):
    arn = f"arn:aws:iam::{OWNER}:user/staff/bob"
    world = world_from_files(files(arn, identity=["identity"], boundary="identity"))
    user = world.accounts[OWNER].users[arn]
    assert (len(user.policies), user.boundary.type) == (1, PolicyType.BOUNDARY)
    assert list(world.accounts) == [OWNER]
    assert SECRET in world.accounts[OWNER].secrets


def test_a_federated_user_acts_within_those_of_a_user(files):
    arn = f"arn:aws:sts::{CONSUMER}:federated-user/carol"
    account = world_from_files(files(arn, identity=["identity"], session="identity")).accounts[CONSUMER]
    federated = account.federated_users[arn]
    assert len(account.users[federated.user].policies) == 1
    assert [p.type for p in federated.session.policies] == [PolicyType.SESSION]


def test_the_root_user_needs_no_policies(files):
    assert world_from_files(files(f"arn:aws:iam::{CONSUMER}:root")).accounts[CONSUMER].roles == {}


def test_the_secret_has_its_name_its_policy_and_a_current_version(files):
    secret = world_from_files(files(secret_policy="resource")).accounts[OWNER].secrets[SECRET]
    assert (secret.name, secret.key, secret.policy.type) == ("prod/my-db", None, PolicyType.SECRET_POLICY)
    assert secret.versions[0].stages == ("AWSCURRENT",)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, None),
        ({"identity": ["names-key"]}, None),
        ({"key": KEY}, KEY),
        ({"key": OTHER_KEY, "identity": ["names-key"]}, OTHER_KEY),
        ({"key_policy": "resource", "identity": ["names-key"]}, KEY),
        ({"key_policy": "resource", "identity": ["identity", "names-key", "names-far-key"]}, KEY),
        ({"key_policy": "resource", "grants": "grants"}, KEY),
        ({"grants": "other-grants", "identity": ["names-key"]}, OTHER_KEY),
        *(
            ({"key_policy": "resource", "identity": [name]}, KEY[:-36] + "00000000-0000-0000-0000-000000000001")
            for name in ("identity", "names-two-keys", "names-far-key", "names-pattern")
        ),
    ],
)
def test_the_key_is_the_one_that_is_given_or_named(files, given, key):
    world = world_from_files(files(**given))
    assert key_of(world) == key
    assert list(world.accounts[OWNER].keys) == ([key] if key else [])


def test_a_key_policy_that_is_not_given_is_not_known(files):
    world = world_from_files(files(key=KEY))
    assert world.accounts[OWNER].keys[KEY].policy is None


def test_a_key_may_be_in_a_third_account(files):
    third = KEY.replace(OWNER, "777788889999")
    world = world_from_files(files(key=third, key_policy="resource"))
    assert world.accounts["777788889999"].keys[third].policy.type is PolicyType.KEY_POLICY
    assert key_of(world) == third


@pytest.mark.parametrize("name", ["grants", "bare-grants"])
def test_grants_are_read_as_aws_prints_them(files, name):
    [first, *others] = world_from_files(files(key=KEY, grants=name)).accounts[OWNER].keys[KEY].grants
    assert (first.grantee, first.operations[0]) == (ROLE, "Decrypt")
    if name == "grants":
        assert (first.name, first.constraints) == ("for-app", {"EncryptionContextSubset": {"SecretARN": SECRET}})
        assert [(g.grantee, g.operations, g.constraints) for g in others] == [("x.amazonaws.com", ("Encrypt",), {})]


def units(world, account):
    way = world.organization.way_to(account)
    return way and [
        ([p.name.rpartition("/")[2] for p in (*u.scps, *u.rcps)], u.full_access) for u in way
    ]  # fmt: skip


def test_each_scp_is_a_level_and_a_list_of_denials_stands_beside_full_access(files):
    world = world_from_files(files(scps=["denies", "identity"]))
    assert units(world, CONSUMER) == [([], True), (["denies.json"], True), (["identity.json"], False), ([], True)]
    assert units(world, OWNER) is None


def test_rcps_are_above_the_owner(files):
    world = world_from_files(files(scps=["denies"], rcps=["rcp", "rcp"]))
    assert units(world, OWNER) == [([], True), (["rcp.json"], True), (["rcp.json"], True), ([], True)]
    assert units(world, CONSUMER) == [([], True), (["denies.json"], True), ([], True)]


def test_in_one_account_scps_and_rcps_stand_above_it_together(files):
    world = world_from_files(files(f"arn:aws:iam::{OWNER}:user/bob", scps=["denies"], rcps=["rcp"]))
    assert units(world, OWNER) == [([], True), (["denies.json"], True), (["rcp.json"], True), ([], True)]


def test_without_them_there_is_no_organization(files):
    assert world_from_files(files()).organization is None


@pytest.mark.parametrize(
    ("given", "code", "help_"),
    [
        ({"caller": "bob"}, "request-principal", "ARN"),
        ({"caller": "arn:aws:s3:::b"}, "request-principal", "user, role"),
        ({"secret": "prod/db"}, "secret-arn", "six characters"),
        ({"secret": SECRET.removesuffix("-AbCdEf")}, "secret-arn", "six characters"),
        ({"secret": SECRET.replace("prod", "*")}, "secret-arn", "six characters"),
        ({"key": "alias/x"}, "key-arn", "no alias"),
        ({"key": KEY.replace("key/", "alias/")}, "key-arn", "no alias"),
        ({"session": "identity"}, "option-without-use", "assumed-role/ROLE/SESSION"),
        ({"caller": f"arn:aws:iam::{OWNER}:root", "identity": ["identity"]}, "option-without-use", "root user"),
        ({"caller": f"arn:aws:iam::{OWNER}:root", "boundary": "identity"}, "option-without-use", "root user"),
        ({"caller": f"arn:aws:iam::{OWNER}:user/b", "trust": "trust"}, "option-without-use", "only a role"),
        ({"identity": ["nope"]}, "file-not-found", "path"),
        ({"identity": ["trust"]}, "principal-not-allowed", "leave it out"),
        ({"key": KEY, "grants": "identity"}, "wrong-type", ""),
        ({"key": KEY, "grants": "other-grants"}, "grant-on-other-key", KEY),
    ],
)
def test_what_is_wrong_is_said(files, given, code, help_):
    found = problems(files(**given))
    assert code in [diagnostic.code for diagnostic in found]
    assert help_ in next(d.help for d in found if d.code == code)


def test_a_caller_that_cannot_be_read_is_said_once_whatever_goes_with_it(files):
    given = {"identity": ["identity"], "boundary": "identity", "session": "identity", "trust": "trust"}
    assert [d.code for d in problems(files("bob", **given))] == ["request-principal"]


def test_everything_that_is_wrong_is_said_at_once(files):
    found = problems(files("bob", "db", key="k", identity=["nope"], scps=["resource"]))
    assert {d.code for d in found} >= {"request-principal", "secret-arn", "key-arn", "file-not-found"}
    assert {d.labels[0].source.name for d in found if d.labels} >= {"--caller", "--secret", "--key"}


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        ('{"Grants": 1}', "wrong-type", ":1:12: "),
        ("[1]", "wrong-type", ":1:2: "),
        ('[{"Operations": ["Decrypt"]}]', "missing-field", ":1:2: "),
        ('[{"GranteePrincipal": "x"}]', "missing-field", ":1:2: "),
        ('[{"GranteePrincipal": 1, "Operations": []}]', "wrong-type", ":1:23: "),
        ('[{"GranteePrincipal": "x", "Operations": [1]}]', "wrong-type", ":1:43: "),
        ('[{"GranteePrincipal": "x", "Operations": [], "Constraints": {"New": {}}}]', "unknown-field", ":1:62: "),
        ("{", "json-syntax", ":1:1: "),
    ],
)
def test_grants_that_cannot_be_read_are_located(tmp_path, content, code, where):
    file = tmp_path / "g.json"
    file.write_text(content)
    [diagnostic] = problems(FilesAtHand(caller=ROLE, secret=SECRET, key=KEY, grants=file))
    assert (diagnostic.code, diagnostic.where) == (code, f"{file}{where}")
