"""Whether a condition of a template holds; None where that is not known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.unknown_text import is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.inputs.cloudformation.evaluator import Evaluator
    from iamsim.inputs.spot import Plain
    from iamsim.language.source import Pointer


def condition_of(ev: Evaluator, node: Plain, origin: Pointer) -> bool | None:
    """Whether a condition holds."""
    (name, argument) = next(iter(node.items())) if isinstance(node, dict) and len(node) == 1 else ("", None)
    with ev.shared.deeper() as allowed:
        if allowed and name in _CONDITIONS:
            return _CONDITIONS[name](ev, argument, (*origin, name))
    ev.warn("malformed-condition", "whether this condition holds cannot be told", origin)
    return None


def _named(ev: Evaluator, argument: Plain, origin: Pointer) -> bool | None:
    return ev.condition(argument, origin) if isinstance(argument, str) else None


def _equals(ev: Evaluator, argument: Plain, origin: Pointer) -> bool | None:
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    one, other = (ev.value(argument[i], (*origin, i), (*origin, i)) for i in (0, 1))
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return True if one == other else None
    one, other = ev.as_text(one, origin), ev.as_text(other, origin)
    if one == other:
        return True
    return False if is_known(one) and is_known(other) else None


def _parts(ev: Evaluator, argument: Plain, origin: Pointer) -> set[bool | None]:
    listed = argument if isinstance(argument, list) else [None]
    return {condition_of(ev, part, (*origin, i)) for i, part in enumerate(listed)}


def _and(ev: Evaluator, argument: Plain, origin: Pointer) -> bool | None:
    parts = _parts(ev, argument, origin)
    return False if False in parts else None if None in parts else True


def _or(ev: Evaluator, argument: Plain, origin: Pointer) -> bool | None:
    parts = _parts(ev, argument, origin)
    return True if True in parts else None if None in parts else False


def _not(ev: Evaluator, argument: Plain, origin: Pointer) -> bool | None:
    parts = _parts(ev, argument, origin)
    return None if len(parts) != 1 or None in parts else not parts.pop()


_CONDITIONS: dict[str, Callable[[Evaluator, Plain, Pointer], bool | None]] = {
    "Condition": _named,
    "Fn::Equals": _equals,
    "Fn::And": _and,
    "Fn::Or": _or,
    "Fn::Not": _not,
}
