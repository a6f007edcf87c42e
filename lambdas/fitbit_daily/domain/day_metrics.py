"""What the dashboard is told of a day: its numbers with the day's own time.

CloudWatch shows the highest of what it was told for one moment, so that a late sync, which only adds, corrects it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from fitbit_daily import metric_names
from fitbit_daily.domain.averages import average
from fitbit_daily.domain.history import DayRecord

# CloudWatch takes nothing older: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
OLDEST = timedelta(days=14)

_NUMBERS = {
    metric_names.STEPS: "steps",
    metric_names.LIGHT_MINUTES: "light_minutes",
    metric_names.MODERATE_MINUTES: "moderate_minutes",
    metric_names.VIGOROUS_MINUTES: "vigorous_minutes",
}


@dataclass(frozen=True)
class Point:
    """One value of one metric; `at` is aware."""

    name: str
    at: datetime
    value: Decimal


def points(records: Mapping[date, DayRecord], noons: Mapping[date, datetime], *, now: datetime) -> list[Point]:
    """Of the days whose noon is given; those that are too old for CloudWatch are left out."""
    return [
        Point(name, noon, value)
        for day, noon in noons.items()
        if noon > now - OLDEST
        for name, value in _values(records, day)
    ]


def _values(records: Mapping[date, DayRecord], day: date) -> Iterator[tuple[str, Decimal]]:
    record = records[day]
    numbers = record.numbers()
    for metric, name in _NUMBERS.items():
        if name in numbers:
            yield metric, numbers[name]
    if "minutes_asleep" in numbers:
        yield metric_names.HOURS_ASLEEP, numbers["minutes_asleep"] / 60
    # The average of an incomplete day may still go down, which the highest value would not show.
    week = average(records, day, 7, "steps") if record.complete else None
    if week is not None:
        yield metric_names.STEPS_AVERAGE, week
