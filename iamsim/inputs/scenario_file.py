"""The format of scenario files (`*.iamsim.yaml`): a class for each mapping of the file, a field for each of its keys.

Fixed ids: an ARN must be known before it is written into a policy, so nothing is random. N counts from 1.

- the N-th key of an account: `00000000-0000-0000-0000-00000000000N`, and so the N-th version of a secret
- a secret's ARN ends in `-AbCdEf`
- the N-th role of an account: `AROA`, the account's 12 digits, N in five digits; the N-th user: `AIDA…` likewise
- the N-th organizational unit of the file: `ou-root-0000000N`; the root: `r-root`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iamsim.inputs import scenario_words as words
from iamsim.inputs.shape import EMPTY, AccountId, Anything, Document, Flag, ListOf, MapOf, PartOf, part, shaped

DocumentOrPath = Mapping[str, Any] | str
Documents = Mapping[str, DocumentOrPath]
Texts = Mapping[str, str]

_POLICIES = MapOf(words.POLICY_NAME, Document())
_TAGS = MapOf(words.TAG_KEY, words.TAG_VALUE)
_PAIRS = MapOf(words.TEXT, words.TEXT)


@shaped
class Group:
    """An IAM group: policies for every user in it."""

    policies: Documents = part(_POLICIES, EMPTY, "its identity policies, by name")


@shaped
class User:
    """An IAM user."""

    path: str = part(words.IAM_PATH, "/", "its path, which is part of its ARN")
    policies: Documents = part(_POLICIES, EMPTY, "its identity policies, by name")
    groups: tuple[str, ...] = part(ListOf(words.TEXT), (), "the groups of the account that it is in")
    boundary: DocumentOrPath | None = part(Document(), None, "its permissions boundary")
    tags: Texts = part(_TAGS, EMPTY, "its tags: `aws:PrincipalTag/…`")
    partition: str = part(words.PARTITION, "", "the partition of its ARN, if it is not the account's")


@shaped
class Session:
    """A role session that brings something of its own."""

    policy: DocumentOrPath | None = part(Document(), None, "the session policy that was passed for it")
    tags: Texts = part(_TAGS, EMPTY, "its session tags")


@shaped
class Role:
    """An IAM role. Only sessions that bring something stand here; any other session of it can be named as well."""

    path: str = part(words.IAM_PATH, "/", "its path, which is part of its ARN")
    policies: Documents = part(_POLICIES, EMPTY, "its identity policies, by name")
    boundary: DocumentOrPath | None = part(Document(), None, "its permissions boundary")
    trust: DocumentOrPath | None = part(Document(), None, "its trust policy")
    tags: Texts = part(_TAGS, EMPTY, "its tags: `aws:PrincipalTag/…`")
    sessions: Mapping[str, Session] = part(
        MapOf(words.SESSION_NAME, PartOf(lambda: Session)), EMPTY, "sessions that bring a policy or tags, by name"
    )
    partition: str = part(words.PARTITION, "", "the partition of its ARN, if it is not the account's")


@shaped
class FederatedUser:
    """A session that an IAM user has asked for with GetFederationToken."""

    user: str = part(words.TEXT, about="name the user of the account that asked for the session")
    policy: DocumentOrPath | None = part(Document(), None, "the session policy, without which it has nothing")
    tags: Texts = part(_TAGS, EMPTY, "its session tags")
    partition: str = part(words.PARTITION, "", "the partition of its ARN, if it is not the account's")


@shaped
class Constraints:
    """What a grant wants of a request, in AWS's own words."""

    EncryptionContextEquals: Texts | None = part(_PAIRS, None, "the encryption context, exactly")
    EncryptionContextSubset: Texts | None = part(_PAIRS, None, "pairs that the encryption context must have")
    SourceArn: str | None = part(words.TEXT, None, "the resource for which a service principal acts")


@shaped
class Grant:
    """A KMS grant."""

    grantee: str = part(words.TEXT, about="name who may use the key: `consumer:role/app`, an ARN, a service principal")
    operations: tuple[str, ...] = part(ListOf(words.GRANT_OPERATION), about="list what the grantee may do: `[Decrypt]`")
    constraints: Constraints | None = part(PartOf(lambda: Constraints), None, "what it wants of a request")
    name: str = part(words.TEXT, "", "what it is called")


