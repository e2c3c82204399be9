"""The SSM parameters of a scenario file.

https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.model.world import Parameter, ParameterVersion
from iamsim.services.ssm import ADVANCED, LONGEST, SECURE

if TYPE_CHECKING:
    from iamsim.inputs.scenario_file import Parameter as Written
    from iamsim.inputs.spot import Spot
    from iamsim.model.policy import Policy

MANAGED = ("alias/aws/ssm", "aws/ssm")
"""What names the AWS managed key, as no key does."""


def parameter_of(arn: str, name: str, written: Written, key: str | None, policy: Policy | None) -> Parameter:
    """A parameter with the one version that a file gives it. `key` is the ARN of its key, None for the AWS managed one."""
    type_ = written.type or (SECURE if written.key else "String")
    version = ParameterVersion(1, written.value, key)
    return Parameter(arn, name, type_, written.tier, (version,), policy, written.tags)


def check_parameter(written: Written, spot: Spot) -> None:
    """Note what AWS would not keep: a value that is too long, a key without encryption, a policy on a standard parameter."""
    longest = LONGEST[written.tier]
    if not 0 < len(written.value.encode("utf-8", "surrogatepass")) <= longest:
        message = f"the value of a parameter of the tier {written.tier} has 1 to {longest:,} bytes"
        spot.at("value").wrong("value-size", message, "write a shorter value")
    if written.key and written.type not in (None, SECURE):
        message = f"a {written.type} is not encrypted, and has no key"
        spot.at("key").wrong("key-without-encryption", message, f"leave `key` out, or write `type: {SECURE}`")
    if written.policy is not None and written.tier != ADVANCED:
        message = "a standard parameter cannot be shared, and has no policy"
        spot.at("policy").wrong("policy-on-standard", message, f"write `tier: {ADVANCED}`, or leave `policy` out")
