"""A year of somebody who is no model wearer: gaps, a week off, two trackers, corrections long after the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import Activity
from fitbit_daily.domain.ranges import days_of
from local.simulators.days import Day, whole_day
from local.simulators.wearer import Wearer
from tests.adapters.fixtures import BERLIN
from tests.adapters.test_google_health import expected_activity

# Both changes of Berlin's clocks are in it, and the special days of February.
FIRST, LAST = date(2025, 11, 22), date(2026, 11, 21)
WEEK_OFF = tuple(days_of(date(2026, 7, 6), date(2026, 7, 12)))
FORGOTTEN = (date(2025, 12, 31), date(2026, 5, 2), date(2026, 5, 3), date(2026, 9, 9))
NOT_WORN = (*FORGOTTEN[:1], date(2026, 2, 3), *FORGOTTEN[1:3], *WEEK_OFF, *FORGOTTEN[3:])


class Wanderer(Wearer):
    """In Berlin, with an older tracker in a drawer. `corrected`: what the source has found out since, by day."""

    def __init__(self, now: Any) -> None:
        super().__init__(BERLIN, now)
        self.old_tracker_first = True
        self.corrected: dict[date, int] = {}
        # That a sleep is worked out later is told elsewhere.
        self._processing_of.clear()

    def day(self, day: date, until: datetime | None = None) -> Day:
        return self._as_lived(super().day(day, until))

    def truth(self, day: date) -> Day:
        return self._as_lived(whole_day(day, BERLIN))

    def _as_lived(self, day: Day) -> Day:
        if day.date in FORGOTTEN + WEEK_OFF:
            return Day(day.date)
        steps = self.corrected.get(day.date)
        return day if steps is None else replace(day, steps=steps)

    def year(self) -> dict[date, tuple[dict[str, Any], int | None]]:
        """Of every day of it the activity, as a state would have it, and the minutes asleep."""
        return {day: self._numbers(self.truth(day)) for day in days_of(FIRST, LAST)}

    def _numbers(self, day: Day) -> tuple[dict[str, Any], int | None]:
        activity = replace(expected_activity(day.date, BERLIN), steps=day.steps) if day.worn else Activity()
        asleep = sum(sleep.minutes_asleep for sleep in day.sleeps)
        return activity.to_state(), asleep if day.sleeps else None


def as_kept(records: Mapping[date, DayRecord]) -> dict[date, tuple[dict[str, Any], int | None]]:
    return {day: (record.activity.to_state(), record.minutes_asleep) for day, record in records.items()}


def noon(day: date) -> datetime:
    """Of the day after, by which everything has been synced."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), BERLIN) + timedelta(hours=12)
