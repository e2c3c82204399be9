"""Law: the engine and the oracle, which was written apart from it, come to the same decision."""

from __future__ import annotations

import json
import re

from hypothesis import assume, given, settings
from oracle import decide
from properties.deciding import decided, documents, listed, readable_cases

BOOLEANS = {"aws:securetransport"}


def expected(case):
    """The oracle's decision, with what AWS says of callers that it does not know."""
    answer = decide(case)
    return "implicitDeny" if answer == "allowed" and can_never_call(case["request"]) else answer


def can_never_call(request):
    """Sessions that STS and IAM refuse, and requests without a signature that Lambda refuses.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    principal, (service, action) = str(request["principal"]), request["action"].lower().split(":")
    if action == "getcalleridentity":
        return False
    of_role = ":role/" in principal or ":assumed-role/" in principal
    return (
        (":federated-user/" in principal and service in {"sts", "iam"})
        or (of_role and action in {"getfederationtoken", "getsessiontoken"})
        or (principal == "anonymous" and service == "lambda")
    )


def without_one_meaning(case):
    """Where AWS says nothing, or the oracle leaves something out.

    A Bool operator on what is no boolean; a variable with a default whose key has several values; a grant to a service
    (CreateGrant's GranteeServicePrincipal); an RCP on sts:GetSessionToken, which has no resource type.
    """
    request = case["request"]
    context = {key.lower(): value for key, value in request["context"].items()}
    conditions = [s.get("Condition", {}).items() for _, document in documents(case) for s in listed(document)]
    several = [key for key, value in context.items() if isinstance(value, list) and len(value) > 1]
    return (
        any(
            "Bool" in operator and {*map(str.lower, keys)} - BOOLEANS
            for pairs in conditions
            for operator, keys in pairs
        )
        or any(key.lower() in several for key in re.findall(r"\$\{ ?([^},]+), '", json.dumps(case)))
        or (isinstance(request["principal"], dict) and bool(case.get("kms_grants")))
        or (request["action"] == "sts:GetSessionToken" and bool(case["rcps"]))
    )


@settings(max_examples=settings.default.max_examples * 4)
@given(readable_cases())
def test_engine_and_oracle_agree(case):
    assume(not without_one_meaning(case))
    assert decided(case).value == expected(case)
