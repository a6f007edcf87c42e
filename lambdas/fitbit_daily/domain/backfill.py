"""Days of the past for the history: which may be asked for, and what is made of what the source has of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fitbit_daily.domain.day import Calendar, read_request
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.domain.ranges import days_of
from fitbit_daily.domain.sync import TRACKER_MEMORY, is_complete
from fitbit_daily.errors import InvalidInput

# How long one invocation may take: the stack sets it, and the command waits for it.
LONGEST_INVOCATION = timedelta(minutes=5)

# Where nothing tells how far the tracker has synced, it is taken to have done so this long ago.
SYNCED_BY_NOW = timedelta(days=7)


@dataclass(frozen=True)
class Order:
    """refused: the stored access token was turned down in an earlier attempt."""

    first: date
    last: date
    refused: bool = False

    def days(self, calendar: Calendar) -> list[date]:
        """Those that ever were: a zone that moved across the date line has left one out."""
        return [day for day in days_of(self.first, self.last) if calendar.exists(day)]


def read_order(given: Any, *, calendar: Calendar, now: datetime) -> Order:
    """Raises InvalidInput with one sentence for anything but two past days in their order."""
    if not isinstance(given, Mapping) or not {"first", "last"} <= set(given) <= {"first", "last", "refused"}:
        raise InvalidInput("What is asked for must be a JSON object with 'first' and 'last'.")
    try:
        days = {
            name: read_request({"date": given[name]}, started_at=now, calendar=calendar).day
            for name in ("first", "last")
        }
    except InvalidInput as error:
        raise InvalidInput(error.what) from None
    if days["first"] > days["last"]:
        raise InvalidInput(f"The first day, {days['first']}, is after the last one, {days['last']}.")
    return Order(**days, refused=given.get("refused") is True)


def may_be_unsynced(order: Order, *, calendar: Calendar, now: datetime) -> bool:
    """Is it worth asking how far the tracker has synced? What is older than its memory, no sync will change."""
    return now < calendar.ends_at(order.last) + TRACKER_MEMORY


def records_of(
    order: Order,
    activities: Mapping[date, Activity],
    sleeps: Mapping[date, Sleep],
    *,
    synced_until: datetime | None,
    calendar: Calendar,
    source: str,
    now: datetime,
) -> Iterator[DayRecord]:
    """A record of every day, even of one that the source has nothing of: so it is known that it was asked.

    now             before the source was asked
    synced_until    as the source tells; None if it does not. Steps prove a sync after the start of their day.
    """
    told = synced_until or now - SYNCED_BY_NOW
    reach = max([told, *(calendar.starts_at(day) for day, activity in activities.items() if activity.steps)])
    for day in order.days(calendar):
        activity, sleep = activities.get(day, Activity()), sleeps.get(day, Sleep())
        yield DayRecord(
            date=day,
            activity=activity,
            minutes_asleep=sleep.minutes_asleep,
            source=source,
            complete=is_complete(
                day_ends_at=calendar.ends_at(day),
                synced_until=reach,
                may_still_change=sleep.processing or activities.get(day, Activity()).doubtful,
            ),
            fetched_at=now,
        )
