"""Whether the parameters of a call are those that its operation takes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.services.operation import ServiceError
from iamsim.services.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.services.operation import Operation, Parameter


def operation_called(name: str) -> Operation:
    """The operation of that name.

    Raises:
        InputError: it is not modelled.
    """
    operation = OPERATIONS.get(name)
    if operation is None:
        message = f"`{name[:100]}` is no operation that iamsim models"
        raise InputError([Diagnostic("unknown-operation", message, help=f"it models {', '.join(sorted(OPERATIONS))}")])
    return operation


def check_parameters(operation: Operation, given: Mapping[str, Any]) -> None:
    """Refuse what no SDK would send.

    Raises:
        InputError: a parameter is not one of the operation's, is of another type, or is missing.
    """
    known = {parameter.name: parameter for parameter in operation.parameters}
    wrong = [_unknown(operation, name) for name in given if name not in known]
    named = [(known[name], value) for name, value in given.items() if name in known]
    wrong += [_mistyped(parameter, value) for parameter, value in named if _of_other_type(parameter, value)]
    missing = [name for name, parameter in known.items() if parameter.required and given.get(name) is None]
    wrong += [
        Diagnostic("missing-parameter", f"`{operation.name}` needs the parameter `{name}`", help=f"give `{name}`")
        for name in missing
    ]
    if wrong:
        raise InputError(wrong)


def out_of_bounds(operation: Operation, given: Mapping[str, Any]) -> ServiceError | None:
    """AWS's error for the first parameter that is too long, too short, too large, too small, or of another form."""
    for parameter in operation.parameters:
        value = given.get(parameter.name)
        constraint = None if value is None else _broken_constraint(parameter, value)
        if constraint:
            field = parameter.name[:1].lower() + parameter.name[1:]
            message = f"1 validation error detected: Value at '{field}' failed to satisfy constraint: {constraint}"
            return ServiceError("ValidationException", message, recorded=False)
    return None


def _broken_constraint(parameter: Parameter, value: Any) -> str:
    number = isinstance(value, int)
    size = value if number else len(value)
    what = "value" if number else "length"
    if parameter.low is not None and size < parameter.low:
        return f"Member must have {what} greater than or equal to {parameter.low}"
    if parameter.high is not None and size > parameter.high:
        return f"Member must have {what} less than or equal to {parameter.high}"
    if parameter.pattern is not None and not parameter.pattern.fullmatch(value):
        return f"Member must satisfy regular expression pattern: {parameter.pattern.pattern}"
    if parameter.choices and value not in parameter.choices:
        return f"Member must satisfy enum value set: [{', '.join(parameter.choices)}]"
    return ""


def _of_other_type(parameter: Parameter, value: Any) -> bool:
    if value is None:
        return False
    return not isinstance(value, parameter.kind) or (isinstance(value, bool) and parameter.kind is int)


def _unknown(operation: Operation, name: str) -> Diagnostic:
    names = [parameter.name for parameter in operation.parameters]
    near = get_close_matches(name, names, 1)
    help_ = f"did you mean `{near[0]}`?" if near else f"it takes {', '.join(names)}"
    return Diagnostic("unknown-parameter", f"`{operation.name}` takes no parameter `{name[:100]}`", help=help_)


_KINDS = {str: "text", int: "a number", bool: "true or false", list: "a list", dict: "a mapping", bytes: "bytes"}


def _mistyped(parameter: Parameter, value: Any) -> Diagnostic:
    kinds = parameter.kind if isinstance(parameter.kind, tuple) else (parameter.kind,)
    expected = " or ".join(_KINDS.get(kind, kind.__name__) for kind in kinds)
    found = _KINDS.get(type(value), type(value).__name__)
    message = f"`{parameter.name}` is {expected}, not {found}"
    return Diagnostic("parameter-type", message, help=f"write {expected}")
