"""The intrinsic functions, as one table. Each page is named where its function is.

Base: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation.nested import OUTPUT
from iamsim.inputs.cloudformation.nothing import NOTHING
from iamsim.inputs.cloudformation.settings import STACK_NAME
from iamsim.inputs.cloudformation.unknowns import Unknown
from iamsim.language.unknown_text import is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.spot import Plain
    from iamsim.language.source import Pointer

MAX_TEXT = 1 << 16
"""Characters of the longest text that is made of others."""


def _wrong(ev: Evaluator, origin: Pointer, help_: str) -> str:
    return ev.unresolved("malformed-function", f"`{origin[-1]}` cannot be read here", origin, help_)


def _argument(ev: Evaluator, argument: Plain, origin: Pointer, *steps: int) -> Plain:
    """An argument of a function, evaluated."""
    for step in steps:
        argument = argument[step]
    return ev.value(argument, (*origin, *steps), (*origin, *steps))


def ref(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Ref`: intrinsic-function-reference-ref.html, pseudo-parameter-reference.html."""
    if not isinstance(argument, str):
        return _wrong(ev, origin, "write the name of a parameter or the logical id of a resource")
    if argument == "AWS::NoValue":
        return NOTHING
    if argument.startswith("AWS::"):
        return _pseudo(ev, argument)
    if ev.is_parameter(argument):
        return ev.parameter(argument)
    if argument in ev.resources:
        return ev.identity(argument).ref
    message = f"stack {ev.label} has neither a parameter nor a resource `{argument[:100]}`"
    return ev.unresolved("unresolved-reference", message, origin)


def _pseudo(ev: Evaluator, name: str) -> str:
    match name:
        case "AWS::AccountId":
            return ev.account
        case "AWS::Region":
            return ev.region
        case "AWS::Partition":
            return ev.partition
        case "AWS::StackName" if ev.environment.certain:
            return ev.environment.name
        case "AWS::URLSuffix":
            return "amazonaws.com.cn" if ev.partition == "aws-cn" else "amazonaws.com"
    option = f"--parameter {ev.label}.{STACK_NAME}=NAME" if name == STACK_NAME else ""
    return ev.unknown(name, Unknown(f"{name} of stack {ev.label}", option))


