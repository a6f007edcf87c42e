"""./daily run --missing: the days that were never posted, oldest first, one after the other."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cli.days import last_days
from cli.deployed import Deployed
from cli.errors import CliError
from cli.following import end_of, leaving_it_running, result_of, run_to_its_end, start
from cli.moments import Ended
from cli.show import print_line
from cli.target import Target
from fitbit_daily.domain.posts import KINDS_OF
from fitbit_daily.errors import (
    DuplicateOnTimeline,
    InvalidInput,
    NeedsPerson,
    PostRejected,
    StateFromAnotherVersion,
    XKeysRefused,
    XRateLimited,
    all_errors,
)

ASKS_ABOVE = 3

# https://docs.x.com/x-api/getting-started/pricing, in dollars a post without a URL.
PRICE = 0.015

# What a person must mend, the next day would fail with, too; but for what is about this one day.
_ABOUT_ONE_DAY = (InvalidInput, StateFromAnotherVersion, PostRejected, DuplicateOnTimeline)
_STOPS = frozenset(
    error.__name__
    for error in all_errors()
    if issubclass(error, NeedsPerson | XKeysRefused | XRateLimited) and not issubclass(error, _ABOUT_ONE_DAY)
)


def run_missing(target: Target, *, count: int, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Finds the missing days of the last `count`, asks if they are many, and runs each to its end."""
    deployed = Deployed(target)
    console = Console(highlight=False, stderr=as_json)
    found = last_days(deployed, count)
    for day in found.under_way:
        print_line(console, Text(f"{day.date} is under way already: ./daily status {day.date}"))
    missing = [day.date.isoformat() for day in found.missing]
    if not missing:
        if found.none_is_due:
            print_line(
                console,
                Text("Nothing was ever posted from here: no day is missing yet. To post yesterday: ./daily run"),
            )
        else:
            console.print(f"None of the last {count} days is missing.")
        if as_json:
            click.echo(json.dumps({"missing": [], "runs": []}))
        return
    verb = "is" if len(missing) == 1 else "are"
    told = f"{len(missing)} of the last {count} days {verb} missing: {', '.join(missing)}"
    print_line(console, Text(told))
    if not (yes or dry_run):
        _ask(missing, posts_a_day=len(KINDS_OF[deployed.settings.get("STYLE", "classic")]))
    results, all_well = _run_each(console, target, missing, dry_run, as_json)
    if as_json:
        click.echo(json.dumps({"missing": missing, "runs": results}, ensure_ascii=False))
    sys.exit(0 if all_well else 1)


def _ask(missing: Sequence[str], *, posts_a_day: int) -> None:
    if len(missing) <= ASKS_ABOVE:
        return
    posts = len(missing) * posts_a_day
    question = f"Post them all? Up to {posts} posts, for which X takes about ${posts * PRICE:.2f}."
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:
        # Nobody is there to answer.
        click.echo(err=True)
        agreed = False
    if not agreed:
        raise CliError("Nothing was posted. To post them without being asked, add --yes; fewer of them: --days N")


def _run_each(
    console: Console, target: Target, missing: Sequence[str], dry_run: bool, as_json: bool
) -> tuple[list[dict[str, Any]], bool]:
    results: list[dict[str, Any]] = []
    all_well = True
    for number, day in enumerate(missing, 1):
        print_line(console, Text(f"\n{day} ({number} of {len(missing)})", style="bold"))
        execution = start(target, {"date": day, "dry_run": True} if dry_run else {"date": day})
        with leaving_it_running(target, execution):
            ended = _follow(target, execution, as_json)
        results.append({"date": day} | result_of(ended, execution))
        all_well = all_well and ended.output is not None
        left = missing[number:]
        if ended.error in _STOPS and left:
            print_line(
                console,
                Text(
                    f"\nNot tried, because the same would happen: {', '.join(left)}. "
                    "Once that is mended, type again: ./daily run --missing"
                ),
            )
            break
    return results, all_well


def _follow(target: Target, execution: str, as_json: bool) -> Ended:
    return end_of(target, execution) if as_json else run_to_its_end(target, execution)
