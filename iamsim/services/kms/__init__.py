"""AWS Key Management Service.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
"""

from __future__ import annotations

from iamsim.engine.rules import ServiceRules
from iamsim.model.policy import PolicyType

WITHOUT_RESOURCE = frozenset(
    [
        "connectcustomkeystore",
        "createcustomkeystore",
        "createkey",
        "deletecustomkeystore",
        "describecustomkeystores",
        "disconnectcustomkeystore",
        "generaterandom",
        "listaliases",
        "listkeys",
        "listretirablegrants",
        "updatecustomkeystore",
    ]
)
"""Actions without a key: only identity policies decide them."""

CROSS_ACCOUNT = frozenset(
    [
        "decapsulate",
        "decrypt",
        "derivesharedsecret",
        "encapsulate",
        "encrypt",
        "generatedatakey",
        "generatedatakeypair",
        "generatedatakeypairwithoutplaintext",
        "generatedatakeywithoutplaintext",
        "generatemac",
        "reencryptfrom",
        "reencryptto",
        "sign",
        "verify",
        "verifymac",
        "creategrant",
        "describekey",
        "getkeyrotationstatus",
        "getpublickey",
        "listgrants",
        "retiregrant",
        "revokegrant",
    ]
)
"""Cryptographic operations and the few others that a key policy can open to another account."""


def rules_for(action: str) -> ServiceRules:
    """A key's policy must allow, or delegate to the account's IAM; aliases carry no policy."""
    return ServiceRules(
        policy_type=PolicyType.KEY_POLICY,
        demands_policy=action not in WITHOUT_RESOURCE,
        without_policy=("alias/",),
        cross_account=action in CROSS_ACCOUNT,
        unsigned_requests=False,
        rcp=action not in WITHOUT_RESOURCE and action != "retiregrant",
    )
