"""From a scenario file to the world."""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.scenario import load_scenario, load_world
from iamsim.language.errors import InputError
from iamsim.model.policy import PolicyType

OWNER, CONSUMER, MANAGEMENT = "111122223333", "444455556666", "999999999999"
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/00000000-0000-0000-0000-000000000001"
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
DENY = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}], "Version": "2012-10-17"}
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}

WHOLE = """
title: A world with everything in it
topic: tests
organization:
  id: o-a1b2c3d4e5
  management: management
  scps: {at-root: policies/allow.json}
  rcps: {keep-out: policies/deny.json}
  units:
    workloads:
      scps: {of-unit: policies/allow.json}
      full_access: false
      accounts: [owner]
      units:
        deep: {accounts: [consumer]}
    suspended: {id: ou-ab12-99999999}
accounts:
  management: {id: "999999999999"}
  owner:
    id: "111122223333"
    scps: {of-account: policies/allow.json}
    keys:
      first: {}
      second: {id: mrk-12345, policy: policies/open.json, aliases: [db], state: Disabled, tags: {team: orders}}
    secrets:
      prod/db: {key: first, policy: policies/open.json, value: {username: app, port: 5432}, tags: {team: orders}}
      by-alias: {key: alias/db, suffix: ZZZZZZ, region: eu-west-1}
      by-arn: {key: "arn:aws:kms:us-east-1:111122223333:key/mrk-12345"}
      managed: {value: plain}
      versioned:
        versions:
          - {stages: [AWSCURRENT], value: new}
          - {id: 00000000-0000-0000-0000-00000000abcd, stages: [AWSPREVIOUS]}
      empty: {versions: []}
    functions:
      rotate: {role: worker, policy: policies/open.json}
    parameters:
      /prod/url: {key: second}
    endpoints:
      vpce-0a1b: {service: com.amazonaws.us-east-1.kms, policy: policies/open.json, vpc: vpc-1}
    roles:
      worker:
  consumer:
    id: "444455556666"
    region: eu-central-1
    groups:
      readers: {policies: {read: policies/allow.json}}
    users:
      bob: {policies: {own: policies/allow.json}, groups: [readers], boundary: policies/allow.json, tags: {a: b}}
      ann: {path: /staff/}
    roles:
      app:
        path: /teams/orders/
        policies: {one: policies/allow.json}
        trust: policies/trust.json
        sessions:
          alice: {policy: policies/allow.json, tags: {who: alice}}
          plain:
    federated_users:
      carol: {user: bob, policy: policies/allow.json, tags: {c: d}}
      dave: {user: ann}
    secrets:
      theirs: {key: "owner:first"}
    keys:
      granted:
        grants:
          - grantee: owner:role/worker
            operations: [Decrypt]
            name: g
            constraints: {EncryptionContextEquals: {SecretARN: x}}
          - {grantee: "arn:aws:iam::777788889999:root", operations: [Encrypt]}
          - {grantee: consumer:session/app/any-name, operations: [Encrypt]}
          - {grantee: dynamodb.amazonaws.com, operations: [Decrypt], constraints: {SourceArn: y}}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "policies").mkdir()
    for name, document in {"allow": ALLOW, "open": OPEN, "deny": DENY, "trust": TRUST}.items():
        (tmp_path / "policies" / f"{name}.json").write_text(json.dumps(document))
    return tmp_path


@pytest.fixture
def load(folder):
    def load_text(text):
        file = folder / "s.iamsim.yaml"
        file.write_text(text, encoding="utf-8")
        return load_scenario(file)

    return load_text


@pytest.fixture
def scenario(load):
    return load(WHOLE)


@pytest.fixture
def owner(scenario):
    return scenario.world.accounts[OWNER]


@pytest.fixture
def consumer(scenario):
    return scenario.world.accounts[CONSUMER]


def test_title_topic_and_accounts_are_taken(scenario):
    assert (scenario.title, scenario.topic) == ("A world with everything in it", "tests")
    assert {a.id: a.alias for a in scenario.world.accounts.values()} == {
        MANAGEMENT: "management",
        OWNER: "owner",
        CONSUMER: "consumer",
    }
    assert scenario.names.accounts["owner"] == OWNER


def test_the_title_defaults_to_the_name_of_the_file(load):
    assert load(f'accounts: {{a: {{id: "{OWNER}"}}}}').title == "s"


def test_arns_are_predictable(owner, consumer):
    assert list(owner.keys) == [KEY, f"arn:aws:kms:us-east-1:{OWNER}:key/mrk-12345"]
    assert list(owner.secrets) == [
        f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/db-AbCdEf",
        f"arn:aws:secretsmanager:eu-west-1:{OWNER}:secret:by-alias-ZZZZZZ",
        *(f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:{name}-AbCdEf" for name in ("by-arn", "managed")),
        *(f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:{name}-AbCdEf" for name in ("versioned", "empty")),
    ]
    assert list(owner.functions) == [f"arn:aws:lambda:us-east-1:{OWNER}:function:rotate"]
    assert list(owner.parameters) == [f"arn:aws:ssm:us-east-1:{OWNER}:parameter/prod/url"]
    assert list(consumer.users) == [f"arn:aws:iam::{CONSUMER}:user/bob", f"arn:aws:iam::{CONSUMER}:user/staff/ann"]
    assert list(consumer.roles) == [f"arn:aws:iam::{CONSUMER}:role/teams/orders/app"]
    assert list(consumer.federated_users) == [
        f"arn:aws:sts::{CONSUMER}:federated-user/carol",
        f"arn:aws:sts::{CONSUMER}:federated-user/dave",
    ]
    assert list(consumer.secrets) == [f"arn:aws:secretsmanager:eu-central-1:{CONSUMER}:secret:theirs-AbCdEf"]


def test_a_partition_is_for_the_file_an_account_or_one_thing(load):
    world = load(f"""
        partition: aws-cn
        region: cn-north-1
        accounts:
          a:
            id: "{OWNER}"
            roles: {{r: , s: {{partition: aws-us-gov}}}}
            secrets: {{x: }}
          b: {{id: "{CONSUMER}", partition: aws, keys: {{k: {{region: us-west-2}}}}}}
        """).world
    assert list(world.accounts[OWNER].roles) == [
        f"arn:aws-cn:iam::{OWNER}:role/r",
        f"arn:aws-us-gov:iam::{OWNER}:role/s",
    ]
    assert list(world.accounts[OWNER].secrets) == [f"arn:aws-cn:secretsmanager:cn-north-1:{OWNER}:secret:x-AbCdEf"]
    [key] = world.accounts[CONSUMER].keys.values()
    assert key.arn == f"arn:aws:kms:us-west-2:{CONSUMER}:key/00000000-0000-0000-0000-000000000001"
    assert key.policy.statements[0].principals.entries[0].value == f"arn:aws:iam::{CONSUMER}:root"


def test_unique_ids_are_predictable(owner, consumer):
    assert [user.id for user in consumer.users.values()] == ["AIDA44445555666600001", "AIDA44445555666600002"]
    assert [role.id for role in (*owner.roles.values(), *consumer.roles.values())] == [
        "AROA11112222333300001",
        "AROA44445555666600001",
    ]


def test_the_way_to_an_account_goes_from_the_root_to_its_own_place(scenario):
    way = scenario.world.organization.way_to(CONSUMER)
    assert [(unit.name, unit.id, unit.full_access) for unit in way] == [
        ("root", "r-root", True),
        ("workloads", "ou-root-00000001", False),
        ("deep", "ou-root-00000002", True),
        ("consumer", "", True),
    ]
    assert [[policy.name for policy in unit.scps] for unit in way] == [["at-root"], ["of-unit"], [], []]
    assert [policy.name for policy in scenario.world.organization.way_to(OWNER)[-1].scps] == ["of-account"]
    assert [(policy.name, policy.type) for policy in way[0].rcps] == [("keep-out", PolicyType.RCP)]


def test_the_management_account_stands_under_the_root(scenario):
    organization = scenario.world.organization
    assert (organization.id, organization.management) == ("o-a1b2c3d4e5", MANAGEMENT)
    assert [unit.name for unit in organization.way_to(MANAGEMENT)] == ["root", "management"]
    assert organization.root.units[1].id == "ou-ab12-99999999"


def test_accounts_outside_the_tree_are_strangers(load):
    world = load(f"""
        organization: {{management: "{MANAGEMENT}", accounts: [a]}}
        accounts: {{a: {{id: "{OWNER}"}}, b: {{id: "{CONSUMER}"}}}}
        """).world
    assert world.organization.id == "o-exampleorg"
    assert [unit.name for unit in world.organization.way_to(OWNER)] == ["root", "a"]
    assert world.organization.way_to(CONSUMER) is None
    assert MANAGEMENT not in world.accounts


def test_a_secret_names_its_key_by_name_alias_arn_or_account(owner, consumer):
    second = f"arn:aws:kms:us-east-1:{OWNER}:key/mrk-12345"
    assert {secret.name: secret.key for secret in owner.secrets.values()} == {
        "prod/db": KEY,
        "by-alias": second,
        "by-arn": second,
        "managed": None,
        "versioned": None,
        "empty": None,
    }
    assert [secret.key for secret in consumer.secrets.values()] == [KEY]
    assert [parameter.version(1).key for parameter in owner.parameters.values()] == [second]


def test_values_are_versions(owner):
    versions = {secret.name: secret.versions for secret in owner.secrets.values()}
    [current] = versions["prod/db"]
    assert json.loads(current.value) == {"username": "app", "port": 5432}
    assert (current.id, current.stages) == ("00000000-0000-0000-0000-000000000001", ("AWSCURRENT",))
    assert [version.value for version in (*versions["managed"], *versions["by-arn"])] == ["plain", "example"]
    assert versions["empty"] == ()
    assert [(v.id, v.stages, v.value) for v in versions["versioned"]] == [
        ("00000000-0000-0000-0000-000000000001", ("AWSCURRENT",), "new"),
        ("00000000-0000-0000-0000-00000000abcd", ("AWSPREVIOUS",), None),
    ]


def test_bytes_are_written_in_base64_in_one_line_or_several(tmp_path):
    file = tmp_path / "s.iamsim.yaml"
    file.write_text("""
