"""Parameter Store as whole calls.

https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.simulator.worlds import CONSUMER, CONSUMER_ROLE, KEY, OPEN, OWNER, SECRET, USER, owner, policy, world

from iamsim.analysis.remedy import remedies
from iamsim.engine.decision import Decision
from iamsim.model.policy import PolicyType
from iamsim.model.world import Key, Parameter, ParameterVersion, SecretVersion
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate, simulate_authorization

HIDDEN = "correct horse battery staple"


def arn(name, account=OWNER):
    return f"arn:aws:ssm:us-east-1:{account}:parameter/{name}"


def parameter(name, type_="SecureString", *, key=KEY, **fields):
    versions = fields.pop("versions", (ParameterVersion(1, HIDDEN, key),))
    return Parameter(arn(name), f"/{name}", type_, versions=versions, **fields)


DB, MANAGED, PLAIN = parameter("app/db"), parameter("app/token", key=None), parameter("app/url", "String", key=None)


def store(*parameters, **fields):
    held = {each.arn: each for each in parameters or (DB, MANAGED, PLAIN)}
    return world(owner(parameters=held, **fields))


def may(*statements):
    """A store in which the user may do only this."""
    allowed = (policy("identity", *statements),)
    return store(users={USER: replace(owner().users[USER], policies=allowed)})


def call(made, operation, caller=USER, context=None, **parameters):
    return simulate(made, Call(operation, caller, parameters, context or {}))


def get(made, name="/app/db", caller=USER, **parameters):
    return call(made, "GetParameter", caller, Name=name, **{"WithDecryption": True, **parameters})


def actions(outcome):
    return [authorization.evaluation.request.action for authorization in outcome.authorizations]


def allow(*actions, resource="*", **condition):
    made = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**made, "Condition": condition} if condition else made


# Reading


def test_a_secure_string_asks_for_its_key_in_the_callers_name():
    outcome = get(store())
    assert outcome.ok
    assert actions(outcome) == ["ssm:GetParameter", "kms:Decrypt"]
    assert outcome.response["Parameter"]["Value"] == HIDDEN
    asked = outcome.authorizations[1].evaluation.request
    assert asked.resource == KEY
    assert asked.context["kms:ViaService"] == "ssm.us-east-1.amazonaws.com"
    assert asked.context["kms:EncryptionContext:PARAMETER_ARN"] == arn("app/db")


@pytest.mark.parametrize(("name", "decrypt"), [("/app/url", True), ("/app/db", False)], ids=["String", "not decrypted"])
def test_no_key_is_asked_for(name, decrypt):
    outcome = get(may(allow("ssm:GetParameter")), name, WithDecryption=decrypt)
    assert outcome.ok
    assert actions(outcome) == ["ssm:GetParameter"]


def test_a_standard_secure_string_that_is_not_decrypted_is_a_ciphertext_that_kms_opens():
    """The page shows how: aws kms decrypt with the encryption context PARAMETER_ARN."""
    sealed = get(store(), WithDecryption=False).response["Parameter"]["Value"]
    assert HIDDEN not in sealed
    context = {"PARAMETER_ARN": arn("app/db")}
    opened = call(store(), "Decrypt", CiphertextBlob=sealed, EncryptionContext=context)
    assert opened.response["Plaintext"] == HIDDEN.encode()
    assert call(store(), "Decrypt", CiphertextBlob=sealed).error.code == "InvalidCiphertextException"


def test_an_advanced_one_is_an_envelope_that_kms_alone_does_not_open():
    made = store(replace(DB, tier="Advanced"))
    sealed = get(made, WithDecryption=False).response["Parameter"]["Value"]
    opened = call(made, "Decrypt", CiphertextBlob=sealed, EncryptionContext={"PARAMETER_ARN": arn("app/db")})
    assert opened.error.code == "InvalidCiphertextException"


def test_without_the_key_it_is_refused_with_what_kms_says_and_a_statement_opens_it():
    closed = may(allow("ssm:GetParameter"))
    delegating = policy("keyPolicy", {**OPEN, "Principal": {"AWS": OWNER}})
    account = replace(closed.accounts[OWNER], keys={KEY: Key(KEY, delegating)})
    outcome = get(replace(closed, accounts={**closed.accounts, OWNER: account}))
    assert outcome.decision is Decision.IMPLICIT_DENY
    assert outcome.error.code == "AccessDeniedException"
    assert outcome.error.message.startswith("The ciphertext refers to a customer master key that does not exist")
    assert not outcome.error.recorded
    (added,) = remedies(outcome).remedy.additions
    (statement,) = added.statements
    assert (statement["Action"], statement["Resource"]) == ("kms:Decrypt", KEY)
    assert statement["Condition"] == {
        "StringEquals": {
            "kms:ViaService": "ssm.us-east-1.amazonaws.com",
            "kms:EncryptionContext:PARAMETER_ARN": arn("app/db"),
        }
    }


def test_the_managed_key_serves_whoever_may_read_in_its_account():
    outcome = get(may(allow("ssm:GetParameter")), "/app/token")
    assert outcome.ok
    assert outcome.authorizations[1].evaluation.request.resource == f"arn:aws:kms:us-east-1:{OWNER}:key/aws/ssm"


def test_the_managed_key_is_found_by_its_alias_and_not_used_directly():
    described = call(store(), "DescribeKey", KeyId="alias/aws/ssm")
    assert described.response["KeyMetadata"]["KeyManager"] == "AWS"
    sealed = get(store(), "/app/token", WithDecryption=False).response["Parameter"]["Value"]
    direct = call(store(), "Decrypt", CiphertextBlob=sealed, EncryptionContext={"PARAMETER_ARN": arn("app/token")})
    assert direct.error.code == "AccessDeniedException"


def test_the_managed_key_of_another_service_does_not_serve():
    other = {"Name": "/new", "Value": "v", "Type": "SecureString", "KeyId": "alias/aws/secretsmanager"}
    assert call(store(), "PutParameter", **other).error.code == "AccessDeniedException"


def test_a_refusal_names_the_arn():
    outcome = get(may(allow("ssm:PutParameter")))
    assert outcome.error.message == (
        f"User: {USER} is not authorized to perform: ssm:GetParameter on resource: {arn('app/db')} because no "
        "identity-based policy allows the ssm:GetParameter action"
    )


def test_a_resource_in_a_policy_has_one_slash_only():
    assert get(may(allow("ssm:GetParameter", resource=arn("app/*"))), "/app/url").ok
    assert get(may(allow("ssm:GetParameter", resource=arn("/app/*"))), "/app/url").decision is Decision.IMPLICIT_DENY


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("/app/none", "ParameterNotFound"),
        ("app/db", "ParameterNotFound"),
        ("/app/db:2", "ParameterVersionNotFound"),
        ("/app/db:label", "ParameterVersionNotFound"),
        ("arn:aws:s3:::bucket", "ValidationException"),
        ("arn:broken", "ValidationException"),
        ("a b", "ValidationException"),
    ],
)
def test_what_is_not_there(name, code):
    assert get(store(), name).error.code == code


@pytest.mark.parametrize("name", ["/app/db:1", arn("app/db"), arn("app/db") + ":1"])
def test_a_version_and_an_arn(name):
    made = store(parameter("app/db", versions=(ParameterVersion(1, HIDDEN, KEY), ParameterVersion(2, "new", KEY))))
    outcome = get(made, name)
    assert outcome.response["Parameter"]["Version"] == (1 if name.endswith(":1") else 2)


def test_a_key_that_is_disabled():
    outcome = get(store(keys={KEY: Key(KEY, policy("keyPolicy", OPEN), state="Disabled")}))
    assert (outcome.error.code, outcome.error.message) == ("InvalidKeyId", f"{KEY} is disabled.")


def test_several_at_once_all_need_to_be_allowed():
    names = ["/app/db", "/app/token", "/none"]
    outcome = call(store(), "GetParameters", Names=names, WithDecryption=True)
    assert [each["Name"] for each in outcome.response["Parameters"]] == names[:2]
    assert outcome.response["InvalidParameters"] == ["/none"]
    refused = call(may(allow("ssm:GetParameters", resource=arn("app/db"))), "GetParameters", Names=names)
    assert refused.error.code == "AccessDeniedException"
    assert arn("app/token") in refused.error.message
    for wrong in (["/a", "/a"], [1], []):
        assert call(store(), "GetParameters", Names=wrong).error.code == "ValidationException"


def by_path(made, path, **parameters):
    return call(made, "GetParametersByPath", Path=path, **parameters)


def names(outcome):
    return [each["Name"] for each in outcome.response["Parameters"]]


def test_by_path_the_path_alone_is_asked_for():
    """API_GetParametersByPath: who may call it on a path sees all levels below, also what is denied there."""
    denied = {**allow("ssm:*", resource=arn("app/url")), "Effect": "Deny"}
    deeper = replace(PLAIN, arn=arn("app/x/y"), name="/app/x/y")
    made = may(allow("ssm:GetParametersByPath", resource=arn("app")), denied)
    made = made.with_parameter(deeper)
    assert names(by_path(made, "/app")) == ["/app/db", "/app/token", "/app/url"]
    assert names(by_path(made, "/app", Recursive=True)) == ["/app/db", "/app/token", "/app/url", "/app/x/y"]
    assert by_path(made, "/ap").decision is Decision.IMPLICIT_DENY
    assert by_path(made, "app").error.code == "ValidationException"


def test_by_path_every_key_is_needed():
    outcome = by_path(store(), "/app", WithDecryption=True)
    assert actions(outcome) == ["ssm:GetParametersByPath", "kms:Decrypt", "kms:Decrypt"]
    closed = Key(KEY, policy("keyPolicy", {**OPEN, "Principal": {"AWS": CONSUMER}}))
    assert by_path(store(keys={KEY: closed}), "/app", WithDecryption=True).error.code == "AccessDeniedException"
    assert by_path(store(keys={KEY: closed}), "/app").ok


def test_by_path_in_pages():
    first = by_path(store(), "/", Recursive=True, MaxResults=2)
    assert names(first) == ["/app/db", "/app/token"]
    second = by_path(store(), "/", Recursive=True, MaxResults=2, NextToken=first.response["NextToken"])
    assert names(second) == ["/app/url"]
    assert "NextToken" not in second.response


def test_by_path_a_policy_sees_whether_it_is_recursive():
    denied = {**allow("ssm:*", StringEquals={"ssm:Recursive": "true"}), "Effect": "Deny"}
    made = may(allow("ssm:*"), denied)
    assert by_path(made, "/app").ok
    assert by_path(made, "/app", Recursive=True).decision is Decision.EXPLICIT_DENY


STRANGE = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_of_a_key_that_the_world_does_not_hold_nothing_is_known():
    assert get(store(parameter("app/db", key=STRANGE))).decision is Decision.UNKNOWN
    put = call(store(), "PutParameter", Name="/new", Value="v", Type="SecureString", KeyId=STRANGE)
    assert put.decision is Decision.UNKNOWN
    assert put.world == store()


def test_a_name_in_two_regions_is_looked_up_where_the_call_works():
    there = replace(PLAIN, arn=PLAIN.arn.replace("us-east-1", "eu-west-1"))
    made = store(PLAIN, there)
    for region, expected in (("us-east-1", PLAIN.arn), ("eu-west-1", there.arn)):
        outcome = simulate(made, Call("GetParameter", USER, {"Name": "/app/url"}, region=region))
        assert outcome.response["Parameter"]["ARN"] == expected


# Sharing


def shared(**fields):
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html"""
    reading = {"Effect": "Allow", "Principal": {"AWS": CONSUMER}, "Action": "ssm:*", "Resource": "*"}
    return parameter("app/db", tier="Advanced", policy=policy("resourcePolicy", reading), **fields)


