"""The small texts of a scenario file that have a form of their own: names, ids, AWS's words."""

from __future__ import annotations

from iamsim.inputs.shape import Text, Word

_IAM_NAME = r"[\w+=,.@-]"
_IAM_HELP = "write letters, digits and `+=,.@_-` only"

ACCOUNT_ALIAS = Text(
    r"(?!\d{12}$)(?!(?:arn|service|anonymous|organization)$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}",
    "name for an account",
    "write letters, digits, `-` and `_`; `arn`, `service`, `anonymous` and `organization` mean something else",
)
PARTITION = Text(r"aws(-[a-z]+)*", "partition", "write `aws`, `aws-cn` or `aws-us-gov`")
REGION = Text(r"[a-z]{2}(-[a-z]+)+-\d+", "Region", "write a Region such as `us-east-1`")
ORGANIZATION_ID = Text(r"o-[a-z0-9]{10,32}", "organization id", "write `o-` and 10 to 32 lower-case letters or digits")
UNIT_ID = Text(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}", "id of a unit", "write an id such as `ou-root-00000001`")
UNIT_NAME = Text(r"(?s:.{1,128})", "name for a unit", "write 1 to 128 characters")
POLICY_NAME = Text(r"(?s:.{1,128})", "name for a policy", "write 1 to 128 characters")
ROLE_NAME = Text(_IAM_NAME + "{1,64}", "name for a role", _IAM_HELP)
USER_NAME = Text(_IAM_NAME + "{1,64}", "name for a user", _IAM_HELP)
GROUP_NAME = Text(_IAM_NAME + "{1,128}", "name for a group", _IAM_HELP)
SESSION_NAME = Text(_IAM_NAME + "{2,64}", "name for a session", "write 2 to 64 letters, digits or `+=,.@_-`")
FEDERATED_NAME = Text(_IAM_NAME + "{2,32}", "name for a federated user", "write 2 to 32 letters, digits or `+=,.@_-`")
IAM_PATH = Text(r"/|/[!-~]+/", "path", "write a path that begins and ends with `/`")
KEY_NAME = Text(r"[A-Za-z0-9_-][A-Za-z0-9/_-]{0,249}", "name for a key", "write letters, digits, `/`, `_` and `-`")
KEY_ID = Text(r"[A-Za-z0-9-]{1,64}", "key id", "write an id such as `00000000-0000-0000-0000-000000000001`")
KEY_ALIAS = Text(
    r"(?!aws/|alias/)[A-Za-z0-9/_-]{1,250}",
    "alias for a key",
    "write letters, digits, `/`, `_` and `-`, without `alias/`; `aws/` is for AWS's own keys",
)
SECRET_NAME = Text(r"[A-Za-z0-9/_+=.@!-]{1,512}", "name for a secret", "write letters, digits and `/_+=.@-` only")
SUFFIX = Text(r"[A-Za-z0-9]{6}", "suffix of a secret's ARN", "write six letters or digits")
VERSION_ID = Text(r"[A-Za-z0-9-]{32,64}", "version id", "write 32 to 64 letters, digits or `-`")
STAGING_LABEL = Text(r"(?s:.{1,256})", "staging label", "write 1 to 256 characters")
FUNCTION_NAME = Text(r"[A-Za-z0-9_-]{1,64}", "name for a function", "write letters, digits, `_` and `-` only")
PARAMETER_NAME = Text(
    r"/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", "name for a parameter", "write letters, digits and `/_.-` only"
)
ENDPOINT_ID = Text(r"vpce-[0-9a-z]+", "id of a VPC endpoint", "write an id such as `vpce-0a1b2c3d`")
TAG_KEY = Text(r"(?s:.{1,128})", "tag key", "write 1 to 128 characters")
TAG_VALUE = Text(r"(?s:.{0,256})", "tag value", "write up to 256 characters")
TEXT = Text()

KEY_STATE = Word(
    (
        "Enabled", "Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable", "Creating",
        "Updating",
    ),
    "state of a key",
)  # fmt: skip
GRANT_OPERATION = Word(
    (
        "CreateGrant", "Decapsulate", "Decrypt", "DeriveSharedSecret", "DescribeKey", "Encapsulate", "Encrypt",
        "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetPublicKey", "ReEncryptFrom", "ReEncryptTo", "RetireGrant",
        "Sign", "Verify", "VerifyMac",
    ),
    "operation of a grant",
)  # fmt: skip
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html"""
