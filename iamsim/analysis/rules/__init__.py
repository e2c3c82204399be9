"""The rules of a check, each in a file of its own, by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.rules import (
    condition_never_true,
    key_open_to_strangers,
    managed_key_across_accounts,
    not_principal_with_boundary,
    rotation_cannot_finish,
    rotation_function_open,
    secret_arn_without_suffix,
    secret_open_to_strangers,
    secret_read_without_kms,
)

if TYPE_CHECKING:
    from iamsim.analysis.rules.rule import Rule

__all__ = ["RULES"]

RULES: dict[str, Rule] = {
    module.RULE.id: module.RULE
    for module in (
        secret_read_without_kms,
        managed_key_across_accounts,
        secret_open_to_strangers,
        key_open_to_strangers,
        secret_arn_without_suffix,
        rotation_cannot_finish,
        rotation_function_open,
        condition_never_true,
        not_principal_with_boundary,
    )
}
"""Every rule, by its id, in the order in which results of one place are of use."""
