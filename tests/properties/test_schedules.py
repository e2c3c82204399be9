"""Laws: windows open when the schedule says so, as another library reads it; they never overlap and end in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile

from cronsim import CronSim
from hypothesis import assume, given
from hypothesis import strategies as st

from iamsim.services.secretsmanager.rotation_windows import next_windows
from iamsim.services.secretsmanager.schedules import problem_with_rules

WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COUNT = 6

times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def fields(*made):
    """A field as AWS writes it, and as the other library does."""
    return st.one_of(made)


def ranges(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda pair: "{}-{}".format(*sorted(pair)))


def same(made):
    return made.map(lambda text: (str(text), str(text)))


def increments(low, high, least=1, shift=0):
    """`/8` and `2/8`: the other library wants the start; `shift` is what its numbers are lower."""
    made = st.tuples(st.one_of(st.none(), st.integers(low, high)), st.integers(least, high))
    return made.map(
        lambda pair: (
            f"{'' if pair[0] is None else pair[0]}/{pair[1]}",
            f"{(low if pair[0] is None else pair[0]) - shift}-{high - shift}/{pair[1]}",
        )
    )


def lists(*made):
    return st.lists(st.one_of(made), min_size=1, max_size=3).map(
        lambda pairs: tuple(map(",".join, zip(*pairs, strict=True)))
    )


hours = fields(same(st.integers(0, 23)), increments(0, 23, least=4))
months = fields(
    st.just(("*", "*")),
    lists(same(st.integers(1, 12)), same(st.sampled_from(MONTHS)), same(ranges(1, 12)), increments(1, 12)),
)
month_days = fields(
    same(st.sampled_from(["*", "L"])), lists(same(st.integers(1, 28)), same(ranges(1, 31)), increments(1, 31))
).map(lambda pair: ((pair[0], "?"), (pair[1], "*")))
last_weekdays = st.integers(0, 6).map(lambda day: ((f"{WEEKDAYS[day]}L", "?"), ("*", f"{day}L")))
weekday = st.integers(1, 7)
weekdays = fields(
    st.just(("*", "*")),
    st.just(("L", "6")),
    st.tuples(weekday, st.integers(1, 5)).map(lambda pair: (f"{pair[0]}#{pair[1]}", f"{pair[0] - 1}#{pair[1]}")),
    lists(
        weekday.map(lambda day: (str(day), str(day - 1))),
        weekday.map(lambda day: (WEEKDAYS[day - 1], str(day - 1))),
        st.tuples(weekday, weekday).map(lambda pair: (f"{min(pair)}-{max(pair)}", f"{min(pair) - 1}-{max(pair) - 1}")),
        increments(1, 7, shift=1),
    ),
).map(lambda pair: (("?", pair[0]), ("*", pair[1])))


@st.composite
def crons(draw):
    """An expression, and what another library reads with the same meaning."""
    hour, month = draw(hours), draw(months)
    ours, theirs = draw(st.one_of(month_days, last_weekdays, weekdays))
    return f"cron(0 {hour[0]} {ours[0]} {month[0]} {ours[1]} *)", f"0 {hour[1]} {theirs[0]} {month[1]} {theirs[1]}"


rates = st.one_of(
    st.integers(4, 2000).map(lambda number: f"rate({number} hours)"),
    st.integers(2, 999).map(lambda number: f"rate({number} days)"),
    st.just("rate(1 day)"),
)
durations = st.one_of(st.none(), st.integers(1, 24).map(lambda number: f"{number}h"))
ages = st.one_of(
    st.just(timedelta()), st.timedeltas(timedelta(), timedelta(days=2)), st.timedeltas(timedelta(), 900 * DAY)
)


def counts_days(expression):
    """Whether the schedule is in days: no `/` in the hours, no hours in the rate."""
    return "hours" not in expression and "/" not in expression.split()[1]


def rules_of(expression, duration):
    rules = {"ScheduleExpression": expression, "Duration": duration}
    assume(problem_with_rules(rules) is None)
    return rules


@given(crons(), durations, times, ages)
def test_a_window_opens_when_another_library_says_so(pair, duration, since, age):
    expression, theirs = pair
    rules, at = rules_of(expression, duration), since + age
    found = next_windows(rules, since, at, COUNT)
    assert len(found) == COUNT
    between = islice(CronSim(theirs, since), None)
    expected = list(takewhile(lambda moment: moment <= found[-1].opens, between))
    assert [opens for opens, _ in found] == expected[-COUNT:]
    assert all(moment + (found[0].closes - found[0].opens) <= at for moment in expected[:-COUNT])


@given(st.one_of(rates, crons().map(lambda pair: pair[0])), durations, times, ages)
def test_windows_follow_one_another_and_none_is_over(expression, duration, since, age):
    found = next_windows(rules_of(expression, duration), since, since + age, COUNT)
    assert found[0].closes > since + age
    assert found[0].opens > since
    assert all(first.closes <= second.opens for first, second in pairwise(found))
    assert all((opens.minute, opens.second, opens.microsecond) == (0, 0, 0) for opens, _ in found)


@given(st.one_of(rates, crons().map(lambda pair: pair[0])), durations, times)
def test_a_window_is_as_long_as_said_and_in_days_ends_with_its_utc_day(expression, duration, since):
    for opens, closes in next_windows(rules_of(expression, duration), since, since, COUNT):
        midnight = opens.replace(hour=0) + DAY
        usual = midnight - opens if counts_days(expression) else HOUR
        assert closes - opens == (int(duration[:-1]) * HOUR if duration else usual)
        assert closes <= midnight or not counts_days(expression)


@given(rates, times)
def test_a_rate_opens_at_even_distances_from_the_last_rotation(rate, since):
    number = int(rate[5:].split()[0])
    step, whole = (HOUR * number, HOUR) if "hour" in rate else (DAY * number, DAY)
    found = next_windows({"ScheduleExpression": rate}, since, since, COUNT)
    assert since + step - whole < found[0].opens <= since + step
    assert {second.opens - first.opens for first, second in pairwise(found)} == {step}