def test_a_shared_parameter_is_read_by_its_arn_and_not_written():
    made = store(shared())
    assert get(made, arn("app/db"), CONSUMER_ROLE).ok
    assert get(made, "/app/db", CONSUMER_ROLE).error.code == "ParameterNotFound"
    written = call(made, "DeleteParameter", CONSUMER_ROLE, Name=arn("app/db"))
    assert written.error.code == "ValidationException"
    direct = Call("ssm:DeleteParameter", CONSUMER_ROLE)
    assert simulate_authorization(made, direct, arn("app/db")).decision is Decision.IMPLICIT_DENY


def test_the_managed_key_does_not_serve_another_account():
    outcome = get(store(shared(key=None)), arn("app/db"), CONSUMER_ROLE)
    assert outcome.decided_by == (PolicyType.KEY_POLICY,)
    assert outcome.decision is Decision.IMPLICIT_DENY


@pytest.mark.parametrize(("tier", "opens"), [("Advanced", True), ("Standard", False)])
def test_a_policy_opens_an_advanced_parameter_only(tier, opens):
    outcome = get(store(replace(DB, tier=tier)), arn("app/db"), CONSUMER_ROLE)
    assert outcome.decided_by == (PolicyType.RESOURCE_POLICY,)
    found = remedies(outcome)
    assert (found.remedy is not None) is opens
    assert bool(found.obstacles) is not opens


