"""The policies of templates. One that cannot be told from the template alone is a policy whose text is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.inputs.aws_managed_policies import aws_managed_policy
from iamsim.inputs.cloudformation.unknowns import Unknown
from iamsim.language.diagnostic import Diagnostic, Label, Severity
from iamsim.language.errors import DiagnosticsError, InputError
from iamsim.language.json_document import json_source, parse_json
from iamsim.language.unknown_text import is_known, readable
from iamsim.model.policy import Policy, PolicyType
from iamsim.model.validation.report import scalar_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.cloudformation.shared import Shared
    from iamsim.inputs.cloudformation.source import TemplateSource
    from iamsim.inputs.spot import Plain
    from iamsim.language.source import Pointer


def unknown_policy(name: str, type_: PolicyType, source: TemplateSource | None = None) -> Policy:
    """A policy whose text is not known."""
    return Policy(name, type_, None, (), known=False, source=source)


def policy_at(
    ev: Evaluator, pointer: Pointer, type_: PolicyType, name: str, *, inline: bool = True, certain: bool = True
) -> Policy:
    """The policy that stands at a place of a template; it is not known unless it is `certain` to be there.

    What AWS would refuse is noted; a policy that has a meaning all the same is read.
    """
    document = ev.part(*pointer)
    source = ev.source.child(pointer)
    if isinstance(document, str) and is_known(document):
        document = _from_text(ev, document, pointer)
    if not isinstance(document, dict) or not certain:
        ev.warn("policy-not-known", f"what the policy {readable(name)} says is not known", pointer)
        return unknown_policy(readable(name), type_, source)
    return read_policy(ev.shared, _texts(document), type_, readable(name), source, inline=inline)


def read_policy(
    shared: Shared, document: dict[str, Plain], type_: PolicyType, name: str, source: TemplateSource, *, inline: bool
) -> Policy:
    """A policy document of a template; what AWS would refuse is noted."""
    open_ = not all(map(is_known, _strings(document)))
    if not open_:
        try:
            return Policy.parse(document, type_, name, inline=inline, source=source)
        except DiagnosticsError as error:
            _note(shared, error)
    try:
        return Policy.parse(document, type_, name, inline=inline, lenient=True, source=source)
    except DiagnosticsError as error:
        if open_:
            label = error.diagnostics[0].labels[:1] or (Label(source),)
            message = f"what the policy {name} says is not known"
            shared.note(Diagnostic("policy-not-known", message, label, Severity.WARNING))
        return unknown_policy(name, type_, source)


def managed_policy(
    shared: Shared, arn: str, type_: PolicyType, in_stacks: Callable[[str, PolicyType], Policy | None]
) -> Policy:
    """The managed policy of an ARN: of a stack, as it is given, or AWS's own; else one whose text is not known."""
    found = in_stacks(arn, type_)
    if found:
        return found
    given = shared.settings.policies.get(arn)
    if given is not None:
        try:
            return Policy.parse(given, type_, arn, lenient=True)
        except DiagnosticsError as error:
            _note(shared, error)
            return unknown_policy(arn, type_)
    if aws := aws_managed_policy(arn, type_):
        return aws
    name = readable(arn)
    command = _FETCH.format(arn=name)
    if is_known(arn):
        unknown = Unknown(f"the text of the managed policy {name}", f"--policy {name}=FILE", command)
        shared.unknowns.note(name, unknown)
    return unknown_policy(name, type_)


_FETCH = (
    "aws iam get-policy-version --policy-arn {arn} --version-id "
    "$(aws iam get-policy --policy-arn {arn} --query Policy.DefaultVersionId --output text)"
)


def _note(shared: Shared, error: DiagnosticsError) -> None:
    for diagnostic in error.diagnostics:
        shared.note(diagnostic)


def _from_text(ev: Evaluator, text: str, pointer: Pointer) -> Plain:
    """A document that stands in the template as JSON text."""
    try:
        return parse_json(json_source("<policy>", text))
    except InputError:
        ev.warn("json-syntax", "the text of this policy is no JSON", pointer)
        return None


def _texts(value: Plain) -> Plain:
    """A document whose numbers and booleans are texts: `AWS: 111122223333` names an account in YAML too."""
    if isinstance(value, dict):
        return {key: _texts(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_texts(member) for member in value]
    return value if value is None or isinstance(value, str) else scalar_text(value)


def _strings(value: Plain) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(text for member in value.values() for text in _strings(member))]
    if isinstance(value, list):
        return [text for member in value for text in _strings(member)]
    return [value] if isinstance(value, str) else []
