"""What pydantic refuses in a document, told in the words of the format, each problem where it stands."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args, get_origin

from pydantic import ValidationError

from iamsim.inputs.shape import Part
from iamsim.inputs.spot import Plain, Spot, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic_core import ErrorDetails

    from iamsim.language.source import Pointer

Read = TypeVar("Read", bound=Part)


def read(shape: type[Read], value: Plain, spot: Spot) -> Read | None:
    """A value of a class of `Part`, or None: then every problem is noted."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)
    for wrong in found:
        _tell(shape, wrong, spot)
    return None


class _Wrong(NamedTuple):
    """One problem: where it is, what stands there, what its message is made of, and the mapping that it is in."""

    spot: Spot
    value: Plain
    context: dict[str, Any]
    key: bool
    shape: Callable[[], type[Part]]


def _tell(shape: type[Part], error: ErrorDetails, spot: Spot) -> None:
    way = error["loc"]
    # pydantic's way to a wrong key of a mapping is the key, and then this.
    key = error["type"] == "malformed-text" and way[-2:] == (error["input"], "[key]")
    way = way[:-1] if key else way
    wrong = _Wrong(spot.at(*way), error["input"], error.get("ctx", {}), key, lambda: _shape_at(shape, way[:-1]))
    _TELL.get(error["type"], _tell_refused)(wrong)


def _shape_at(shape: type[Part], way: Pointer) -> type[Part]:
    """The class of the mapping at a place."""
    steps = iter(way)
    for step in steps:
        shape, by_name = _held(shape.model_fields[str(step)].annotation) or (shape, False)
        if by_name:
            next(steps, None)
    return shape


def _held(kind: Any) -> tuple[type[Part], bool] | None:
    """The class of the mappings that a field holds, if it holds any, and whether in a list or by name."""
    if isinstance(kind, type) and issubclass(kind, Part):
        return kind, False
    found = next((held for argument in get_args(kind) if (held := _held(argument))), None)
    return found and (found[0], found[1] or get_origin(kind) in (dict, tuple))


def _tell_missing(wrong: _Wrong) -> None:
    *way, name = wrong.spot.pointer
    about = wrong.shape().model_fields[str(name)].description or ""
    place = wrong.spot._replace(pointer=tuple(way))
    place.wrong("missing-field", f"the field `{name}` is missing", about, key=True)


def _tell_unknown(wrong: _Wrong) -> None:
    name = str(wrong.spot.pointer[-1])
    known = (field.alias or name for name, field in wrong.shape().model_fields.items())
    help_ = wrong.spot.nearest(name, known)
    wrong.spot.wrong("unknown-field", f"the field `{name[:100]}` is not known here", help_, key=True)


def _tell_expected(what: str) -> Callable[[_Wrong], None]:
    return lambda wrong: wrong.spot.expected(what, wrong.value)


def _tell_malformed(wrong: _Wrong) -> None:
    if not isinstance(wrong.value, str):
        wrong.spot.expected("text", wrong.value)
        return
    message = f"`{wrong.value[:100]}` is no {wrong.context['what']}"
    wrong.spot.wrong("malformed-text", message, wrong.context["help"], key=wrong.key)


def _tell_word(wrong: _Wrong) -> None:
    if not isinstance(wrong.value, str):
        wrong.spot.expected("text", wrong.value)
        return
    message = f"`{wrong.value[:100]}` is no {wrong.context['what']}"
    wrong.spot.wrong("unknown-word", message, wrong.spot.nearest(wrong.value, wrong.context["words"].split()))


def _tell_account(wrong: _Wrong) -> None:
    """A number would lose the zeros that it begins with, so what was written is looked up."""
    if not isinstance(wrong.value, int | Decimal) or isinstance(wrong.value, bool):
        _tell_malformed(wrong)
        return
    span = wrong.spot.source.span_of(wrong.spot.pointer)
    written = wrong.spot.source.text[span.start : span.end]
    help_ = f'put it in quotes: `"{written}"`' if re.fullmatch(r"[0-9]{12}", written) else wrong.context["help"]
    wrong.spot.wrong("account-id-unquoted", "the account id is a number, and should be text", help_)


def _tell_policy(wrong: _Wrong) -> None:
    help_ = "write the path of a JSON file beside this one, or the document itself"
    message = f"a policy is expected here, and {kind_of(wrong.value)} stands here"
    wrong.spot.wrong("policy-reference", message, help_)


def _tell_half(wrong: _Wrong) -> None:
    wrong.spot.wrong("malformed-text", "half a character stands in this text", "write the whole character")


def _tell_refused(wrong: _Wrong) -> None:
    wrong.spot.wrong("wrong-value", f"{kind_of(wrong.value)} of this kind cannot stand here")


_TELL: dict[str, Callable[[_Wrong], None]] = {
    "missing": _tell_missing,
    "extra_forbidden": _tell_unknown,
    "string_type": _tell_expected("text"),
    "string_unicode": _tell_half,
    "int_type": _tell_expected("a number"),
    "bool_type": _tell_expected("`true` or `false`"),
    "tuple_type": _tell_expected("a list"),
    "dict_type": _tell_expected("a mapping"),
    "model_type": _tell_expected("a mapping"),
    "malformed-text": _tell_malformed,
    "unknown-word": _tell_word,
    "account-id": _tell_account,
    "policy-reference": _tell_policy,
}
"""What is said of each type of error: pydantic's own, with an underscore, and the ones that the marks above give."""
