"""Every operation that is modelled as a whole call, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.kms import operations as kms
from iamsim.services.secretsmanager import operations as secretsmanager
from iamsim.services.sts import operations as sts

if TYPE_CHECKING:
    from iamsim.services.operation import Operation

OPERATIONS: dict[str, Operation] = {
    operation.name: operation for operation in (*secretsmanager.OPERATIONS, *kms.OPERATIONS, *sts.OPERATIONS)
}
