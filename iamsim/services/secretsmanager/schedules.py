"""What `RotationRules` may be. What windows they open is told in `rotation_windows`.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html

AWS leaves open, and here is inferred:

- `AutomaticallyAfterDays` is the `rate` of as many days, and `Duration` goes with it too.
- A window in hours may pass midnight, since the guide compares it with the interval only; the API reference says of every
  window that it may not. None is longer than a day.
- With `/` in the hours, which begin anew every day, the interval is the shortest of a day, that over midnight included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.language.errors import LanguageError
from iamsim.language.schedule import Rate, Unit
from iamsim.language.schedule_parser import parse_duration, parse_schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iamsim.language.schedule import Cron

DAYS = "AutomaticallyAfterDays"
EXPRESSION = "ScheduleExpression"
DURATION = "Duration"
MOST_DAYS = 1000

_DAY_HOURS = 24


def problem_with_rules(rules: Mapping[str, Any]) -> str | None:
    """What is wrong with `RotationRules` as the API takes it, or None. No rules at all are no problem: nothing is scheduled.

    AWS's own wordings are not recorded.
    """
    unknown = sorted(map(str, set(rules) - {DAYS, EXPRESSION, DURATION}))
    if unknown:
        return f"`{unknown[0][:100]}` is no field of RotationRules: write {DAYS} or {EXPRESSION}, and {DURATION}"
    given = {name for name in (DAYS, EXPRESSION) if rules.get(name) is not None}
    if len(given) == 2:
        return f"{DAYS} and {EXPRESSION} exclude each other: write one of them"
    if not given:
        return f"{DURATION} has no schedule: add {DAYS} or {EXPRESSION}" if rules.get(DURATION) is not None else None
    return _problem_with_fields(rules)


def _problem_with_fields(rules: Mapping[str, Any]) -> str | None:
    days, texts = rules.get(DAYS), [name for name in (EXPRESSION, DURATION) if rules.get(name) is not None]
    if days is not None and not (isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= MOST_DAYS):
        return f"{DAYS} must be a whole number from 1 to {MOST_DAYS}"
    wrong = next((name for name in texts if not isinstance(rules[name], str)), None)
    if wrong:
        return f"{wrong} must be a text"
    try:
        schedule, hours = schedule_of(rules), parse_duration(rules[DURATION]) if DURATION in texts else None
    except LanguageError as error:
        return f"{error.message}: {error.help}"
    most = longest_window(schedule) if schedule else _DAY_HOURS
    if hours is not None and hours > most:
        reason = "next window" if in_hours(schedule) and most < _DAY_HOURS else "next UTC day"
        return f"a window of {hours} hours runs into the {reason}: write a {DURATION} of `{most}h` or less"
    return None


def schedule_of(rules: Mapping[str, Any]) -> Rate | Cron | None:
    """The schedule in `RotationRules`; None where there is none.

    Raises:
        LanguageError: `ScheduleExpression` does not parse.
    """
    if (expression := rules.get(EXPRESSION)) is not None:
        return parse_schedule(expression)
    return Rate(rules[DAYS], Unit.DAY) if rules.get(DAYS) is not None else None


def in_hours(schedule: Rate | Cron | None) -> bool:
    """Whether the schedule counts hours rather than days."""
    if isinstance(schedule, Rate):
        return schedule.unit is Unit.HOUR
    return schedule is not None and schedule.hours.step > 1


def longest_window(schedule: Rate | Cron) -> int:
    """The hours that a window of the schedule can last: to the next window or, counting days, to the end of the UTC day."""
    if isinstance(schedule, Rate):
        return min(schedule.value, _DAY_HOURS) if in_hours(schedule) else _DAY_HOURS
    hours = schedule.hours.values
    if not in_hours(schedule):
        return _DAY_HOURS - hours[0]
    over_midnight = _DAY_HOURS - hours[-1] + hours[0]
    return min(schedule.hours.step, over_midnight) if len(hours) > 1 else over_midnight
