"""AWS Secrets Manager.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""

from __future__ import annotations

from iamsim.engine.rules import ServiceRules
from iamsim.model.policy import PolicyType

WITHOUT_RESOURCE = frozenset({"batchgetsecretvalue", "getrandompassword", "listsecrets"})
"""Actions without a resource type: only Resource `*` matches them, and no RCP reaches them."""

CROSS_ACCOUNT = frozenset(
    [
        "cancelrotatesecret",
        "deleteresourcepolicy",
        "deletesecret",
        "describesecret",
        "getrandompassword",
        "getresourcepolicy",
        "getsecretvalue",
        "listsecretversionids",
        "putresourcepolicy",
        "putsecretvalue",
        "removeregionsfromreplication",
        "replicatesecrettoregions",
        "restoresecret",
        "rotatesecret",
        "stopreplicationtoreplica",
        "tagresource",
        "untagresource",
        "updatesecret",
        "updatesecretversionstage",
        "validateresourcepolicy",
    ]
)
"""The actions for which a permission given to another account is effective."""


def rules_for(action: str) -> ServiceRules:
    """A secret's policy is one way of two in its own account; some actions are not open to others."""
    return ServiceRules(
        policy_type=PolicyType.SECRET_POLICY,
        cross_account=action in CROSS_ACCOUNT,
        unsigned_requests=False,
        rcp=action not in WITHOUT_RESOURCE,
    )
