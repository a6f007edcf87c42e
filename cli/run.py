"""./daily run: starts an execution, follows it, and ends as it ends."""

from __future__ import annotations

import json
import re
import sys
from datetime import date

import click
from rich.console import Console

from cli.executions import console_link, follow, start
from cli.history import Ended
from cli.show import show_failure, show_posts, show_progress
from cli.target import Target, find_target


class Day(click.ParamType[str]):
    """A day of the calendar, as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
                raise ValueError
            date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day of the calendar written as YYYY-MM-DD.", param, ctx)
        return value


@click.command()
@click.option("--date", "day", type=Day(), help="The day to post; without it, yesterday in the configured time zone.")
@click.option("--dry-run", is_flag=True, help="Post nothing, wait for nothing: only show what would be posted.")
@click.option("--force", is_flag=True, help="Post the day again, even if it is posted already.")
@click.option("--json", "as_json", is_flag=True, help="Print only one JSON object: the output, or the error.")
def run(day: str | None, dry_run: bool, force: bool, as_json: bool) -> None:
    """Run the workflow for a day, now, and follow it to its end.

    Safe to repeat: a day that is posted is not posted again unless --force is given.
    """
    request: dict[str, object] = {"date": day} if day else {}
    if dry_run:
        request["dry_run"] = True
    if force:
        request["force"] = True
    target = find_target()
    target.say()
    execution = start(target, request)
    try:
        ended = run_to_its_end(target, execution, as_json)
    except KeyboardInterrupt:
        click.echo(f"\nThe execution goes on without you: {execution}", err=True)
        if not target.is_local:
            click.echo(f"See it at {console_link(execution)}", err=True)
        sys.exit(130)
    sys.exit(0 if ended.output is not None else 1)


def run_to_its_end(target: Target, execution: str, as_json: bool = False) -> Ended:
    """Follows an execution and prints how it goes and ends."""
    if as_json:
        *_, ended = follow(target, execution)
        if not isinstance(ended, Ended):
            raise RuntimeError("an execution's moments end with its end")
        failure = {"error": ended.error, "step": ended.state, "message": ended.sentence, "execution": execution}
        click.echo(json.dumps(failure if ended.output is None else ended.output, ensure_ascii=False))
        return ended
    console = Console(highlight=False)
    ended = show_progress(console, follow(target, execution))
    if ended.output is None:
        show_failure(console, ended)
        if not target.is_local:
            console.print(f"The execution in the console: {console_link(execution)}", soft_wrap=True)
    else:
        show_posts(console, ended.output)
    return ended