@shaped
class Key:
    """A customer managed KMS key."""

    id: str = part(words.KEY_ID, "", "its id")
    policy: DocumentOrPath | None = part(Document(), None, "its policy; else KMS's default: the account's IAM decides")
    aliases: tuple[str, ...] = part(ListOf(words.KEY_ALIAS), (), "its aliases, without `alias/`")
    grants: tuple[Grant, ...] = part(ListOf(PartOf(lambda: Grant)), (), "the grants on it")
    state: str = part(words.KEY_STATE, "Enabled", "its state")
    tags: Texts = part(_TAGS, EMPTY, "its tags: `aws:ResourceTag/…`")
    region: str = part(words.REGION, "", "its Region, if it is not the account's")
    partition: str = part(words.PARTITION, "", "the partition of its ARN, if it is not the account's")


@shaped
class Version:
    """One version of a secret's value."""

    id: str = part(words.VERSION_ID, "", "its id")
    stages: tuple[str, ...] = part(ListOf(words.STAGING_LABEL), (), "its staging labels")
    value: Any = part(Anything(), None, "its value: text, or a mapping for JSON")


@shaped
class Secret:
    """A secret. Without `value` and `versions` it holds the text `example`."""

    key: str | None = part(
        words.TEXT, None, "its key: a key's name, `ACCOUNT:NAME`, `alias/NAME` or an ARN; else the AWS managed key"
    )
    policy: DocumentOrPath | None = part(Document(), None, "its resource policy")
    value: Any = part(Anything(), None, "the value of its current version: text, or a mapping for JSON")
    versions: tuple[Version, ...] | None = part(
        ListOf(PartOf(lambda: Version)), None, "its versions, instead of one value; `[]` for one that never had a value"
    )
    suffix: str = part(words.SUFFIX, "AbCdEf", "the six characters at the end of its ARN")
    tags: Texts = part(_TAGS, EMPTY, "its tags: `aws:ResourceTag/…`")
    region: str = part(words.REGION, "", "its Region, if it is not the account's")
    partition: str = part(words.PARTITION, "", "the partition of its ARN, if it is not the account's")


@shaped
class Function:
    """A Lambda function."""

    role: str | None = part(words.TEXT, None, "its execution role: the name of a role of the account, or an ARN")
    policy: DocumentOrPath | None = part(Document(), None, "its resource policy")
    region: str = part(words.REGION, "", "its Region, if it is not the account's")
    partition: str = part(words.PARTITION, "", "the partition of its ARN, if it is not the account's")


@shaped
class Parameter:
    """An SSM parameter."""

    key: str | None = part(words.TEXT, None, "the key that encrypts it, named as a secret's")
    region: str = part(words.REGION, "", "its Region, if it is not the account's")
    partition: str = part(words.PARTITION, "", "the partition of its ARN, if it is not the account's")


@shaped
class Endpoint:
    """An interface VPC endpoint."""

    service: str = part(words.TEXT, "secretsmanager", "the service that it leads to: `secretsmanager`, `kms`")
    policy: DocumentOrPath | None = part(Document(), None, "its endpoint policy; without one it lets everything pass")
    vpc: str | None = part(words.TEXT, None, "the VPC that it stands in: `aws:SourceVpc`")


