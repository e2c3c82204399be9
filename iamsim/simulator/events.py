"""What CloudTrail records of a call.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.services.operation import Operation, Subject
    from iamsim.simulator.call import Outcome


def events_of(operation: Operation, subject: Subject, outcome: Outcome) -> Iterator[Mapping[str, Any]]:
    """The events of a call."""
    return iter(())
