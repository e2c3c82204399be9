"""The organization of a scenario file: its tree, with a place of its own for every account."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from iamsim.model.policy import PolicyType
from iamsim.model.world import Organization, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.inputs import scenario_file as written
    from iamsim.inputs.names import Names
    from iamsim.inputs.scenario_policies import PolicyLoader
    from iamsim.inputs.spot import Spot

ROOT_ID = "r-root"
"""The id of the root: organization paths (`aws:PrincipalOrgPaths`) begin with the organization's id and this."""


def organization_of(file: written.ScenarioFile, names: Names, loader: PolicyLoader, spot: Spot) -> Organization | None:
    """The organization of a file, if it has one. Accounts that are unknown, placed twice or not at all are noted."""
    builder = _Builder(file, names, loader, spot)
    if file.organization is None:
        builder.refuse_strays()
        return None
    there = spot.at("organization")
    management = builder.management(file.organization, there.at("management"))
    root = builder.unit("root", file.organization, ROOT_ID, there)
    if management and management not in builder.placed:
        root = builder.with_account(root, management)
    builder.refuse_strays()
    return Organization(file.organization.id, management, root)


@dataclass
class _Builder:
    """Builds the tree from its root down."""

    file: written.ScenarioFile
    names: Names
    loader: PolicyLoader
    spot: Spot
    placed: dict[str, Spot] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @cached_property
    def aliases(self) -> dict[str, str]:
        return {account: alias for alias, account in self.names.accounts.items()}

    def management(self, organization: written.Organization, spot: Spot) -> str:
        """The management account; as digits it need not stand in the file, since nothing in it is asked for."""
        text = organization.management or ""
        found = self.names.account(text) or (text if re.fullmatch(r"\d{12}", text, re.ASCII) else None)
        if text and found is None:
            self.unknown(text, spot)
        return found or ""

    def unit(self, name: str, unit: written.Unit | written.Organization, id_: str, spot: Spot) -> Unit:
        leaves = [self.leaf(text, spot.at("accounts", i)) for i, text in enumerate(unit.accounts)]
        children = [
            self.unit(child, below, self.unit_id(below), spot.at("units", child)) for child, below in unit.units.items()
        ]
        below = (*(leaf for leaf in leaves if leaf), *children)
        return replace(self.place(name, unit, spot), units=below, id=id_)

    def unit_id(self, unit: written.Unit) -> str:
        """The id of a unit; one that has its own is counted too."""
        fixed = f"ou-root-{next(self.numbers):08d}"
        return unit.id or fixed

    def leaf(self, text: str, spot: Spot) -> Unit | None:
        """An account's own place, where the policies are attached that are for it alone."""
        account = self.names.account(text)
        if account is None:
            self.unknown(text, spot)
            return None
        if account in self.placed:
            labels = (spot.label(), self.placed[account].label("first here"))
            help_ = "an account stands in one unit"
            spot.problems.add("account-twice", f"the account `{text[:100]}` stands in two units", *labels, help_=help_)
            return None
        self.placed[account] = spot
        return self.account_unit(account)

    def account_unit(self, account: str) -> Unit:
        alias = self.aliases[account]
        controls = self.file.accounts[alias]
        return replace(self.place(alias, controls, self.spot.at("accounts", alias)), accounts=(account,))

    def with_account(self, root: Unit, account: str) -> Unit:
        """The root with one more account directly under it."""
        self.placed[account] = self.spot.at("organization", "management")
        leaf = self.account_unit(account) if account in self.names.ids else Unit(account, accounts=(account,))
        return replace(root, units=(*root.units, leaf))

    def place(self, name: str, controls: written.Unit | written.Organization | written.Account, spot: Spot) -> Unit:
        """What is attached somewhere, as a unit without anything below it."""
        scps = self.loader.load_all(controls.scps, PolicyType.SCP, spot.at("scps"))
        rcps = self.loader.load_all(controls.rcps, PolicyType.RCP, spot.at("rcps"))
        return Unit(name, scps, rcps, controls.full_access)

    def unknown(self, text: str, spot: Spot) -> None:
        help_ = spot.nearest(text, self.names.accounts)
        spot.wrong("unknown-account", f"no account of the file is called `{text[:100]}`", help_)

    def refuse_strays(self) -> None:
        """Controls on an account outside the organization would never apply."""
        for alias, account in self.file.accounts.items():
            for kind in ("scps", "rcps"):
                if getattr(account, kind) and account.id not in self.placed:
                    help_ = "write it under `organization` or one of its units: `accounts: [...]`"
                    message = f"the account `{alias}` has {kind.upper()[:-1]}s and stands in no organization"
                    self.spot.at("accounts", alias, kind).wrong("account-outside", message, help_, key=True)
