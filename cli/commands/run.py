"""./daily run: starts an execution, follows it, and ends as it ends; with --missing, for each day never posted."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cli.arguments import Date, check_is_over
from cli.asking import agree
from cli.aws import Deployed, Target, find_deployed
from cli.days import MISSING_OF, comes_before_all, last_days
from cli.errors import CliError
from cli.following import end_of, leaving_it_running, result_of, run_to_its_end, start
from cli.moments import Ended
from cli.show import say
from fitbit_daily.domain.days import LOOK_BACK
from fitbit_daily.domain.posts import kinds_at
from fitbit_daily.domain.ranges import listed
from fitbit_daily.domain.week import OFF, ends_week
from fitbit_daily.errors import (
    DuplicateOnTimeline,
    InvalidInput,
    NeedsPerson,
    PostRejected,
    RetryKeyExpired,
    StateFromAnotherVersion,
    XKeysRefused,
    XRateLimited,
    all_errors,
)

ASKS_ABOVE = 3

# https://docs.x.com/x-api/getting-started/pricing, in dollars a post without a URL.
PRICE = 0.015

# What a person must mend, the next day would fail with, too; but for what is about this one day.
_ABOUT_ONE_DAY = (InvalidInput, StateFromAnotherVersion, PostRejected, DuplicateOnTimeline, RetryKeyExpired)
_STOPS = frozenset(
    error.__name__
    for error in all_errors()
    if issubclass(error, NeedsPerson | XKeysRefused | XRateLimited) and not issubclass(error, _ABOUT_ONE_DAY)
)
_OF_A_DESTINATION = frozenset(name for name in _STOPS if name.startswith(("X", "Destination", "Line")))


@click.command()
@click.option("--date", "day", type=Date(), help="The day to post; without it, yesterday in the configured time zone.")
@click.option("--dry-run", is_flag=True, help="Post nothing, wait for nothing: only show what would be posted.")
@click.option("--force", is_flag=True, help="Post the day again, even if it is posted already.")
@click.option(
    "--missing", is_flag=True, help=f"Run every one of the last {MISSING_OF} days that was never posted, oldest first."
)
@click.option(
    "--days",
    type=click.IntRange(1, LOOK_BACK),
    help=f"With --missing: how many days to look back, at most {LOOK_BACK}.",
)
@click.option("--yes", is_flag=True, help="Do not ask: before more than 3 days are posted, or one of the distant past.")
@click.option("--json", "as_json", is_flag=True, help="Print only one JSON object: the output, or the error.")
def run(day: str | None, dry_run: bool, force: bool, missing: bool, days: int | None, yes: bool, as_json: bool) -> None:
    """Run the workflow for a day, now, and follow it to its end.

    Safe to repeat: a day that is posted is not posted again unless --force is given.
    """
    if missing and (day or force):
        raise click.UsageError(
            "--missing finds the days itself, and posts none twice: give it no --date and no --force."
        )
    if not missing and days:
        raise click.UsageError("--days is for --missing.")
    deployed = find_deployed()
    target = deployed.target
    if missing:
        _run_missing(deployed, count=days or MISSING_OF, yes=yes, dry_run=dry_run, as_json=as_json)
        return
    # The local stack's clock may be ahead of this one.
    if day and not target.is_local:
        check_is_over(day, deployed.calendar)
    request: dict[str, object] = {"date": day} if day else {}
    if dry_run:
        request["dry_run"] = True
    if force:
        request["force"] = True
    if day and not (yes or dry_run or force or target.is_local):
        _ask_where_nothing_is_known(deployed, day, as_json)
    execution = start(target, request)
    with leaving_it_running(target, execution, day):
        ended = run_to_its_end(target, execution, as_json)
    sys.exit(0 if ended.output is not None else 1)


def _ask_where_nothing_is_known(deployed: Deployed, day: str, as_json: bool) -> None:
    if comes_before_all(deployed, date.fromisoformat(day)):
        agree(
            f"Whether {day} is posted already cannot be known: it is before the first day that was posted from here.",
            "Post it?",
            nobody=as_json,
        )


def _run_missing(deployed: Deployed, *, count: int, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Finds the missing days of the last `count`, asks if they are many, and runs each to its end."""
    console = Console(highlight=False, stderr=as_json)
    found = last_days(deployed, count)
    for day in found.under_way:
        say(console, f"{day.date} is under way already: ./daily status {day.date}")
    missing = [day.date.isoformat() for day in found.missing]
    if not missing:
        if found.none_is_due:
            say(console, "Nothing was ever posted from here: no day is missing yet. To post yesterday: ./daily run")
        else:
            console.print(f"None of the last {count} days is missing.")
        if as_json:
            click.echo(json.dumps({"missing": [], "runs": []}))
        return
    verb = "is" if len(missing) == 1 else "are"
    told = f"{len(missing)} of the last {count} days {verb} missing: {listed(day.date for day in found.missing)}"
    say(console, told)
    if not (yes or dry_run):
        _ask_if_many(len(missing), _posts_of(deployed, [day.date for day in found.missing]))
    results, all_well = _run_each(console, deployed, missing, dry_run, as_json)
    if as_json:
        click.echo(json.dumps({"missing": missing, "runs": results}, ensure_ascii=False))
    sys.exit(0 if all_well else 1)


def _posts_of(deployed: Deployed, days: Sequence[date]) -> dict[str, int]:
    """How many the days may have, by destination; a week's among them."""
    style, weekly = (deployed.settings.get(name, default) for name, default in (("STYLE", "classic"), ("WEEKLY", OFF)))
    weeks = sum(ends_week(day, weekly) for day in days)
    return {each: len(days) * len(kinds_at(each, style)) + weeks for each in deployed.destinations}


def _ask_if_many(days: int, posts: Mapping[str, int]) -> None:
    if days <= ASKS_ABOVE:
        return
    on_x = posts.get("x", 0)
    price = f", for which X takes about ${on_x * PRICE:.2f}" if on_x else ""
    question = f"Post them all? Up to {sum(posts.values())} posts{price}."
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:
        # Nobody is there to answer.
        click.echo(err=True)
        agreed = False
    if not agreed:
        raise CliError("Nothing was posted. To post them without being asked, add --yes; fewer of them: --days N")


def _run_each(
    console: Console, deployed: Deployed, missing: Sequence[str], dry_run: bool, as_json: bool
) -> tuple[list[dict[str, Any]], bool]:
    results: list[dict[str, Any]] = []
    all_well, target = True, deployed.target
    for number, day in enumerate(missing, 1):
        say(console, Text(f"\n{day} ({number} of {len(missing)})", style="bold"))
        execution = start(target, {"date": day, "dry_run": True} if dry_run else {"date": day})
        with leaving_it_running(target, execution, day):
            ended = _follow(target, execution, as_json)
        results.append({"date": day} | result_of(ended, execution))
        all_well = all_well and ended.output is not None
        left = missing[number:]
        # Where one destination fails, others may still take the days that are left.
        if ended.error in _STOPS and left and not (ended.error in _OF_A_DESTINATION and len(deployed.destinations) > 1):
            say(
                console,
                f"\nNot tried, because the same would happen: {listed(map(date.fromisoformat, left))}. "
                "Once that is mended, type again: ./daily run --missing",
            )
            break
    return results, all_well


def _follow(target: Target, execution: str, as_json: bool) -> Ended:
    return end_of(target, execution) if as_json else run_to_its_end(target, execution)
