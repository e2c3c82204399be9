"""AWS's rotation function templates, as data: what each of them calls.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
"""

from __future__ import annotations

from iamsim.model.rotation import DatabaseAct, FunctionCall, RotationProgram

_SECRET = {"SecretId": "{secret}"}
_DESCRIBE = FunctionCall("DescribeSecret", _SECRET)
_CURRENT = FunctionCall("GetSecretValue", {**_SECRET, "VersionStage": "AWSCURRENT"})
_PENDING = FunctionCall("GetSecretValue", {**_SECRET, "VersionId": "{token}", "VersionStage": "AWSPENDING"})
_PREVIOUS = FunctionCall(
    "GetSecretValue", {**_SECRET, "VersionStage": "AWSPREVIOUS"}, tolerates=("ResourceNotFoundException",)
)
_MASTER = FunctionCall("GetSecretValue", {"SecretId": "{master}", "VersionStage": "AWSCURRENT"})
_CREATE = (
    _CURRENT,
    FunctionCall("GetSecretValue", _PENDING.parameters, tolerates=("ResourceNotFoundException",), enough=True),
    FunctionCall("GetRandomPassword", {"ExcludeCharacters": "/@\"'\\"}),
    FunctionCall(
        "PutSecretValue",
        {**_SECRET, "ClientRequestToken": "{token}", "SecretString": "{value}", "VersionStages": ["AWSPENDING"]},
    ),
)
_FINISH = (
    _DESCRIBE,
    FunctionCall(
        "UpdateSecretVersionStage",
        {
            **_SECRET,
            "VersionStage": "AWSCURRENT",
            "MoveToVersionId": "{token}",
            "RemoveFromVersionId": "{current}",
        },
    ),
)
_TEST = (_PENDING, DatabaseAct("try"))

GENERIC = RotationProgram(
    "generic", {"createSecret": _CREATE, "setSecret": (), "testSecret": (), "finishSecret": _FINISH}, (_DESCRIBE,)
)
"""SecretsManagerRotationTemplate. What setSecret and testSecret do is left to its user: here, nothing that AWS sees."""

SINGLE_USER = RotationProgram(
    "single-user",
    {
        "createSecret": _CREATE,
        "setSecret": (_PREVIOUS, _CURRENT, _PENDING, DatabaseAct("set")),
        "testSecret": _TEST,
        "finishSecret": _FINISH,
    },
    (_DESCRIBE,),
    value="password",
)
"""A database user changes its own password."""

ALTERNATING_USERS = RotationProgram(
    "alternating-users",
    {
        "createSecret": _CREATE,
        "setSecret": (_PREVIOUS, _CURRENT, _PENDING, _MASTER, DatabaseAct("set", by="master")),
        "testSecret": _TEST,
        "finishSecret": _FINISH,
    },
    (_DESCRIBE,),
    value="other user",
)
"""Two users take turns; the user of the master secret sets the password of the one that is not in use."""

TEMPLATES = {program.name: program for program in (GENERIC, SINGLE_USER, ALTERNATING_USERS)}
"""The templates by the name that a scenario calls them."""
