"""Rotation schedules.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html

The expressions of AWS's page stand here as remembered, since the page could not be fetched when this was written.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iamsim.language.errors import LanguageError
from iamsim.language.schedule import Cron, LastDay, LastWeekday, NthWeekday, Rate, Steps, Unit
from iamsim.language.schedule_parser import parse_duration, parse_schedule

EVERY_DAY = (Steps(1, 31),)
EVERY_MONTH = (Steps(1, 12),)


def one(number):
    return Steps(number, number)


def at(hour, days=None, months=EVERY_MONTH, weekdays=None):
    return Cron(hour if isinstance(hour, Steps) else one(hour), days, months, weekdays)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("rate(4 hours)", Rate(4, Unit.HOUR)),
        ("rate(1 day)", Rate(1, Unit.DAY)),
        ("rate(10 days)", Rate(10, Unit.DAY)),
        ("rate(999 days)", Rate(999, Unit.DAY)),
        ("rate(23976 hours)", Rate(23976, Unit.HOUR)),
    ],
)
def test_rates(text, rate):
    assert parse_schedule(text) == rate


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        # the examples of the page
        ("cron(0 /8 * * ? *)", at(Steps(0, 23, 8), EVERY_DAY)),
        ("cron(0 8/8 * * ? *)", at(Steps(8, 23, 8), EVERY_DAY)),
        ("cron(0 2/10 * * ? *)", at(Steps(2, 23, 10), EVERY_DAY)),
        ("cron(0 4/12 * * ? *)", at(Steps(4, 23, 12), EVERY_DAY)),
        ("cron(0 10 * * ? *)", at(10, EVERY_DAY)),
        ("cron(0 18 ? * SAT *)", at(18, weekdays=(one(7),))),
        ("cron(0 8 1 * ? *)", at(8, (one(1),))),
        ("cron(0 1 ? 1/3 SUN#1 *)", at(1, None, (Steps(1, 12, 3),), (NthWeekday(1, 1),))),
        ("cron(0 17 L * ? *)", at(17, (LastDay(),))),
        ("cron(0 8 ? * MON-FRI *)", at(8, weekdays=(Steps(2, 6),))),
        ("cron(0 16 1,15 * ? *)", at(16, (one(1), one(15)))),
        ("cron(0 0 ? * SUN#1 *)", at(0, weekdays=(NthWeekday(1, 1),))),
        ("cron(0 0 ? 1/11 2#1 *)", at(0, None, (Steps(1, 12, 11),), (NthWeekday(2, 1),))),
        # the page's table of what a field may hold
        ("cron(0 8 1-15 * ? *)", at(8, (Steps(1, 15),))),
        ("cron(0 8 1/2 * ? *)", at(8, (Steps(1, 31, 2),))),
        ("cron(0 8 SUNL * ? *)", at(8, (LastWeekday(1),))),
        ("cron(0 8 1 JAN,APR,JUL,OCT ? *)", at(8, (one(1),), (one(1), one(4), one(7), one(10)))),
        ("cron(0 8 1 1-3 ? *)", at(8, (one(1),), (Steps(1, 3),))),
        ("cron(0 8 1 JAN-MAR ? *)", at(8, (one(1),), (Steps(1, 3),))),
        ("cron(0 8 1 1/3 ? *)", at(8, (one(1),), (Steps(1, 12, 3),))),
        ("cron(0 8 ? * TUE#3 *)", at(8, weekdays=(NthWeekday(3, 3),))),
        ("cron(0 8 ? * 1,4 *)", at(8, weekdays=(one(1), one(4)))),
        ("cron(0 8 ? * 1-4 *)", at(8, weekdays=(Steps(1, 4),))),
        ("cron(0 8 ? * 1/2 *)", at(8, weekdays=(Steps(1, 7, 2),))),
        ("cron(0 8 ? * L *)", at(8, weekdays=(one(7),))),
        ("cron(0 8 ? * * *)", at(8, weekdays=(Steps(1, 7),))),
        ("cron(0 23 29 FEB ? *)", at(23, (one(29),), (one(2),))),
        ("cron(0 8 31 FEB,MAR ? *)", at(8, (one(31),), (one(2), one(3)))),
    ],
)
def test_cron_expressions(text, cron):
    assert parse_schedule(text) == cron


def test_spans_count_in_the_text():
    text = "cron(0 /8 ? 1/3 SUN#1 *)"
    cron = parse_schedule(text)
    spans = [cron.hours.span, cron.months[0].span, cron.weekdays[0].span, cron.span]
    assert [text[slice(*span)] for span in spans] == ["/8", "1/3", "SUN#1", text]
    text = "cron(0 8 1,15-20 * ? *)"
    assert [text[slice(*day.span)] for day in parse_schedule(text).days] == ["1", "15-20"]


def test_a_tree_does_not_change():
    with pytest.raises(AttributeError):
        parse_schedule("rate(1 day)").value = 2


@pytest.mark.parametrize(
    ("text", "message", "under", "help_"),
    [
        ("rate(3 hours)", "two rotations are at least 4 hours apart", "3", "`rate(4 hours)`"),
        ("rate(1 hour)", "two rotations are at least 4 hours apart", "1", "`rate(4 hours)`"),
        ("rate(1000 days)", "two rotations are at most 999 days apart", "1000", "`rate(999 days)`"),
        ("rate(23977 hours)", "two rotations are at most 999 days apart", "23977", "`rate(999 days)`"),
        ("rate(1 days)", "`days` does not go with 1", "days", "`rate(1 day)`"),
        ("rate(10 day)", "`day` does not go with 10", "day", "`rate(10 days)`"),
        ("rate(300 minutes)", "`minutes` is no unit of a rate", "minutes", "`hours` or `days`"),
        ("rate(2 weeks)", "`weeks` is no unit of a rate", "weeks", "`hours` or `days`"),
        ("rate(2 dayss)", "`dayss` is no unit of a rate", "dayss", "`hours` or `days`"),
        ("rate(0 days)", "`0` is no positive whole number", "0", "`rate(10 days)`"),
        ("rate(ten days)", "`ten` is no positive whole number", "ten", "`rate(10 days)`"),
        ("rate(1.5 days)", "`.` cannot stand here", ".", "`rate(10 days)`"),
        ("rate(-1 days)", "`-` cannot stand here", "-", "`rate(10 days)`"),
        ("rate(10 days\n)", "this character cannot stand here", "\n", "`rate(10 days)`"),
        ("rate(10 days", "the schedule expression ends too early", "", "`rate(10 days)`"),
        ("10 days", "`10 days` is no schedule expression", "10 days", "`rate(10 days)`"),
        ("", "`` is no schedule expression", "", "`rate(10 days)`"),
        ("at(2030-01-01T00:00:00)", "`at(2030-01-01T00:00:00)` is no schedule expression", None, "`rate(10 days)`"),
        ("cron(0 8 * * ? *) ", "a space cannot stand here", " ", "Day-of-week Year"),
        ("cron(0 8 1 * ? *", "the schedule expression ends too early", "", "Day-of-week Year"),
        ("cron(0 8 1 * ?)", "a cron expression has 6 fields, and here are 5", "0 8 1 * ?", "Day-of-week Year"),
        ("cron(0 0 8 1 * ? *)", "a cron expression has 6 fields, and here are 7", "0 0 8 1 * ? *", "Day-of-week Year"),
        ("cron(30 8 1 * ? *)", "the minute must be 0: rotation windows open on the hour", "30", "write `0`"),
        ("cron(* 8 1 * ? *)", "the minute must be 0: rotation windows open on the hour", "*", "write `0`"),
        ("cron(0 8 1 * ? 2030)", "the year must be `*`: a schedule holds for every year", "2030", "write `*`"),
        ("cron(0 24 1 * ? *)", "`24` is no value of the field Hours", "24", "from 0 to 23"),
        ("cron(0 * 1 * ? *)", "the field Hours takes no `*`", "*", "`8` or `/8`"),
        ("cron(0 8,20 1 * ? *)", "the field Hours takes no `,`", "8,20", "`8` or `/8`"),
        ("cron(0 8-20 1 * ? *)", "the field Hours takes no `-`", "8-20", "`8` or `/8`"),
        ("cron(0 /3 * * ? *)", "`3` is no increment of the field Hours", "3", "from 4 to 23"),
        ("cron(0 /24 * * ? *)", "`24` is no increment of the field Hours", "24", "from 4 to 23"),
        ("cron(0 8 32 * ? *)", "`32` is no value of the field Day-of-month", "32", "from 1 to 31"),
        ("cron(0 8 0 * ? *)", "`0` is no value of the field Day-of-month", "0", "from 1 to 31"),
        ("cron(0 8 15W * ? *)", "`15W` is no value of the field Day-of-month", "15W", "from 1 to 31"),
        ("cron(0 8 MON * ? *)", "`MON` is no value of the field Day-of-month", "MON", "from 1 to 31"),
        ("cron(0 8 1#2 * ? *)", "the field Day-of-month takes no `#`", "1#2", "`1,15`"),
        ("cron(0 8 1/0 * ? *)", "`0` is no increment of the field Day-of-month", "0", "from 1 to 31"),
        ("cron(0 8 15-1 * ? *)", "the range `15-1` ends before it begins", "15-1", "lower value first"),
        ("cron(0 8 1,L * ? *)", "`L` cannot stand beside other values", "L", "only value"),
        ("cron(0 8 1,SUNL * ? *)", "`SUNL` cannot stand beside other values", "SUNL", "only value"),
        ("cron(0 8 1,* * ? *)", "`*` cannot stand beside other values", "*", "only value"),
        ("cron(0 8 1 13 ? *)", "`13` is no value of the field Month", "13", "from 1 to 12 or JAN to DEC"),
        ("cron(0 8 1 jan ? *)", "`jan` is no value of the field Month", "jan", "from 1 to 12 or JAN to DEC"),
        ("cron(0 8 1 ? * *)", "the field Month takes no `?`", "?", "`JAN,JUL`"),
        ("cron(0 8 1 L ? *)", "`L` is no value of the field Month", "L", "from 1 to 12 or JAN to DEC"),
        ("cron(0 8 ? * 8 *)", "`8` is no value of the field Day-of-week", "8", "from 1 to 7 or SUN to SAT"),
        ("cron(0 8 ? * 0 *)", "`0` is no value of the field Day-of-week", "0", "from 1 to 7 or SUN to SAT"),
        ("cron(0 8 ? * SUNL *)", "`SUNL` is no value of the field Day-of-week", "SUNL", "`SUNL` as Day-of-month"),
        ("cron(0 8 ? * TUE#6 *)", "a month has no weekday number `6`", "6", "from 1 to 5"),
        ("cron(0 8 ? * FRI-MON *)", "the range `FRI-MON` ends before it begins", "FRI-MON", "lower value first"),
        ("cron(0 8 ? * 2#1,3#1 *)", "`2#1` cannot stand beside other values", "2#1", "only value"),
        ("cron(0 8 ? * MON,L *)", "`L` cannot stand beside other values", "L", "only value"),
        ("cron(0 8 1 * MON *)", "only one of Day-of-month and Day-of-week can be given", "1 * MON", "write `?`"),
        ("cron(0 8 * * * *)", "only one of Day-of-month and Day-of-week can be given", "* * *", "write `?`"),
        ("cron(0 8 ? * ? *)", "no day is given: both day fields are `?`", "?", "`*` here"),
        ("cron(0 8 30 FEB ? *)", "none of these months has such a day", "30", "`L` for its last"),
        ("cron(0 8 31 4,6 ? *)", "none of these months has such a day", "31", "`L` for its last"),
        ("cron(0 8 */2 * ? *)", "`/` cannot stand here", "/", "Day-of-week Year"),
    ],
)
def test_what_breaks_a_rule_is_refused_where_it_stands(text, message, under, help_):
    with pytest.raises(LanguageError) as caught:
        parse_schedule(text)
    error = caught.value
    assert error.message == message
    assert text[error.start : error.end] == (text if under is None else under)
    assert help_ in error.help


def test_a_longer_text_than_the_api_takes_is_refused():
    with pytest.raises(LanguageError, match="at most 256 characters"):
        parse_schedule(f"rate({'0' * 300}4 hours)")


@pytest.mark.parametrize(("text", "hours"), [("1h", 1), ("3h", 3), ("01h", 1), ("24h", 24)])
def test_a_duration_is_in_hours(text, hours):
    assert parse_duration(text) == hours


@pytest.mark.parametrize(
    "text", ["", "h", "3", "3H", "3 h", "3m", "100h", "-1h", "1.5h", "0h", "00h", "25h", "3h\n", "٣h"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(LanguageError) as caught:
        parse_duration(text)
    assert caught.value.help


signs = st.lists(
    st.sampled_from(
        ["rate(", "cron(", ")", " ", " ", "0", "8", "31", ",", "-", "*", "?", "/", "L", "#", "SUN", "JAN", "days"]
    ),
    max_size=60,
).map("".join)
fields = st.lists(st.text("0123456789,-*?/L#SUNAJ", min_size=1, max_size=6), min_size=4, max_size=8)


def refusal(parse, text):
    try:
        parse(text)
    except LanguageError as error:
        return error
    return None


@given(st.one_of(st.text(), signs, fields.map(lambda made: f"cron(0 {' '.join(made)} *)")))
@example("cron(" + "1," * 200_000)
@example("rate(" + "9" * 100_000 + " days)")
@example("cron(" + " " * 200 + ")")
@example("rate(\ud800 days)")
@example("rate(4 hours)\x00")
def test_every_text_is_read_or_refused_in_good_time(text):
    began = time.process_time()
    for error in filter(None, (refusal(parse_schedule, text), refusal(parse_duration, text))):
        assert error.message
        assert error.help
        assert 0 <= error.start <= error.end <= len(text)
    assert time.process_time() - began < 2
