"""AssumeRoleWithWebIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from unit.simulator.worlds import CONSUMER, OWNER, ROLE, USER, owner, policy, read, world

from iamsim.engine.decision import Decision
from iamsim.language.errors import InputError
from iamsim.model.policy import PolicyType
from iamsim.model.world import OidcProvider
from iamsim.simulator.call import Call
from iamsim.simulator.simulate import simulate

HOST = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
PROVIDER = f"arn:aws:iam::{OWNER}:oidc-provider/{HOST}"
GITHUB_HOST = "token.actions.githubusercontent.com"
GITHUB = f"arn:aws:iam::{OWNER}:oidc-provider/{GITHUB_HOST}"
SUB = "system:serviceaccount:orders:api"
CLAIMS = {"sub": SUB, "aud": ["sts.amazonaws.com"]}
NEXT = f"arn:aws:sts::{OWNER}:assumed-role/app/pod"
TAGS = "https://aws.amazon.com/tags"
KEYS = {f"{HOST}:sub": SUB, f"{HOST}:aud": "sts.amazonaws.com"}


def allow(*actions, condition=None, principal=None):
    made = {"Effect": "Allow", "Principal": principal or {"Federated": PROVIDER}, "Action": list(actions)}
    return {**made, "Condition": condition} if condition else made


BY_TOKEN = allow("sts:AssumeRoleWithWebIdentity")
EXACT = allow("sts:AssumeRoleWithWebIdentity", condition={"StringEquals": KEYS})


def trusting(*statements, providers=((PROVIDER, ("sts.amazonaws.com", "kubectl")),)):
    made = owner()
    role = replace(made.roles[ROLE], trust=policy("trustPolicy", *statements))
    known = {arn: OidcProvider(arn, client_ids) for arn, client_ids in providers}
    return world(replace(made, roles={ROLE: role}, oidc_providers=known))


def assume(made, claims=CLAIMS, provider=PROVIDER, time=None, **more):
    caller = {"Federated": provider} if isinstance(provider, str) else provider[0]
    parameters = {"RoleArn": ROLE, "RoleSessionName": "pod", "WebIdentityToken": claims, **more}
    return simulate(made, Call("AssumeRoleWithWebIdentity", caller, parameters, time=time))


def context(outcome):
    return outcome.authorizations[0].evaluation.request.context


def test_the_trust_policy_alone_decides():
    outcome = assume(trusting(EXACT))
    assert outcome.ok
    assert outcome.response["AssumedRoleUser"]["Arn"] == NEXT
    assert outcome.response["SubjectFromWebIdentityToken"] == SUB
    assert outcome.response["Audience"] == "sts.amazonaws.com"
    assert outcome.response["Provider"] == f"https://{HOST}"
    assert read(outcome.world, NEXT).ok


@pytest.mark.parametrize(
    "claims",
    [
        {**CLAIMS, "sub": "system:serviceaccount:default:api"},
        {**CLAIMS, "aud": "kubectl"},
        {"aud": "sts.amazonaws.com"},
    ],
    ids=["another namespace", "another registered audience", "no subject"],
)
def test_another_subject_or_audience_is_refused_by_the_trust_policy(claims):
    outcome = assume(trusting(EXACT), claims)
    assert outcome.decision is Decision.IMPLICIT_DENY
    assert outcome.decided_by == (PolicyType.TRUST_POLICY,)
    assert outcome.error.code == "AccessDenied"
    assert outcome.world.session(NEXT) is None


def test_a_trust_policy_that_names_another_provider_or_another_action_does_not_let_in():
    other = {"Federated": f"arn:aws:iam::{OWNER}:oidc-provider/other.example.com"}
    assert not assume(trusting(allow("sts:AssumeRoleWithWebIdentity", principal=other))).ok
    assert not assume(trusting(allow("sts:AssumeRole"))).ok


@pytest.mark.parametrize("aud", ["vault", [], None], ids=str)
def test_an_audience_that_is_no_client_id_is_refused_before_the_trust_policy(aud):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html"""
    outcome = assume(trusting(BY_TOKEN), {"sub": SUB, "aud": aud})
    assert outcome.error.code == "InvalidIdentityToken"
    assert outcome.authorizations == ()


def test_the_provider_must_stand_in_the_account_of_the_role():
    assert assume(trusting(BY_TOKEN, providers=())).error.code == "InvalidIdentityToken"
    elsewhere = f"arn:aws:iam::{CONSUMER}:oidc-provider/{HOST}"
    trusted = allow("sts:AssumeRoleWithWebIdentity", principal={"Federated": elsewhere})
    assert assume(trusting(trusted), provider=elsewhere).error.code == "InvalidIdentityToken"


def test_a_token_of_another_issuer_is_refused():
    made = trusting(BY_TOKEN)
    assert assume(made, {**CLAIMS, "iss": f"https://{HOST}"}).ok
    assert assume(made, {**CLAIMS, "iss": "https://evil.example.com"}).error.code == "InvalidIdentityToken"


