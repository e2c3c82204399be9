"""The operations of Secrets Manager that are modelled as whole calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.services.secretsmanager.batch import BATCH_GET_SECRET_VALUE
from iamsim.services.secretsmanager.creating import CREATE_SECRET
from iamsim.services.secretsmanager.lifecycle import DELETE_SECRET, RESTORE_SECRET
from iamsim.services.secretsmanager.listing import DESCRIBE_SECRET, LIST_SECRET_VERSION_IDS, LIST_SECRETS
from iamsim.services.secretsmanager.passwords import GET_RANDOM_PASSWORD
from iamsim.services.secretsmanager.reading import GET_SECRET_VALUE
from iamsim.services.secretsmanager.replication import (
    REMOVE_REGIONS_FROM_REPLICATION,
    REPLICATE_SECRET_TO_REGIONS,
    STOP_REPLICATION_TO_REPLICA,
)
from iamsim.services.secretsmanager.resource_policy import (
    DELETE_RESOURCE_POLICY,
    GET_RESOURCE_POLICY,
    PUT_RESOURCE_POLICY,
    VALIDATE_RESOURCE_POLICY,
)
from iamsim.services.secretsmanager.stages import UPDATE_SECRET_VERSION_STAGE
from iamsim.services.secretsmanager.tags import TAG_RESOURCE, UNTAG_RESOURCE
from iamsim.services.secretsmanager.updating import UPDATE_SECRET
from iamsim.services.secretsmanager.writing import PUT_SECRET_VALUE

if TYPE_CHECKING:
    from iamsim.services.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    BATCH_GET_SECRET_VALUE,
    CREATE_SECRET,
    DELETE_RESOURCE_POLICY,
    DELETE_SECRET,
    DESCRIBE_SECRET,
    GET_RANDOM_PASSWORD,
    GET_RESOURCE_POLICY,
    GET_SECRET_VALUE,
    LIST_SECRET_VERSION_IDS,
    LIST_SECRETS,
    PUT_RESOURCE_POLICY,
    PUT_SECRET_VALUE,
    REMOVE_REGIONS_FROM_REPLICATION,
    REPLICATE_SECRET_TO_REGIONS,
    RESTORE_SECRET,
    STOP_REPLICATION_TO_REPLICA,
    TAG_RESOURCE,
    UNTAG_RESOURCE,
    UPDATE_SECRET,
    UPDATE_SECRET_VERSION_STAGE,
    VALIDATE_RESOURCE_POLICY,
)