@shaped
class Account:
    """An AWS account. Its `scps`, `rcps` and `full_access` are its own, below those of its unit."""

    id: str = part(AccountId(), about='write 12 digits in quotes: `id: "111122223333"`')
    partition: str = part(words.PARTITION, "", "the partition of everything in it")
    region: str = part(words.REGION, "", "the Region of everything in it")
    scps: Documents = part(_POLICIES, EMPTY, "service control policies attached to the account, by name")
    rcps: Documents = part(_POLICIES, EMPTY, "resource control policies attached to the account, by name")
    full_access: bool = part(Flag(), True, "whether FullAWSAccess is still attached beside its SCPs")
    users: Mapping[str, User] = part(MapOf(words.USER_NAME, PartOf(lambda: User)), EMPTY, "IAM users, by name")
    groups: Mapping[str, Group] = part(MapOf(words.GROUP_NAME, PartOf(lambda: Group)), EMPTY, "IAM groups, by name")
    roles: Mapping[str, Role] = part(MapOf(words.ROLE_NAME, PartOf(lambda: Role)), EMPTY, "IAM roles, by name")
    federated_users: Mapping[str, FederatedUser] = part(
        MapOf(words.FEDERATED_NAME, PartOf(lambda: FederatedUser)), EMPTY, "GetFederationToken sessions, by name"
    )
    keys: Mapping[str, Key] = part(MapOf(words.KEY_NAME, PartOf(lambda: Key)), EMPTY, "KMS keys, by a name of your own")
    secrets: Mapping[str, Secret] = part(MapOf(words.SECRET_NAME, PartOf(lambda: Secret)), EMPTY, "secrets, by name")
    functions: Mapping[str, Function] = part(
        MapOf(words.FUNCTION_NAME, PartOf(lambda: Function)), EMPTY, "Lambda functions, by name"
    )
    parameters: Mapping[str, Parameter] = part(
        MapOf(words.PARAMETER_NAME, PartOf(lambda: Parameter)), EMPTY, "SSM parameters, by name"
    )
    endpoints: Mapping[str, Endpoint] = part(
        MapOf(words.ENDPOINT_ID, PartOf(lambda: Endpoint)), EMPTY, "VPC endpoints, by id"
    )


@shaped
class Unit:
    """An organizational unit."""

    id: str = part(words.UNIT_ID, "", "its id")
    scps: Documents = part(_POLICIES, EMPTY, "service control policies attached to it, by name")
    rcps: Documents = part(_POLICIES, EMPTY, "resource control policies attached to it, by name")
    full_access: bool = part(Flag(), True, "whether FullAWSAccess is still attached beside its SCPs")
    accounts: tuple[str, ...] = part(ListOf(words.TEXT), (), "the accounts directly in it")
    units: Mapping[str, Unit] = part(MapOf(words.UNIT_NAME, PartOf(lambda: Unit)), EMPTY, "the units directly in it")


@shaped
class Organization:
    """An organization; what is attached to it is attached to its root."""

    id: str = part(words.ORGANIZATION_ID, "o-exampleorg", "its id")
    management: str | None = part(words.TEXT, None, "its management account, which no SCP and no RCP binds")
    scps: Documents = part(_POLICIES, EMPTY, "service control policies attached to the root, by name")
    rcps: Documents = part(_POLICIES, EMPTY, "resource control policies attached to the root, by name")
    full_access: bool = part(Flag(), True, "whether FullAWSAccess is still attached beside its SCPs")
    accounts: tuple[str, ...] = part(ListOf(words.TEXT), (), "the accounts directly under the root")
    units: Mapping[str, Unit] = part(MapOf(words.UNIT_NAME, PartOf(lambda: Unit)), EMPTY, "the units under the root")


@shaped
class Question:
    """A question about the world, and what is expected of the answer."""

    ask: str = part(words.TEXT, about="write, for example, `consumer:role/app can GetSecretValue on owner:secret/db`")
    expect: str | None = part(words.TEXT, None, "a verdict (`allowed`, `denied`, …) or an AWS error code")
    because: str | None = part(words.TEXT, None, "the policy type that decides, optionally `of ACCOUNT` and `sid SID`")
    lesson: str = part(words.TEXT, "", "what is to be learned from the answer")


@shaped
class ScenarioFile:
    """A whole file. Accounts that do not stand in the organization are strangers to it."""

    title: str = part(words.TEXT, "", "what it is about, in one line")
    topic: str = part(words.TEXT, "", "the subject that it belongs to")
    partition: str = part(words.PARTITION, "aws", "the partition of every ARN, unless something says otherwise")
    region: str = part(words.REGION, "us-east-1", "the Region of every ARN, unless something says otherwise")
    organization: Organization | None = part(PartOf(lambda: Organization), None, "the organization, if there is one")
    accounts: Mapping[str, Account] = part(
        MapOf(words.ACCOUNT_ALIAS, PartOf(lambda: Account)), about="write each account under a name of your own"
    )
    questions: tuple[Question, ...] = part(ListOf(PartOf(lambda: Question)), (), "what is asked")
