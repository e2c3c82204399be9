"""Who may still hold the old value of a secret after a rotation, until when, and whether it still opens the database.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from iamsim.services.secretsmanager.versions import CURRENT, PREVIOUS
from iamsim.simulator.call import REFUSED, START
from iamsim.simulator.database import accepts
from iamsim.simulator.workload import start_workload
from iamsim.simulator.workload_run import WorkloadStart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from iamsim.model.workload import Workload
    from iamsim.simulator.rotation_run import RotationRun
    from iamsim.simulator.workload_run import WorkloadRun


@dataclass(frozen=True)
class StaleReader:
    """A workload that may hold the value from before a rotation.

    `until` is when it asks anew at the latest, if it read just before the rotation; None where it does so only when it starts
    anew. `works` is whether the database still accepts the old value: with alternating users it does until the next rotation,
    with a single user it does not. None where the value holds no credentials.
    """

    workload: Workload
    until: datetime | None
    works: bool | None


def stale_readers(run: RotationRun) -> tuple[StaleReader, ...]:
    """The workloads that read what a rotation replaced; none where it did not come so far.

    A workload that cannot start holds nothing.
    """
    first, current = run.steps[0].before.get(CURRENT), run.secret.labelled(CURRENT)
    if first is None or current is None or first == current.id:
        return ()
    time, works = run.start.time or START, accepts(run.world, run.secret, PREVIOUS)
    readers = (workload for account in run.world.accounts.values() for workload in account.workloads.values())
    return tuple(
        StaleReader(reader, None if reader.ttl is None else time + timedelta(seconds=reader.ttl), works)
        for reader in readers
        if run.start.secret in read_by(start_workload(run.world, WorkloadStart(reader, time=run.start.time)))
    )


def read_by(run: WorkloadRun) -> frozenset[str]:
    """The ARNs of the secrets whose current value a workload reads; none if it does not start."""
    return frozenset() if run.decision in REFUSED else frozenset(_current(run))


def _current(run: WorkloadRun) -> Iterator[str]:
    for outcome in (act.outcome for act in run.acts if act.outcome):
        given = outcome.call.parameters
        current = given.get("VersionStage", CURRENT) == CURRENT and "VersionId" not in given
        if outcome.call.operation == "GetSecretValue" and current:
            yield outcome.about
