"""The operations of AWS STS that are modelled as whole calls."""

from __future__ import annotations

from iamsim.services.sts.assuming import ASSUME_ROLE
from iamsim.services.sts.identity import GET_CALLER_IDENTITY

OPERATIONS = (ASSUME_ROLE, GET_CALLER_IDENTITY)
