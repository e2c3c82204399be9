"""One refused authorization in its world, and the ways in which AWS could allow it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from iamsim.engine.authorize import PathKind
from iamsim.engine.request import CallerKind
from iamsim.model.policy import PolicyType
from iamsim.simulator.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.engine.authorize import Granted
    from iamsim.engine.evaluation import Evaluation, PathTrace
    from iamsim.model.world import World
    from iamsim.simulator.standing import Standing

Route = tuple[PolicyType, ...]
"""The policy types that a closed path needs a statement in."""

LIMITS = (PolicyType.BOUNDARY, PolicyType.SESSION)
_OF_CALLER = (PolicyType.IDENTITY, *LIMITS)
_BY_ROLE = (CallerKind.ROLE, CallerKind.SESSION)
NAMED = frozenset({CallerKind.USER, *_BY_ROLE, CallerKind.FEDERATED_USER, CallerKind.ROOT, CallerKind.SERVICE})
"""The callers that a statement names without opening the resource to others."""

_GRANTABLE = frozenset(
    [
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "ReEncryptFrom",
        "ReEncryptTo",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "DescribeKey",
    ]
)
"""What a grant on a symmetric key can cover, of what Secrets Manager and people ask.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations
"""


class Need:
    """One authorization that is refused although nothing denies it, in its world."""

    def __init__(self, world: World, evaluation: Evaluation) -> None:
        """Look at who calls, and for what."""
        self.world, self.evaluation = world, evaluation
        self.request, self.law = evaluation.request, evaluation.law
        self.caller = self.request.caller
        self.service, self.action = self.request.action.split(":", 1)

    @cached_property
    def standing(self) -> Standing:
        """Who calls."""
        return standing_of(self.world, self.request.principal)

    @property
    def identity_owner(self) -> str | None:
        """The user or role whose policies the caller's are, if the world holds it: for a federated user the one that asked."""
        account = self.world.account(self.caller.account)
        if account is None:
            return None
        federated = account.federated_users.get(self.standing.arn)
        arn = federated.user if federated else self.standing.arn
        return arn if arn in account.users or arn in account.roles else None

    def routes(self) -> Iterator[tuple[Route, Granted | None]]:
        """The paths that are there already, those with the fewest closed steps first; then what could open a new one.

        With each goes the statement or grant that grants it already.
        """
        for path in sorted(self.evaluation.trace().paths, key=lambda path: len(path.closed)):
            if _can_open(path):
                yield tuple(step.step.type for step in path.closed), path.path.granted
        across = self.caller.account not in (None, self.request.owner)
        if across and not self.law.rules.cross_account:
            return
        # a statement that names a role is limited by its boundary and session policy; one that names a user is not
        limits = self._closed(LIMITS) if self.caller.kind in _BY_ROLE else ()
        if self.caller.kind in NAMED:
            yield (self.law.rules.policy_type, *(self._closed(_OF_CALLER) if across else limits)), None
        if self.service == "kms" and self.action in _GRANTABLE:
            yield (PolicyType.GRANT, *limits), None

    def closed_endpoints(self) -> list[str]:
        """The names of the endpoint policies that do not let it pass."""
        gates = (seen for seen in self.evaluation.trace().gates if seen.gate.type is PolicyType.ENDPOINT)
        return list(dict.fromkeys(seen.gate.name for seen in gates if seen.open is False))

    def _closed(self, kinds: Route) -> Route:
        policies = self.law.policies
        groups = {
            PolicyType.IDENTITY: None if self.caller.kind is CallerKind.ROOT else policies.identity,
            PolicyType.BOUNDARY: policies.boundary,
            PolicyType.SESSION: policies.session if self.law.session_applies else None,
        }
        return tuple(kind for kind in kinds if (g := groups[kind]) is not None and g.allows(self.law.case) is False)


def _can_open(path: PathTrace) -> bool:
    granted = path.path.granted
    if granted is None and path.path.kind is not PathKind.IDENTITY:
        return False
    known = granted is None or granted.applies is True
    return known and all(step.step.policies is not None for step in path.closed)
