"""Fetch sleep: every sleep that ended on the day, or on the three before it; and, all being there, whether to wait."""

import os
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import partial

from fitbit_daily.clock import utc_now
from fitbit_daily.domain.numbers import Sleep
from fitbit_daily.domain.sync import judge
from fitbit_daily.fetching import reading, with_earlier
from fitbit_daily.metric_names import WAITS
from fitbit_daily.metrics import count
from fitbit_daily.state import State
from fitbit_daily.step import step


@step
def handler(state: State) -> State:
    with reading() as (source, token):
        read_sleep = partial(source.sleeps, now=utc_now())
        sleep, earlier = with_earlier(read_sleep, token, date.fromisoformat(state["date"]), without=Sleep())
    synced_until = state["synced_until"]
    verdict = judge(
        day_ends_at=datetime.fromisoformat(state["day_ends_at"]),
        synced_until=datetime.fromisoformat(synced_until) if synced_until else None,
        sleep_processing=sleep.processing or state["activity"]["doubtful"],
        gives_up_at=datetime.fromisoformat(state["gives_up_at"]),
        look_every=timedelta(minutes=int(os.environ["LOOK_EVERY_MINUTES"])),
        now=utc_now(),
    )
    wait_seconds = 0 if state["dry_run"] else verdict.wait_seconds
    if wait_seconds:
        count(WAITS)
    told = state.get("earlier", {})
    read = {day.isoformat(): asdict(of_day) for day, of_day in earlier.items()}
    return state | {
        "sleep": asdict(sleep),
        # Only days of which both are known.
        "earlier": {day: told[day] | {"sleep": of_day} for day, of_day in read.items() if day in told},
        "complete": verdict.complete,
        "wait_seconds": wait_seconds,
    }
