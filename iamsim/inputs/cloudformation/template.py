"""One template file: JSON, or YAML with CloudFormation's short tags.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iamsim.inputs.cloudformation.source import TemplateText, cautious
from iamsim.inputs.text import read_source
from iamsim.inputs.yaml_document import locate_yaml, read_yaml
from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.language.errors import InputError
from iamsim.language.json_document import locate_json, parse_json
from iamsim.language.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from iamsim.language.source import Spans

MAX_BYTES = 4 * 1024 * 1024
"""The longest file that is read, in bytes. CloudFormation takes 1 MB, without the white space that tools add.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

FUNCTIONS = (
    "Fn::And", "Fn::Base64", "Fn::Cidr", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::Equals",
    "Fn::FindInMap", "Fn::GetAtt", "Fn::GetAZs", "Fn::If", "Fn::ImportValue", "Fn::Join", "Fn::Length", "Fn::Not",
    "Fn::Or", "Fn::RefAll", "Fn::Select", "Fn::Split", "Fn::Sub", "Fn::ToJsonString", "Fn::Transform", "Fn::ValueOf",
    "Fn::ValueOfAll",
)  # fmt: skip

TAGS = {**{f"!{name.removeprefix('Fn::')}": name for name in FUNCTIONS}, "!Ref": "Ref", "!Condition": "Condition"}
"""The short tags of YAML templates with the names of their functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""


def read_template(path: str | Path) -> TemplateText:
    """Read a template file.

    Raises:
        InputError: the file cannot be read, is neither JSON nor YAML, or holds no template.
    """
    try:
        source = read_source(path, locate_yaml, limit=MAX_BYTES)
        return template_of(source.name, source.text)
    except InputError as error:
        raise InputError([replace(d, labels=tuple(map(_cautious, d.labels))) for d in error.diagnostics]) from None


def template_of(name: str, text: str) -> TemplateText:
    """The template of a text that was read.

    Raises:
        InputError: see `read_template`.
    """
    template = _json(name, text) if text.lstrip().startswith("{") else _yaml(name, text)
    if not is_template(template.document):
        help_ = "a CloudFormation template has `Resources`, each with its `Type`"
        label = Label(Source(name, cautious(text), template.locate), offset=Span(0, 1))
        raise InputError(
            [Diagnostic("no-template", f"`{name}` holds no CloudFormation template", (label,), help=help_)]
        )
    return template


def is_template(document: Any) -> bool:
    """Whether a document looks like a template: it has resources, and they have types."""
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict):
        return False
    return not resources or any(isinstance(r, dict) and isinstance(r.get("Type"), str) for r in resources.values())


def _json(name: str, text: str) -> TemplateText:
    """A template in JSON; what begins like JSON and is none may be YAML in its flow style."""
    try:
        return TemplateText(name, text, parse_json(Source(name, text, locate_json)), locate_json)
    except InputError as error:
        try:
            return _yaml(name, text)
        except InputError:
            raise error from None


def _yaml(name: str, text: str) -> TemplateText:
    document = read_yaml(Source(name, text, locate_yaml), tags=TAGS)
    locate: Callable[[str], Spans] = lambda _text: document.spans()  # noqa: E731
    return TemplateText(name, text, document.value, locate)


def _cautious(label: Label) -> Label:
    source = label.source
    return replace(label, source=Source(source.name, cautious(source.text), source.locate))
