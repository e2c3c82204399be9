"""What runs in an account and reads secrets for itself: a task, a pod, a function, a client, a rule.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/integrating_csi_driver.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

PARAMETER: Final = "parameter"
_HEAD = 7  # parts of the ARN of a secret
_PARTS = 3  # what a reference may have behind it: JSON key, version stage, version id


@dataclass(frozen=True)
class Read:
    """A reference to a secret or a parameter, as a container definition has it under `valueFrom`.

    `reference` is an ARN, with or without the suffix of a secret, or a name. A secret's ARN may be followed by
    `:json-key:version-stage:version-id`, each of which may be empty. `of` is what a bare name stands for.
    """

    reference: str
    of: Literal["secret", "parameter"] = "secret"

    @property
    def is_parameter(self) -> bool:
        """Whether it names a parameter of Parameter Store."""
        return ":ssm:" in self.reference if self.reference.startswith("arn:") else self.of == PARAMETER

    @property
    def id(self) -> str:
        """What is asked for: the reference without what may follow a secret's ARN."""
        return self.reference if self.is_parameter else ":".join(self._parts[:_HEAD])

    @property
    def key(self) -> str:
        """The JSON key whose value is wanted; empty for the whole value."""
        return self._behind[0]

    @property
    def stage(self) -> str:
        """The staging label that is wanted; empty where none is written."""
        return self._behind[1]

    @property
    def version(self) -> str:
        """The id of the version that is wanted; empty where none is written."""
        return self._behind[2]

    @property
    def problem(self) -> str:
        """What is wrong with the reference itself. That all three parts or none must stand there, is inferred."""
        if len(self._parts) not in (1, _HEAD, _HEAD + _PARTS) and not self.is_parameter:
            return "behind the secret's ARN stand all three of `:json-key:version-stage:version-id`, or none"
        return "a version stage and a version id exclude each other" if self.stage and self.version else ""

    @property
    def _parts(self) -> list[str]:
        return self.reference.split(":")

    @property
    def _behind(self) -> tuple[str, str, str]:
        found = [] if self.is_parameter else self._parts[_HEAD : _HEAD + _PARTS]
        key, stage, version = [*found, *[""] * (_PARTS - len(found))]
        return key, stage, version


@dataclass(frozen=True)
class WorkloadKind:
    """How workloads of a kind come to their session, and how they read.

    `session` is who takes the role: a `service`, a `pod` by the service of Pod Identity, a `token` of the cluster's identity
    provider, a `function`'s own session, or nobody (`held`: the credentials are there). `reader` is the field with the role
    that reads, `needs` are the fields that must be given. `calls` are made for each secret, `parameter_call` for each
    parameter. `ttl` is how long a value is kept, in seconds, None until the next start. `fails_with` is the code of an
    error that is no error of an API call, `name_is` what a bare name in a reference stands for. `takes` are further fields.
    `text_only`: a value in bytes cannot be read.
    """

    name: str
    session: Literal["service", "pod", "token", "function", "held"]
    needs: tuple[str, ...]
    reader: Literal["role", "execution_role", "function"] = "role"
    service: str = ""
    calls: tuple[str, ...] = ("GetSecretValue",)
    parameter_call: Literal["GetParameter", "GetParameters"] = "GetParameter"
    name_is: Literal["secret", "parameter"] = "secret"
    ttl: int | None = None
    fails_with: str = "WorkloadFailed"
    takes: tuple[str, ...] = ()
    text_only: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """The fields that mean something for this kind."""
        return frozenset((*self.needs, *self.takes))


_DRIVER = ("GetSecretValue", "DescribeSecret")
"""What the Secrets Store CSI driver's provider calls: the value, then whether it is still the current one.

AWS's page asks for both permissions; that a pod does not start without the second is taken from there.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/ascp-pod-identity-integration.html
"""

KINDS = {
    kind.name: kind
    for kind in (
        # The execution role reads, whatever the task role may. A name that is no ARN is that of a parameter.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
        WorkloadKind(
            "ecs-task",
            "service",
            ("execution_role", "reads"),
            reader="execution_role",
            service="ecs-tasks.amazonaws.com",
            parameter_call="GetParameters",
            name_is=PARAMETER,
            fails_with="ResourceInitializationError",
            takes=("role", "vpc"),
            text_only=True,
        ),
        # https://docs.aws.amazon.com/secretsmanager/latest/userguide/integrating_ascp_irsa.html
        WorkloadKind(
            "eks-irsa",
            "token",
            ("role", "provider", "namespace", "service_account", "reads"),
            calls=_DRIVER,
            parameter_call="GetParameters",
            takes=("audience", "vpc", "ttl"),
        ),
        # https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
        WorkloadKind(
            "eks-pod-identity",
            "pod",
            ("role", "namespace", "service_account", "reads"),
            service="pods.eks.amazonaws.com",
            calls=_DRIVER,
            parameter_call="GetParameters",
            takes=("cluster", "vpc", "ttl"),
        ),
        # https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
        WorkloadKind("lambda", "function", ("function", "reads"), reader="function", ttl=300, takes=("ttl",)),
        # https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_cache-python.html
        WorkloadKind("client", "held", ("role", "reads"), ttl=3600, takes=("vpc", "ttl")),
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
        WorkloadKind(
            "eventbridge-rule",
            "function",
            ("function", "rotates"),
            reader="function",
            service="events.amazonaws.com",
        ),
    )
}
"""The kinds of workloads by name."""


@dataclass(frozen=True)
class Workload:
    """A workload. Roles, the function and the identity provider are ARNs; `rotates` is the secret that a rule rotates.

    `arn` is made up, after the way of AWS: AWS has no name for all of these. `role` is what its own code runs as: the task
    role, or the pod's. `ttl` is how long it keeps a value, in seconds; None: until it starts anew. `open`: what it reads may
    stand, or get its value, elsewhere than in the files that tell of it, as with a template.
    """

    arn: str
    kind: WorkloadKind
    reads: tuple[Read, ...] = ()
    role: str | None = None
    execution_role: str | None = None
    function: str | None = None
    provider: str | None = None
    audience: str = "sts.amazonaws.com"
    namespace: str = ""
    service_account: str = ""
    cluster: str | None = None
    rotates: str | None = None
    vpc: str | None = None
    ttl: int | None = None
    open: bool = False

    @property
    def name(self) -> str:
        """Its name."""
        return self.arn.rpartition("/")[2]

    @property
    def region(self) -> str:
        """The Region that it runs in."""
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        """The 12 digits of the account that it runs in."""
        return self.arn.split(":")[4]
