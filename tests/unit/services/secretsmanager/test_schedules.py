"""Rotation rules, and the windows that they open.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from iamsim.language.errors import LanguageError
from iamsim.model.world import Rotation, Secret, SecretVersion
from iamsim.services.secretsmanager.rotation_windows import counts_from, next_rotation_date, next_windows, windows
from iamsim.services.secretsmanager.schedules import problem_with_rules


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opened(rules, since, count, at=None):
    """Each window as `opening/closing`."""
    found = next_windows(rules, utc(since), utc(at or since), count)
    return [f"{opens:%m-%dT%H}/{closes:%m-%dT%H}" for opens, closes in found]


def by(expression, duration=None):
    return {"ScheduleExpression": expression, **({"Duration": duration} if duration else {})}


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"AutomaticallyAfterDays": 1},
        {"AutomaticallyAfterDays": 1000},
        {"AutomaticallyAfterDays": 30, "Duration": "3h"},
        by("rate(4 hours)"),
        by("rate(4 hours)", "4h"),
        by("rate(10 days)", "24h"),
        by("rate(100 hours)", "24h"),
        by("cron(0 16 1,15 * ? *)", "8h"),
        by("cron(0 0 * * ? *)", "24h"),
        by("cron(0 /8 * * ? *)", "8h"),
        by("cron(0 2/10 * * ? *)", "4h"),
        {"ScheduleExpression": "rate(1 day)", "AutomaticallyAfterDays": None, "Duration": None},
    ],
)
def test_rules_without_a_problem(rules):
    assert problem_with_rules(rules) is None


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ({"AutomaticallyAfterDays": 1, "ScheduleExpression": "rate(1 day)"}, "exclude each other"),
        ({"Duration": "3h"}, "Duration has no schedule"),
        ({"AutomaticallyAfterDays": 0}, "from 1 to 1000"),
        ({"AutomaticallyAfterDays": 1001}, "from 1 to 1000"),
        ({"AutomaticallyAfterDays": True}, "from 1 to 1000"),
        ({"AutomaticallyAfterDays": "30"}, "from 1 to 1000"),
        ({"AutomaticallyAfterDays": 1.0}, "from 1 to 1000"),
        ({"automaticallyAfterDays": 1}, "`automaticallyAfterDays` is no field of RotationRules"),
        ({1: 1}, "`1` is no field of RotationRules"),
        (by(5), "ScheduleExpression must be a text"),
        (by("rate(1 day)", 3), "Duration must be a text"),
        (by(""), "is no schedule expression: write"),
        (by("rate(3 hours)"), "two rotations are at least 4 hours apart: write `rate(4 hours)` or more"),
        (by("rate(1 day)", "3"), "`3` is no length of a rotation window: write hours, such as `3h`"),
        (by("rate(1 day)", "25h"), "1 to 24 hours long, not 25"),
        (by("rate(4 hours)", "5h"), "runs into the next window: write a Duration of `4h` or less"),
        (by("cron(0 16 1,15 * ? *)", "9h"), "runs into the next UTC day: write a Duration of `8h` or less"),
        (by("cron(0 23 L * ? *)", "2h"), "runs into the next UTC day: write a Duration of `1h` or less"),
        (by("cron(0 /8 * * ? *)", "9h"), "runs into the next window: write a Duration of `8h` or less"),
        (by("cron(0 2/10 * * ? *)", "5h"), "runs into the next window: write a Duration of `4h` or less"),
    ],
)
def test_rules_with_a_problem(rules, problem):
    assert problem in problem_with_rules(rules)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # 2024-02-28 was a Wednesday, and 2024 a leap year.
        (by("rate(4 hours)"), ["02-28T13/02-28T14", "02-28T17/02-28T18", "02-28T21/02-28T22", "02-29T01/02-29T02"]),
        (by("rate(4 hours)", "3h"), ["02-28T13/02-28T16", "02-28T17/02-28T20", "02-28T21/02-29T00"]),
        (by("rate(1 day)"), ["02-29T00/03-01T00", "03-01T00/03-02T00"]),
        (by("rate(10 days)"), ["03-09T00/03-10T00", "03-19T00/03-20T00"]),
        (by("rate(10 days)", "3h"), ["03-09T00/03-09T03", "03-19T00/03-19T03"]),
        ({"AutomaticallyAfterDays": 10}, ["03-09T00/03-10T00", "03-19T00/03-20T00"]),
        (by("cron(0 /8 * * ? *)"), ["02-28T16/02-28T17", "02-29T00/02-29T01", "02-29T08/02-29T09"]),
        (by("cron(0 8/8 * * ? *)"), ["02-28T16/02-28T17", "02-29T08/02-29T09", "02-29T16/02-29T17"]),
        # the page names these three hours of each day
        (by("cron(0 2/10 * * ? *)"), ["02-28T12/02-28T13", "02-28T22/02-28T23", "02-29T02/02-29T03"]),
        # increments begin anew every day, says the page of this one
        (by("cron(0 4/12 * * ? *)"), ["02-28T16/02-28T17", "02-29T04/02-29T05", "02-29T16/02-29T17"]),
        (by("cron(0 10 * * ? *)"), ["02-28T10/02-29T00", "02-29T10/03-01T00"]),
        (by("cron(0 10 * * ? *)", "1h"), ["02-28T10/02-28T11", "02-29T10/02-29T11"]),
        (by("cron(0 9 * * ? *)"), ["02-29T09/03-01T00"]),
        (by("cron(0 18 ? * SAT *)"), ["03-02T18/03-03T00", "03-09T18/03-10T00"]),
        (by("cron(0 8 1 * ? *)"), ["03-01T08/03-02T00", "04-01T08/04-02T00"]),
        (by("cron(0 1 ? 1/3 SUN#1 *)"), ["04-07T01/04-08T00", "07-07T01/07-08T00", "10-06T01/10-07T00"]),
        (by("cron(0 17 L * ? *)"), ["02-29T17/03-01T00", "03-31T17/04-01T00", "04-30T17/05-01T00"]),
        (by("cron(0 8 ? * MON-FRI *)"), ["02-29T08/03-01T00", "03-01T08/03-02T00", "03-04T08/03-05T00"]),
        (by("cron(0 16 1,15 * ? *)", "2h"), ["03-01T16/03-01T18", "03-15T16/03-15T18", "04-01T16/04-01T18"]),
        (by("cron(0 0 ? * SUN#1 *)"), ["03-03T00/03-04T00", "04-07T00/04-08T00"]),
        (by("cron(0 0 ? 1/11 2#1 *)"), ["12-02T00/12-03T00", "01-06T00/01-07T00"]),
        (by("cron(0 8 SUNL * ? *)"), ["03-31T08/04-01T00", "04-28T08/04-29T00"]),
        (by("cron(0 8 ? * TUE#3 *)"), ["03-19T08/03-20T00", "04-16T08/04-17T00"]),
        (by("cron(0 8 ? * 1/2 *)"), ["02-29T08/03-01T00", "03-02T08/03-03T00", "03-03T08/03-04T00"]),
        (by("cron(0 8 ? * L *)"), ["03-02T08/03-03T00", "03-09T08/03-10T00"]),
        (by("cron(0 8 31 * ? *)"), ["03-31T08/04-01T00", "05-31T08/06-01T00"]),
        ({}, []),
    ],
)
def test_windows_after_a_rotation(rules, expected):
    assert opened(rules, "2024-02-28T09:30:00", len(expected)) == expected


def test_a_leap_day_is_waited_for():
    found = next_windows(by("cron(0 8 29 FEB ? *)"), utc("2097-01-01T00:00:00"), utc("2097-01-01T00:00:00"), 2)
    assert [opens.year for opens, _ in found] == [2104, 2108]


def test_a_window_that_is_open_comes_first_and_one_that_is_over_does_not_come():
    rules = by("cron(0 10 * * ? *)", "3h")
    assert opened(rules, "2024-05-01T00:00:00", 1, at="2024-05-03T12:59:59") == ["05-03T10/05-03T13"]
    assert opened(rules, "2024-05-01T00:00:00", 1, at="2024-05-03T13:00:00") == ["05-04T10/05-04T13"]


def test_a_rotation_uses_up_its_window():
    rules = by("cron(0 10 * * ? *)")
    assert opened(rules, "2024-05-03T10:00:00", 1) == ["05-04T10/05-05T00"]
    assert opened(rules, "2024-05-03T09:59:59", 1) == ["05-03T10/05-04T00"]


def test_missed_rotations_leave_the_rate_in_step():
    assert opened({"AutomaticallyAfterDays": 7}, "2024-05-01T15:00:00", 2, at="2024-05-20T00:00:00") == [
        "05-22T00/05-23T00",
        "05-29T00/05-30T00",
    ]


def test_days_are_those_of_utc():
    evening = datetime(2024, 5, 1, 20, tzinfo=timezone(timedelta(hours=-8)))
    assert next_windows(by("rate(1 day)"), evening, evening, 1)[0].opens == utc("2024-05-03T00:00:00")


@pytest.mark.parametrize(
    "rules", [by("rate(999 days)"), by("rate(4 hours)"), by("cron(0 0 * * ? *)"), by("cron(0 8 L * ? *)")]
)
def test_time_ends_without_an_error(rules):
    assert next_windows(rules, utc("9999-12-31T23:59:59"), utc("9999-12-31T23:59:59"), 5) == ()
    assert len(next_windows(rules, utc("0001-01-01T00:00:00"), utc("0001-01-01T00:00:00"), 5)) == 5
    assert next_windows(rules, utc("0001-01-01T00:00:00"), utc("9999-12-31T23:59:59"), 5) == ()


def test_a_bad_expression_is_a_located_error():
    with pytest.raises(LanguageError):
        next(windows(by("rate(1 hour)"), utc("2024-05-01T00:00:00"), utc("2024-05-01T00:00:00")))


def secret(rotation, changed="2024-05-01T00:00:00"):
    version = SecretVersion("v2", ("AWSCURRENT",), created=utc(changed))
    arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"
    return Secret(arn, "db", versions=(version,), rotation=rotation, created=utc("2024-01-01T12:00:00"))


DAYS = {"AutomaticallyAfterDays": 30}


def test_the_next_rotation_is_on_or_before_the_end_of_its_window():
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html (the second is inferred)."""
    rotated = secret(Rotation(rules=DAYS, last=utc("2024-05-01T09:30:00")))
    assert next_rotation_date(rotated) == utc("2024-05-31T23:59:59")
    twice_a_month = by("cron(0 16 1,15 * ? *)", "2h")
    assert next_rotation_date(secret(Rotation(rules=twice_a_month, last=utc("2024-05-01T16:30:00")))) == utc(
        "2024-05-15T17:59:59"
    )


def test_a_value_written_by_hand_counts_as_a_rotation_with_a_number_of_days_only():
    """API_RotationRulesType, AutomaticallyAfterDays."""
    last = utc("2024-05-01T09:30:00")
    assert counts_from(secret(Rotation(rules=DAYS, last=last), "2024-05-10T00:00:00")) == utc("2024-05-10T00:00:00")
    assert counts_from(secret(Rotation(rules=DAYS, last=last), "2024-04-10T00:00:00")) == last
    assert counts_from(secret(Rotation(rules=by("rate(30 days)"), last=last), "2024-05-10T00:00:00")) == last


def test_without_a_rotation_the_creation_counts():
    assert counts_from(secret(Rotation(rules=by("rate(30 days)")))) == utc("2024-01-01T12:00:00")


@pytest.mark.parametrize("rotation", [None, Rotation(rules=DAYS, enabled=False), Rotation()])
def test_where_none_is_to_come_there_is_no_date(rotation):
    assert next_rotation_date(secret(rotation)) is None


def test_where_no_time_is_known_there_is_no_date():
    arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"
    assert next_rotation_date(Secret(arn, "db", rotation=Rotation(rules=DAYS))) is None
