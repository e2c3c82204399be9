"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamsim.inputs.spot import Spot


YEARS = range(1970, 3000)
"""Years that a time can lie in: what follows from it, such as the end of a recovery window, must be a time too."""


def time_of(text: str | None, spot: Spot) -> datetime | None:
    """A time; without an offset it is UTC."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        spot.wrong("malformed-time", f"`{text[:100]}` is no time", "write it as `2026-01-31T12:00:00Z`")
        return None
    if time.year not in YEARS:
        message, help_ = f"the year {time.year} is out of reach", f"write a year from {YEARS[0]} to {YEARS[-1]}"
        spot.wrong("malformed-time", message, help_)
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
