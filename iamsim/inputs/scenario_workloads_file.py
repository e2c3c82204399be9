"""The format of scenario files where they speak of workloads: a class for each mapping, a field for each of its keys."""

from __future__ import annotations

from pydantic import Field

from iamsim.inputs import scenario_words as words
from iamsim.inputs.shape import Many, Part


class Workload(Part):
    """What runs in the account and reads secrets for itself. Which fields it must have, and which it can, its kind says."""

    kind: words.WorkloadKind = Field(description="write its kind: `ecs-task`, `lambda`")
    reads: Many[str] = Field(
        (),
        description="what it reads, as under `valueFrom` of a container: an ARN, perhaps with `:KEY:STAGE:ID`, or a name",
    )
    role: str | None = Field(None, description="the role that its own code has: the task role, or the pod's")
    execution_role: str | None = Field(None, description="the role with which ECS starts the task")
    function: str | None = Field(
        None, description="the function: of a `lambda` its own, of a rule the one that it calls"
    )
    provider: str | None = Field(None, description="the identity provider of the cluster, as under `oidc_providers`")
    audience: str = Field("sts.amazonaws.com", description="whom the pod's token is for")
    namespace: str | None = Field(None, description="the namespace of the pod's service account")
    service_account: str | None = Field(None, description="the pod's service account")
    cluster: str | None = Field(None, description="the name of the EKS cluster")
    rotates: str | None = Field(None, description="the secret that the rule's function rotates: a name or an ARN")
    vpc: str | None = Field(None, description="the VPC that it runs in; that of a function stands there")
    ttl: int | None = Field(
        None, description="for how many seconds it keeps a value; else 300 of `lambda`, 3600 of `client`"
    )
