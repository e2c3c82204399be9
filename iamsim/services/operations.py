"""Every operation that is modelled as a whole call, by its name. Its module is loaded when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from iamsim.services.operation import Operation

_NAMES = {
    "kms.creating": ("CreateKey",),
    "kms.granting": ("CreateGrant", "ListGrants", "RetireGrant", "RevokeGrant"),
    "kms.lifecycle": ("CancelKeyDeletion", "DescribeKey", "DisableKey", "EnableKey", "ScheduleKeyDeletion"),
    "kms.policies": ("GetKeyPolicy", "PutKeyPolicy"),
    "kms.using": ("Decrypt", "Encrypt", "GenerateDataKey"),
    "secretsmanager.batch": ("BatchGetSecretValue",),
    "secretsmanager.creating": ("CreateSecret",),
    "secretsmanager.lifecycle": ("DeleteSecret", "RestoreSecret"),
    "secretsmanager.listing": ("DescribeSecret", "ListSecrets", "ListSecretVersionIds"),
    "secretsmanager.passwords": ("GetRandomPassword",),
    "secretsmanager.reading": ("GetSecretValue",),
    "secretsmanager.replication": (
        "RemoveRegionsFromReplication",
        "ReplicateSecretToRegions",
        "StopReplicationToReplica",
    ),
    "secretsmanager.resource_policy": (
        "DeleteResourcePolicy",
        "GetResourcePolicy",
        "PutResourcePolicy",
        "ValidateResourcePolicy",
    ),
    "secretsmanager.rotating": ("CancelRotateSecret", "RotateSecret"),
    "secretsmanager.stages": ("UpdateSecretVersionStage",),
    "secretsmanager.tags": ("TagResource", "UntagResource"),
    "secretsmanager.updating": ("UpdateSecret",),
    "secretsmanager.writing": ("PutSecretValue",),
    "ssm.paths": ("GetParametersByPath",),
    "ssm.reading": ("GetParameter", "GetParameters"),
    "ssm.writing": ("DeleteParameter", "PutParameter"),
    "sts.assuming": ("AssumeRole",),
    "sts.federation": ("GetFederationToken",),
    "sts.identity": ("GetCallerIdentity",),
    "sts.web_identity": ("AssumeRoleWithWebIdentity",),
}
"""The module that declares each operation, as a constant: `GetSecretValue` is `GET_SECRET_VALUE`."""

_MODULES = {name: module for module, names in _NAMES.items() for name in names}


class _Operations(Mapping[str, "Operation"]):
    """The declared operations, each read when it is asked for: a start should not pay for all of them."""

    def __getitem__(self, name: str) -> Operation:
        module = import_module(f"iamsim.services.{_MODULES[name]}")
        return cast("Operation", getattr(module, re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()))

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


OPERATIONS: Mapping[str, Operation] = _Operations()
