"""Remedies and obstacles in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.obstacles import Why
from iamsim.model.policy import PolicyType
from iamsim.outputs.names import policy_name
from iamsim.outputs.phrases import POLICIES, keys, statement_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.amend import Addition
    from iamsim.analysis.obstacles import Obstacle
    from iamsim.analysis.remedy import Remedy
    from iamsim.outputs.names import Names


def document_phrase(addition: Addition, names: Names) -> str:
    """`key policy of owner:key/secrets`, `identity policy read-secrets of consumer:role/app`, `a new … for …`."""
    owner = names.thing(addition.owner)
    if addition.grant is not None:
        return f"a KMS grant on {owner}"
    if addition.policy is None:
        return f"a new {POLICIES[addition.type]} for {owner}"
    said = policy_name(addition.policy)
    return said if owner in said else f"{said} of {owner}"


def addition_phrase(addition: Addition, names: Names) -> str:
    """`kms:Decrypt in the key policy of owner:key/secrets`, or the grant."""
    if addition.grant is not None:
        return f"{document_phrase(addition, names)} to {names.thing(addition.grant.grantee)}"
    actions = dict.fromkeys(action for statement in addition.statements for action in _listed(statement["Action"]))
    return f"{', '.join(actions)} in {document_phrase(addition, names)}"


def remedy_phrase(remedy: Remedy, names: Names) -> str:
    """A remedy in a sentence."""
    said = "; ".join(addition_phrase(addition, names) for addition in remedy.additions)
    return f"assume a new role {names.thing(remedy.role)} and call as it: {said}" if remedy.role else said


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def obstacle_phrase(obstacle: Obstacle, names: Names) -> str:
    """Why nothing can be added; of a batch, for which of its secrets."""
    said = why_phrase(obstacle, names)
    return f"{names.thing(obstacle.named)}: {said}" if obstacle.named else said


def why_phrase(obstacle: Obstacle, names: Names) -> str:
    """Why nothing can be added."""
    thing = names.thing(obstacle.thing) if obstacle.thing else ""
    cause = obstacle.cause
    if obstacle.why is Why.EXPLICIT_DENY and cause is not None:
        statement = statement_name(cause.statements[0].sid, cause.statements[0].index) if cause.statements else "it"
        whose = f" in account {names.account(obstacle.account)}" if obstacle.account else ""
        policy = policy_name(cause.policies[0]) if cause.policies else POLICIES[cause.type]
        return f"{policy}{whose}, {statement}, denies {obstacle.action}, and no Allow outweighs a Deny"
    if obstacle.why is Why.SCP and cause is not None:
        return (
            f"the SCPs at level {cause.name} do not allow {obstacle.action}, and nothing in account "
            f"{names.account(obstacle.account)} can add to them"
        )
    if obstacle.why is Why.UNKNOWN:
        return _unknown(obstacle)
    if obstacle.why is Why.NO_WAY:
        return f"no statement can allow {obstacle.action} on {thing} to this caller" if thing else _NOT_FOUND
    said = {
        Why.MANAGED_KEY: f"{thing} is encrypted with aws/secretsmanager, whose policy nobody can edit, and which serves "
        "its own account only",
        Why.KEY_STATE: f"{thing} is {obstacle.state}: a statement changes nothing in that",
        Why.DELETION: f"{thing} is marked for deletion: a statement changes nothing in that",
        Why.STATE: f"no policy refuses it; AWS answers {obstacle.state}",
    }
    return said[obstacle.why]


_NOT_FOUND = "no set of statements was found that is proved to open it"


def _unknown(obstacle: Obstacle) -> str:
    what = [f"the text of {name}" for name in obstacle.policies]
    what += [f"the value of {keys(obstacle.keys)}"] if obstacle.keys else []
    return f"unknown: it hangs on {' and '.join(what) or 'what is not known'}, so nothing can be proved"


def steps(obstacle: Obstacle, names: Names) -> Iterator[str]:
    """What to do instead, in order."""
    thing = names.thing(obstacle.thing) if obstacle.thing else ""
    if obstacle.why is Why.MANAGED_KEY:
        yield f"create a customer managed key in account {names.account(obstacle.account)}"
        region = f" --region {obstacle.thing.split(':')[3]}" if obstacle.thing.count(":") > 3 else ""
        yield f"aws secretsmanager update-secret --secret-id {obstacle.thing} --kms-key-id KEY-ARN{region}"
        yield "allow the caller kms:Decrypt in the key's policy, and in the caller's identity policy"
        yield "ask again with --fix: it then proposes the statements"
    elif obstacle.why is Why.KEY_STATE and obstacle.state == "Disabled":
        yield f"aws kms enable-key --key-id {obstacle.thing}"
    elif obstacle.why is Why.KEY_STATE and obstacle.state == "PendingDeletion":
        yield f"aws kms cancel-key-deletion --key-id {obstacle.thing}"
        yield f"aws kms enable-key --key-id {obstacle.thing}"
    elif obstacle.why is Why.DELETION:
        yield f"aws secretsmanager restore-secret --secret-id {obstacle.thing}"
    elif obstacle.why is Why.EXPLICIT_DENY and obstacle.cause is not None:
        above = obstacle.cause.type in (PolicyType.SCP, PolicyType.RCP)
        whose = (
            "the organization's administrator" if above else f"the administrator of {names.account(obstacle.account)}"
        )
        yield f"only {whose} can narrow or remove that statement"
    elif obstacle.why is Why.SCP:
        yield "only the organization's administrator can allow it at that level"
    elif obstacle.why is Why.KEY_STATE:
        yield f"bring {thing} back to the state Enabled"
