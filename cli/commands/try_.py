"""./daily try: yesterday's real numbers and the posts they would make, before there is any AWS or X account."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli.arguments import Date
from cli.asking import given_up, typed_again, with_options
from cli.consent import (
    ask_for_client,
    ask_google,
    browser_option,
    check_granted,
    client_file_option,
    warn_of_testing,
)
from cli.errors import CliError
from cli.google import ENABLE, Granted, consent_page, let_in, read_client_file, warn_of_zone
from cli.settings import settings_of_the_clone
from cli.show import say, show_posts
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import AccessToken
from fitbit_daily.domain.day import Calendar, read_request
from fitbit_daily.domain.numbers import Activity, DayNumbers, Sleep
from fitbit_daily.domain.posts import render
from fitbit_daily.domain.sync import is_complete
from fitbit_daily.errors import InvalidInput
from stacks.addresses import is_loopback
from stacks.settings import Settings

COMMAND = "./daily try"


@click.command("try")
@client_file_option
@click.option("--date", "day", type=Date(), help="The day to look at; without it, yesterday in the setting time_zone.")
@browser_option
def try_(client_file: Path | None, day: str | None, browser: bool | None) -> None:
    """See what your own numbers would post: no AWS, no X.

    You authorise in the browser, as later for good; it also shows whether Google lets you in. Nothing is stored.
    """
    again = with_options(COMMAND)
    settings = settings_of_the_clone(utc_now())
    calendar = settings.calendar
    chosen = _day(day, calendar)
    _say_where()
    console = Console(highlight=False)
    with given_up():
        if client_file is None:
            say(console, f"The Google Health API must be enabled in your Google Cloud project: {ENABLE}")
        client = read_client_file(client_file) if client_file else ask_for_client(console)
        granted = ask_google(console, client, offline=False, browser=browser, command=again)
        check_granted(granted, again)
        with typed_again(again), console.status("Asking Google Health"):
            token = granted.token(utc_now())
            zone = let_in(token)
            output = look(token, chosen, calendar, settings)
    say(console, "Google lets you in.")
    warn_of_zone(console, zone, settings.time_zone.key)
    show_posts(console, output)
    _say_next(console, output, granted)


def look(token: AccessToken, day: date, calendar: Calendar, settings: Settings) -> Mapping[str, Any]:
    """What the workflow would do for a day, in the same order; in the form of its output."""
    source, now, ends_at = GoogleHealth(), utc_now(), calendar.ends_at(day)
    synced_until = source.synced_until(token, day_ends_at=ends_at, now=now).until
    activity = source.activities(token, day, day).get(day, Activity())
    sleep = source.sleeps(token, day, day, now=now).get(day, Sleep())
    complete = is_complete(
        day_ends_at=ends_at,
        synced_until=synced_until,
        may_still_change=sleep.processing or activity.doubtful,
    )
    numbers = DayNumbers(day, activity, sleep.minutes_asleep, complete)
    posts, skipped = render(numbers, settings.language, settings.style)
    return {
        "date": day.isoformat(),
        "complete": complete,
        "posts": [
            asdict(post) | {"status": "would be posted", "destination": settings.destinations[0], "id": None}
            for post in posts
        ],
        "skipped": [asdict(each) for each in skipped],
    }


def _day(given: str | None, calendar: Calendar) -> date:
    try:
        return read_request({"date": given} if given else {}, started_at=utc_now(), calendar=calendar).day
    except InvalidInput as error:
        raise click.UsageError(error.what) from None


def _say_where() -> None:
    """To Google; or to the simulators, where the environment points there. Never anywhere else."""
    consent_page(os.environ)
    given = {name: os.environ.get(name) for name in ("GOOGLE_OAUTH_URL", "GOOGLE_HEALTH_URL")}
    for name, address in given.items():
        if address and not is_loopback(address):
            raise CliError(
                f"{name} is {address!r}, neither Google nor an address on this machine. Open a new terminal."
            )
    where = "the simulator of Google on this machine" if any(given.values()) else "Google"
    click.echo(f"Talking to {where}. Nothing is stored.", err=True)


def _say_next(console: Console, output: Mapping[str, Any], granted: Granted) -> None:
    day = output["date"]
    if not output["posts"]:
        say(console, f"\nGoogle has no numbers for {day}: was the tracker worn, and has it synced?")
        say(console, f"For another day, type: {COMMAND} --date YYYY-MM-DD")
        return
    if not output["complete"]:
        say(
            console,
            f"\nThe tracker has not synced past the end of {day}, or Google is still working out its numbers. "
            "The daily run waits for that; this look does not.",
        )
    warn_of_testing(console, granted, utc_now())
    say(console, "\nNothing was stored. Next: step 2 of docs/setup.md, X.")
