"""Fetch sleep: every sleep that ended on the day; and, all the data being there, whether to wait for more."""

import os
from datetime import date, datetime, timedelta

from fitbit_daily.clock import utc_now
from fitbit_daily.domain.sync import judge
from fitbit_daily.fetching import reading
from fitbit_daily.state import State
from fitbit_daily.step import step


@step
def handler(state: State) -> State:
    with reading() as (source, token):
        sleep = source.sleep(token, date.fromisoformat(state["date"]))
    synced_until = state["synced_until"]
    verdict = judge(
        day_ends_at=datetime.fromisoformat(state["day_ends_at"]),
        synced_until=datetime.fromisoformat(synced_until) if synced_until else None,
        sleep_processing=sleep.processing,
        gives_up_at=datetime.fromisoformat(state["gives_up_at"]),
        look_every=timedelta(minutes=int(os.environ["LOOK_EVERY_MINUTES"])),
        now=utc_now(),
    )
    return state | {
        "sleep": {"minutes_asleep": sleep.minutes_asleep, "processing": sleep.processing},
        "complete": verdict.complete,
        "wait_seconds": 0 if state["dry_run"] else verdict.wait_seconds,
    }