# Writing


@pytest.mark.parametrize(
    ("tier", "action"), [("Standard", "kms:Encrypt"), ("Advanced", "kms:GenerateDataKey")], ids=["Standard", "Advanced"]
)
@pytest.mark.parametrize(("key_id", "resource"), [(KEY, KEY), (None, f"arn:aws:kms:us-east-1:{OWNER}:key/aws/ssm")])
def test_a_tier_is_encrypted_in_its_own_way(tier, action, key_id, resource):
    outcome = call(store(), "PutParameter", Name="/new/one", Value=HIDDEN, Type="SecureString", Tier=tier, KeyId=key_id)
    assert outcome.ok
    assert actions(outcome) == ["ssm:PutParameter", action]
    assert outcome.authorizations[1].evaluation.request.resource == resource
    assert outcome.response == {"Version": 1, "Tier": tier}
    assert get(outcome.world, "/new/one").response["Parameter"]["Value"] == HIDDEN
    assert HIDDEN not in repr(outcome)
    assert HIDDEN not in str(outcome.events)


def test_the_key_is_refused_by_its_own_name():
    made = may(allow("ssm:PutParameter"))
    account = replace(
        made.accounts[OWNER], keys={KEY: Key(KEY, policy("keyPolicy", {**OPEN, "Principal": {"AWS": OWNER}}))}
    )
    made = replace(made, accounts={**made.accounts, OWNER: account})
    outcome = call(made, "PutParameter", Name="/n", Value="v", Type="SecureString", KeyId=KEY)
    assert outcome.error.code == "AccessDeniedException"
    assert f"kms:Encrypt on resource: {KEY}" in outcome.error.message
    assert remedies(outcome).remedy


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"Name": "/app/db"}, "ParameterAlreadyExists"),
        ({"Name": "/app/db", "Overwrite": True, "Type": "String"}, "HierarchyTypeMismatchException"),
        ({"Name": "/app/url", "Overwrite": True, "KeyId": KEY}, "ValidationException"),
        ({"Name": "/app/url", "Overwrite": True, "Tags": [{"Key": "a", "Value": "b"}]}, "ValidationException"),
        ({"Name": "/new"}, "ValidationException"),
        ({"Name": "/new", "Type": "Text"}, "ValidationException"),
        ({"Name": "/new", "Type": "String", "Value": "x" * 4097}, "ValidationException"),
        ({"Name": "/new", "Type": "String", "Value": "é" * 2049}, "ValidationException"),
        ({"Name": "/new", "Type": "String", "Value": "x" * 8193, "Tier": "Advanced"}, "ValidationException"),
        ({"Name": "/new", "Type": "SecureString", "KeyId": "alias/none"}, "InvalidKeyId"),
        ({"Name": arn("new"), "Type": "String"}, "ValidationException"),
        ({"Name": "/aws/x", "Type": "String"}, "AccessDeniedException"),
        ({"Name": "ssm-x", "Type": "String"}, "ValidationException"),
        ({"Name": "/a" * 16, "Type": "String"}, "HierarchyLevelLimitExceededException"),
        ({"Name": "/new", "Type": "String", "Tags": ["a"]}, "ValidationException"),
    ],
)
def test_what_cannot_be_put(parameters, code):
    outcome = call(store(), "PutParameter", **{"Value": "v", **parameters})
    assert outcome.error.code == code
    assert outcome.world == store()


