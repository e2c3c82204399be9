"""Rotation windows, for people and as data. All times are UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.outputs.paint import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from iamsim.services.secretsmanager.rotation_windows import Window

SCHEMA = "iamsim/rotation-windows/1"
_FORMAT = "%Y-%m-%d %H:%M"


def windows_text(
    rules: Mapping[str, Any],
    windows: Sequence[Window],
    at: datetime,
    since: datetime | None,
    *,
    enabled: bool = True,
    width: int = 80,
) -> str:
    """The rules, from when they are counted, and a table of windows."""
    said = ", ".join(f"{name} {value}" for name, value in rules.items()) or "none: nothing is rotated by itself"
    known = f"from {since:{_FORMAT}}, when it was last rotated, written or made" if since else ""
    counted = known or f"from {at:{_FORMAT}}, since it is not known when it was last rotated"
    lines = [*fold(said, width, "Schedule  "), *(fold(counted, width, "Counted   ") if rules else [])]
    lines += [] if enabled else fold("rotation is turned off: no window serves", width, "But       ")
    if windows:
        lines += [f"{'':3}{'opens (UTC)':<18}closes"]
        lines += [f"{'':3}{window.opens:{_FORMAT}}  {window.closes:{_FORMAT}}" for window in windows]
    return "\n".join(lines) + "\n"


def windows_json(
    rules: Mapping[str, Any],
    windows: Sequence[Window],
    at: datetime,
    since: datetime | None,
    *,
    enabled: bool = True,
    secret: str | None = None,
) -> dict[str, Any]:
    """The same as data."""
    return {
        "schema": SCHEMA,
        "secret": secret,
        "rules": dict(rules),
        "enabled": enabled,
        "since": since and since.isoformat(),
        "at": at.isoformat(),
        "windows": [{"opens": w.opens.isoformat(), "closes": w.closes.isoformat()} for w in windows],
    }
