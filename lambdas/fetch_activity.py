"""Fetch activity: how far the tracker has synced, and only then the numbers, of the day and of the three before it.

A sync between the two makes complete numbers look incomplete, which costs a wait; the other way round, or side by
side, stale numbers would be taken for complete ones.
"""

from datetime import date, datetime

from fitbit_daily.clock import utc_now
from fitbit_daily.domain.numbers import Activity
from fitbit_daily.fetching import look, reading, with_earlier
from fitbit_daily.step import State, step


@step
@look
def handler(state: State) -> State:
    now = utc_now()
    with reading() as (source, token):
        sync = source.synced_until(token, day_ends_at=datetime.fromisoformat(state["day_ends_at"]), now=now)
        activity, earlier = with_earlier(
            source.activities, token, date.fromisoformat(state["date"]), without=Activity()
        )
    return state | {
        "fetched_at": now.isoformat(),
        "synced_until": sync.until.isoformat() if sync.until else None,
        "battery_low": sync.battery_low,
        "activity": activity.to_state(),
        "earlier": {day.isoformat(): {"activity": of_day.to_state()} for day, of_day in earlier.items()},
    }