@pytest.mark.parametrize(
    ("size", "tier", "expected"),
    [
        (4096, None, "Standard"),
        (4096, "Intelligent-Tiering", "Standard"),
        (4097, "Intelligent-Tiering", "Advanced"),
        (8192, "Advanced", "Advanced"),
    ],
)
def test_the_tier_that_a_value_gets(size, tier, expected):
    outcome = call(store(), "PutParameter", Name="/new", Value="x" * size, Type="String", Tier=tier)
    assert outcome.response["Tier"] == expected


def test_an_advanced_parameter_stays_advanced():
    made = store(replace(PLAIN, tier="Advanced"))
    kept = call(made, "PutParameter", Name="/app/url", Value="v", Overwrite=True)
    assert kept.response == {"Version": 2, "Tier": "Advanced"}
    back = call(made, "PutParameter", Name="/app/url", Value="v", Overwrite=True, Tier="Standard")
    assert back.error.code == "ValidationException"


def test_to_overwrite_without_a_key_takes_the_managed_one():
    """API_PutParameter: without a key id the system uses the default key associated with the account."""
    outcome = call(store(), "PutParameter", Name="/app/db", Value="v", Overwrite=True)
    assert outcome.world.parameter(arn("app/db")).version(None).key is None
    assert outcome.world.parameter(arn("app/db")).version(1).key == KEY


