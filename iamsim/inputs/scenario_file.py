"""The format of scenario files (`*.iamsim.yaml`): a class for each mapping of the file, a field for each of its keys.

Fixed ids: an ARN must be known before it is written into a policy, so nothing is random. N counts from 1.

- the N-th key of an account: `00000000-0000-0000-0000-00000000000N`, and so the N-th version of a secret
- a secret's ARN ends in `-AbCdEf`
- the N-th role of an account: `AROA`, the account's 12 digits, N in five digits; the N-th user: `AIDA…` likewise
- the N-th organizational unit of the file: `ou-root-0000000N`; the root: `r-root`
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from iamsim.inputs import scenario_words as words
from iamsim.inputs.scenario_rotation_file import Rotation, RotationSteps
from iamsim.inputs.scenario_words import DocumentOrPath, Documents, Tags, Texts
from iamsim.inputs.scenario_workloads_file import Workload
from iamsim.inputs.shape import Many, Part


class Group(Part):
    """An IAM group: policies for every user in it."""

    policies: Documents = Field({}, description="its identity policies, by name")


class User(Part):
    """An IAM user."""

    path: words.IamPath = Field("/", description="its path, which is part of its ARN")
    policies: Documents = Field({}, description="its identity policies, by name")
    groups: Many[str] = Field((), description="the groups of the account that it is in")
    boundary: DocumentOrPath | None = Field(None, description="its permissions boundary")
    tags: Tags = Field({}, description="its tags: `aws:PrincipalTag/…`")
    partition: words.Partition | None = Field(None, description="the partition of its ARN, if it is not the account's")


class Session(Part):
    """A role session that brings something of its own."""

    policy: DocumentOrPath | None = Field(None, description="the session policy that was passed for it")
    tags: Tags = Field({}, description="its session tags")
    transitive_tags: Many[str] = Field((), description="the keys of the tags that go on to the next session of a chain")
    source_identity: words.SessionName | None = Field(None, description="its source identity: `aws:SourceIdentity`")


class Role(Part):
    """An IAM role. Only sessions that bring something stand here; any other session of it can be named as well."""

    path: words.IamPath = Field("/", description="its path, which is part of its ARN")
    policies: Documents = Field({}, description="its identity policies, by name")
    boundary: DocumentOrPath | None = Field(None, description="its permissions boundary")
    trust: DocumentOrPath | None = Field(None, description="its trust policy")
    tags: Tags = Field({}, description="its tags: `aws:PrincipalTag/…`")
    sessions: dict[words.SessionName, Session] = Field({}, description="sessions that bring a policy or tags, by name")
    partition: words.Partition | None = Field(None, description="the partition of its ARN, if it is not the account's")


class FederatedUser(Part):
    """A session that an IAM user has asked for with GetFederationToken."""

    user: str = Field(description="name the user of the account that asked for the session")
    policy: DocumentOrPath | None = Field(None, description="the session policy, without which it has nothing")
    tags: Tags = Field({}, description="its session tags")
    partition: words.Partition | None = Field(None, description="the partition of its ARN, if it is not the account's")


class OidcProvider(Part):
    """An OpenID Connect identity provider of IAM."""

    client_ids: Many[str] = Field(("sts.amazonaws.com",), description="the audiences that are registered with it")
    partition: words.Partition | None = Field(None, description="the partition of its ARN, if it is not the account's")


class Constraints(Part):
    """What a grant wants of a request, in AWS's own words."""

    EncryptionContextEquals: Texts | None = Field(None, description="the encryption context, exactly")
    EncryptionContextSubset: Texts | None = Field(None, description="pairs that the encryption context must have")
    SourceArn: str | None = Field(None, description="the resource for which a service principal acts")


class Grant(Part):
    """A KMS grant."""

    grantee: str = Field(description="name who may use the key: `consumer:role/app`, an ARN, a service principal")
    operations: Many[words.GrantOperation] = Field(description="list what the grantee may do: `[Decrypt]`")
    constraints: Constraints | None = Field(None, description="what it wants of a request")
    name: str = Field("", description="what it is called")


