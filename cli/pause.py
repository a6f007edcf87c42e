"""./daily pause and ./daily resume: nothing is posted by itself for a while.

The pause stands in the ledger: the schedule's own state would be switched on again by the next deployment.
"""

from __future__ import annotations

from datetime import date, datetime

import click

from cli import record
from cli.checks.deployment import next_start
from cli.deployed import Deployed
from cli.errors import one_sentence
from cli.target import find_target
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import Rows
from fitbit_daily.domain.ledger import Pause
from fitbit_daily.domain.ranges import days_of


@click.command()
def pause() -> None:
    """Post nothing by itself until ./daily resume.

    The days whose start falls into the pause count as never due: no night makes them good, and no mail names them.
    What is typed by hand, such as ./daily run, works as ever. An execution that is running goes on to its end.
    """
    target = find_target()
    target.say()
    deployed = Deployed(target)
    since = paused_since(rows_of_no_day(deployed))
    if since is not None:
        click.echo(f"It is paused already, since {_at(since, deployed)}. To go on, type: ./daily resume")
        return
    begin_pause(deployed)
    click.echo("Paused: nothing is posted by itself any more. To go on, type: ./daily resume")
    for each in record.running(deployed):
        click.echo(f"{each.day} is under way, and goes on to its end: ./daily status {each.day}")


@click.command()
def resume() -> None:
    """Go on after ./daily pause."""
    target = find_target()
    target.say()
    deployed = Deployed(target)
    lasting = [each for each in rows_of_no_day(deployed).pauses if each.until is None]
    now = utc_now()
    with one_sentence():
        for each in lasting:
            deployed.ledger.resume(each, now)
    calendar = deployed.calendar
    following = next_start(calendar.time_of_day, calendar.zone, now)
    click.echo(f"{'It goes on' if lasting else 'It was not paused'}: the next start is at {_at(following, deployed)}.")
    left_out = _left_out(lasting, calendar, now)
    if left_out:
        click.echo(
            f"The pause has left out {left_out}. Nothing makes that good by itself; to post one of these days, type: "
            "./daily run --date YYYY-MM-DD"
        )


def paused_since(rows: Rows) -> datetime | None:
    return min((each.since for each in rows.pauses if each.until is None), default=None)


def begin_pause(deployed: Deployed) -> None:
    with one_sentence():
        deployed.ledger.pause(utc_now())


def rows_of_no_day(deployed: Deployed) -> Rows:
    """Pauses are in those of any day."""
    with one_sentence():
        return deployed.ledger.rows(date.max)


def _left_out(pauses: list[Pause], calendar: Calendar, now: datetime) -> str:
    """The first and the last day whose start fell into the pause."""
    if not pauses:
        return ""
    first = calendar.yesterday(min(each.since for each in pauses))
    days = [
        day
        for day in days_of(first, calendar.yesterday(now))
        if calendar.exists(day) and any(each.since <= calendar.scheduled_start(day) <= now for each in pauses)
    ]
    if not days:
        return ""
    return str(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]}"


def _at(moment: datetime, deployed: Deployed) -> str:
    return f"{moment.astimezone(deployed.calendar.zone):%a %Y-%m-%d %H:%M}"
