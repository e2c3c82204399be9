"""The small texts of a scenario file that have a form of their own: names, ids, AWS's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from iamsim.inputs.shape import Document, Form, Word

_IAM_NAME = "[A-Za-z0-9_+=,.@-]"
_IAM_HELP = "write letters, digits and `+=,.@_-` only"
_CHARACTERS = "write 1 to 128 characters"

AccountAlias = Annotated[
    str,
    Form(
        "name for an account",
        "write letters, digits, `-` and `_`; `arn`, `service`, `anonymous` and `organization` mean something else",
        r"(?![0-9]{12}$|arn$|service$|anonymous$|organization$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}(?!\n)",
    ),
]
AccountId = Annotated[
    str, Form("account id", 'write 12 digits in quotes: `"111122223333"`', "[0-9]{12}", code="account-id")
]
Partition = Annotated[str, Form("partition", "write `aws`, `aws-cn` or `aws-us-gov`", "aws(-[a-z]+)*")]
Region = Annotated[str, Form("Region", "write a Region such as `us-east-1`", "[a-z]{2}(-[a-z]+)+-[0-9]+")]
OrganizationId = Annotated[
    str, Form("organization id", "write `o-` and 10 to 32 lower-case letters or digits", "o-[a-z0-9]{10,32}")
]
UnitId = Annotated[
    str, Form("id of a unit", "write an id such as `ou-root-00000001`", "ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
]
UnitName = Annotated[str, Form("name for a unit", _CHARACTERS, min_length=1, max_length=128)]
PolicyName = Annotated[str, Form("name for a policy", _CHARACTERS, min_length=1, max_length=128)]
RoleName = Annotated[str, Form("name for a role", _IAM_HELP, _IAM_NAME + "{1,64}")]
UserName = Annotated[str, Form("name for a user", _IAM_HELP, _IAM_NAME + "{1,64}")]
GroupName = Annotated[str, Form("name for a group", _IAM_HELP, _IAM_NAME + "{1,128}")]
SessionName = Annotated[
    str, Form("name for a session", "write 2 to 64 letters, digits or `+=,.@_-`", _IAM_NAME + "{2,64}")
]
FederatedName = Annotated[
    str, Form("name for a federated user", "write 2 to 32 letters, digits or `+=,.@_-`", _IAM_NAME + "{2,32}")
]
OidcProviderUrl = Annotated[
    str,
    Form(
        "URL of an identity provider",
        "write its URL without `https://`, such as `oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE`",
        r"[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~%-]+)*",
    ),
]
IamPath = Annotated[str, Form("path", "write a path that begins and ends with `/`", "/|/[!-~]+/")]
KeyName = Annotated[
    str, Form("name for a key", "write letters, digits, `/`, `_` and `-`", "[A-Za-z0-9_-][A-Za-z0-9/_-]{0,249}")
]
KeyId = Annotated[
    str, Form("key id", "write an id such as `00000000-0000-0000-0000-000000000001`", "[A-Za-z0-9-]{1,64}")
]
KeyAlias = Annotated[
    str,
    Form(
        "alias for a key",
        "write letters, digits, `/`, `_` and `-`, without `alias/`; `aws/` is for AWS's own keys",
        r"(?!aws/|alias/)[A-Za-z0-9/_-]{1,250}(?!\n)",
    ),
]
SecretName = Annotated[
    str, Form("name for a secret", "write letters, digits and `/_+=.@-` only", "[A-Za-z0-9/_+=.@!-]{1,512}")
]
Suffix = Annotated[str, Form("suffix of a secret's ARN", "write six letters or digits", "[A-Za-z0-9]{6}")]
VersionId = Annotated[str, Form("version id", "write 32 to 64 letters, digits or `-`", "[A-Za-z0-9-]{32,64}")]
StagingLabel = Annotated[str, Form("staging label", "write 1 to 256 characters", min_length=1, max_length=256)]
FunctionName = Annotated[
    str, Form("name for a function", "write letters, digits, `_` and `-` only", "[A-Za-z0-9_-]{1,64}")
]
ParameterName = Annotated[
    str,
    Form("name for a parameter", "write letters, digits and `/_.-` only", "/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*"),
]
EndpointId = Annotated[str, Form("id of a VPC endpoint", "write an id such as `vpce-0a1b2c3d`", "vpce-[0-9a-z]+")]
TagKey = Annotated[str, Form("tag key", _CHARACTERS, min_length=1, max_length=128)]
TagValue = Annotated[str, Form("tag value", "write up to 256 characters", max_length=256)]

KeyState = Annotated[
    Literal[
        "Enabled", "Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable", "Creating",
        "Updating",
    ],
    Word("state of a key"),
]  # fmt: skip
GrantOperation = Annotated[
    Literal[
        "CreateGrant", "Decapsulate", "Decrypt", "DeriveSharedSecret", "DescribeKey", "Encapsulate", "Encrypt",
        "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetPublicKey", "ReEncryptFrom", "ReEncryptTo", "RetireGrant",
        "Sign", "Verify", "VerifyMac",
    ],
    Word("operation of a grant"),
]  # fmt: skip
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html"""

ParameterType = Annotated[Literal["String", "StringList", "SecureString"], Word("type of a parameter")]
ParameterTier = Annotated[Literal["Standard", "Advanced"], Word("tier of a parameter")]

RotationTemplate = Annotated[
    Literal["generic", "single-user", "alternating-users"], Word("template of a rotation function")
]
WorkloadName = Annotated[
    str, Form("name for a workload", "write 2 to 64 letters, digits or `_.-`", "[A-Za-z0-9_.-]{2,64}")
]
WorkloadKind = Annotated[
    Literal["ecs-task", "eks-irsa", "eks-pod-identity", "lambda", "client", "eventbridge-rule"],
    Word("kind of workload"),
]
DatabaseAct = Annotated[Literal["try", "set"], Word("act in the database")]
DatabaseUser = Annotated[Literal["own", "master"], Word("user of the database")]

ResultSeverity = Annotated[Literal["error", "warning", "note"], Word("severity")]

DocumentOrPath = Annotated[Mapping[str, Any] | str, Document()]
"""A policy: the path of a JSON file, or the document itself."""

Documents = dict[PolicyName, DocumentOrPath]
Tags = dict[TagKey, TagValue]
Texts = dict[str, str]