class Key(Part):
    """A customer managed KMS key."""

    id: words.KeyId | None = Field(None, description="its id")
    policy: DocumentOrPath | None = Field(None, description="its policy; else KMS's default: the account's IAM decides")
    aliases: Many[words.KeyAlias] = Field((), description="its aliases, without `alias/`")
    grants: Many[Grant] = Field((), description="the grants on it")
    state: words.KeyState = Field("Enabled", description="its state")
    tags: Tags = Field({}, description="its tags: `aws:ResourceTag/…`")
    region: words.Region | None = Field(None, description="its Region, if it is not the account's")
    partition: words.Partition | None = Field(None, description="the partition of its ARN, if it is not the account's")


class Version(Part):
    """One version of a secret's value."""

    id: words.VersionId | None = Field(None, description="its id")
    stages: Many[words.StagingLabel] = Field((), description="its staging labels")
    value: Any = Field(None, description="its value: text, or a mapping for JSON", repr=False)
    binary: str | None = Field(None, description="its value as bytes, in base64, instead of `value`", repr=False)


class Secret(Part):
    """A secret. Without `value`, `binary` and `versions` it holds the text `example`."""

    key: str | None = Field(
        None, description="its key: a key's name, `ACCOUNT:NAME`, `alias/NAME` or an ARN; else the AWS managed key"
    )
    policy: DocumentOrPath | None = Field(None, description="its resource policy")
    value: Any = Field(None, description="the value of its current version: text, or a mapping for JSON", repr=False)
    binary: str | None = Field(None, description="that value as bytes, in base64, instead of `value`", repr=False)
    versions: Many[Version] | None = Field(
        None, description="its versions, instead of one value; `[]` for one that never had a value"
    )
    rotation: Rotation | None = Field(None, description="how it is rotated; else it is not")
    managed_by: str | None = Field(None, description="the service that owns it, and rotates it: `rds`")
    suffix: words.Suffix = Field("AbCdEf", description="the six characters at the end of its ARN")
    tags: Tags = Field({}, description="its tags: `aws:ResourceTag/…`")
    region: words.Region | None = Field(None, description="its Region, if it is not the account's")
    partition: words.Partition | None = Field(None, description="the partition of its ARN, if it is not the account's")


class Function(Part):
    """A Lambda function. One that rotates secrets does what AWS's template for the secret's value does, unless it says so."""

    role: str | None = Field(None, description="its execution role: the name of a role of the account, or an ARN")
    policy: DocumentOrPath | None = Field(None, description="its resource policy")
    vpc: str | None = Field(None, description="the VPC that it is attached to")
    rotation: words.RotationTemplate | None = Field(None, description="AWS's rotation template that it is made of")
    steps: RotationSteps | None = Field(
        None, description="what it does in each step of a rotation, if it is no template"
    )
    region: words.Region | None = Field(None, description="its Region, if it is not the account's")
    partition: words.Partition | None = Field(None, description="the partition of its ARN, if it is not the account's")


class Parameter(Part):
    """A parameter of SSM Parameter Store. Without `value` it holds the text `example`."""

    type: words.ParameterType | None = Field(
        None, description="its type; else `SecureString` with a `key`, or `String`"
    )
    tier: words.ParameterTier = Field("Standard", description="its tier; only `Advanced` ones can be shared")
    key: str | None = Field(
        None,
        description="the key that encrypts a SecureString, named as a secret's; else the AWS managed key `aws/ssm`",
    )
    value: str = Field("example", description="its value", repr=False)
    policy: DocumentOrPath | None = Field(None, description="the resource policy that shares it, as AWS RAM writes it")
    tags: Tags = Field({}, description="its tags: `aws:ResourceTag/…`")
    region: words.Region | None = Field(None, description="its Region, if it is not the account's")
    partition: words.Partition | None = Field(None, description="the partition of its ARN, if it is not the account's")


class Endpoint(Part):
    """An interface VPC endpoint."""

    service: str = Field("secretsmanager", description="the service that it leads to: `secretsmanager`, `kms`")
    policy: DocumentOrPath | None = Field(None, description="its endpoint policy; without one it lets everything pass")
    vpc: str | None = Field(None, description="the VPC that it stands in: `aws:SourceVpc`")


