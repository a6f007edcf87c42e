"""What the dashboard is told of the days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from fitbit_daily import metric_names
from fitbit_daily.domain.day_metrics import Point, points
from tests.domain.history_days import TODAY, days_of_steps, record

NOON = datetime.combine(TODAY, time(12), UTC)
NOW = NOON + timedelta(hours=12)


def told(changed: object, now: datetime = NOW) -> dict[str, Decimal]:
    records = {**days_of_steps([10, 20, 30, 40, 50, 60, 70]), TODAY: changed}
    found = points(records, {TODAY: NOON}, now=now)  # type: ignore[arg-type]
    assert {point.at for point in found} <= {NOON}
    return {point.name: point.value for point in found}


def test_a_full_day_is_all_the_metrics_of_the_days_at_its_noon() -> None:
    full = record(steps=70, light_minutes=90, moderate_minutes=4, vigorous_minutes=7, asleep=450)
    assert told(full) == {
        "Steps": 70,
        "StepsAverage7": 40,
        "LightMinutes": 90,
        "ModerateMinutes": 4,
        "VigorousMinutes": 7,
        "HoursAsleep": Decimal("7.5"),
    }
    assert set(told(full)) == set(metric_names.OF_THE_DAYS)


def test_a_missing_number_is_no_point_and_a_zero_is_one() -> None:
    assert told(record(light_minutes=0)) == {"LightMinutes": 0, "StepsAverage7": 35}
    assert told(record(steps=10**9)) == {"StepsAverage7": 35}


def test_an_incomplete_day_has_its_numbers_and_no_average_yet() -> None:
    assert told(record(steps=7, complete=False)) == {"Steps": 7}


def test_a_day_that_cloudwatch_no_longer_takes_is_left_out() -> None:
    day = record(steps=7)
    assert told(day, NOON + timedelta(days=14, seconds=-1)) and not told(day, NOON + timedelta(days=14))


def test_only_the_days_whose_noon_is_given_are_told_each_with_its_own_average() -> None:
    records = days_of_steps([10, 20, 30, 40, 50, 60, 70])
    yesterday = TODAY - timedelta(days=1)
    noons = {yesterday: NOON - timedelta(days=1), TODAY: NOON}
    assert [point for point in points(records, noons, now=NOW) if point.name == "StepsAverage7"] == [
        Point("StepsAverage7", noons[yesterday], Decimal(35)),
        Point("StepsAverage7", NOON, Decimal(40)),
    ]
    assert replace(points(records, noons, now=NOW)[0], name="") == Point("", noons[yesterday], Decimal(60))
