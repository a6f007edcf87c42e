"""The days' numbers as metrics in CloudWatch, each with its own day's time, put there directly: not through the log.

CloudWatch shows the highest value of a moment, so that a late sync, which only adds, corrects it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from fitbit_daily import metrics
from fitbit_daily.adapters.aws import client, failures
from fitbit_daily.domain.history import DayRecord, average, last_days

# CloudWatch takes nothing older: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
OLDEST = timedelta(days=14)

_NUMBERS = {
    metrics.STEPS: "steps",
    metrics.LIGHT_MINUTES: "light_minutes",
    metrics.MODERATE_MINUTES: "moderate_minutes",
    metrics.VIGOROUS_MINUTES: "vigorous_minutes",
}


@dataclass(frozen=True)
class Point:
    """One value of one metric; `at` is aware."""

    name: str
    at: datetime
    value: Decimal


def points(records: Mapping[date, DayRecord], days: Iterable[date], *, now: datetime) -> list[Point]:
    """Of these days; those that are too old for CloudWatch are left out.

    CloudWatch's days are those of UTC: each civil day is one of them, everywhere. Before noon, for in the zones
    furthest east a day is over at 10:00 UTC, and CloudWatch takes nothing that is more than two hours ahead.
    """
    moments = {day: datetime.combine(day, time(11), UTC) for day in days}
    return [
        Point(name, at, value)
        for day, at in moments.items()
        if at > now - OLDEST
        for name, value in _values(records, day)
    ]


def put(points: Sequence[Point]) -> None:
    """In one call, which takes up to 1000. Safe to repeat: the dashboard shows the highest value of a moment."""
    if not points:
        return
    with failures("putting the day's metrics"):
        client("cloudwatch").put_metric_data(
            Namespace=metrics.NAMESPACE,
            MetricData=[
                {"MetricName": point.name, "Timestamp": point.at, "Value": float(point.value)} for point in points
            ],
        )


def _values(records: Mapping[date, DayRecord], day: date) -> Iterator[tuple[str, Decimal]]:
    record = records[day]
    numbers = record.numbers()
    for metric, name in _NUMBERS.items():
        if name in numbers:
            yield metric, numbers[name]
    if "minutes_asleep" in numbers:
        yield metrics.HOURS_ASLEEP, numbers["minutes_asleep"] / 60
    # The average of a week that is not complete may still go down, which the highest value would not show.
    whole = all(each is None or each.complete for each in last_days(records, day, 7))
    week = average(records, day, 7, "steps") if whole else None
    if week is not None:
        yield metrics.STEPS_AVERAGE, week
