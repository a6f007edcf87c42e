"""./daily run: starts an execution, follows it, and ends as it ends."""

from __future__ import annotations

import sys
from datetime import date

import click

from cli.arguments import Day
from cli.asking import agree
from cli.days import comes_before_all
from cli.deployed import Deployed
from cli.following import leaving_it_running, run_to_its_end, start
from cli.missing import run_missing
from cli.target import find_target


@click.command()
@click.option("--date", "day", type=Day(), help="The day to post; without it, yesterday in the configured time zone.")
@click.option("--dry-run", is_flag=True, help="Post nothing, wait for nothing: only show what would be posted.")
@click.option("--force", is_flag=True, help="Post the day again, even if it is posted already.")
@click.option("--missing", is_flag=True, help="Run every one of the last 14 days that was never posted, oldest first.")
@click.option("--days", type=click.IntRange(1, 30), help="With --missing: how many days to look back, at most 30.")
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
    target = find_target()
    if missing:
        target.say()
        run_missing(target, count=days or 14, yes=yes, dry_run=dry_run, as_json=as_json)
        return
    request: dict[str, object] = {"date": day} if day else {}
    if dry_run:
        request["dry_run"] = True
    if force:
        request["force"] = True
    target.say()
    if day and not (yes or dry_run or force or target.is_local):
        _ask_where_nothing_is_known(Deployed(target), day, as_json)
    execution = start(target, request)
    with leaving_it_running(target, execution):
        ended = run_to_its_end(target, execution, as_json)
    sys.exit(0 if ended.output is not None else 1)


def _ask_where_nothing_is_known(deployed: Deployed, day: str, as_json: bool) -> None:
    if comes_before_all(deployed, date.fromisoformat(day)):
        agree(
            f"Whether {day} is posted already cannot be known: it is before the first day that was posted from here.",
            "Post it?",
            nobody=as_json,
        )
