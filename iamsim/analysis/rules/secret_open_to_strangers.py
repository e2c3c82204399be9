"""A secret whose resource policy lets in anybody in the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.rules.openness import open_results, openings
from iamsim.analysis.rules.pointing import declared
from iamsim.analysis.rules.rule import Rule
from iamsim.language.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.checked import Checked
    from iamsim.analysis.report import Result

ID = "secret-open-to-strangers"
_ACTIONS = tuple(
    f"secretsmanager:{name}"
    for name in (
        "GetSecretValue",
        "PutSecretValue",
        "UpdateSecret",
        "PutResourcePolicy",
        "DeleteSecret",
        "DescribeSecret",
    )
)
"""What a stranger would ask for; each is open to other accounts."""


def find(checked: Checked) -> Iterator[Result]:
    """Statements of secret policies that let in a principal of an account that nobody knows."""
    for account in checked.world.accounts.values():
        for secret in account.secrets.values():
            policies = tuple(secret.policies.values())
            if policies and declared(checked, secret.arn, policies):
                yield from open_results(
                    checked, ID, secret.arn, "secret", openings(checked, secret.arn, policies, _ACTIONS)
                )


RULE = Rule(
    ID,
    "A secret open to everybody",
    Severity.ERROR,
    9.3,
    "The resource policy of a secret lets in principals of any AWS account, in any organization.",
    "Anybody can open an AWS account and give its roles every permission. What then stands between them and the secret is "
    'the policy on the secret alone. `Principal: "*"` means everybody, not everybody in this account.',
    "Name the accounts or roles in `Principal`, or add a condition that binds it: `aws:PrincipalOrgID`, "
    "`aws:PrincipalAccount`, `aws:SourceVpce`. A condition on something that anybody can have, such as "
    "`aws:SecureTransport`, does not bind it.",
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html",
    find,
)
