"""Past days for the history: which may be asked for, in which pieces, and which of them have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from fitbit_daily.domain.day import CivilDays, read_request
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.sync import TRACKER_MEMORY
from fitbit_daily.errors import InvalidInput

# The first and the last day.
Chunk = tuple[date, date]


def past_days(first: str, last: str, *, calendar: CivilDays, now: datetime) -> Chunk:
    """Two days as they are typed; raises InvalidInput, one sentence, for anything but past days in order."""
    begin, end = (read_request({"date": given}, started_at=now, calendar=calendar).day for given in (first, last))
    if begin > end:
        raise InvalidInput(f"The first day, {begin}, is after the last one, {end}.")
    return begin, end


def chunks_of(wanted: Sequence[date], longest: int) -> list[Chunk]:
    """Ranges of at most so many days that cover all these, which are in their order; the newest first."""
    left, chunks = list(wanted), []
    while left:
        last = left[-1]
        first = next(day for day in left if day > last - timedelta(days=longest))
        chunks.append((first, last))
        left = [day for day in left if day < first]
    return chunks


def may_be_unsynced(last: date, *, calendar: CivilDays, now: datetime) -> bool:
    """Is it worth asking how far the tracker has synced? No sync changes days older than its memory."""
    return now < calendar.ends_at(last) + TRACKER_MEMORY


def differs(record: DayRecord, stored: DayRecord | None) -> bool:
    """Has the day changed? When it was read makes no difference: an unchanged day is not written again."""
    return stored is None or replace(record, fetched_at=stored.fetched_at) != stored
