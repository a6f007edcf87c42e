"""What is kept of every day, how a later reading of the same day corrects it, and the averages over the kept days.

The later reading wins, number by number: a number that it lacks stays as it was, so that a fault of the source does not
wipe out a day. Another source defines some numbers otherwise: its reading is taken as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fitbit_daily.domain.day import CivilDays
from fitbit_daily.domain.numbers import MOST, Activity, Sleep, believable
from fitbit_daily.domain.sync import is_complete

# Where the source does not say how far the tracker has synced, assume that it did so this long ago.
SYNCED_BY_NOW = timedelta(days=7)

# Averages are over so many days, and need so many with the number: more than half of a week, so that an average is not
# the weekend's; half of four weeks.
ENOUGH = {7: 4, 28: 14}


@dataclass(frozen=True)
class DayRecord:
    """One day as it was read.

    source       where its numbers come from
    complete     the tracker had synced past the end of the day, and no sleep of it was still being processed
    fetched_at   when the source was asked, aware
    """

    date: date
    activity: Activity
    minutes_asleep: int | None
    source: str
    complete: bool
    fetched_at: datetime

    def number(self, name: str) -> Decimal | None:
        """One of MOST's numbers; one that no human day can hold counts as missing."""
        given = self.minutes_asleep if name == "minutes_asleep" else getattr(self.activity, name)
        return believable(given, MOST[name])

    def numbers(self) -> dict[str, Decimal]:
        """Every number that there is, by its name."""
        return {name: number for name in MOST if (number := self.number(name)) is not None}

    @property
    def has_data(self) -> bool:
        return any(self.number(name) is not None for name in MOST)

    def holding(self, numbers: Mapping[str, Decimal]) -> DayRecord:
        """The same day with only these numbers."""
        of_activity: dict[str, Any] = dict(numbers)
        asleep = of_activity.pop("minutes_asleep", None)
        return replace(self, activity=Activity(**of_activity), minutes_asleep=None if asleep is None else int(asleep))

    def to_state(self) -> dict[str, Any]:
        """As JSON: what a later step needs to know of the day."""
        numbers = {name: float(number) for name, number in self.numbers().items()}
        return {"date": self.date.isoformat(), "complete": self.complete, "numbers": numbers}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> DayRecord:
        blank = cls(
            date=date.fromisoformat(state["date"]),
            activity=Activity(),
            minutes_asleep=None,
            source="",
            complete=state["complete"],
            fetched_at=datetime.min.replace(tzinfo=UTC),
        )
        return blank.holding({name: Decimal(str(number)) for name, number in state["numbers"].items()})


def records_of(
    days: Iterable[date],
    activities: Mapping[date, Activity],
    sleeps: Mapping[date, Sleep],
    *,
    synced_until: datetime | None,
    calendar: CivilDays,
    source: str,
    now: datetime,
) -> Iterator[DayRecord]:
    """A record of each of these days, even without any number: it proves that the source was asked.

    now             before the source was asked
    synced_until    as the source says; None if it does not. Steps prove a sync after the start of their day.
    """
    known = synced_until or now - SYNCED_BY_NOW
    reach = max([known, *(calendar.starts_at(day) for day, activity in activities.items() if activity.steps)])
    for day in days:
        activity, sleep = activities.get(day, Activity()), sleeps.get(day, Sleep())
        yield DayRecord(
            date=day,
            activity=activity,
            minutes_asleep=sleep.minutes_asleep,
            source=source,
            complete=is_complete(
                day_ends_at=calendar.ends_at(day),
                synced_until=reach,
                may_still_change=sleep.processing or activity.doubtful,
            ),
            fetched_at=now,
        )


def merge(stored: DayRecord | None, read: DayRecord) -> DayRecord:
    """What to keep of two readings of one day. Once complete, a day stays complete."""
    if stored is None:
        return read
    old, new = sorted((stored, read), key=lambda record: record.fetched_at)
    if old.source != new.source and old.complete and not new.complete:
        # Half a day from the new source does not correct the old source's whole day.
        return old
    complete = old.complete or new.complete
    if not new.numbers():
        return replace(old, complete=complete, fetched_at=new.fetched_at)
    kept = old.numbers() if old.source == new.source else {}
    return replace(new.holding(kept | new.numbers()), complete=complete)


def last_days(records: Mapping[date, DayRecord], day: date, count: int) -> list[DayRecord | None]:
    """The `count` days that end with `day`, oldest first; None for a day without a record."""
    return [records.get(date.fromordinal(day.toordinal() - back)) for back in reversed(range(count))]


def average(records: Mapping[date, DayRecord], day: date, days: int, name: str) -> Decimal | None:
    """One number over the complete days that end with `day`, unrounded; None where too few of them have it.

    A missing number is no 0, and a day that the tracker may still add to would pull the average down.
    """
    known = [number for record in last_days(records, day, days) if (number := known_number(record, name)) is not None]
    return sum(known, Decimal()) / len(known) if len(known) >= ENOUGH[days] else None


def averages(records: Mapping[date, DayRecord], day: date) -> dict[str, dict[str, Decimal | None]]:
    """All of them: by the number of days ("7", "28"), then by the number's name."""
    return {str(days): {name: average(records, day, days, name) for name in MOST} for days in ENOUGH}


def known_number(record: DayRecord | None, name: str) -> Decimal | None:
    """A complete day's number; None where the day is missing or incomplete, or lacks the number."""
    return record.number(name) if record and record.complete else None
