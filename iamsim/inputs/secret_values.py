"""The values of secrets as a scenario writes them: text, a mapping for JSON, or bytes in base64."""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamsim.inputs import scenario_file as written
    from iamsim.inputs.spot import Plain, Spot

MAX_VALUE = 65_536
"""The longest value of a secret, in bytes; of a text, in UTF-8.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
"""


def value_of(holder: written.Secret | written.Version, spot: Spot) -> str | bytes | None:
    """The value of a secret or of a version, None where there is none.

    It is text or bytes, never both: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
    """
    if holder.binary is None:
        return None if holder.value is None else _text(holder.value, spot.at("value"))
    if holder.value is not None:
        message = "a value is text or bytes, not both"
        help_ = "remove one of them: `value` is SecretString, `binary` is SecretBinary"
        spot.at("binary").wrong("value-and-binary", message, help_, key=True)
    return bytes_of(holder.binary, spot.at("binary"), MAX_VALUE)


def bytes_of(text: Plain, spot: Spot, most: int | None = None) -> bytes:
    """What a text in base64 stands for; blanks and line ends in it count for nothing."""
    if not isinstance(text, str):
        spot.expected("text", text)
        return b""
    try:
        found = binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError:
        spot.wrong("malformed-base64", "this is no base64", "write the bytes as `base64` prints them: `AAEC/w==`")
        return b""
    if most is not None:
        _fits(len(found), most, spot)
    return found


def _text(value: Plain, spot: Spot) -> str:
    """The text of a value; a mapping or a list stands for its JSON."""
    if isinstance(value, Mapping | list):
        text = json.dumps(value, default=float)
    elif isinstance(value, str):
        text = value
    else:
        spot.expected("text", value)
        return ""
    _fits(len(text.encode("utf-8", "surrogatepass")), MAX_VALUE, spot)
    return text


def _fits(size: int, most: int, spot: Spot) -> None:
    if not 0 < size <= most:
        spot.wrong("value-size", f"the value of a secret has 1 to {most:,} bytes", "write a shorter value")