class Account(Part):
    """An AWS account. Its `scps`, `rcps` and `full_access` are its own, below those of its unit."""

    id: words.AccountId = Field(description='write 12 digits in quotes: `id: "111122223333"`')
    partition: words.Partition | None = Field(None, description="the partition of everything in it")
    region: words.Region | None = Field(None, description="the Region of everything in it")
    scps: Documents = Field({}, description="service control policies attached to the account, by name")
    rcps: Documents = Field({}, description="resource control policies attached to the account, by name")
    full_access: bool = Field(True, description="whether FullAWSAccess is still attached beside its SCPs")
    users: dict[words.UserName, User] = Field({}, description="IAM users, by name")
    groups: dict[words.GroupName, Group] = Field({}, description="IAM groups, by name")
    roles: dict[words.RoleName, Role] = Field({}, description="IAM roles, by name")
    federated_users: dict[words.FederatedName, FederatedUser] = Field(
        {}, description="GetFederationToken sessions, by name"
    )
    oidc_providers: dict[words.OidcProviderUrl, OidcProvider] = Field(
        {}, description="OpenID Connect identity providers, by URL without `https://`"
    )
    keys: dict[words.KeyName, Key] = Field({}, description="KMS keys, by a name of your own")
    secrets: dict[words.SecretName, Secret] = Field({}, description="secrets, by name")
    functions: dict[words.FunctionName, Function] = Field({}, description="Lambda functions, by name")
    parameters: dict[words.ParameterName, Parameter] = Field({}, description="SSM parameters, by name")
    endpoints: dict[words.EndpointId, Endpoint] = Field({}, description="VPC endpoints, by id")
    workloads: dict[words.WorkloadName, Workload] = Field({}, description="what runs and reads secrets, by name")


class Unit(Part):
    """An organizational unit."""

    id: words.UnitId | None = Field(None, description="its id")
    scps: Documents = Field({}, description="service control policies attached to it, by name")
    rcps: Documents = Field({}, description="resource control policies attached to it, by name")
    full_access: bool = Field(True, description="whether FullAWSAccess is still attached beside its SCPs")
    accounts: Many[str] = Field((), description="the accounts directly in it")
    units: dict[words.UnitName, Unit] = Field({}, description="the units directly in it")


class Organization(Part):
    """An organization; what is attached to it is attached to its root."""

    id: words.OrganizationId = Field("o-exampleorg", description="its id")
    management: str | None = Field(None, description="its management account, which no SCP and no RCP binds")
    scps: Documents = Field({}, description="service control policies attached to the root, by name")
    rcps: Documents = Field({}, description="resource control policies attached to the root, by name")
    full_access: bool = Field(True, description="whether FullAWSAccess is still attached beside its SCPs")
    accounts: Many[str] = Field((), description="the accounts directly under the root")
    units: dict[words.UnitName, Unit] = Field({}, description="the units under the root")


class Question(Part):
    """A question about the world, and what is expected of the answer."""

    ask: str = Field(description="write, for example, `consumer:role/app can GetSecretValue on owner:secret/db`")
    expect: str | None = Field(None, description="a verdict (`allowed`, `denied`, …) or an AWS error code")
    because: str | None = Field(None, description="the policy type that decides, optionally `of ACCOUNT` and `sid SID`")
    parameters: dict[str, Any] = Field({}, description="the call's further parameters, as AWS names them", repr=False)
    at: str | None = Field(None, description="when the call is made: `2026-01-31T12:00:00Z`")
    message: str | None = Field(None, description="the message that AWS refuses with")
    labels: dict[str, int] | None = Field(
        None, description="afterwards, the number, from 1, of the version that each staging label is on"
    )
    then: Many[Question] = Field((), description="what is asked next, of the world that this call leaves")
    lesson: str = Field("", description="what is to be learned from the answer")


class ScenarioFile(Part):
    """A whole file. Accounts that do not stand in the organization are strangers to it."""

    title: str = Field("", description="what it is about, in one line")
    topic: str = Field("", description="the subject that it belongs to")
    partition: words.Partition = Field("aws", description="the partition of every ARN, unless something says otherwise")
    region: words.Region = Field("us-east-1", description="the Region of every ARN, unless something says otherwise")
    organization: Organization | None = Field(None, description="the organization, if there is one")
    accounts: dict[words.AccountAlias, Account] = Field(description="write each account under a name of your own")
    questions: Many[Question] = Field((), description="what is asked")
