"""Days of a history, for the tests of what is made of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import Activity

TODAY = date(2026, 3, 1)
FETCHED = datetime(2026, 3, 1, 15, 10, tzinfo=UTC)


def record(day: date = TODAY, *, asleep: int | None = None, **changed: Any) -> DayRecord:
    """A complete day; numbers of its activity by their names, anything else by the record's own."""
    rest: dict[str, Any] = {"source": "google_health", "complete": True, "fetched_at": FETCHED}
    rest |= {name: changed.pop(name) for name in list(changed) if name in rest}
    return DayRecord(date=day, activity=Activity(**changed), minutes_asleep=asleep, **rest)


def days_of_steps(steps: Iterable[int | None], last: date = TODAY) -> Mapping[date, DayRecord]:
    """Complete days, oldest first, ending with `last`; none at all where the steps are None."""
    listed = list(steps)
    first = last - timedelta(days=len(listed) - 1)
    return {
        first + timedelta(days=number): record(first + timedelta(days=number), steps=each)
        for number, each in enumerate(listed)
        if each is not None
    }
