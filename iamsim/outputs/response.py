"""What a call returns, and what it gives, as people and programs are shown it: secret material only when it is asked for."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from iamsim.outputs.diagnostics import visible
from iamsim.simulator.material import material_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from iamsim.simulator.call import Call, Outcome

HIDDEN = "(hidden; --reveal shows it)"
"""What stands in place of secret material."""


def shown_parameters(call: Call, *, reveal: bool = False) -> dict[str, Any]:
    """The parameters of a call; without `reveal`, not those that hold secret material. Bytes are base64."""
    material = material_of(call.operation)
    return {
        name: _plain(name, value, ())
        for name, value in call.parameters.items()
        if reveal or (name.lower() not in material and not isinstance(value, bytes))
    }


def shown_response(outcome: Outcome, *, reveal: bool = False) -> dict[str, Any] | None:
    """What AWS returns, as JSON; None where the call fails, or that is not known.

    Without `reveal`, `HIDDEN` stands in place of secret material. Bytes are base64, times as in ISO 8601.
    """
    if outcome.response is None:
        return None
    material = () if reveal else material_of(outcome.call.operation)
    return {name: _plain(name, value, material) for name, value in outcome.response.items() if value is not None}


def _plain(name: str, value: Any, material: Collection[str]) -> Any:
    """A value as JSON can hold it; fields of structures are shown or hidden each by its own name."""
    if isinstance(value, Mapping):
        return {str(key): _plain(str(key), inner, material) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, inner, material) for inner in value]
    if material and (name.lower() in material or isinstance(value, bytes)):
        return HIDDEN
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


_LABEL = "Returned  "


def returned_lines(outcome: Outcome) -> Iterator[str]:
    """The response with its secret material, a line for each field; a value stays whole, so that it can be copied."""
    response = shown_response(outcome, reveal=True) or {}
    width = max(map(len, response), default=0)
    for number, (name, value) in enumerate(response.items()):
        yield f"{_LABEL if number == 0 else ' ' * len(_LABEL)}{name:<{width}}  {_text(value)}"


def _text(value: Any) -> str:
    """A value in one line; text that would not be seen as it is stands as JSON writes it."""
    as_it_is = isinstance(value, str) and value.isprintable() and value.strip() == value and value[:1] not in ("", '"')
    return value if as_it_is else visible(json.dumps(value, ensure_ascii=False))
