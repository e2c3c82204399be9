"""Policy variables: which strings hold them, and what they become for a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.decision import Caution
from iamsim.engine.glob import ARN_FIELDS
from iamsim.language.errors import LanguageError
from iamsim.language.pattern import Part, Variable, Wildcard, parse_template, parse_wildcards

if TYPE_CHECKING:
    from iamsim.engine.check import Case

Parts = tuple[str | Wildcard, ...]


class Filled(NamedTuple):
    """A template for one request. `parts` is None where a variable has no value: then the string matches nothing."""

    parts: Parts | None
    unknown: tuple[str, ...] = ()
    caution: Caution | None = None


def template(text: str, *, variables: bool) -> tuple[Part, ...]:
    """The parts of a string; `${…}` is literal text without `variables`, and where it is malformed."""
    if variables and "${" in text:
        try:
            return parse_template(text)
        except LanguageError:
            return parse_wildcards(text)
    return parse_wildcards(text)


def arn_template(text: str, *, variables: bool) -> tuple[Part, ...]:
    """The parts of a Resource string: variables count only after the fifth colon."""
    if not variables or "${" not in text:
        return parse_wildcards(text)
    fields = text.split(":", ARN_FIELDS - 1)
    if len(fields) < ARN_FIELDS:
        return parse_wildcards(text)
    head = ":".join(fields[:-1]) + ":"
    return (*parse_wildcards(head), *template(fields[-1], variables=True))


def is_static(parts: tuple[Part, ...]) -> bool:
    """Whether a template is the same for every request."""
    return not any(isinstance(part, Variable) for part in parts)


def fill(parts: tuple[Part, ...], case: Case) -> Filled:
    """The template with the request's values in it. A value is text: a `*` in it is no wildcard (aws-facts B4.7).

    Only a key with a single value can be a variable (B4.3). A key without a value takes its default (B4.5), or matches
    nothing (B4.4); one with several is taken to be such a key, which AWS does not say.
    """
    filled: list[str | Wildcard] = []
    unknown: list[str] = []
    absent, caution = False, None
    for part in parts:
        if not isinstance(part, Variable):
            filled.append(part)
            continue
        values = case.values.get(part.key, ())
        if case.request.is_unknown(part.key):
            unknown.append(part.key)
        elif len(values) == 1:
            filled.append(values[0])
        else:
            caution = Caution.MULTIVALUED_VARIABLE if values else caution
            absent = absent or part.default is None
            filled.append(part.default or "")
    return Filled(None if absent else tuple(filled), () if absent else tuple(unknown), caution)
