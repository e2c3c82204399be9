"""Identity providers, sessions of a chain and federated users that a call makes, in scenario files."""

from __future__ import annotations

import pytest

from iamsim.analysis.answer import answers_in_a_row
from iamsim.inputs.scenario import load_scenario
from iamsim.language.errors import InputError
from iamsim.model.world import OidcProvider

A = "111122223333"
HOST = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
PROVIDER = f"arn:aws:iam::{A}:oidc-provider/{HOST}"
ALL = "{all: {Version: '2012-10-17', Statement: {Effect: Allow, Action: '*', Resource: '*'}}}"


@pytest.fixture
def load(tmp_path):
    def load_text(account, questions="  []"):
        file = tmp_path / "s.iamsim.yaml"
        file.write_text(f"accounts:\n  a:\n    id: '{A}'\n{account}\nquestions:\n{questions}\n")
        return load_scenario(file)

    return load_text


PROVIDERS = f"""
    oidc_providers:
      {HOST}: {{client_ids: [web, phone]}}
      example.com: {{}}
    roles: {{app: }}
"""


def test_an_identity_provider_has_its_client_ids(load):
    """EKS and the AWS action for GitHub ask for the audience `sts.amazonaws.com`: it is the default."""
    other = f"arn:aws:iam::{A}:oidc-provider/example.com"
    assert load(PROVIDERS).world.account(A).oidc_providers == {
        PROVIDER: OidcProvider(PROVIDER, ("web", "phone")),
        other: OidcProvider(other, ("sts.amazonaws.com",)),
    }


@pytest.mark.parametrize("name", [f"a:oidc-provider/{HOST}", f"{A}:oidc-provider/{HOST}", PROVIDER])
def test_an_identity_provider_calls(load, name):
    [question] = load(PROVIDERS, f"  - ask: {name} can AssumeRoleWithWebIdentity on a:role/app").questions
    assert [call.caller for call in question.calls] == [{"Federated": PROVIDER}]


def test_a_glob_stands_for_every_identity_provider(load):
    [question] = load(
        PROVIDERS, '  - ask: "a:oidc-provider/* cannot AssumeRoleWithWebIdentity on a:role/app"'
    ).questions
    found = [call.caller["Federated"].rpartition("/")[2] for call in question.calls]
    assert found == ["EXAMPLE", "example.com"]


@pytest.mark.parametrize(
    ("account", "question", "says"),
    [
        (PROVIDERS, "a:oidc-provider/other.com can AssumeRoleWithWebIdentity on a:role/app", "no oidc-provider `other.com`"),
        (PROVIDERS, f"a:role/app can AssumeRole on a:oidc-provider/{HOST}", "no oidc-provider can be asked for"),
        ("    oidc_providers: {'https://example.com': }", "a:root can A on *", "no URL of an identity provider|without"),
        ("    roles: {app: {sessions: {one: {transitive_tags: [x]}}}}", "a:root can A on *", "the session has no tag `x`"),
        ("    users: {u: }", "a:federated-user/carol can GetCallerIdentity on *", "no federated-user `carol`"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(load, account, question, says):
    with pytest.raises(InputError, match=says):
        load(account, f"  - ask: '{question}'")


def test_a_session_brings_source_identity_and_transitive_tags(load):
    roles = "    roles: {app: {sessions: {one: {tags: {t: x}, transitive_tags: [t], source_identity: alice}}}}"
    session = load(roles).world.session(f"arn:aws:sts::{A}:assumed-role/app/one")
    assert (session.tags, session.transitive, session.source_identity) == ({"t": "x"}, ("t",), "alice")


def test_a_federated_user_that_a_call_makes_can_be_asked_about(load):
    questions = """
  - ask: a:user/u can GetFederationToken on *
    parameters: {Name: carol}
    then:
      - ask: a:federated-user/carol can GetCallerIdentity on *
      - ask: a:federated-user/carol cannot secretsmanager:GetSecretValue on a:secret/db
"""
    scenario = load(f"    users: {{u: {{policies: {ALL}}}}}\n    secrets: {{db: }}", questions)
    found = [a for q in scenario.questions for _, answers in answers_in_a_row(scenario.world, q) for a in answers]
    assert [answer.met for answer in found] == [True, True, True]
