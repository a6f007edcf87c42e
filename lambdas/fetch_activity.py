"""Fetch activity: how far the tracker has synced, and only then the day's numbers.

A sync between the two makes complete numbers look incomplete, which costs a wait; the other way round, or side by
side, stale numbers would be taken for complete ones.
"""

from datetime import date, datetime

from fitbit_daily.clock import utc_now
from fitbit_daily.fetching import reading
from fitbit_daily.state import State
from fitbit_daily.step import step


@step
def handler(state: State) -> State:
    with reading() as (source, token):
        synced_until = source.synced_until(
            token, day_ends_at=datetime.fromisoformat(state["day_ends_at"]), now=utc_now()
        )
        activity = source.activity(token, date.fromisoformat(state["date"]))
    return state | {
        "synced_until": synced_until.isoformat() if synced_until else None,
        "activity": activity.to_state(),
    }
