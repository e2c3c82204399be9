"""Roles, users, groups and their policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation.policies import managed_policy, policy_at, unknown_policy
from iamsim.inputs.cloudformation.reading import listed, tags_of, texts
from iamsim.language.unknown_text import readable
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.world import OidcProvider, Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iamsim.inputs.cloudformation.collected import Collected, Here
    from iamsim.inputs.cloudformation.stacks import Stacks

_HOLDERS = {"Roles": "roles", "Users": "users", "Groups": "groups"}
_ONE_HOLDER = {
    "AWS::IAM::RolePolicy": ("RoleName", "roles"),
    "AWS::IAM::UserPolicy": ("UserName", "users"),
    "AWS::IAM::GroupPolicy": ("GroupName", "groups"),
}
_TYPES = {"AWS::IAM::Role": "roles", "AWS::IAM::User": "users", "AWS::IAM::Group": "groups"}

Holder = tuple[str, str, str]
"""Account, kind (`roles`, `users`, `groups`) and name of what holds policies."""


class Iam:
    """Reads the IAM resources of some stacks."""

    def __init__(self, stacks: Stacks, resources: Sequence[Here], collected: Collected) -> None:
        """Take the resources that are made, or may be."""
        self.shared = stacks.shared
        self.resources = resources
        self.collected = collected
        self.managed = {h.stack.evaluator.identity(h.id).arn: h for h in self._of("AWS::IAM::ManagedPolicy")}
        self.members: dict[Holder, list[Holder]] = {}
        self.attached: dict[Holder, list[Policy]] = {}

    def read(self) -> None:
        """Read them all into what is collected."""
        for here in self.resources:
            self._attach(here)
        for here in self._of("AWS::IAM::UserToGroupAddition"):
            ev = here.stack.evaluator
            group = (here.stack.account, "groups", ev.text_property(here.id, "GroupName"))
            for user in texts(ev, ev.property_of(here.id, "Users")):
                self.members.setdefault((here.stack.account, "users", user), []).append(group)
        holders = [(self._holder(here), here) for type_ in _TYPES for here in self._of(type_)]
        for holder, here in holders:
            self._add(holder, here)
        made = {holder for holder, _ in holders}
        for account, kind, name in self.attached:
            if (account, kind, name) not in made and kind != "groups":
                self._add_outside(account, kind, name)
        for here in self._of("AWS::IAM::OIDCProvider"):
            ev = here.stack.evaluator
            provider = OidcProvider(ev.identity(here.id).arn, tuple(texts(ev, ev.property_of(here.id, "ClientIdList"))))
            self.collected.add(here.stack.account, "oidc_providers", provider.arn, provider, here.place)

    def managed_policy(self, arn: str, type_: PolicyType) -> Policy:
        """The managed policy of an ARN."""
        return managed_policy(self.shared, arn, type_, self._in_stacks)

    def _of(self, type_: str) -> list[Here]:
        return [here for here in self.resources if here.type == type_]

    def _holder(self, here: Here) -> Holder:
        return here.stack.account, _TYPES[here.type], here.stack.evaluator.identity(here.id).name

    def _in_stacks(self, arn: str, type_: PolicyType) -> Policy | None:
        here = self.managed.get(arn)
        if here is None:
            return None
        ev = here.stack.evaluator
        pointer = ("Resources", here.id, "Properties", "PolicyDocument")
        name = ev.identity(here.id).name
        return policy_at(ev, pointer, type_, name, inline=False, certain=here.certain)

    def _attach(self, here: Here) -> None:
        """Note the policies that a resource attaches to others."""
        ev = here.stack.evaluator
        if here.type not in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", *_ONE_HOLDER):
            return
        self.collected.placed(here)
        if here.type == "AWS::IAM::ManagedPolicy":
            policy = self.managed_policy(ev.identity(here.id).arn, PolicyType.IDENTITY)
        else:
            pointer = ("Resources", here.id, "Properties", "PolicyDocument")
            name = ev.text_property(here.id, "PolicyName") or here.id
            policy = policy_at(ev, pointer, PolicyType.IDENTITY, name, certain=here.certain)
        for holder in self._named_holders(here):
            self.attached.setdefault(holder, []).append(policy)

    def _named_holders(self, here: Here) -> Iterable[Holder]:
        ev = here.stack.evaluator
        if here.type in _ONE_HOLDER:
            property_, kind = _ONE_HOLDER[here.type]
            return [(here.stack.account, kind, ev.text_property(here.id, property_))]
        named = ((kind, name) for p, kind in _HOLDERS.items() for name in texts(ev, ev.property_of(here.id, p)))
        return [(here.stack.account, kind, name) for kind, name in named]

    def _add(self, holder: Holder, here: Here) -> None:
        ev = here.stack.evaluator
        arn, properties = ev.identity(here.id).arn, ("Resources", here.id, "Properties")
        own = self._policies(holder, here)
        named = ev.property_of(here.id, "PermissionsBoundary")
        boundary = None
        if named is not None:
            boundary = self.managed_policy(ev.as_text(named, properties), PolicyType.BOUNDARY)
        tags = tags_of(ev, here.id)
        if holder[1] == "roles":
            label = f"{readable(holder[0])}:role/{readable(holder[2])}"
            trust = policy_at(ev, (*properties, "AssumeRolePolicyDocument"), PolicyType.TRUST_POLICY, label)
            self.collected.add(holder[0], "roles", arn, Role(arn, "", own, boundary, trust, tags), here.place)
        elif holder[1] == "users":
            groups = [(holder[0], "groups", name) for name in texts(ev, ev.property_of(here.id, "Groups"))]
            inherited = self._inherited([*groups, *self.members.get(holder, ())])
            user = User(arn, "", (*own, *inherited), boundary, tags, from_groups=len(inherited))
            self.collected.add(holder[0], "users", arn, user, here.place)

    def _policies(self, holder: Holder, here: Here) -> tuple[Policy, ...]:
        """The identity policies of a holder: inline ones, managed ones, and those that other resources attach."""
        ev = here.stack.evaluator
        inline = ev.property_of(here.id, "Policies")
        found: list[Policy] = []
        for index, written in enumerate(listed(inline)):
            at = ("Resources", here.id, "Properties", "Policies", index)
            name = ev.as_text(written.get("PolicyName"), at) if isinstance(written, dict) else ""
            found.append(self._inline(here, index, name or f"{here.id}.{index}"))
        if inline is not None and not isinstance(inline, list):
            found.append(unknown_policy(f"inline policies of {here.id}", PolicyType.IDENTITY))
        arns = ev.property_of(here.id, "ManagedPolicyArns")
        found += [self.managed_policy(arn, PolicyType.IDENTITY) for arn in texts(ev, arns)]
        return (*found, *self.attached.get(holder, ()))

    def _inline(self, here: Here, index: int, name: str) -> Policy:
        pointer = ("Resources", here.id, "Properties", "Policies", index, "PolicyDocument")
        return policy_at(here.stack.evaluator, pointer, PolicyType.IDENTITY, name)

    def _inherited(self, groups: Iterable[Holder]) -> tuple[Policy, ...]:
        """The policies of the groups that a user is in; of a group that stands in no stack they are not known."""
        here = {self._holder(h): h for h in self._of("AWS::IAM::Group")}
        found: list[Policy] = []
        for group in dict.fromkeys(groups):
            if group in here:
                found += self._policies(group, here[group])
            else:
                name = f"policies of the group {readable(group[2])}"
                found += [*self.attached.get(group, ()), unknown_policy(name, PolicyType.IDENTITY)]
        return tuple(found)

    def _add_outside(self, account: str, kind: str, name: str) -> None:
        """A role or user of another stack or of nobody's, to which a template attaches policies; its path is not known."""
        stack = next(here.stack for here in self.resources if here.stack.account == account)
        arn = f"arn:{stack.evaluator.partition}:iam::{account}:{kind.removesuffix('s')}/{name}"
        rest = unknown_policy(f"other policies of {name}", PolicyType.IDENTITY)
        boundary = unknown_policy(f"boundary of {name}", PolicyType.BOUNDARY)
        policies = (*self.attached[account, kind, name], rest)
        if kind == "users":
            self.collected.add(account, kind, arn, User(arn, "", policies, boundary))
        else:
            trust = unknown_policy(f"trust policy of {name}", PolicyType.TRUST_POLICY)
            self.collected.add(account, kind, arn, Role(arn, "", policies, boundary, trust))
