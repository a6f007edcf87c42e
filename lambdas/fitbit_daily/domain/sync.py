"""Is a day's data complete?

Fitbit's trackers are said to keep a day's totals for 30 days. What has not been synced by then is lost: such a day is
not complete, and never will be.
"""

from __future__ import annotations

from datetime import datetime, timedelta

TRACKER_MEMORY = timedelta(days=30)

# Read again together with the day: a late sync still changes them.
EARLIER_DAYS = timedelta(days=3)


def is_complete(*, day_ends_at: datetime, synced_until: datetime | None, may_still_change: bool) -> bool:
    """synced_until: how far the source's data are known to reach; None if it does not say.

    may_still_change: the source is still working on a sleep, or gives two different values of one number.
    """
    return synced_until is not None and synced_until >= day_ends_at and not may_still_change


def is_too_old(*, day_ends_at: datetime, now: datetime) -> bool:
    """No sync will change the day any more."""
    return now >= day_ends_at + TRACKER_MEMORY
