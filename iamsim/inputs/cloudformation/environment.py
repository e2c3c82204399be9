"""In which account and Region a stack stands, where nobody says so: what its own resources and their real ARNs prove.

Proof is only what would be no use, or be refused, in any other account: another account's ARN stands in many templates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.cloudformation.shared import Environment, Shared
    from iamsim.inputs.spot import Plain
    from iamsim.language.source import Pointer

_OWN_ARNS = {
    "AWS::IAM::Role": ("PermissionsBoundary",),
    "AWS::IAM::User": ("PermissionsBoundary",),
    "AWS::Lambda::Function": ("Role",),
    "AWS::ECS::TaskDefinition": ("ExecutionRoleArn", "TaskRoleArn"),
    "AWS::SecretsManager::RotationSchedule": ("RotationLambdaARN",),
}
"""Properties that name something of the stack's own account; AWS refuses another account's there."""

_ARN = re.compile(r"arn:[^:]+:(?:iam::|lambda:(?P<region>[a-z0-9-]+):)(?P<account>[0-9]{12}):")
_ROOT = re.compile(r"(?:arn:[^:]+:iam::)?(?P<account>[0-9]{12})(?::root)?")
_VIA = re.compile(r"[a-z0-9-]+\.(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9])\.amazonaws\.com(?:\.cn)?")


def environments(probes: Shared) -> list[Environment]:
    """Where each of some stacks is deployed, as far as it is given or proved.

    A stack imports only what a stack of its own account and Region exports, so the two share what is known of either. So
    do a nested stack and its parent.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-importvalue.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
    """
    found = {ev.label: _proved(ev) for ev in probes.stacks}
    for ev in probes.stacks:
        if ev.parent:
            _join(found, ev.label, ev.parent.label)
    for ev in probes.stacks:
        for name in _imports(ev):
            exporters = [other for other in probes.stacks if other.exports_called(name)]
            if len(exporters) == 1:
                _join(found, ev.label, exporters[0].label)
    for ev in probes.stacks:
        if ev.parent:
            around = found[ev.parent.label]
            found[ev.label] = found[ev.label]._replace(account=around.account, region=around.region, beside=around.home)
    return [found[ev.label] for ev in probes.stacks]


def _proved(ev: Evaluator) -> Environment:
    given = ev.environment
    if given.account and given.region:
        return given
    account, region = _account_and_region(ev)
    return given._replace(account=given.account or account, region=given.region or region)


def _join(found: dict[str, Environment], label: str, other: str) -> None:
    """Let two stacks, and those that are beside them, share account and Region, unless these are known to differ."""
    one, two = found[label], found[other]
    if any(a and b and a != b for a, b in ((one.account, two.account), (one.region, two.region))):
        return
    account, region, homes = one.account or two.account, one.region or two.region, (one.home, two.home)
    for name, environment in found.items():
        if environment.home in homes:
            found[name] = environment._replace(account=account, region=region, beside=two.home)


def _imports(ev: Evaluator) -> Iterator[str]:
    """The names of the values that a template imports."""
    waiting: list[tuple[Pointer, Plain]] = [((), ev.template.document)]
    while waiting:
        pointer, part = waiting.pop()
        if isinstance(part, dict):
            if "Fn::ImportValue" in part:
                argument = (*pointer, "Fn::ImportValue")
                yield ev.as_text(ev.value(part["Fn::ImportValue"], argument, argument), pointer)
            waiting += [((*pointer, key), member) for key, member in part.items() if isinstance(member, dict | list)]
        elif isinstance(part, list):
            waiting += [((*pointer, i), member) for i, member in enumerate(part) if isinstance(member, dict | list)]


def _account_and_region(ev: Evaluator) -> tuple[str | None, str | None]:
    """Account and Region that the resources of a template prove, else their real ARNs; None where these are several."""
    proofs, names = list(_proofs(ev)), list(_of_names(ev))
    account, region = ({found[part] for found in proofs if found[part]} for part in (0, 1))
    accounts = account or {found[0] for found in names}
    regions = region or {found[1] for found in names if found[1]}
    return accounts.pop() if len(accounts) == 1 else None, regions.pop() if len(regions) == 1 else None


def _of_names(ev: Evaluator) -> Iterator[tuple[str, str]]:
    """Account and Region in the ARNs that the user gives of a stack's resources."""
    for (label, _), arn in ev.shared.names.items():
        region, account = arn.split(":")[3:5]
        if label == ev.label and _ROOT.fullmatch(account):
            yield account, region


def _proofs(ev: Evaluator) -> Iterator[tuple[str | None, str | None]]:
    for id_, resource in ev.resources.items():
        for name in _OWN_ARNS.get(str(resource.get("Type")), ()):
            match = _ARN.match(ev.text_property(id_, name))
            if match:
                yield match["account"], match["region"]
        if resource.get("Type") == "AWS::KMS::Key" and not ev.text_property(id_, "BypassPolicyLockoutSafetyCheck"):
            yield from _proofs_of_key(ev.property_of(id_, "KeyPolicy"))


def _proofs_of_key(policy: Plain) -> Iterator[tuple[str | None, str | None]]:
    """The account that a key policy gives everything to; the Region of the services that may use the key.

    KMS refuses a key policy under which nobody could administer the key, and the template's own account creates it. A
    service uses a key of its own Region.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    statements = _listed(policy.get("Statement")) if isinstance(policy, dict) else []
    statements = [s for s in statements if isinstance(s, dict) and s.get("Effect") == "Allow"]
    owners = {account for s in statements for account in _administrators(s)}
    regions = {region for s in statements for region in _regions(s.get("Condition"))}
    yield owners.pop() if len(owners) == 1 else None, regions.pop() if len(regions) == 1 else None


def _regions(condition: Plain) -> Iterator[str | None]:
    """The Regions of the services through which a statement lets the key be used; None for one that is not known."""
    equals = condition.get("StringEquals") if isinstance(condition, dict) else None
    if isinstance(equals, dict) and "kms:ViaService" in equals:
        for via in _listed(equals["kms:ViaService"]):
            match = _VIA.fullmatch(str(via))
            yield match["region"] if match else None


def _administrators(statement: dict[str, Plain]) -> Iterator[str | None]:
    """The accounts to whose root a statement gives every action of KMS, unconditionally; None for anybody else."""
    principal = statement.get("Principal")
    if "kms:*" not in _listed(statement.get("Action")) or "Condition" in statement or not isinstance(principal, dict):
        return
    for name in _listed(principal.get("AWS")):
        match = _ROOT.fullmatch(str(name))
        yield match["account"] if match else None


def _listed(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else [value]
