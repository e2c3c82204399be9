"""CreateKey.

https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.model.world import Key
from iamsim.services.kms import policies, rules
from iamsim.services.kms.contexts import tag_context, truth
from iamsim.services.kms.lifecycle import metadata
from iamsim.services.operation import DEFAULT_REGION, Demand, Occasion, Operation, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.services.operation import Derived, Effect, Subject

_SPECS = (
    "SYMMETRIC_DEFAULT",
    *("RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"),
    *("ECC_NIST_EDWARDS25519", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"),
    "SM2",
)
_USAGES = ("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")


def new_key(subject: Subject) -> Key:
    """The key that CreateKey makes; without a policy its own is the default one."""
    place = f"arn:{subject.partition}:kms:{subject.region or DEFAULT_REGION}:{subject.account}:key/"
    account = subject.world.account(subject.account)
    taken = {arn.rpartition("/")[2].removeprefix("mrk-") for arn in (account.keys if account else ())}
    id_, multi_region = subject.chance.id("key", taken), bool(subject.get("MultiRegion"))
    return Key(
        place + (f"mrk-{id_.replace('-', '')}" if multi_region else id_),
        policies.given_policy(subject) or policies.default_policy(subject.partition, subject.account),
        tags=given_tags(subject),
        spec=given_spec(subject),
        usage=subject.get("KeyUsage", "ENCRYPT_DECRYPT"),
        multi_region=multi_region,
        description=subject.get("Description", ""),
        created=subject.time,
    )


def given_spec(subject: Subject) -> str:
    """The key spec; `CustomerMasterKeySpec` is its old name."""
    return str(subject.get("KeySpec") or subject.get("CustomerMasterKeySpec", "SYMMETRIC_DEFAULT"))


def given_tags(subject: Subject) -> dict[str, str]:
    """The tags that the call gives; KMS writes `TagKey` and `TagValue`."""
    return {
        str(tag.get("TagKey", "")): str(tag.get("TagValue", ""))
        for tag in subject.get("Tags", [])
        if isinstance(tag, dict)
    }


def about_new_key(subject: Subject) -> Subject:
    """The key that will be made; a caller without an account can make none."""
    return subject.with_(arn=new_key(subject).arn) if subject.account else subject


def create_context(subject: Subject) -> Derived:
    """What CreateKey asks for."""
    return {
        "kms:CallerAccount": subject.caller.account,
        "kms:BypassPolicyLockoutSafetyCheck": truth(subject.get("BypassPolicyLockoutSafetyCheck")),
        "kms:KeyOrigin": "AWS_KMS",
        "kms:KeySpec": given_spec(subject),
        "kms:KeyUsage": subject.get("KeyUsage", "ENCRYPT_DECRYPT"),
        "kms:MultiRegion": truth(subject.get("MultiRegion")),
        "kms:MultiRegionKeyType": "PRIMARY" if subject.get("MultiRegion") else None,
        **tag_context(given_tags(subject)),
    }


def on_no_key(subject: Subject) -> Iterator[Occasion]:
    """Once, on no key: only identity policies decide."""
    yield Occasion("*", create_context(subject))


def on_tagged_key(subject: Subject) -> Iterator[Occasion]:
    """On the new key, if it gets tags: `kms:TagResource` must then stand in an identity policy.

    The default key policy, which leaves it to identity policies, stands for the new key here (inferred).
    """
    if subject.get("Tags") and subject.account:
        policy = policies.default_policy(subject.partition, subject.account)
        yield Occasion(replace(new_key(subject), policy=policy), create_context(subject))


def created(subject: Subject) -> Effect:
    """The world with the new key."""
    key = new_key(subject)
    return rules.kept(subject, key, KeyMetadata=metadata(key))


CREATE_KEY = Operation(
    "kms",
    "CreateKey",
    parameters=(
        policies.POLICY._replace(required=False),
        Parameter("Description", low=0, high=8192),
        Parameter("KeyUsage", choices=_USAGES),
        Parameter("KeySpec", choices=_SPECS),
        Parameter("CustomerMasterKeySpec", choices=_SPECS),
        Parameter("Origin", choices=("AWS_KMS",)),
        policies.BYPASS,
        Parameter("Tags", list, high=50),
        Parameter("MultiRegion", bool),
    ),
    about=about_new_key,
    steps=(
        Demand("kms:CreateKey", on_no_key),
        Demand("kms:TagResource", on_tagged_key),
        policies.is_policy,
        policies.locks_nobody_out,
    ),
    effect=created,
)
