"""A role in the owner's account that the caller assumes, and calls as.

https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.analysis.amend import Addition, amended
from iamsim.analysis.solve import Remedy, solve
from iamsim.engine.request import CallerKind
from iamsim.model.policy import PolicyType
from iamsim.simulator.simulate import simulate, simulate_authorization
from iamsim.simulator.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.simulator.call import Outcome

_ASSUMING = (CallerKind.USER, CallerKind.ROLE, CallerKind.SESSION)


def by_role(outcome: Outcome) -> Iterator[Remedy]:
    """A role in the owner's account, what it needs and what it takes to assume it; all of it is proved."""
    world, standing = outcome.world, standing_of(outcome.world, outcome.call.caller)
    owner = next(
        (s.account for a in outcome.authorizations if (s := world.secret(a.evaluation.request.resource))), None
    )
    if (
        owner in (None, standing.caller.account)
        or standing.caller.kind not in _ASSUMING
        or ":" in outcome.call.operation
    ):
        return
    account = world.accounts[str(owner)]
    name = f"{standing.caller.name}-access"
    if account.role_called(name):
        return
    arn = f"arn:{standing.caller.partition}:iam::{owner}:role/{name}"
    trusting = _trust(arn, str(owner), standing.arn)
    with_role = amended(world, (trusting,))
    assuming = replace(outcome.call, operation="sts:AssumeRole", parameters={})
    assumed = simulate_authorization(with_role, assuming, arn)
    asking = Remedy(()) if assumed.ok else solve(assumed)
    as_role = simulate(with_role, replace(outcome.call, caller=arn))
    reading = Remedy(()) if as_role.ok else solve(as_role)
    if isinstance(asking, Remedy) and isinstance(reading, Remedy):
        yield Remedy((trusting, *reading.additions, *asking.additions), arn)


def _trust(arn: str, account: str, caller: str) -> Addition:
    statement = {
        "Sid": "AllowAssumeRole",
        "Effect": "Allow",
        "Principal": {"AWS": caller},
        "Action": "sts:AssumeRole",
    }
    return Addition(account, arn, PolicyType.TRUST_POLICY, name=arn.rpartition("/")[2], statements=(statement,))