def test_a_token_that_has_expired_is_refused():
    claims = {**CLAIMS, "exp": 1767268800}  # 2026-01-01T12:00:00Z
    made = trusting(BY_TOKEN)
    assert assume(made, claims, time=datetime(2026, 1, 1, 11, 59, 59, tzinfo=UTC)).ok
    late = assume(made, claims, time=datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert late.error.code == "ExpiredTokenException"


def test_azp_takes_the_place_of_aud():
    """Default AWS OIDC keys: the key `aud` holds the claim `azp`, where it is set."""
    claims = {"sub": SUB, "aud": "sts.amazonaws.com", "azp": "kubectl"}
    assert context(assume(trusting(BY_TOKEN), claims))[f"{HOST}:aud"] == "kubectl"
    assert assume(trusting(BY_TOKEN), {**claims, "azp": "other"}).error.code == "InvalidIdentityToken"


def test_googles_audience_and_the_one_of_its_app():
    """`accounts.google.com:oaud` holds the claim `aud` also where `azp` is set; Google needs no identity provider in IAM."""
    trusted = allow("sts:AssumeRoleWithWebIdentity", principal={"Federated": "accounts.google.com"})
    claims = {"iss": "https://accounts.google.com", "sub": "1", "aud": "web", "azp": "phone"}
    outcome = assume(trusting(trusted, providers=()), claims, "accounts.google.com")
    assert outcome.ok
    found = {key: value for key, value in context(outcome).items() if key.startswith("accounts.google.com:")}
    assert found == {
        "accounts.google.com:aud": "phone", "accounts.google.com:oaud": "web", "accounts.google.com:sub": "1",
    }  # fmt: skip


def test_claims_that_are_no_condition_keys_are_absent():
    """list_awssts: GitHub's `repository` is a key of AWS, an EKS cluster's `kubernetes.io` is none."""
    made = trusting(BY_TOKEN, providers=((GITHUB, ("sts.amazonaws.com",)), (PROVIDER, ("sts.amazonaws.com",))))
    assert f"{HOST}:repository" not in context(assume(made, {**CLAIMS, "repository": "acme/shop"}))
    by_github = allow("sts:AssumeRoleWithWebIdentity", principal={"Federated": GITHUB},
                      condition={"StringEquals": {f"{GITHUB_HOST}:repository": "acme/shop"}})  # fmt: skip
    made = trusting(by_github, providers=((GITHUB, ("sts.amazonaws.com",)),))
    assert assume(made, {**CLAIMS, "repository": "acme/shop"}, GITHUB).ok
    assert not assume(made, {**CLAIMS, "repository": "acme/other"}, GITHUB).ok


def test_the_session_keeps_provider_subject_and_audience():
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:FederatedProvider)"""
    outcome = assume(trusting(BY_TOKEN))
    assert context(outcome)["aws:FederatedProvider"] == PROVIDER
    later = context(read(outcome.world, NEXT))
    assert later["aws:FederatedProvider"] == PROVIDER
    assert (later[f"{HOST}:sub"], later[f"{HOST}:aud"]) == (SUB, "sts.amazonaws.com")
    assert context(outcome)["aws:PrincipalIsAWSService"] is None


NESTED = {TAGS: {"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["team"]}}
FLAT = {f"{TAGS}/principal_tags/team": "blue", f"{TAGS}/transitive_tag_keys": ["team"]}


@pytest.mark.parametrize("tags", [NESTED, FLAT], ids=["nested", "flattened"])
def test_tags_of_the_token_need_tag_session(tags):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp"""
    claims = {**CLAIMS, **tags}
    refused = assume(trusting(BY_TOKEN), claims)
    assert refused.authorizations[1].evaluation.request.action == "sts:TagSession"
    assert refused.error.code == "AccessDenied"
    outcome = assume(trusting(allow("sts:AssumeRoleWithWebIdentity", "sts:TagSession")), claims)
    assert context(outcome)["aws:RequestTag/team"] == "blue"
    assert context(outcome)["sts:TransitiveTagKeys"] == ("team",)
    assert context(read(outcome.world, NEXT))["aws:PrincipalTag/team"] == "blue"
    assert outcome.world.session(NEXT).transitive == ("team",)


def test_a_source_identity_of_the_token_needs_its_permission():
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html"""
    claims = {**CLAIMS, "https://aws.amazon.com/source_identity": "alice"}
    assert not assume(trusting(BY_TOKEN), claims).ok
    outcome = assume(trusting(allow("sts:AssumeRoleWithWebIdentity", "sts:SetSourceIdentity")), claims)
    assert context(read(outcome.world, NEXT))["aws:SourceIdentity"] == "alice"


def test_whoever_has_no_token_and_whoever_has_nothing_else():
    everyone = allow("sts:*", principal="*")
    assert assume(trusting(everyone), provider=(USER,)).error.code == "InvalidIdentityToken"
    call = Call("AssumeRole", {"Federated": PROVIDER}, {"RoleArn": ROLE, "RoleSessionName": "pod"})
    assert simulate(trusting(everyone, allow("sts:AssumeRole")), call).error.code == "MissingAuthenticationToken"


def test_an_encoded_token_is_no_token_here():
    with pytest.raises(InputError, match="is a mapping, not text"):
        assume(trusting(BY_TOKEN), "eyJhbGciOi")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": {}, "aud": [None, {}]},
        {**CLAIMS, TAGS: 1},
        {**CLAIMS, TAGS: {"principal_tags": [1]}},
        {**CLAIMS, TAGS: {"principal_tags": {"team": []}}},
        {**CLAIMS, TAGS: {"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["site"]}},
    ],
    ids=str,
)
def test_claims_that_cannot_be_read_let_nobody_in(claims):
    made = trusting(allow("sts:AssumeRoleWithWebIdentity", "sts:TagSession"))
    assert assume(made, claims).error.code == "InvalidIdentityToken"


def test_who_called_in_cloudtrail():
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html"""
    outcome = assume(trusting(EXACT))
    [event] = outcome.events
    assert event["userIdentity"] == {
        "type": "WebIdentityUser",
        "principalId": f"{PROVIDER}:sts.amazonaws.com:{SUB}",
        "userName": SUB,
        "identityProvider": PROVIDER,
    }
    assert "webIdentityToken" not in event["requestParameters"]
    later = read(outcome.world, NEXT).events[-1]["userIdentity"]["sessionContext"]
    assert later["webIdFederationData"] == {"federatedProvider": PROVIDER, "attributes": {}}
