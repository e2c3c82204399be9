"""Secret material: what no event holds, and no answer shows unless it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Collection

MATERIAL = frozenset(
    {
        *("secretstring", "secretbinary", "rotationtoken", "randompassword", "secretvalues"),
        *("plaintext", "ciphertextblob", "granttokens", "granttoken"),
        *("secretaccesskey", "sessiontoken", "tokencode"),
    }
)
"""Names of parameters and fields that hold secret material, wherever they stand, in lower case."""


_OF_SERVICE = {"ssm": frozenset({"value"})}
"""Names that hold it in one service only: elsewhere a `Value` is that of a tag."""


def material_of(operation: str) -> Collection[str]:
    """The names that hold secret material in a call of an operation, in lower case: its hidden parameters too."""
    declared = OPERATIONS.get(operation)
    if declared is None:
        return MATERIAL
    return MATERIAL | _OF_SERVICE.get(declared.service, frozenset()) | {name.lower() for name in declared.hidden}
