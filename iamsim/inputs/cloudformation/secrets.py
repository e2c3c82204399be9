"""Secrets with their policies, rotation and replicas, and the parameters of Parameter Store.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SecretsManager.html
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.inputs.cloudformation.aws_rotation import add_hosted
from iamsim.inputs.cloudformation.keys import key_of
from iamsim.inputs.cloudformation.policies import policy_at
from iamsim.inputs.cloudformation.reading import listed, own_arn, tags_of
from iamsim.inputs.cloudformation.unknowns import Unknown
from iamsim.language.unknown_text import is_known, readable
from iamsim.model.policy import PolicyType
from iamsim.model.world import Parameter, ParameterVersion, Replica, Rotation, Secret, SecretVersion
from iamsim.services.chance import fixed_id
from iamsim.services.secretsmanager.replicas import replicated
from iamsim.services.secretsmanager.schedules import problem_with_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.inputs.cloudformation.collected import Collected, Here
    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.spot import Plain

_MANAGED = "alias/aws/secretsmanager"
_VALUE = "example"
_NUMBER = re.compile(r"[0-9]{1,9}")


def add_secret(here: Here, collected: Collected) -> None:
    """Read a secret: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html."""
    ev, identity = here.stack.evaluator, here.stack.evaluator.identity(here.id)
    replicas = tuple(_replica(ev, here.id, i, collected) for i in range(len(listed(_replicas(ev, here.id)))))
    secret = Secret(
        identity.arn,
        identity.name,
        _key(ev, here.id, ev.text_property(here.id, "KmsKeyId"), collected),
        versions=_versions(ev, here.id),
        tags=tags_of(ev, here.id),
        description=ev.text_property(here.id, "Description"),
        replicas=replicas,
    )
    collected.add(here.stack.account, "secrets", secret.arn, secret, here.place)


def _key(ev: Evaluator, resource: str, named: str, collected: Collected) -> str | None:
    words = f"the key of {resource} in stack {ev.label}"
    return key_of(ev, named, _MANAGED, collected, Unknown(words))


def _replicas(ev: Evaluator, resource: str) -> Plain:
    return ev.property_of(resource, "ReplicaRegions")


def _replica(ev: Evaluator, resource: str, index: int, collected: Collected) -> Replica:
    written = _replicas(ev, resource)[index]
    origin = ("Resources", resource, "Properties", "ReplicaRegions", index)
    if not isinstance(written, dict):
        return Replica(ev.unknown_part(origin))
    named = ev.as_text(written.get("KmsKeyId"), origin)
    return Replica(ev.as_text(written.get("Region"), origin), _key(ev, resource, named, collected))


def _versions(ev: Evaluator, resource: str) -> tuple[SecretVersion, ...]:
    """The value of a secret; one that is made at random, is not known, or is put after the deployment, is an example.

    Without `SecretString` and `GenerateSecretString` CloudFormation makes an empty secret. It is made to be filled: were it
    left empty, nobody could read it whatever the policies say.
    """
    written, generated = ev.property_of(resource, "SecretString"), ev.property_of(resource, "GenerateSecretString")
    value = written if isinstance(written, str) and is_known(written) else _VALUE
    if isinstance(generated, dict):
        value = _generated(generated)
    return (SecretVersion(fixed_id(1), ("AWSCURRENT",), value),)


def _generated(options: dict[str, Plain]) -> str:
    """A generated value: a password alone, or in the JSON that is given for it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
    """
    template, key = options.get("SecretStringTemplate"), options.get("GenerateStringKey")
    try:
        members = json.loads(template) if isinstance(template, str) and is_known(template) else None
    except (ValueError, RecursionError):
        members = None
    return json.dumps({**members, key: _VALUE}) if isinstance(members, dict) and isinstance(key, str) else _VALUE


def named_secret(here: Here, collected: Collected) -> Secret | None:
    """The secret that `SecretId` names by its ARN or its name, if a template makes it."""
    named = here.stack.evaluator.text_property(here.id, "SecretId")
    secrets = collected.of(here.stack.account, "secrets")
    return secrets.get(named) or next((s for s in secrets.values() if s.name == named), None)


def add_resource_policy(here: Here, collected: Collected) -> None:
    """Attach a policy to its secret.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-resourcepolicy.html
    """
    ev, secret = here.stack.evaluator, named_secret(here, collected)
    if secret is None:
        ev.warn("unknown-secret", "no given stack makes the secret of this policy", ("Resources", here.id))
        return
    name = f"{readable(here.stack.account)}:secret/{readable(secret.name)}"
    pointer = ("Resources", here.id, "Properties", "ResourcePolicy")
    policy = policy_at(ev, pointer, PolicyType.SECRET_POLICY, name, certain=here.certain)
    collected.placed(here)
    collected.put(here.stack.account, "secrets", secret.arn, replace(secret, policy=policy))


def add_rotation(here: Here, collected: Collected) -> None:
    """Give a secret its rotation, and note rules that Secrets Manager refuses.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html
    """
    ev, secret = here.stack.evaluator, named_secret(here, collected)
    if secret is None:
        ev.warn("unknown-secret", "no given stack makes the secret that is rotated", ("Resources", here.id))
        return
    named = ev.text_property(here.id, "RotationLambdaARN")
    function = own_arn(ev, named, "lambda", "function:") if named else add_hosted(here, collected)
    written = ev.property_of(here.id, "RotationRules")
    members = written.items() if isinstance(written, dict) else ()
    rules = {k: int(v) if _NUMBER.fullmatch(str(v)) else v for k, v in members}
    _note_problem(ev, here.id, rules)
    rotation = Rotation(function or None, rules)
    collected.put(here.stack.account, "secrets", secret.arn, replace(secret, rotation=rotation))


def _note_problem(ev: Evaluator, resource: str, rules: Mapping[str, Any]) -> None:
    """Note rules that Secrets Manager refuses, as far as they are known."""
    known = all(is_known(value) for value in rules.values() if isinstance(value, str))
    problem = problem_with_rules(rules) if known else None
    if problem:
        ev.warn("rotation-rules", problem, ("Resources", resource, "Properties", "RotationRules"))


def add_replicas(collected: Collected) -> None:
    """Add the replicas of every secret, as they follow from it."""
    for account in list(collected.things):
        for secret in list(collected.of(account, "secrets").values()):
            for replica in secret.replicas:
                made = replicated(secret, replica)
                collected.add(account, "secrets", made.arn, made, collected.places.get(secret.arn))


def add_parameter(here: Here, collected: Collected) -> None:
    """Read a parameter; CloudFormation makes none that is encrypted.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
    """
    ev, identity = here.stack.evaluator, here.stack.evaluator.identity(here.id)
    value = ev.text_property(here.id, "Value")
    version = ParameterVersion(1, value if is_known(value) and value else _VALUE)
    type_, tier = ev.text_property(here.id, "Type") or "String", ev.text_property(here.id, "Tier") or "Standard"
    parameter = Parameter(identity.arn, identity.name, type_, tier, (version,), tags=tags_of(ev, here.id))
    collected.add(here.stack.account, "parameters", identity.arn, parameter, here.place)
