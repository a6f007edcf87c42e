"""Catch up: for each of the last days that should be posted and is not, an execution of its own is started.

Only by what the schedule starts: the source can be read by now, and no destination can have failed yet. The execution's
name is made of the day and the night that starts it, so that a retry, a redrive or a double start starts nothing twice.
"""

from datetime import date, timedelta
from functools import partial

from fitbit_daily.adapters.executions import ending, start
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.days import judge, looked_up, name_of_catch_up
from fitbit_daily.environment import CatchUpEnvironment
from fitbit_daily.log import logger
from fitbit_daily.step import State, step


@step
def handler(state: State) -> State:
    environment = CatchUpEnvironment.read()
    days = environment.catch_up_days
    if not (state["scheduled"] and days) or state["dry_run"]:
        return state
    tonight = date.fromisoformat(state["date"])
    first, last = tonight - timedelta(days=days), tonight - timedelta(days=1)
    rows = LedgerTable(environment.ledger_table).rows(first).at(environment.destinations)
    judged = judge(rows, first, last, calendar=environment.calendar, now=utc_now())
    # Who took a day on may have failed long before it would have given up, or be redriven.
    known = looked_up(judged, partial(ending, state["state_machine"]))
    missing = [day.date for day in known if day.is_to_be_caught_up]
    for day in missing:
        started = start(
            state["state_machine"],
            name=name_of_catch_up(day, tonight),
            given={"date": day.isoformat(), "caught_up_by": state["day_ends_at"]},
        )
        logger.info("caught up" if started else "caught up before", day=day.isoformat())
    return state | {"caught_up": [day.isoformat() for day in missing]}
