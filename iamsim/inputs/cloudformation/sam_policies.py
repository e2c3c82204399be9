"""The `Policies` of a SAM function: documents, managed policies by name or ARN, and SAM's policy templates.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
"""

from __future__ import annotations

import json
from functools import cache
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

from iamsim.inputs.aws_managed_policies import aws_managed_policy_arn

if TYPE_CHECKING:
    from iamsim.inputs.spot import Plain
    from iamsim.language.source import Pointer

SERVICE_ROLE = "arn:${AWS::Partition}:iam::aws:policy/service-role/"

_NOTHING = {"Ref": "AWS::NoValue"}


def policies_of(function: str, written: Plain) -> tuple[list[Plain], list[Plain], dict[Pointer, Pointer]]:
    """The inline policies and the managed policies of a function's role, and where the inline ones were written.

    What is none of the known forms is an inline policy without a document: what it says is not known.
    """
    inline: list[Plain] = []
    managed: list[Plain] = []
    moves: dict[Pointer, Pointer] = {}
    items = written if isinstance(written, list) else [] if written is None else [written]
    for index, item in enumerate(items):
        origin: Pointer = ("Resources", function, "Properties", "Policies")
        origin = (*origin, index) if isinstance(written, list) else origin
        kind, made = _policy(item, f"{function}RolePolicy{index}")
        if kind == "managed":
            managed.append(made)
        elif made != _NOTHING:
            at = ("Resources", f"{function}Role", "Properties", "Policies", len(inline))
            moves |= {at: origin, (*at, "PolicyDocument"): origin}
            inline.append(made)
    return inline, managed, moves


def _policy(item: Plain, name: str) -> tuple[str, Plain]:
    """A policy as `inline` or `managed`. Both branches of an `Fn::If` must be of one kind."""
    if item == _NOTHING:
        return "none", item
    if isinstance(item, str):
        arn = aws_managed_policy_arn(item)
        return "managed", {"Fn::Sub": arn.replace("arn:aws:", "arn:${AWS::Partition}:", 1)} if arn else item
    if isinstance(item, dict) and "Statement" in item:
        return "inline", {"PolicyName": name, "PolicyDocument": item}
    if isinstance(item, dict) and len(item) == 1:
        ((key, argument),) = item.items()
        if key == "Fn::If":
            return _choice(argument, name)
        if key == "Ref" or key.startswith("Fn::"):
            return "managed", item
        if (document := _of_template(key, argument)) is not None:
            return "inline", {"PolicyName": f"{name} ({key})", "PolicyDocument": document}
        name = f"{name} ({key[:100]})"
    return "inline", {"PolicyName": name}


def _choice(argument: Plain, name: str) -> tuple[str, Plain]:
    if isinstance(argument, list) and len(argument) == 3:
        branches = [_policy(branch, name) for branch in argument[1:]]
        kinds = {kind for kind, _ in branches} - {"none"}
        if len(kinds) == 1:
            return kinds.pop(), {"Fn::If": [argument[0], *(made for _, made in branches)]}
    return "inline", {"PolicyName": name}


def _of_template(name: str, given: Plain) -> Plain:
    """The document that a policy template becomes with the parameters that are given; None if it is not known."""
    template = _templates().get(name)
    if template is None or not isinstance(given, dict) or set(given) != set(template["parameters"]):
        return None
    return {"Statement": _filled(template["statements"], given)}


def _filled(part: Any, given: dict[str, Plain]) -> Any:
    if isinstance(part, list):
        return [_filled(item, given) for item in part]
    if isinstance(part, dict):
        named = part.get("Ref") if len(part) == 1 else None
        return given[named] if named in given else {key: _filled(member, given) for key, member in part.items()}
    return part


@cache
def _templates() -> Any:
    """The templates by name: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html."""
    return json.loads(get_data("iamsim", "data/sam-policy-templates.json") or b"{}")["templates"]
