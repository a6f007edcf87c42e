"""Keep history: the day's numbers and the corrected ones of the days before are kept and compared.

Nothing that goes wrong here holds a post back: after a few tries the workflow goes on without it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.alerts import DAYS_NEEDED, evaluate, parse_all
from fitbit_daily.domain.history import DayRecord, averages, merge, records_of
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.domain.week import DAYS
from fitbit_daily.environment import KeepHistoryEnvironment
from fitbit_daily.step import State, step


@step
def handler(state: State) -> State:
    environment, day = KeepHistoryEnvironment.read(), date.fromisoformat(state["date"])
    table = HistoryTable(environment.history_table)
    records = table.read(day - timedelta(days=DAYS_NEEDED - 1), day)
    read = {reading.date: merge(records.get(reading.date), reading) for reading in _readings(state, day, environment)}
    records |= read
    if not state["dry_run"]:
        for record in read.values():
            table.write(record)
    if "week" in state:
        # For its post, which compares it with the week before.
        first = day - timedelta(days=2 * DAYS - 1)
        state["history"] = [record.to_state() for record in records.values() if record.date >= first]
    return state | {
        "averages": {
            days: {name: None if value is None else float(value) for name, value in of_days.items()}
            for days, of_days in averages(records, day).items()
        },
        "alerts": evaluate(parse_all(environment.alerts), records, day),
    }


def _readings(state: State, day: date, environment: KeepHistoryEnvironment) -> Iterator[DayRecord]:
    """The day, and the earlier days that were read together with it."""
    days = {date.fromisoformat(earlier): of_day for earlier, of_day in state.get("earlier", {}).items()} | {day: state}
    for record in records_of(
        environment.civil_days.days(min(days), day),
        {each: Activity.from_state(of_day["activity"]) for each, of_day in days.items()},
        {each: Sleep(**of_day["sleep"]) for each, of_day in days.items()},
        synced_until=datetime.fromisoformat(state["synced_until"]) if state["synced_until"] else None,
        calendar=environment.civil_days,
        source=environment.source,
        now=datetime.fromisoformat(state["fetched_at"]),
    ):
        # What the post says of the day, the history says, too.
        yield replace(record, complete=state["complete"]) if record.date == day else record
