"""A KMS key whose policy lets in anybody in the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.rules.openness import open_results, openings
from iamsim.analysis.rules.pointing import declared
from iamsim.analysis.rules.rule import Rule
from iamsim.language.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.analysis.checked import Checked
    from iamsim.analysis.report import Result
    from iamsim.engine.request import ContextValue
    from iamsim.model.world import Key

ID = "key-open-to-strangers"
_ACTIONS = tuple(f"kms:{name}" for name in ("Decrypt", "GenerateDataKey", "Encrypt", "CreateGrant", "DescribeKey"))
"""What a stranger would ask for; each is open to other accounts.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
"""


def find(checked: Checked) -> Iterator[Result]:
    """Statements of key policies that let in a principal of an account that nobody knows."""
    for account in checked.world.accounts.values():
        for key in account.keys.values():
            if key.policies and key.manager == "CUSTOMER" and declared(checked, key.arn, key.policies.values()):
                found = openings(checked, key.arn, key.policies.values(), _ACTIONS, ({}, _through_secrets_manager(key)))
                yield from open_results(checked, ID, key.arn, "key", found)


def _through_secrets_manager(key: Key) -> Mapping[str, ContextValue]:
    """A stranger can have Secrets Manager use the key for a secret of its own."""
    service = "secretsmanager.amazonaws.com"
    return {
        "kms:ViaService": f"secretsmanager.{key.region}.amazonaws.com",
        "aws:ViaAWSService": "true",
        "aws:CalledVia": [service],
        "aws:CalledViaFirst": service,
        "aws:CalledViaLast": service,
    }


RULE = Rule(
    ID,
    "A KMS key open to everybody",
    Severity.ERROR,
    9.1,
    "The policy of a KMS key lets in principals of any AWS account, in any organization.",
    "The key is the second lock of every secret under it. Who may decrypt with it and gets at a ciphertext reads the secret; "
    "who may create grants on it hands the permission on. `kms:ViaService` alone does not close it: anybody can have Secrets "
    "Manager use the key for a secret of their own.",
    "Name the accounts or roles in `Principal`, or add a condition that binds it, such as `aws:PrincipalOrgID` or "
    "`kms:CallerAccount`.",
    "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    find,
)
