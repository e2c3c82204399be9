"""The Condition of a statement that is added: it opens what was asked for, and as little else as AWS lets it.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.engine.request import CallerKind
from iamsim.language.unknown_text import OPEN, UnknownPart, split_unknown
from iamsim.simulator.authorize import authorize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.analysis.need import Need
    from iamsim.engine.authorize import Granted
    from iamsim.model.world import World

Scope = dict[str, dict[str, str | list[str]]]
"""The Condition of a statement."""

_VIA = "kms:ViaService"
_CONTEXT = "kms:EncryptionContext:"
ARN_IN_CONTEXT = f"{_CONTEXT}SecretARN"
_SUFFIX = 6
_OF_GRANTS = ("kms:GranteePrincipal", "kms:GrantOperations")
"""Without these CreateGrant hands out any use of the key, to anybody.

https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html
"""
_OF_SERVICES = ("aws:SourceArn", "aws:SourceAccount")
"""The first of them that the service sends keeps out what others have it do."""

_OF_SESSIONS = ("sts:ExternalId", "sts:SourceIdentity")
"""What a call of AssumeRole says of the one behind it; who may say something else is another matter.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""


def scope_of(need: Need, granted: Granted | None) -> Scope:
    """The conditions that keep a statement to what was asked for, as far as what grants already does not say so."""
    made: Scope = {}
    values = need.request.values
    for key in _keys(need):
        found = values.get(key.lower(), ())
        if len(found) == 1 and not _says(granted, key, found[0]):
            value = exact(need.world, found[0])
            made.setdefault("StringLike" if value != found[0] else "StringEquals", {})[key] = _verbatim(value)
        elif found and key == "kms:GrantOperations":
            made["ForAllValues:StringEquals"] = {key: list(found)}
    return made


def scope_beside(need: Need, scope: Scope) -> Scope:
    """The part of a scope that the caller's own policy has to say too, beside the resource's policy that says all of it.

    It is none, unless the resource's policy or a grant allows the action to the caller already under other conditions: then
    a bare statement would open that as well.
    """
    anyhow = authorize(replace(need.request, context={}, unknown=("*",)), need.law.policies)
    there = [g for path in anyhow.law.paths() if (g := path.granted) is not None and g.applies is not False]
    said = {
        operator: {
            key: value
            for key, value in keys.items()
            if any(isinstance(value, list) or not _says(granted, key, value) for granted in there)
        }
        for operator, keys in scope.items()
    }
    return {operator: keys for operator, keys in said.items() if keys}


def context_of(need: Need) -> dict[str, str]:
    """The pairs of the encryption context that a grant is bound to: of a secret its ARN, else all of them."""
    values = need.request.values
    return {
        key[len(_CONTEXT) :]: found[0]
        for key in _keys(need)
        if key.startswith(_CONTEXT) and len(found := values.get(key.lower(), ())) == 1
    }


def exact(world: World, arn: str) -> str:
    """An ARN as a policy can name it: of a secret that is not there yet nobody knows the six characters of its end."""
    if ":secretsmanager:" not in arn or ":secret:" not in arn:
        return arn
    *before, end = split_unknown(arn)
    if isinstance(end, UnknownPart):
        return f"{arn[: arn.rindex(OPEN)]}{'?' * _SUFFIX}" if before and end.length == _SUFFIX else arn
    new = world.secret(arn) is None
    return f"{arn[:-_SUFFIX]}{'?' * _SUFFIX}" if new and arn[-_SUFFIX - 1] == "-" else arn


def _keys(need: Need) -> Iterator[str]:
    """The keys that tell what was asked for.

    Of a request for a secret these are the service and the secret, but not the version, which another one replaces; of one
    that is made directly, the whole encryption context.
    """
    if need.caller.kind is CallerKind.SERVICE:
        yield from [key for key in _OF_SERVICES if key.lower() in need.request.values][:1]
    if need.service == "sts":
        yield from _OF_SESSIONS
    if need.service != "kms":
        return
    yield _VIA
    for_secret = ARN_IN_CONTEXT.lower() in need.request.values
    pairs = (key for key in need.request.context if key.lower().startswith(_CONTEXT.lower()))
    yield from [ARN_IN_CONTEXT] if for_secret else (f"{_CONTEXT}{key[len(_CONTEXT) :]}" for key in pairs)
    if need.action == "CreateGrant":
        yield from _OF_GRANTS


def _verbatim(value: str) -> str:
    """A value in which nothing is taken for a policy variable.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
    """
    return value.replace("$", "${$}") if "${" in value else value


def _says(granted: Granted | None, key: str, value: str) -> bool:
    """Whether what grants a path already asks for exactly this value."""
    if granted is not None and granted.grant is not None:
        constraints = granted.grant.grant.constraints
        pairs = constraints.get("EncryptionContextEquals") or constraints.get("EncryptionContextSubset") or {}
        return key.startswith(_CONTEXT) and pairs.get(key[len(_CONTEXT) :]) == value
    if granted is None or granted.policy is None or granted.statement is None or not granted.policy.policy.known:
        return False
    conditions = granted.policy.policy.statements[granted.statement.index].conditions
    return any(
        c.operator == "StringEquals" and c.key.lower() == key.lower() and c.values == (value,) for c in conditions
    )
