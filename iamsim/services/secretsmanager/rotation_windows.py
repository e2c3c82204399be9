"""When Secrets Manager rotates a secret: the windows that its rotation schedule opens.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html

A rotation takes place at any time within its window; nothing says when. AWS leaves open, and here is inferred:

- A `rate` counts from the hour or the UTC day of the last rotation, and goes on in even steps where a rotation is missed.
  AWS says so of `AutomaticallyAfterDays`, which is read as the `rate` of as many days.
- Where a secret was never rotated, a schedule counts from the secret's creation.
- A window serves one rotation: one that opened before the last rotation does not open again.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.language.schedule import LastDay, LastWeekday, NthWeekday, Rate, Unit
from iamsim.language.schedule_parser import parse_duration
from iamsim.services.secretsmanager.schedules import DAYS, DURATION, in_hours, longest_window, schedule_of
from iamsim.services.secretsmanager.versions import CURRENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.language.schedule import Cron, Day
    from iamsim.model.world import Secret

_SECOND, _HOUR, _DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST_DAY = date.max - _DAY
"""Windows are found up to here, so that each of them also closes in a year that Python can count."""


class Window(NamedTuple):
    """A rotation window, in UTC. It is over at `closes`, which is a full hour."""

    opens: datetime
    closes: datetime


def windows(rules: Mapping[str, Any], since: datetime, at: datetime) -> Iterator[Window]:
    """The windows that are not over at a time, in their order: the first may be open then. They end with year 9999.

    `since` is the last rotation, or the creation of a secret that was never rotated: see `counts_from`. Both times know
    their zone. The rules are without a problem; without a schedule in them there are no windows.

    Raises:
        LanguageError: a text in the rules does not parse.
    """
    schedule = schedule_of(rules)
    if schedule is None:
        return
    usual = 1 if in_hours(schedule) else longest_window(schedule)
    length = (parse_duration(rules[DURATION]) if rules.get(DURATION) is not None else usual) * _HOUR
    since, at = since.astimezone(UTC), at.astimezone(UTC)
    after = at - length if at - _FIRST > length else _FIRST
    for opens in _openings(schedule, since, after):
        yield Window(opens, opens + length)


def next_windows(rules: Mapping[str, Any], since: datetime, at: datetime, count: int) -> tuple[Window, ...]:
    """The next `count` of `windows`.

    Raises:
        LanguageError: a text in the rules does not parse.
    """
    return tuple(islice(windows(rules, since, at), count))


def _openings(schedule: Rate | Cron, since: datetime, after: datetime) -> Iterator[datetime]:
    """The openings later than both times, in UTC."""
    if isinstance(schedule, Rate):
        return _rate_openings(schedule, since, after)
    return _cron_openings(schedule, max(since, after))


def _rate_openings(rate: Rate, since: datetime, after: datetime) -> Iterator[datetime]:
    hour = since.replace(minute=0, second=0, microsecond=0)
    start, unit = (hour, _HOUR) if rate.unit is Unit.HOUR else (hour.replace(hour=0), _DAY)
    step = rate.value * unit
    end = datetime.combine(_LAST_DAY, time(), UTC)
    for number in range(max(1, (after - start) // step + 1), (end - start) // step + 1):
        yield start + number * step


def _cron_openings(cron: Cron, after: datetime) -> Iterator[datetime]:
    for day in _days(cron, after.date()):
        for hour in cron.hours.values:
            opens = datetime.combine(day, time(hour), UTC)
            if opens > after:
                yield opens


def _days(cron: Cron, first: date) -> Iterator[date]:
    """The days of the schedule, from a day on. One or more come in any 40 years: a fifth Sunday in February is the rarest."""
    months = {number for month in cron.months for number in month.values}
    chosen = cron.weekdays if cron.days is None else cron.days
    for ordinal in range(first.toordinal(), _LAST_DAY.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.month in months and any(_is_on(item, day, of_week=cron.days is None) for item in chosen or ()):
            yield day


def _is_on(item: Day, day: date, *, of_week: bool) -> bool:
    weekday, last = day.isoweekday() % 7 + 1, monthrange(day.year, day.month)[1]
    if isinstance(item, LastDay):
        return day.day == last
    if isinstance(item, LastWeekday):
        return weekday == item.weekday and day.day > last - 7
    if isinstance(item, NthWeekday):
        return weekday == item.weekday and (day.day - 1) // 7 + 1 == item.nth
    return (weekday if of_week else day.day) in item.values


def counts_from(secret: Secret) -> datetime | None:
    """What the next rotation of a secret is counted from: its last rotation, else its creation; None where nobody knows.

    With `AutomaticallyAfterDays`, a value written by hand counts as a rotation.
    """
    rotation = secret.rotation
    times = [rotation.last if rotation else None]
    if rotation and rotation.rules.get(DAYS) is not None:
        current = secret.labelled(CURRENT)
        times.append(current.created if current else None)
    return max((moment for moment in times if moment), default=secret.created)


def next_rotation_date(secret: Secret) -> datetime | None:
    """`NextRotationDate` of DescribeSecret: the latest time at which the next rotation occurs; None where none is to come.

    It is the last second of the first window after the last rotation, so it stands in the past where rotations failed. That
    it is this second, and not the end itself, is inferred.
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html

    Raises:
        LanguageError: a text in the rules does not parse.
    """
    rotation, since = secret.rotation, counts_from(secret)
    if rotation is None or not rotation.enabled or since is None:
        return None
    window = next(windows(rotation.rules, since, since), None)
    return window.closes - _SECOND if window else None
