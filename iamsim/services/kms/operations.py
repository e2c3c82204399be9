"""The operations of AWS KMS that are modelled as whole calls."""

from __future__ import annotations

from iamsim.services.kms.creating import CREATE_KEY
from iamsim.services.kms.granting import GRANT_OPERATIONS
from iamsim.services.kms.lifecycle import LIFECYCLE
from iamsim.services.kms.policies import POLICY_OPERATIONS
from iamsim.services.kms.using import USES

OPERATIONS = (*USES, CREATE_KEY, *LIFECYCLE, *GRANT_OPERATIONS, *POLICY_OPERATIONS)
