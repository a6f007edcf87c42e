"""A person's own normal: the averages of the days that end with a given one.

They are made of complete days alone, so that what the tracker has not told yet does not pull them down; and only of
days that have the number: a missing one is no 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from fitbit_daily.domain.history import DayRecord, last_days
from fitbit_daily.domain.numbers import MOST

# Over how many days, and how many of these must have the number for an average to be told: more than half of a week,
# so that it is not the weekend's; half of four weeks.
ENOUGH = {7: 4, 28: 14}


def average(records: Mapping[date, DayRecord], day: date, days: int, name: str) -> Decimal | None:
    """Of one number, unrounded; None where too few days have it."""
    known = [number for record in last_days(records, day, days) if (number := known_number(record, name)) is not None]
    return sum(known, Decimal()) / len(known) if len(known) >= ENOUGH[days] else None


def averages(records: Mapping[date, DayRecord], day: date) -> dict[str, dict[str, Decimal | None]]:
    """All of them: by the number of days ("7", "28"), then by the number's name."""
    return {str(days): {name: average(records, day, days, name) for name in MOST} for days in ENOUGH}


def known_number(record: DayRecord | None, name: str) -> Decimal | None:
    """A number of a complete day; None where the day or the number is missing, or more may still come."""
    return record.number(name) if record and record.complete else None
