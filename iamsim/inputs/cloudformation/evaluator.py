"""What the values of a template are. Whatever cannot be known becomes a text that says so, never a guess.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, cast

from iamsim.inputs.cloudformation.conditions import condition_of
from iamsim.inputs.cloudformation.functions import FUNCTIONS
from iamsim.inputs.cloudformation.identities import Identity, identity_of
from iamsim.inputs.cloudformation.nothing import NOTHING
from iamsim.inputs.cloudformation.source import TemplateSource
from iamsim.inputs.cloudformation.unknowns import ALPHANUMERIC, NO_SEPARATORS, Unknown
from iamsim.language.diagnostic import Diagnostic, Label, Severity
from iamsim.language.unknown_text import is_known
from iamsim.model.validation.report import scalar_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iamsim.inputs.cloudformation.shared import Environment, Shared
    from iamsim.inputs.cloudformation.source import TemplateText
    from iamsim.inputs.spot import Plain
    from iamsim.language.source import Pointer

T = TypeVar("T")


class Evaluator:
    """Says what the values of one template are.

    `parent` is the evaluator of the stack that this one is nested in, as the resource `id`; `nested` are those in it.
    """

    def __init__(
        self,
        template: TemplateText,
        environment: Environment,
        shared: Shared,
        parent: Evaluator | None = None,
        id_: str = "",
    ) -> None:
        """Take a template; nothing is evaluated before it is asked for."""
        self.parent = parent
        self.id = id_
        self.nested: dict[str, Evaluator] = {}
        if parent:
            parent.nested[id_] = self
        self.template = template
        self.environment = environment
        self.label = environment.label
        self.shared = shared
        self.moves: dict[Pointer, Pointer] = dict(template.moves)
        self.source = TemplateSource(template, self.moves)
        self.resources = _mappings(template.document.get("Resources"))
        self._parameters = _mappings(template.document.get("Parameters"))
        self._outputs = _mappings(template.document.get("Outputs"))
        self._known: dict[tuple[str, str], Any] = {}
        self._running: set[tuple[str, str]] = set()

    @property
    def account(self) -> str:
        """The account of the stack."""
        home = self.environment.home
        unknown = Unknown(f"the account of stack {home}", f"--account {home}=111122223333", without=ALPHANUMERIC)
        return self.environment.account or self.shared.unknowns.text(f"{home}.AccountId", unknown, 12)

    @property
    def region(self) -> str:
        """The Region of the stack."""
        home = self.environment.home
        unknown = Unknown(f"the Region of stack {home}", f"--region {home}=us-east-1", without=NO_SEPARATORS)
        return self.environment.region or self.shared.unknowns.text(f"{home}.Region", unknown)

    @property
    def partition(self) -> str:
        """The partition of the stack; of an unknown Region, `aws`.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
        """
        begins = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}
        return next((p for start, p in begins.items() if self.region.startswith(start)), "aws")

    @property
    def not_mappings(self) -> list[str]:
        """The members of `Resources` that are no resources, such as `Fn::ForEach`."""
        return [name for name in self.template.document["Resources"] if name not in self.resources]

    def value(self, node: Plain, at: Pointer, origin: Pointer) -> Plain:
        """What a part of the template is. `at` is its place once evaluated, `origin` the one where it is written."""
        if isinstance(node, str):
            return self._text(node, origin)
        if not isinstance(node, dict | list):
            return node
        with self.shared.deeper() as allowed:
            if not allowed:
                return self.unresolved("too-deep", "this refers to too much of the template to be followed", origin)
            return self._list(node, at, origin) if isinstance(node, list) else self._mapping(node, at, origin)

    def part(self, *pointer: str | int) -> Plain:
        """The part of the evaluated template at a place; None if there is none."""
        node: Plain = self.template.document
        for depth, step in enumerate(pointer):
            if isinstance(node, dict) and step in node:
                node = node[step]
            elif isinstance(node, list) or _is_function(node):
                return _inside(self.value(node, pointer[:depth], pointer[:depth]), pointer[depth:])
            else:
                return None
        value = self.value(node, pointer, pointer)
        return None if value is NOTHING else value

    def property_of(self, resource: str, *names: str) -> Plain:
        """A property of a resource, None if it has no such one."""
        return self.part("Resources", resource, "Properties", *names)

    def text_property(self, resource: str, name: str) -> str:
        """A property that is a text; empty if the resource has none."""
        pointer: Pointer = ("Resources", resource, "Properties", name)
        value = self.part(*pointer)
        return "" if value is None else self.as_text(value, pointer)

    def as_text(self, value: Plain, origin: Pointer) -> str:
        """A value where CloudFormation wants a text: a number or a boolean stands for its characters."""
        if value is None or value is NOTHING:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, dict | list):
            return self.unresolved("no-text", "a text is expected here", origin)
        return scalar_text(value)

    def exists(self, resource: str) -> bool | None:
        """Whether a resource is made: None if its condition, or that of the stack, is not known."""
        name = self.resources[resource].get("Condition")
        origin: Pointer = ("Resources", resource, "Condition")
        made = True if name is None else self.condition(name, origin) if isinstance(name, str) else None
        around = self.parent.exists(self.id) if self.parent else True
        return False if False in (made, around) else made and around

    def identity(self, resource: str) -> Identity:
        """What Ref and GetAtt give of a resource."""
        return self._once(
            "resource", resource, lambda: identity_of(self, resource), lambda: Identity(self._circle(resource))
        )

    def condition(self, name: str, origin: Pointer) -> bool | None:
        """Whether a condition of the template holds, which stands at a place; None if that is not known."""
        node = self.template.at(("Conditions", name))
        if node is None:
            self.warn("unresolved-reference", f"the template has no condition `{name[:100]}`", origin)
            return None
        return self._once("condition", name, lambda: condition_of(self, node, ("Conditions", name)), lambda: None)

    def has_output(self, name: str) -> bool:
        """Whether the template has an output of that name."""
        return name in self._outputs

    def output(self, name: str) -> str:
        """The value of an output."""
        pointer: Pointer = ("Outputs", name, "Value")
        make = lambda: self.as_text(self.part(*pointer), pointer)  # noqa: E731
        return self._once("output", name, make, lambda: self._circle(f"Outputs.{name}"))

    def exports_called(self, name: str) -> list[str]:
        """The outputs that are exported under a name."""
        return self._exports.get(name, [])

    @property
    def _exports(self) -> Mapping[str, list[str]]:
        return self._once("exports", "", self._find_exports, dict)

    def _find_exports(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, output in self._outputs.items():
            if isinstance(output.get("Export"), dict):
                exported = self.part("Outputs", name, "Export", "Name")
                found.setdefault(self.as_text(exported, ("Outputs", name)), []).append(name)
        return found

    def is_parameter(self, name: str) -> bool:
        """Whether the template has a parameter of that name."""
        return name in self._parameters

    def parameter(self, name: str) -> Plain:
        """The value of a parameter: the one that is given, by the user or by the stack around this one, else its default.

        A parameter whose value is hidden, or stands in Parameter Store, is not known by its default. One that is given
        is given as CloudFormation resolves it.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
        """
        written, type_ = self._parameters[name], str(self._parameters[name].get("Type", "String"))
        given = self.shared.settings.parameters
        value = next((given[key] for key in ((self.label, name), (None, name)) if key in given), None)
        if value is None and self.parent:
            value = self.parent.handed_down(self.id, name)
        hidden = str(written.get("NoEcho", "")).lower() == "true"
        if value is None and "Default" in written and not type_.startswith("AWS::SSM::Parameter::Value"):
            value = self.as_text(written["Default"], ("Parameters", name, "Default"))
        if value is None or hidden:
            words = f"the parameter {name} of stack {self.label}"
            return self.unknown(name, Unknown(words, f"--parameter {self.label}.{name}=VALUE"))
        if type_ == "CommaDelimitedList" or "List<" in type_:
            items = self.shared.unknowns.split(value, ",")
            return [item.strip() for item in items] if items else self.unknown_part(("Parameters", name))
        return value

    def handed_down(self, nested: str, name: str) -> str | None:
        """What a nested stack gets as a parameter; None if it gets nothing. A list is given as its items with commas."""
        pointer: Pointer = ("Resources", nested, "Properties", "Parameters", name)
        value = self.part(*pointer)
        if isinstance(value, list):
            return ",".join(self.as_text(item, pointer) for item in value)
        return None if value is None else self.as_text(value, pointer)

    def unknown(self, name: str, unknown: Unknown, length: int | None = None) -> str:
        """The text that stands for something of this stack that is not known."""
        return self.shared.unknowns.text(f"{self.label}.{name}", unknown, length)

    def unresolved(self, code: str, message: str, origin: Pointer, help_: str = "") -> str:
        """The text that stands for a part that cannot be resolved, which is noted."""
        self.warn(code, message, origin, help_)
        return self.unknown_part(origin, message)

    def unknown_part(self, origin: Pointer, words: str = "") -> str:
        """The text that stands for a part of the template that is not known."""
        name = ".".join(map(str, origin[1:] if origin[:1] == ("Resources",) else origin))
        return self.unknown(name, Unknown(words or f"the value of {name} in stack {self.label}"))

    def warn(
        self, code: str, message: str, origin: Pointer, help_: str = "", severity: Severity = Severity.WARNING
    ) -> None:
        """Note something about a part of the template."""
        label = Label(TemplateSource(self.template, self.template.moves), origin)
        self.shared.note(Diagnostic(code, message, (label,), severity, help_))

    def _once(self, kind: str, name: str, make: Callable[[], T], in_circle: Callable[[], T]) -> T:
        """What is made of a name, once; what asks for itself gets `in_circle`."""
        key = (kind, name)
        if key not in self._known:
            if key in self._running:
                return in_circle()
            self._running.add(key)
            try:
                self._known[key] = make()
            finally:
                self._running.discard(key)
        return cast("T", self._known[key])

    def _circle(self, name: str) -> str:
        return self.unknown(f"{name}.itself", Unknown(f"{name} of stack {self.label}, which refers to itself"))

    def _mapping(self, node: dict[str, Plain], at: Pointer, origin: Pointer) -> Plain:
        if "Fn::Transform" in node:
            return self.unresolved("transform", "a macro decides what stands here", origin)
        if len(node) == 1:
            (name, argument) = next(iter(node.items()))
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument, at, (*origin, name))
            if name.startswith("Fn::"):
                return self.unknown_part((*origin, name), f"what {name} gives in stack {self.label}")
        members = ((k, self.value(v, (*at, k), (*origin, k))) for k, v in node.items())
        return {key: value for key, value in members if value is not NOTHING}

    def _list(self, node: list[Plain], at: Pointer, origin: Pointer) -> Plain:
        found: list[Plain] = []
        for index, item in enumerate(node):
            here, there = (*at, len(found)), (*origin, index)
            if index != len(found):
                self.moves[here] = there
            value = self.value(item, here, there)
            if value is not NOTHING:
                found.append(value)
        return found

    def _text(self, text: str, origin: Pointer) -> str:
        if not is_known(text):
            return self.unresolved("reserved-character", "a character that no AWS name holds stands here", origin)
        return self.without_dynamic(text)

    def without_dynamic(self, text: str) -> str:
        """A text whose dynamic references are unknown parts: their values stand in other services.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
        """
        return _DYNAMIC.sub(self._dynamic, text) if "{{resolve:" in text else text

    def _dynamic(self, found: re.Match[str]) -> str:
        return self.unknown(f"resolve.{found[1]}", Unknown(f"what stands under {found[1]}, for stack {self.label}"))


_DYNAMIC = re.compile(r"\{\{resolve:((?:ssm|ssm-secure|secretsmanager):[^{}]*)\}\}")


def _is_function(node: Plain) -> bool:
    return isinstance(node, dict) and len(node) == 1 and next(iter(node)).startswith(("Ref", "Fn::"))


def _inside(value: Plain, pointer: Pointer) -> Plain:
    """The part of an evaluated value at a pointer; None if there is none."""
    for step in pointer:
        if isinstance(value, dict) and step in value:
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _mappings(section: Plain) -> dict[str, dict[str, Plain]]:
    return {k: v for k, v in section.items() if isinstance(v, dict)} if isinstance(section, dict) else {}
