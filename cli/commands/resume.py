"""./daily resume: after a pause, the schedule posts again."""

from __future__ import annotations

from datetime import datetime

import click

from cli.aws import find_deployed
from cli.days import next_start, rows_of_no_day
from cli.errors import one_sentence
from cli.prose import tell
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.ledger import Pause
from fitbit_daily.domain.ranges import listed


@click.command()
def resume() -> None:
    """Go on after ./daily pause."""
    deployed = find_deployed()
    lasting = rows_of_no_day(deployed).lasting_pauses
    now = utc_now()
    with one_sentence():
        for each in lasting:
            deployed.ledger.resume(each, now)
    calendar = deployed.calendar
    following = next_start(calendar.time_of_day, calendar.zone, now)
    tell(f"{'It goes on' if lasting else 'It was not paused'}: the next start is at {deployed.hour(following)}.")
    left_out = _left_out(lasting, calendar, now)
    if left_out:
        tell(
            f"The pause has left out {left_out}. Nothing makes that good by itself; to post one of these days, type: "
            "./daily run --date YYYY-MM-DD"
        )


def _left_out(pauses: list[Pause], calendar: Calendar, now: datetime) -> str:
    """The days whose start fell into the pause."""
    if not pauses:
        return ""
    first = calendar.yesterday(min(each.since for each in pauses))
    return listed(
        day
        for day in calendar.days(first, calendar.yesterday(now))
        if any(each.since <= calendar.scheduled_start(day) <= now for each in pauses)
    )
