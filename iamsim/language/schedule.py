"""Rotation schedules of Secrets Manager: what `RotationRules` holds as text.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html

Only what these pages describe is read. They say nothing of names in small letters, of `*` or a range before `/`, of a range
that ends before it begins, of `L` or `#` beside other values, and of anything but a number or `/` in the hours: these are
refused here, though AWS may take some of them. So is `1 days`: that the unit agrees with its number is inferred from the rates
of Amazon EventBridge, where it must. `L` as day of the week is read as Saturday (inferred as well).

`iamsim.language.schedule_parser` reads; what windows a schedule opens is told in
`iamsim.services.secretsmanager.rotation_windows`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from iamsim.language.source import Span

_NOWHERE = Span(0, 0)


class Unit(StrEnum):
    """What a rate counts in."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Rate:
    """`rate(10 days)`."""

    value: int
    unit: Unit
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Steps:
    """Every `step`-th number from `first` to `last`: `5` is (5, 5, 1), in a month `*` is (1, 31, 1) and `1/2` (1, 31, 2)."""

    first: int
    last: int
    step: int = 1
    span: Span = field(default=_NOWHERE, compare=False)

    @property
    def values(self) -> range:
        """The numbers themselves."""
        return range(self.first, self.last + 1, self.step)


@dataclass(frozen=True, slots=True)
class LastDay:
    """`L` as day of the month."""

    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class LastWeekday:
    """`SUNL` as day of the month: the last Sunday. 1 is Sunday, 7 is Saturday."""

    weekday: int
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """`TUE#3` as day of the week: the third Tuesday of the month. 1 is Sunday, 7 is Saturday."""

    weekday: int
    nth: int
    span: Span = field(default=_NOWHERE, compare=False)


Day = Steps | LastDay | LastWeekday | NthWeekday


@dataclass(frozen=True, slots=True)
class Cron:
    """`cron(0 8 1,15 * ? *)`, in UTC. Of `days` (of the month) and `weekdays` one is None: the field with the `?`.

    The minute is always 0 and the year every year. `hours` has a step of 1 where it is one hour of the day, and of 4 or more
    where it is written with `/`.
    """

    hours: Steps
    days: tuple[Steps | LastDay | LastWeekday, ...] | None
    months: tuple[Steps, ...]
    weekdays: tuple[Steps | NthWeekday, ...] | None
    span: Span = field(default=_NOWHERE, compare=False)