def get_att(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::GetAtt`: intrinsic-function-reference-getatt.html."""
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
        return _wrong(ev, origin, "write a logical id and the name of an attribute")
    name = ev.as_text(ev.value(parts[1], (*origin, 1), (*origin, 1)), origin)
    if parts[0] in ev.resources:
        return _attribute(ev, parts[0], name)
    message = f"stack {ev.label} has no resource `{parts[0][:100]}`"
    return ev.unresolved("unresolved-reference", message, origin)


def _attribute(ev: Evaluator, resource: str, name: str) -> str:
    nested, output = ev.nested.get(resource), name.removeprefix(OUTPUT)
    if nested and output != name and nested.has_output(output):
        return nested.output(output)
    found = ev.identity(resource).attributes.get(name)
    words = f"the attribute {name} of {resource} in stack {ev.label}"
    return found or ev.unknown(f"{resource}.{name}", Unknown(words))


def sub(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::Sub`: intrinsic-function-reference-sub.html."""
    text, variables = argument, {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
        text, variables = argument
    if not isinstance(text, str):
        return _wrong(ev, origin, "write a text, or a text and a mapping of its variables")

    def replaced(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in variables:
            where = (*origin, 1, name)
            return ev.as_text(ev.value(variables[name], where, where), where)
        function = get_att if "." in name else ref
        return ev.as_text(function(ev, name, at, origin), origin)

    return _bounded(ev, _VARIABLE.sub(replaced, ev.value(text, origin, origin)), origin)


_VARIABLE = re.compile(r"\$\{([^${}]*)\}")


def join(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::Join`: intrinsic-function-reference-join.html."""
    if not _is_pair(argument) or not isinstance(argument[0], str):
        return _wrong(ev, origin, "write a delimiter and a list")
    items = _argument(ev, argument, origin, 1)
    if not isinstance(items, list):
        return ev.unknown_part(origin)
    return _bounded(ev, argument[0].join(ev.as_text(item, origin) for item in items), origin)


def _bounded(ev: Evaluator, text: str, origin: Pointer) -> str:
    if len(text) <= MAX_TEXT:
        return ev.without_dynamic(text)
    return ev.unresolved("text-too-long", f"this gives more than {MAX_TEXT:,} characters", origin)


def split(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::Split`: intrinsic-function-reference-split.html."""
    if not _is_pair(argument) or not isinstance(argument[0], str) or not argument[0]:
        return _wrong(ev, origin, "write a delimiter and a text")
    parts = ev.shared.unknowns.split(ev.as_text(_argument(ev, argument, origin, 1), origin), argument[0])
    return ev.unknown_part(origin) if parts is None else parts


def select(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::Select`: intrinsic-function-reference-select.html."""
    if not _is_pair(argument):
        return _wrong(ev, origin, "write an index, from 0, and a list")
    index, items = (_argument(ev, argument, origin, i) for i in (0, 1))
    index = ev.as_text(index, origin)
    if not isinstance(items, list) or not is_known(index):
        return ev.unknown_part(origin)
    if not index.isascii() or not index.isdigit() or len(index) > 9 or int(index) >= len(items):
        return _wrong(ev, origin, "the list has no item of this index, which counts from 0")
    return items[int(index)]


def if_(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::If`: intrinsic-function-reference-conditions.html. Where both values are equal, the condition does not matter."""
    if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
        return _wrong(ev, origin, "write the name of a condition, a value if it holds, a value if not")
    holds = ev.condition(argument[0], (*origin, 0))
    if holds is not None:
        chosen = 1 if holds else 2
        ev.moves[at] = (*origin, chosen)
        return ev.value(argument[chosen], at, (*origin, chosen))
    one, other = (_argument(ev, argument, origin, i) for i in (1, 2))
    if one is other or one == other:
        return one
    words = f"what the condition {argument[0]} of stack {ev.label} chooses, which is not known"
    return ev.unknown_part(origin, words)


def find_in_map(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::FindInMap`: intrinsic-function-reference-findinmap.html, with the default value of the language extensions."""
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        return _wrong(ev, origin, "write a map and two keys")
    keys = [ev.as_text(_argument(ev, argument, origin, i), origin) for i in range(3)]
    if not all(map(is_known, keys)):
        return ev.unknown_part(origin)
    pointer = ("Mappings", *keys)
    if isinstance(ev.template.at(pointer[:-1]), dict) and ev.template.at(pointer) is not None:
        return ev.value(ev.template.at(pointer), pointer, pointer)
    if len(argument) == 4 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
        default = (*origin, 3, "DefaultValue")
        return ev.value(argument[3]["DefaultValue"], default, default)
    return ev.unresolved("unresolved-reference", "the template has no such value in `Mappings`", origin)


def import_value(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::ImportValue`: intrinsic-function-reference-importvalue.html."""
    name = ev.as_text(ev.value(argument, origin, origin), origin)
    found = ev.shared.exported(name, ev.account, ev.region)
    if found is not None:
        return found
    message = "no stack that is given exports this value"
    ev.warn("unresolved-import", message, origin, "give the template that exports it as well")
    words = f"the value that stack {ev.label} imports under a name that no given stack exports"
    return ev.unknown(f"ImportValue.{name}", Unknown(words))


def base64_(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::Base64`: intrinsic-function-reference-base64.html."""
    text = ev.as_text(ev.value(argument, origin, origin), origin)
    known = is_known(text) and text.isascii()
    return base64.b64encode(text.encode()).decode() if known else ev.unknown_part(origin)


def length(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::Length`: intrinsic-function-reference-length.html."""
    items = ev.value(argument, origin, origin)
    return len(items) if isinstance(items, list) else ev.unknown_part(origin)


def to_json_string(ev: Evaluator, argument: Plain, at: Pointer, origin: Pointer) -> Plain:
    """`Fn::ToJsonString`: intrinsic-function-reference-ToJsonString.html."""
    value = ev.value(argument, origin, origin)
    if not isinstance(value, dict | list):
        return ev.unknown_part(origin)
    return _bounded(ev, json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=float), origin)


def _is_pair(argument: Plain) -> bool:
    return isinstance(argument, list) and len(argument) == 2


FUNCTIONS: dict[str, Callable[[Evaluator, Plain, Pointer, Pointer], Plain]] = {
    "Ref": ref,
    "Fn::GetAtt": get_att,
    "Fn::Sub": sub,
    "Fn::Join": join,
    "Fn::Split": split,
    "Fn::Select": select,
    "Fn::If": if_,
    "Fn::FindInMap": find_in_map,
    "Fn::ImportValue": import_value,
    "Fn::Base64": base64_,
    "Fn::Length": length,
    "Fn::ToJsonString": to_json_string,
}
"""Each function: the evaluator, the argument as it is written, where its value will stand, where the argument stands."""
