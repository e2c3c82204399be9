"""Every operation that is modelled as a whole call, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.secretsmanager.reading import GET_SECRET_VALUE

if TYPE_CHECKING:
    from iamsim.services.operation import Operation

OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in (GET_SECRET_VALUE,)}