def test_a_hundred_versions_are_kept():
    versions = tuple(ParameterVersion(n, "v") for n in range(1, 101))
    made = store(parameter("app/url", "String", versions=versions))
    kept = (
        call(made, "PutParameter", Name="/app/url", Value="v", Overwrite=True).world.parameter(arn("app/url")).versions
    )
    assert [kept[0].number, kept[-1].number, len(kept)] == [2, 101, 100]


def test_tags_and_overwriting_are_seen_by_policies():
    tagging = [{"Key": "team", "Value": "red"}]
    new = {"Name": "/new", "Type": "String", "Value": "v", "Tags": tagging}
    assert actions(call(store(), "PutParameter", **new)) == ["ssm:PutParameter", "ssm:AddTagsToResource"]
    assert call(may(allow("ssm:PutParameter")), "PutParameter", **new).error.code == "AccessDeniedException"
    denied = {**allow("ssm:PutParameter", StringEquals={"ssm:Overwrite": "true"}), "Effect": "Deny"}
    made = may(allow("ssm:*"), denied)
    assert call(made, "PutParameter", Name="/app/url", Value="v", Overwrite=True).decision is Decision.EXPLICIT_DENY
    assert call(made, "PutParameter", **new).ok
    by_tag = may(allow("ssm:GetParameter", StringEquals={"ssm:resourceTag/team": "red"}))
    assert get(by_tag, "/app/url").decision is Decision.IMPLICIT_DENY


def test_what_is_deleted_is_gone_at_once():
    outcome = call(store(), "DeleteParameter", Name="/app/db")
    assert outcome.ok
    assert get(outcome.world).error.code == "ParameterNotFound"
    assert call(outcome.world, "DeleteParameter", Name="/app/db").error.code == "ParameterNotFound"


def test_a_stranger_that_the_world_does_not_hold_changes_nothing():
    made = store()
    outcome = call(made, "PutParameter", "arn:aws:iam::000000000000:root", Name="/n", Value="v", Type="String")
    assert outcome.world == made


# A secret, by reference

REFERENCE = "/aws/reference/secretsmanager/prod/db"
NEEDED = ("ssm:GetParameter", "secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")


