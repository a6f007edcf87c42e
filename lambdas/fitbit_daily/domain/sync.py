"""Is a day's data complete, and if not, how long to wait before looking again?

Fitbit's trackers are said to keep a day's totals for 30 days. What has not been synced by then is lost, so that the
numbers are as complete as they will ever be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

TRACKER_MEMORY = timedelta(days=30)


@dataclass(frozen=True)
class Verdict:
    """wait_seconds is 0 where there is nothing to wait for, or no more time to wait."""

    complete: bool
    wait_seconds: int


def judge(
    *,
    day_ends_at: datetime,
    synced_until: datetime | None,
    sleep_processing: bool,
    gives_up_at: datetime,
    look_every: timedelta,
    now: datetime,
) -> Verdict:
    """synced_until: how far the source's data are known to reach; None if it does not tell."""
    if is_complete(day_ends_at=day_ends_at, synced_until=synced_until, sleep_processing=sleep_processing, now=now):
        return Verdict(complete=True, wait_seconds=0)
    left = (gives_up_at - now).total_seconds()
    return Verdict(complete=False, wait_seconds=math.ceil(max(0.0, min(look_every.total_seconds(), left))))


def is_complete(*, day_ends_at: datetime, synced_until: datetime | None, sleep_processing: bool, now: datetime) -> bool:
    """Are a day's numbers as complete as they will ever be?"""
    synced = synced_until is not None and synced_until >= day_ends_at and not sleep_processing
    return synced or now >= day_ends_at + TRACKER_MEMORY