accounts:
  a:
    id: "111122223333"
    secrets:
      one: {binary: AAEC/w==}
      two:
        versions:
          - stages: [AWSCURRENT]
            binary: |
              AAEC
              /w==
""")
    secrets = load_scenario(file).world.accounts["111122223333"].secrets.values()
    assert [version.value for secret in secrets for version in secret.versions] == [b"\x00\x01\x02\xff"] * 2


def test_a_key_has_state_aliases_and_the_default_policy_of_kms(owner):
    first, second = owner.keys.values()
    assert (second.state, second.aliases, second.tags) == ("Disabled", ("alias/db",), {"team": "orders"})
    assert (second.policy.name, second.policy.type) == ("owner:key/second", PolicyType.KEY_POLICY)
    [statement] = first.policy.statements
    assert statement.principals.entries[0].value == f"arn:aws:iam::{OWNER}:root"
    assert statement.actions.values == ("kms:*",)
    assert (first.state, first.manager) == ("Enabled", "CUSTOMER")


def test_grants_name_their_grantee_by_name_arn_or_service(consumer):
    [key] = consumer.keys.values()
    assert [(g.grantee, g.operations, dict(g.constraints), g.name) for g in key.grants] == [
        (f"arn:aws:iam::{OWNER}:role/worker", ("Decrypt",), {"EncryptionContextEquals": {"SecretARN": "x"}}, "g"),
        ("arn:aws:iam::777788889999:root", ("Encrypt",), {}, ""),
        (f"arn:aws:sts::{CONSUMER}:assumed-role/app/any-name", ("Encrypt",), {}, ""),
        ("dynamodb.amazonaws.com", ("Decrypt",), {"SourceArn": "y"}, ""),
    ]


def test_a_user_has_its_own_policies_and_its_groups(consumer):
    bob = consumer.users[f"arn:aws:iam::{CONSUMER}:user/bob"]
    assert [(p.name, p.type) for p in bob.policies] == [
        ("own", PolicyType.IDENTITY),
        ("readers/read", PolicyType.IDENTITY),
    ]
    assert (bob.boundary.name, bob.boundary.type, bob.tags) == ("consumer:user/bob", PolicyType.BOUNDARY, {"a": "b"})


def test_sessions_bring_policies_and_tags(consumer):
    [role] = consumer.roles.values()
    alice, plain = role.sessions["alice"], role.sessions["plain"]
    assert [(p.name, p.type) for p in alice.policies] == [("consumer:session/app/alice", PolicyType.SESSION)]
    assert (alice.tags, plain.policies, dict(plain.tags)) == ({"who": "alice"}, None, {})
    assert role.trust.type is PolicyType.TRUST_POLICY


def test_a_federated_user_has_the_user_who_asked_for_it(consumer):
    carol, dave = consumer.federated_users.values()
    assert (carol.user, dave.user) == (f"arn:aws:iam::{CONSUMER}:user/bob", f"arn:aws:iam::{CONSUMER}:user/staff/ann")
    assert carol.session.policies[0].type is PolicyType.SESSION
    assert (carol.session.tags, dave.session.policies) == ({"c": "d"}, None)


def test_functions_and_endpoints_have_what_is_written(owner):
    [function], [endpoint] = owner.functions.values(), owner.endpoints.values()
    assert (function.role, function.policy.type) == (f"arn:aws:iam::{OWNER}:role/worker", PolicyType.FUNCTION_POLICY)
    assert (endpoint.id, endpoint.service, endpoint.vpc) == ("vpce-0a1b", "kms", "vpc-1")
    assert (endpoint.policy.name, endpoint.policy.type) == ("vpce-0a1b", PolicyType.ENDPOINT)


def test_a_policy_from_a_file_is_located_in_that_file(owner, folder):
    policy = owner.secrets[f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:prod/db-AbCdEf"].policy
    assert (policy.name, policy.type) == ("owner:secret/prod/db", PolicyType.SECRET_POLICY)
    assert policy.source.name == str(folder / "policies" / "open.json")
    span = policy.source.span_of(("Statement", 0, "Action"))
    assert policy.source.text[span.start : span.end] == '"*"'


def test_a_policy_may_stand_in_the_scenario_itself(load):
    world = load(f"""
        accounts:
          a:
            id: "{OWNER}"
            roles:
              r:
                policies:
                  inline:
                    Version: 2012-10-17
                    Statement: {{Effect: Allow, Action: ['s3:Get*', "sqs:*"], Resource: '*'}}
        """).world
    [policy] = world.accounts[OWNER].roles[f"arn:aws:iam::{OWNER}:role/r"].policies
    assert (policy.name, policy.version, policy.statements[0].actions.values) == (
        "inline",
        "2012-10-17",
        ("s3:Get*", "sqs:*"),
    )
    span = policy.source.span_of(("Statement", 0, "Action", 1))
    assert policy.source.text[span.start : span.end] == '"sqs:*"'


def test_an_anchor_may_stand_for_a_policy_in_two_places(load):
    world = load(f"""
        accounts:
          a:
            id: "{OWNER}"
            roles:
              r: {{policies: {{p: &p {{Version: 2012-10-17, Statement: [{{Effect: Allow, Action: "s3:*", Resource: "*"}}]}}}}}}
              s: {{policies: {{p: *p}}}}
        """).world
    first, second = world.accounts[OWNER].roles.values()
    assert first.policies == second.policies


def test_load_world_gives_the_world(folder, load):
    assert load(WHOLE).world == load_world(folder / "s.iamsim.yaml")


def test_a_scenario_file_may_be_longer_than_a_policy(load):
    assert load("# " + "x" * 2_000_000 + f'\naccounts: {{a: {{id: "{OWNER}"}}}}').world.accounts
    with pytest.raises(InputError, match="more than 4,194,304 bytes"):
        load("# " + "x" * 4_194_304)


def test_the_words_of_the_format_have_a_meaning_each():
    from iamsim.inputs import scenario_file

    shapes = [
        value
        for value in vars(scenario_file).values()
        if isinstance(value, type) and value.__module__ == scenario_file.__name__
    ]
    assert len(shapes) == 19
    assert all(field.description for shape in shapes for field in shape.model_fields.values())
