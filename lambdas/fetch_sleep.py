"""Fetch sleep: every sleep that ended on the day, or on the three before it; and, all being there, whether to wait."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import partial

from fitbit_daily.clock import utc_now
from fitbit_daily.domain.numbers import Sleep
from fitbit_daily.domain.sync import is_complete
from fitbit_daily.domain.waiting import seconds_to_wait
from fitbit_daily.fetching import look, reading, with_earlier
from fitbit_daily.step import State, step


@step
@look
def handler(state: State) -> State:
    with reading() as (source, token):
        read_sleep = partial(source.sleeps, now=utc_now())
        sleep, earlier = with_earlier(read_sleep, token, date.fromisoformat(state["date"]), without=Sleep())
    synced_until = state["synced_until"]
    complete = is_complete(
        day_ends_at=datetime.fromisoformat(state["day_ends_at"]),
        synced_until=datetime.fromisoformat(synced_until) if synced_until else None,
        may_still_change=sleep.processing or state["activity"]["doubtful"],
    )
    with_activity = state.get("earlier", {})
    with_sleep = {day.isoformat(): asdict(of_day) for day, of_day in earlier.items()}
    return state | {
        "sleep": asdict(sleep),
        # Only days with both.
        "earlier": {
            day: with_activity[day] | {"sleep": of_day} for day, of_day in with_sleep.items() if day in with_activity
        },
        "complete": complete,
        "wait_seconds": 0 if complete or state["dry_run"] else _wait_seconds(state),
    }


def _wait_seconds(state: State) -> int:
    return seconds_to_wait(
        until=datetime.fromisoformat(state["gives_up_at"]),
        look_every=timedelta(seconds=state["look_every_seconds"]),
        now=utc_now(),
    )