def test_a_reference_reads_the_secret():
    outcome = get(store(), REFERENCE)
    assert outcome.ok
    assert actions(outcome) == [*NEEDED, "kms:Decrypt"]
    ssm, *_, key = (authorization.evaluation.request for authorization in outcome.authorizations)
    assert ssm.resource == arn("aws/reference/secretsmanager/prod/db")
    assert key.context["kms:ViaService"] == "secretsmanager.us-east-1.amazonaws.com"
    assert outcome.response["Parameter"]["Value"] == "example"


@pytest.mark.parametrize("missing", NEEDED)
def test_every_permission_is_needed(missing):
    outcome = get(may(allow(*(action for action in NEEDED if action != missing))), REFERENCE)
    assert outcome.error.code == "AccessDeniedException"
    assert outcome.decision is Decision.IMPLICIT_DENY
    assert remedies(outcome).remedy


def test_a_reference_tells_the_service_that_asks():
    through = allow(*NEEDED[1:], StringEquals={"aws:CalledViaLast": "ssm.amazonaws.com"})
    assert get(may(allow("ssm:GetParameter"), through), REFERENCE).ok


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("/aws/reference/secretsmanager/none", "ParameterNotFound"),
        (f"{REFERENCE}:AWSPREVIOUS", "ParameterNotFound"),
        (f"arn:aws:ssm:us-east-1:{CONSUMER}:parameter{REFERENCE}", "AccessDeniedException"),
    ],
)
def test_what_a_reference_does_not_lead_to(name, code):
    assert get(store(), name).error.code == code


def test_a_reference_selects_a_version_by_its_id_or_its_label():
    versions = (SecretVersion("0" * 32, ("AWSCURRENT",), "new"), SecretVersion("1" * 32, ("AWSPREVIOUS",), "old"))
    made = store(secrets={SECRET: replace(owner().secrets[SECRET], versions=versions)})
    for selector, value in (("", "new"), (":AWSPREVIOUS", "old"), (":" + "1" * 32, "old")):
        assert get(made, REFERENCE + selector).response["Parameter"]["Value"] == value


def test_a_reference_is_only_read_decrypted():
    assert get(store(), REFERENCE, WithDecryption=False).error.code == "ValidationException"


def test_of_two_references_each_needs_its_own_key():
    other_key, other = KEY.replace("1234abcd", "5678"), SECRET.replace("prod/db", "other")
    secrets = {
        SECRET: owner().secrets[SECRET],
        other: replace(owner().secrets[SECRET], arn=other, name="other", key=other_key),
    }
    closed = policy("keyPolicy", {**OPEN, "Principal": {"AWS": CONSUMER}})
    made = store(secrets=secrets, keys={**owner().keys, other_key: Key(other_key, closed)})
    names = [REFERENCE, "/aws/reference/secretsmanager/other"]
    assert call(made, "GetParameters", Names=names[:1], WithDecryption=True).ok
    both = call(made, "GetParameters", Names=names, WithDecryption=True)
    assert both.decision is Decision.IMPLICIT_DENY


# Events


def test_the_events_of_a_reference_name_who_asked_and_no_value():
    events = get(store(), REFERENCE).events
    assert [(event["eventSource"], event["eventName"]) for event in events] == [
        ("secretsmanager.amazonaws.com", "GetSecretValue"),
        ("secretsmanager.amazonaws.com", "DescribeSecret"),
        ("kms.amazonaws.com", "Decrypt"),
        ("ssm.amazonaws.com", "GetParameter"),
    ]
    assert [event.get("sourceIPAddress") for event in events[:3]] == [
        "ssm.amazonaws.com",
        "ssm.amazonaws.com",
        "secretsmanager.amazonaws.com",
    ]
    assert events[0]["requestParameters"] == {"secretId": SECRET}
    assert "example" not in str(events)


def test_the_events_of_a_secure_string():
    decrypt, read = get(store()).events
    assert decrypt["requestParameters"] == {"encryptionContext": {"PARAMETER_ARN": arn("app/db")}}
    assert read["requestParameters"] == {"name": "/app/db", "withDecryption": True}
    assert HIDDEN not in str((decrypt, read))


def test_no_value_stands_in_a_repr():
    assert HIDDEN not in repr(store())
    assert HIDDEN not in repr(get(store()))
