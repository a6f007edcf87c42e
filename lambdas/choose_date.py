"""Choose date: the execution's input becomes one civil day, and a time to give up waiting for its data."""

import os
from datetime import datetime, time
from zoneinfo import ZoneInfo

from fitbit_daily.domain.day import Calendar, read_request
from fitbit_daily.state import VERSION, State
from fitbit_daily.step import step


@step
def handler(state: State) -> State:
    calendar = Calendar(
        zone=ZoneInfo(os.environ["TIME_ZONE"]),
        time_of_day=time.fromisoformat(os.environ["TIME_OF_DAY"]),
        give_up_at=time.fromisoformat(os.environ["GIVE_UP_AT"]),
    )
    started_at = datetime.fromisoformat(state["started_at"])
    request = read_request(state["input"], started_at=started_at, calendar=calendar)
    return {
        "version": VERSION,
        "execution": state["execution"],
        "date": request.day.isoformat(),
        "day_ends_at": calendar.ends_at(request.day).isoformat(),
        "gives_up_at": calendar.gives_up_at(request.day).isoformat(),
        "dry_run": request.dry_run,
        "force": request.force,
    }
