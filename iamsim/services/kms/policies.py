"""PutKeyPolicy and GetKeyPolicy, and what a key policy must be to be stored.

https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision
from iamsim.engine.evaluation import Evaluation
from iamsim.engine.policies import PolicySet
from iamsim.engine.request import CallerKind, Request
from iamsim.language.errors import LanguageError, PolicyError
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.policy_text import policy_text
from iamsim.services.kms import errors, rules, rules_for
from iamsim.services.kms.contexts import on_key, truth
from iamsim.services.kms.managed import managed_key_policy
from iamsim.services.kms.naming import about_key, is_there, managed_key
from iamsim.services.operation import Demand, Effect, Operation, Parameter
from iamsim.services.principals import may_exist

if TYPE_CHECKING:
    from iamsim.services.operation import Derived, ServiceError, Subject

DEFAULT = "default"
"""The name of the policy that one may set; `AWS_RAM` is another, which AWS RAM manages."""

POLICY = Parameter("Policy", required=True, low=1, high=131072)
BYPASS = Parameter("BypassPolicyLockoutSafetyCheck", bool)

_OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def default_policy(partition: str, account: str) -> Policy:
    """The policy of a key that is made without one: it lets the account's IAM policies decide.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    root = {"AWS": f"arn:{partition}:iam::{account}:root"}
    sid = "Enable IAM User Permissions"
    statement = {"Sid": sid, "Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]})
    return Policy.parse(document, PolicyType.KEY_POLICY, DEFAULT)


def given_policy(subject: Subject) -> Policy | None:
    """The policy that the call gives; None where it gives none, or one that cannot be read."""
    text = subject.get("Policy")
    try:
        return None if text is None else Policy.parse(str(text), PolicyType.KEY_POLICY, DEFAULT)
    except (PolicyError, LanguageError):
        return None


def is_policy(subject: Subject) -> ServiceError | None:
    """The policy can be read, and names no principal that is not there."""
    if subject.get("Policy") is None:
        return None
    policy = given_policy(subject)
    if policy is None:
        return errors.MALFORMED
    entries = (entry for s in policy.statements if s.principals for entry in s.principals.entries)
    missing = any(entry.kind == "AWS" and not may_exist(subject.world, entry.value) for entry in entries)
    return errors.NO_SUCH_PRINCIPAL if missing else None


def locks_nobody_out(subject: Subject) -> ServiceError | None:
    """The caller can change the policy that the call gives afterwards, unless the check is bypassed.

    The policy must allow it to the caller, or to the caller's account. What conditions ask for is taken as fulfilled, and
    so are the caller's identity policies (inferred).
    """
    policy = given_policy(subject)
    if policy is None or subject.get("BypassPolicyLockoutSafetyCheck"):
        return None
    caller = subject.caller
    principal = {"Service": caller.id} if caller.kind is CallerKind.SERVICE else caller.id
    request = Request(principal, "kms:PutKeyPolicy", subject.arn, None, subject.account, unknown=("*",))
    around = PolicySet(identity=[_OPEN], resource=[policy])
    allowed = Evaluation(request, around, rules_for("putkeypolicy")).decision
    return None if allowed in (Decision.ALLOWED, Decision.UNKNOWN) else errors.LOCKOUT


def only_default(subject: Subject) -> ServiceError | None:
    """Only the policy `default` can be set."""
    name = subject.get("PolicyName", DEFAULT)
    return None if name == DEFAULT else errors.validation(f"A policy named {DEFAULT} is the only one that can be set.")


def policy_is_there(subject: Subject) -> ServiceError | None:
    """The key has a policy of that name."""
    name = subject.get("PolicyName", DEFAULT)
    there = name == DEFAULT or name in subject.found_key.managed_policies
    return None if there else errors.NO_SUCH_POLICY


def stored(subject: Subject) -> Effect:
    """The key with its new policy."""
    return rules.kept(subject, replace(subject.found_key, policy=given_policy(subject)))


def returned(subject: Subject) -> Effect:
    """The policy; nothing of one whose text the world does not know."""
    key, name = subject.found_key, subject.get("PolicyName", DEFAULT)
    managed = managed_key(key)
    if managed is not None:
        text: str | None = json.dumps(managed_key_policy(managed))
    else:
        policy = key.policies.get(name)
        text = policy_text(policy) if policy else None
    return Effect(subject.world, {"PolicyName": name} | ({"Policy": text} if text is not None else {}))


def put_context(subject: Subject) -> Derived:
    """Which policy, and whether the check for a lockout is bypassed."""
    bypass = truth(subject.get("BypassPolicyLockoutSafetyCheck"))
    return {"kms:PolicyName": subject.get("PolicyName", DEFAULT), "kms:BypassPolicyLockoutSafetyCheck": bypass}


_POLICY_NAME = Parameter("PolicyName", low=1, high=128)

PUT_KEY_POLICY = Operation(
    "kms",
    "PutKeyPolicy",
    parameters=(rules.KEY_ID, POLICY, _POLICY_NAME, BYPASS),
    about=about_key,
    before=(only_default, is_there),
    steps=(Demand("kms:PutKeyPolicy", on_key(put_context)), rules.exists, is_policy, locks_nobody_out),
    effect=stored,
    named_by="KeyId",
)
GET_KEY_POLICY = Operation(
    "kms",
    "GetKeyPolicy",
    parameters=(rules.KEY_ID, _POLICY_NAME),
    about=about_key,
    before=(is_there,),
    steps=(Demand("kms:GetKeyPolicy", on_key()), rules.exists, policy_is_there),
    effect=returned,
    named_by="KeyId",
    read_only=True,
)
