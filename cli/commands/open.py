"""./daily open: the pages about what is deployed, in the browser."""

from __future__ import annotations

from datetime import date

import click

from cli import executions
from cli.arguments import Date
from cli.aws import Deployed, find_deployed
from cli.browser import has_browser, open_browser
from cli.days import days_from, last_days, posts_of
from cli.errors import CliError
from cli.posts import address, generations
from fitbit_daily.adapters.executions import console_link, machine_link
from stacks.addresses import is_loopback

ABOUT_A_DAY = ("execution", "post")

# A post of the last four weeks is the last one that anybody looks for.
_DAYS = 28


@click.command("open")
@click.argument("what", type=click.Choice(("console", "dashboard", *ABOUT_A_DAY)), default="console")
@click.argument("day", metavar="[DATE]", type=Date(), required=False)
def open(what: str, day: str | None) -> None:  # noqa: A001 (named as it is typed)
    """Open the AWS console, the dashboard, an execution or a post.

    The console is opened at the state machine; execution and post are the last ones, or those about DATE. Where there
    is no browser, the addresses are printed.
    """
    if day and what not in ABOUT_A_DAY:
        raise click.UsageError(f"DATE is for {' and '.join(ABOUT_A_DAY)}.")
    deployed = find_deployed()
    about = date.fromisoformat(day) if day else None
    pages = _timeline(deployed, what) if deployed.target.is_local else _pages(deployed, what, about)
    for page in pages:
        click.echo(page)
        if has_browser():
            open_browser(page)


def _timeline(deployed: Deployed, what: str) -> list[str]:
    """The one page that a local stack has of these, where X is simulated."""
    timeline = deployed.settings.get("X_API_URL", "")
    if what == "post" and is_loopback(timeline):
        return [timeline]
    if what == "post":
        raise CliError("This local stack posts to another X than its own: look there.")
    instead = {"execution": "./daily status", "dashboard": "./daily history"}.get(what, "./daily status --executions")
    raise CliError("The local stack has no AWS console.", f"What it would show, in short: {instead}")


def _pages(deployed: Deployed, what: str, about: date | None) -> list[str]:
    if what == "dashboard":
        return [deployed.target.output("DashboardPage")]
    if what == "execution":
        return [_execution(deployed, about)]
    if what == "post":
        return _posts(deployed, about)
    return [machine_link(deployed.target.state_machine)]


def _execution(deployed: Deployed, about: date | None) -> str:
    found = executions.of_day(deployed, about) if about else executions.latest(deployed, 1)
    if not found:
        raise CliError(f"No execution{f' about {about}' if about else ''} is known.", "See: ./daily status")
    return console_link(found[0].arn)


def _posts(deployed: Deployed, about: date | None) -> list[str]:
    """Those of one day; without one, of the last day that has any. Of each, the last that was made."""
    days = days_from(deployed, about, about) if about else last_days(deployed, _DAYS)
    for day in reversed(days.days):
        made = [(at, generations(entry)) for at, _, entry in posts_of(days.rows, day.date)]
        if found := [there for at, each in made if each and (there := address(at, each[-1][1]))]:
            return found
    raise CliError(f"No post of {about or f'the last {_DAYS} days'} is known.", "See: ./daily status")
