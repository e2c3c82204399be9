"""AWS managed policies by ARN: a dated table, unpacked only when one of them is named.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

import gzip
import json
from functools import cache, lru_cache
from pkgutil import get_data
from typing import Any

from iamsim.language.json_document import json_source
from iamsim.model.policy import Policy, PolicyType

_OWNER = ":iam::aws:policy/"
_NOT_IN_THE_TABLE = {
    "arn:aws:iam::aws:policy/AdministratorAccess": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
}
"""What the source of the table lacks: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html."""


def aws_managed_policy(arn: str, type_: PolicyType = PolicyType.IDENTITY) -> Policy | None:
    """The AWS managed policy of that ARN, None where the table has none. Its name is the ARN.

    The table is of the partition `aws`: elsewhere a policy of the same name may say something else.
    """
    return _policy(arn, type_) if _OWNER in arn else None


def aws_managed_policy_arn(name: str) -> str:
    """The ARN of the AWS managed policy of that name, in the partition `aws`; empty if the table has none."""
    return _arns().get(name, "")


def table_date() -> str:
    """The day that the table is of: `2026-08-22`."""
    return str(_table()["_meta"]["as_of"])


@lru_cache(maxsize=256)
def _policy(arn: str, type_: PolicyType) -> Policy | None:
    document = _table()["policies"].get(arn)
    if document is None:
        return None
    source = json_source(f"{arn} (as of {table_date()})", json.dumps(document, indent=2, ensure_ascii=False))
    return Policy.parse(source, type_, arn, lenient=True)


@cache
def _table() -> Any:
    packed = get_data("iamsim", "data/aws-managed-policies.json.gz")
    table = json.loads(gzip.decompress(packed or b""))
    return {**table, "policies": {**_NOT_IN_THE_TABLE, **table["policies"]}}


@cache
def _arns() -> dict[str, str]:
    return {arn.rpartition("/")[2]: arn for arn in _table()["policies"]}
