"""KMS keys, their replicas and aliases.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_KMS.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation.policies import policy_at
from iamsim.inputs.cloudformation.reading import is_arn, own_arn, tags_of
from iamsim.inputs.cloudformation.unknowns import Unknown
from iamsim.inputs.scenario_policies import default_key_policy
from iamsim.language.unknown_text import is_known, readable
from iamsim.model.policy import PolicyType
from iamsim.model.world import Key

if TYPE_CHECKING:
    from iamsim.inputs.cloudformation.collected import Collected, Here
    from iamsim.inputs.cloudformation.evaluator import Evaluator

KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
ALIAS = "AWS::KMS::Alias"


def add_key(here: Here, collected: Collected) -> None:
    """Read a key. One without a policy gets KMS's default.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
    """
    ev, properties = here.stack.evaluator, ("Resources", here.id, "Properties")
    arn = ev.identity(here.id).arn
    if ev.property_of(here.id, "KeyPolicy") is None:
        policy = default_key_policy(here.stack.account, ev.partition)
    else:
        name = f"{readable(here.stack.account)}:key/{here.id}"
        policy = policy_at(ev, (*properties, "KeyPolicy"), PolicyType.KEY_POLICY, name)
    key = Key(
        arn,
        policy,
        state=_state(ev, here.id),
        tags=tags_of(ev, here.id),
        spec=ev.text_property(here.id, "KeySpec") or "SYMMETRIC_DEFAULT",
        usage=ev.text_property(here.id, "KeyUsage") or "ENCRYPT_DECRYPT",
        multi_region=here.type != KEYS[0] or ev.text_property(here.id, "MultiRegion") == "true",
        description=ev.text_property(here.id, "Description"),
    )
    collected.add(here.stack.account, "keys", arn, key, here.place)


def _state(ev: Evaluator, resource: str) -> str:
    if ev.text_property(resource, "Origin") == "EXTERNAL":
        return "PendingImport"
    return "Disabled" if ev.text_property(resource, "Enabled") == "false" else "Enabled"


def add_alias(here: Here, collected: Collected) -> None:
    """Give a key its alias; a key that no template makes is known by it alone.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html
    """
    ev = here.stack.evaluator
    name = ev.text_property(here.id, "AliasName")
    arn = key_arn(ev, ev.text_property(here.id, "TargetKeyId"), collected)
    if arn:
        collected.add(here.stack.account, "keys", arn, Key(arn))
        key = collected.of(here.stack.account, "keys")[arn]
        collected.put(here.stack.account, "keys", arn, replace(key, aliases=(*key.aliases, name)))


def key_arn(ev: Evaluator, named: str, collected: Collected) -> str:
    """The ARN of a key that is named by its ARN, or by its id in this account and Region; empty for anything else.

    What is not known may be an id or an ARN, unless a template makes a key of this id.
    """
    if is_arn(named):
        return "" if ":alias/" in named else named
    arn = own_arn(ev, named, "kms", "key/")
    made = arn in collected.of(ev.account, "keys")
    return arn if made or (is_known(named) and "alias/" not in named) else ""


def key_of(ev: Evaluator, named: str, managed: str, collected: Collected, unknown: Unknown) -> str | None:
    """The ARN of the key that encrypts something, None for the AWS managed key `managed`; `unknown` says what it is.

    A key is named by its ARN, its id, or an alias.
    """
    if not named or named in (managed, managed.removeprefix("alias/")) or named.endswith(f":{managed}"):
        return None
    if found := key_arn(ev, named, collected):
        return found
    alias = named[max(named.find("alias/"), 0) :]
    keys = (key for account in collected.things.values() for key in account.get("keys", {}).values())
    where = named.split(":")[3:5] if is_arn(named) else [ev.region, ev.account]
    found = next((k.arn for k in keys if alias in k.aliases and k.arn.split(":")[3:5] == where), "")
    return found or _unknown_key(ev, where, named, unknown)


def _unknown_key(ev: Evaluator, where: list[str], named: str, unknown: Unknown) -> str:
    """A key of which only its Region is known, and its account if an alias names it: an alias is of the key's account."""
    owner = Unknown(f"the account of {unknown.words.removeprefix('the ')}", unknown.option)
    account = where[1] if "alias/" in named else ev.unknown(f"keyaccount.{named}", owner, 12)
    return f"arn:{ev.partition}:kms:{where[0]}:{account}:key/{ev.unknown(f'key.{named}', unknown, 36)}"
