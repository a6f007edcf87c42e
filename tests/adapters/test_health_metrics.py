"""What the dashboard is told of the days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from fitbit_daily import metrics
from fitbit_daily.adapters.health_metrics import Point, points
from tests.domain.history_days import TODAY, days_of_steps, record

AT = datetime.combine(TODAY, time(11), UTC)
NOW = AT + timedelta(hours=13)
WEEK = days_of_steps([10, 20, 30, 40, 50, 60, 70])


def told(changed: object, now: datetime = NOW) -> dict[str, Decimal]:
    found = points({**WEEK, TODAY: changed}, [TODAY], now=now)  # type: ignore[dict-item]
    assert {point.at for point in found} <= {AT}
    return {point.name: point.value for point in found}


def test_a_full_day_is_all_the_metrics_of_the_days_at_the_time_of_its_own() -> None:
    full = record(steps=70, light_minutes=90, moderate_minutes=4, vigorous_minutes=7, asleep=450)
    assert told(full) == {
        "Steps": 70,
        "StepsAverage7": 40,
        "LightMinutes": 90,
        "ModerateMinutes": 4,
        "VigorousMinutes": 7,
        "HoursAsleep": Decimal("7.5"),
    }
    assert set(told(full)) == set(metrics.OF_THE_DAYS)


def test_a_missing_number_is_no_point_and_a_zero_is_one() -> None:
    assert told(record(light_minutes=0)) == {"LightMinutes": 0, "StepsAverage7": 35}
    assert told(record(steps=10**9)) == {"StepsAverage7": 35}


def test_an_incomplete_day_has_its_numbers_and_no_average_yet() -> None:
    assert told(record(steps=7, complete=False)) == {"Steps": 7}


def test_a_day_that_cloudwatch_no_longer_takes_is_left_out() -> None:
    day = record(steps=7)
    assert told(day, AT + timedelta(days=14, seconds=-1)) and not told(day, AT + timedelta(days=14))


@pytest.mark.parametrize("back", [0, 1, 6])
def test_no_average_of_a_week_that_has_an_incomplete_day_is_told(back: int) -> None:
    """It may still go down, which the highest value would not show."""
    day = TODAY - timedelta(days=back)
    found = points({**WEEK, day: replace(WEEK[day], complete=False)}, [TODAY], now=NOW)
    assert [point.name for point in found] == ["Steps"]


def test_an_incomplete_day_before_the_week_and_a_missing_one_in_it_are_not_in_its_way() -> None:
    records = {**WEEK, TODAY - timedelta(days=7): record(steps=9, complete=False)}
    del records[TODAY - timedelta(days=6)]
    assert Point("StepsAverage7", AT, Decimal(45)) in points(records, [TODAY], now=NOW)


def test_only_the_days_that_are_asked_for_are_told_each_with_its_own_average() -> None:
    yesterday = TODAY - timedelta(days=1)
    found = points(WEEK, [yesterday, TODAY], now=NOW)
    assert [point for point in found if point.name == "StepsAverage7"] == [
        Point("StepsAverage7", AT - timedelta(days=1), Decimal(35)),
        Point("StepsAverage7", AT, Decimal(40)),
    ]
    assert replace(found[0], name="") == Point("", AT - timedelta(days=1), Decimal(60))


def test_every_civil_day_is_a_day_of_cloudwatchs_own() -> None:
    """Its days are those of UTC. Noon in Auckland is on one of them twice, when the clocks change."""
    days = [date(2026, 9, 20) + timedelta(days=number) for number in range(14)]
    found = points({day: record(day, steps=1) for day in days}, days, now=datetime(2026, 10, 4, tzinfo=UTC))
    assert [point.at.astimezone(UTC).date() for point in found if point.name == "Steps"] == days


def test_not_even_where_a_day_ends_first_does_its_point_lie_further_ahead_than_cloudwatch_takes() -> None:
    over = datetime.combine(TODAY + timedelta(days=1), time(), timezone(timedelta(hours=14)))
    found = points(WEEK, [TODAY], now=over)
    assert found and all(point.at <= over + timedelta(hours=2) for point in found)
