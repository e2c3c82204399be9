"""A ciphertext, as a value: which key it was made with, under which encryption context. There is no cryptography here.

https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = b"iamsim-ciphertext:"


@dataclass(frozen=True)
class Ciphertext:
    """What a ciphertext blob stands for. It protects nothing: the blob holds the plaintext, and stands in no event."""

    key: str
    context: Mapping[str, str]
    plaintext: bytes = field(repr=False)

    @property
    def blob(self) -> bytes:
        """The bytes that KMS returns."""
        plain = b64encode(self.plaintext).decode()
        fields = {"key": self.key, "context": dict(self.context), "plaintext": plain}
        return _HEAD + b64encode(json.dumps(fields, sort_keys=True).encode())


def read_blob(blob: object) -> Ciphertext | None:
    """The ciphertext of a blob, or None where it is none."""
    data = blob.encode("utf-8", "replace") if isinstance(blob, str) else blob
    if not isinstance(data, bytes) or not data.startswith(_HEAD):
        return None
    try:
        fields: Any = json.loads(b64decode(data.removeprefix(_HEAD), validate=True))
        return Ciphertext(str(fields["key"]), dict(fields["context"]), b64decode(fields["plaintext"], validate=True))
    except (ValueError, KeyError, TypeError):
        return None
