"""Which civil day an execution is about, when that day ends, and when to give up waiting for its data.

A day is the owner's: it begins at the first instant of its date in the configured zone, is 23 or 25 hours long when
the clocks change, and does not exist at all where a zone jumped the date line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from reprlib import repr as short
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_daily.domain.ranges import days_of
from fitbit_daily.errors import InvalidInput

# The first Fitbit tracker was sold in 2009.
EARLIEST = date(2009, 1, 1)

# How long to keep asking a source that cannot be read, once the day's own time to give up is past.
PATIENCE = timedelta(hours=3)


@dataclass(frozen=True)
class CivilDays:
    """The days of a time zone: when each begins and ends, and whether it ever was."""

    zone: ZoneInfo

    def starts_at(self, day: date) -> datetime:
        """The first instant of a civil day. Where midnight is skipped, that is the moment of the skip."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC).astimezone(self.zone)

    def ends_at(self, day: date) -> datetime:
        """The first instant after a civil day."""
        return self.starts_at(day + timedelta(days=1))

    def exists(self, day: date) -> bool:
        """False for a date that the zone left out, such as 2011-12-30 in Pacific/Apia."""
        return self.starts_at(day).astimezone(UTC) < self.ends_at(day).astimezone(UTC)

    def days(self, first: date, last: date) -> list[date]:
        """Every day from the first to the last, oldest first, but for those that the zone left out."""
        return [day for day in days_of(first, last) if self.exists(day)]

    def yesterday(self, now: datetime) -> date:
        """The last civil day that was over at `now`."""
        day = now.astimezone(self.zone).date()
        while self.ends_at(day).astimezone(UTC) > now or not self.exists(day):
            day -= timedelta(days=1)
        return day


@dataclass(frozen=True)
class Calendar(CivilDays):
    """What the schedule does with a day: at which time it starts, and when it gives up waiting."""

    time_of_day: time
    give_up_at: time

    def scheduled_start(self, day: date) -> datetime:
        """When the schedule starts the execution about a day: on the day after."""
        return datetime.combine(self.ends_at(day).date(), self.time_of_day, self.zone)

    def gives_up_at(self, day: date) -> datetime:
        """When the day is posted even if the tracker has not synced: the first such time after the start."""
        start = self.scheduled_start(day)
        moment = datetime.combine(start.date(), self.give_up_at, self.zone)
        if moment.astimezone(UTC) <= start.astimezone(UTC):
            return datetime.combine(start.date() + timedelta(days=1), self.give_up_at, self.zone)
        return moment

    def deadline(self, day: date, started_at: datetime) -> datetime:
        """Until when an execution keeps asking a source that cannot be read.

        Past the day's own time to give up, the execution no longer waits for the tracker, only for the source.
        """
        gives_up_at = self.gives_up_at(day)
        return gives_up_at if started_at < gives_up_at else started_at + PATIENCE


@dataclass(frozen=True)
class Request:
    """What an execution was asked to do.

    scheduled, caught_up   whether the schedule started it, or a night's catch-up
    """

    day: date
    dry_run: bool
    force: bool
    scheduled: bool = False
    caught_up: bool = False


def read_request(given: Any, *, started_at: datetime, calendar: CivilDays) -> Request:
    """Turns an execution's input into a request; raises InvalidInput with one sentence for anything doubtful.

    "Now" is the scheduled time where the schedule gave one, else the execution's start: never the present moment,
    so that a retry, a redrive or a start delivered twice picks the same day.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput(f"The input must be a JSON object, not {type(given).__name__}.")
    unknown = sorted(set(given) - {"date", "scheduled_time", "caught_up_by", "dry_run", "force"})
    if unknown:
        raise InvalidInput(
            f"The input has {', '.join(map(short, unknown[:5]))}; "
            "allowed are 'date', 'scheduled_time', 'dry_run' and 'force'."
        )
    if "date" in given and "scheduled_time" in given:
        raise InvalidInput("The input has both 'date' and 'scheduled_time'; give one of them.")
    if "caught_up_by" in given:
        if "date" not in given:
            raise InvalidInput("The input has 'caught_up_by' without the 'date' that is caught up.")
        _read_time("caught_up_by", given["caught_up_by"])
    if "date" in given:
        day = _read_date(given["date"], calendar)
    else:
        now = _read_time("scheduled_time", given["scheduled_time"]) if "scheduled_time" in given else started_at
        day = calendar.yesterday(now)
    if calendar.ends_at(day) > started_at:
        raise InvalidInput(f"The day {day} is not over yet in {calendar.zone.key}.")
    dry_run, force = _read_flag(given, "dry_run"), _read_flag(given, "force")
    return Request(day, dry_run, force, scheduled="scheduled_time" in given, caught_up="caught_up_by" in given)


def _read_date(value: Any, calendar: CivilDays) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise ValueError
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidInput(f"The date {short(value)} is not a day of the calendar written as YYYY-MM-DD.") from None
    if day < EARLIEST:
        raise InvalidInput(f"The date {day} is before {EARLIEST}: there was no Fitbit then.")
    if day >= date.max - timedelta(days=2):
        raise InvalidInput(f"The day {day} is not over yet in {calendar.zone.key}.")
    if not calendar.exists(day):
        raise InvalidInput(f"The day {day} never was in {calendar.zone.key}: the calendar skipped it.")
    return day


def _read_time(name: str, value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        # Far ends of the calendar do not survive a change of zone.
        if not EARLIEST.year <= moment.year < date.max.year:
            raise ValueError
    except (TypeError, ValueError):
        raise InvalidInput(f"The {name} {short(value)} is not a time with its zone, as 2026-11-22T00:10:00Z.") from None
    return moment


def _read_flag(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise InvalidInput(f"The value of {name!r} must be true or false, not {short(value)}.")
    return value
