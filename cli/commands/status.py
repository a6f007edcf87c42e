"""./daily status: the last days; one day, step by step, with its posts; or the last executions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.text import Text

from cli import calendar
from cli.arguments import Date
from cli.aws import Deployed, find_deployed, side_by_side
from cli.days import (
    Days,
    Post,
    days_from,
    days_of,
    is_made_good,
    last_days,
    outlook,
    posts_of,
    settled_at,
    why,
)
from cli.executions import events_of, latest, of_day
from cli.moments import Reader
from cli.posts import address, generations
from cli.show import Step, duration, names_of, say, show_steps, show_table, steps_of
from fitbit_daily.adapters.executions import Execution, console_link
from fitbit_daily.domain.days import Day, DayStatus
from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.domain.posts import KINDS_OF, ONE_POST_A_DAY, WEEK, kinds_with


@click.command()
@click.argument("day", metavar="[DATE]", type=Date(), required=False)
@click.option("--days", "count", type=click.IntRange(1, 400), default=28, show_default=True, help="How many days.")
@click.option("--executions", is_flag=True, help="List executions, not days.")
@click.option("--last", type=click.IntRange(1, 100), default=10, show_default=True, help="How many executions to list.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(day: str | None, count: int, executions: bool, last: int, as_json: bool) -> None:
    """Show what became of the last days; with DATE, that day in full.

    In full is each execution step by step, waits and retries included, and the posts with their addresses.

    DATE is the day that was to be posted, as YYYY-MM-DD, not the day on which that happened.
    """
    deployed = find_deployed()
    console = Console(highlight=False)
    if day is not None:
        _show_day(console, deployed, day, as_json)
    elif executions:
        _show_latest(console, deployed, latest(deployed, last), as_json)
    else:
        days = last_days(deployed, count)
        if days.none_is_due and not as_json:
            # Nothing was posted yet: the executions say why.
            _show_latest(console, deployed, latest(deployed, last), as_json)
        else:
            _show_days(console, deployed, days, as_json)


def _show_days(console: Console, deployed: Deployed, days: Days, as_json: bool) -> None:
    if as_json:
        paused = days.paused_since.isoformat() if days.paused_since else None
        told = {"paused_since": paused, "days": [calendar.as_json(deployed, days, day) for day in days.days]}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    _say_paused(console, deployed, days)
    calendar.show_calendar(console, days)
    calendar.show_open(console, deployed, days)


def _say_paused(console: Console, deployed: Deployed, days: Days) -> None:
    if days.paused_since:
        since = deployed.hour(days.paused_since)
        say(console, f"Paused since {since}: nothing is posted by itself. To go on, type: ./daily resume")
        console.print()


def _show_latest(console: Console, deployed: Deployed, executions: Sequence[Execution], as_json: bool) -> None:
    days = days_of(deployed, [each for each in executions if each.failed])
    cured = [each.failed and is_made_good(each, days) for each in executions]
    if as_json:
        told = [
            _as_json(deployed, each) | {"cured": is_cured} for each, is_cured in zip(executions, cured, strict=True)
        ]
        paused = days.paused_since.isoformat() if days.paused_since else None
        click.echo(json.dumps({"paused_since": paused, "executions": told}, ensure_ascii=False))
        return
    _say_paused(console, deployed, days)
    if not executions:
        say(console, "There has been no execution yet. To post yesterday now, type: ./daily run")
        return
    zone = deployed.calendar.zone
    show_table(
        console,
        ["Day", "Started", "Took", "Outcome"],
        [
            _row(deployed, each, zone, days if is_cured else None)
            for each, is_cured in zip(executions, cured, strict=True)
        ],
    )
    # The last failure about each day; a preview that failed is nobody's affair.
    open_ones = [
        each for each, is_cured in zip(executions, cured, strict=True) if not (is_cured or each.dry_run) and each.failed
    ]
    last_of_each_day = {each.day or each.name: each for each in reversed(open_ones)}
    for each in reversed(last_of_each_day.values()):
        console.print()
        _show_failure(console, deployed, each)


def _row(deployed: Deployed, execution: Execution, zone: ZoneInfo, cured_in: Days | None) -> list[Text]:
    style = f"link {console_link(execution.arn)}" if not deployed.target.is_local else ""
    took = duration(execution.seconds) if execution.seconds is not None else ""
    text = ("dry run: " if execution.dry_run else "forced: " if execution.forced else "") + outcome(execution)
    text += f" ({_cure(execution, cured_in)})" if cured_in else ""
    is_past = cured_in or execution.dry_run
    colour = "dim" if is_past else "red" if execution.failed else "yellow" if execution.running else ""
    started = f"{execution.started.astimezone(zone):%a %Y-%m-%d %H:%M}"
    return [Text(str(execution.day or "none"), style=style), Text(started), Text(took), Text(text, style=colour)]


def _cure(execution: Execution, days: Days) -> str:
    day = days.of(execution.day)
    at = settled_at(day) if day else None
    if at is None:
        return "nothing to post"
    return "posted since" if at >= execution.started else "posted before"


def outcome(execution: Execution) -> str:
    """How it ended, in a few words."""
    if execution.running:
        return (
            "waiting to look again" if execution.state == "Wait" else f"running: {execution.state}".removesuffix(": ")
        )
    if execution.failed:
        where = f" in {execution.state}" if execution.state else ""
        what = {"TIMED_OUT": "timed out", "ABORTED": "stopped by hand"}.get(execution.status)
        return f"{what}{where}" if what else f"failed{where}: {execution.error}"
    output = execution.output or {}
    if output.get("paused"):
        return "paused: nothing was done"
    posts = output.get("posts", [])
    statuses = [str(post["status"]).replace("_", " ") for post in posts]
    of_the_day = (post for post in posts if post["kind"] != WEEK and post.get("destination") not in ONE_POST_A_DAY)
    kinds = tuple(dict.fromkeys(post["kind"] for post in of_the_day))
    alike = set(statuses) if kinds in (*KINDS_OF.values(), ()) else set()
    named = [f"{name} {status}" for name, status in zip(names_of(posts), statuses, strict=True)]
    words = list(alike) if len(alike) == 1 else named
    beside = {kind for each in kinds for kind in kinds_with(each)}
    words += [f"no {each['kind']}" for each in output.get("skipped", []) if each["kind"] in beside]
    words = words or ["nothing to post"]
    return ", ".join(words) + ("" if output.get("complete", True) else ", incomplete")


def _show_failure(console: Console, deployed: Deployed, execution: Execution) -> None:
    text = Text("✗ ", style="red")
    text.append(f"{execution.day or execution.name}: {outcome(execution)}", style="not red")
    say(console, text)
    for told in (execution.sentence, console_link(execution.arn) if not deployed.target.is_local else ""):
        if told:
            say(console, f"  {told}" if not console.is_terminal else told)


def _show_day(console: Console, deployed: Deployed, day: str, as_json: bool) -> None:
    about = date.fromisoformat(day)
    executions = of_day(deployed, about)
    days = days_from(deployed, about, about)
    # The zone may have left it out.
    standing = days.of(about) or Day(about, DayStatus.NOT_DUE)
    posts = posts_of(days.rows, about)
    steps_of_each = side_by_side(
        lambda each: steps_of(Reader().read(events_of(deployed.target, each.arn))), reversed(executions)
    )
    told = list(zip(reversed(executions), steps_of_each, strict=True))
    if as_json:
        ran = [_as_json(deployed, each) | {"steps": [step.as_json() for step in steps]} for each, steps in told]
        ledger = calendar.as_json(deployed, days, standing)
        posted = [_post_as_json(post) for post in posts]
        click.echo(json.dumps({**ledger, "executions": ran, "posts": posted}, ensure_ascii=False))
        return
    for execution, steps in told:
        _show_execution(console, deployed, execution, steps)
    if not executions:
        say(console, f"No execution about {day} is known; AWS forgets them after 90 days.")
        if not posts:
            say(console, f"To post it, type: ./daily run --date {day}")
    console.print()
    say(console, f"By the ledger: {_standing(deployed, days, standing)}")
    console.print()
    _show_posts(console, posts, deployed.calendar.zone)


def _show_execution(console: Console, deployed: Deployed, execution: Execution, steps: Sequence[Step]) -> None:
    zone = deployed.calendar.zone
    began = f"{execution.started.astimezone(zone):%a %Y-%m-%d %H:%M:%S} {zone.key}"
    how = "by schedule" if execution.scheduled else "to catch up" if execution.caught_up else "by hand"
    how += ", a dry run," if execution.dry_run else ", forced," if execution.forced else ""
    took = f", {duration(execution.seconds)}" if execution.seconds is not None else ""
    console.print()
    say(console, Text(f"{execution.day}: {outcome(execution)}", style="bold"))
    say(console, Text(f"  started {how} {began}{took}", style="dim"))
    show_steps(console, steps, zone)
    if execution.failed:
        console.print()
    for told in (execution.sentence, console_link(execution.arn) if not deployed.target.is_local else ""):
        if told:
            say(console, told)


def _standing(deployed: Deployed, days: Days, day: Day) -> str:
    """What has become of the day, and what will."""
    if day.status is DayStatus.NOT_DUE:
        return "the day is not due, and nothing posts it by itself"
    if day.status is DayStatus.OPEN:
        command = f"./daily run --date {day.date}"
        return f"open, because {why(day)}; {outlook(deployed, days, day)}; sooner, type: {command}"
    if day.status is DayStatus.WEEK_WAITS:
        command = f"./daily run --date {day.date}"
        return f"the day is posted, and its week waits for other days; sooner, with the days that there are: {command}"
    return calendar.standing(day)


def _show_posts(console: Console, posts: Sequence[Post], zone: ZoneInfo) -> None:
    if not posts:
        console.print("The ledger has no post of this day.")
        return
    show_table(
        console,
        ["Post", "Destination", "Status", "Generation", "When", "Failure"],
        [[kind, destination, *_cells(entry, zone)] for destination, kind, entry in posts],
    )
    names = names_of([{"destination": at, "kind": kind} for at, kind, _ in posts])
    for name, (destination, _, entry) in zip(names, posts, strict=True):
        for generation, post_id in generations(entry):
            if leads_to := address(destination, post_id):
                say(console, f"{name}{f', generation {generation}' if generation else ''}: {leads_to}")


def _cells(entry: Entry | None, zone: ZoneInfo) -> list[str]:
    if entry is None:
        return ["not tried yet", "", "", ""]
    at = entry.last_attempt_at
    when = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""
    status = entry.status.value + (", incomplete" if entry.incomplete else "")
    if entry.status is Status.POSTED and not entry.post_id:
        status += ", its id is not known"
    return [status, str(entry.generation), when, entry.failure]


def _as_json(deployed: Deployed, execution: Execution) -> dict[str, Any]:
    return {
        "date": execution.day.isoformat() if execution.day else None,
        "status": execution.status,
        "outcome": outcome(execution),
        "started": execution.started.isoformat(),
        "stopped": execution.stopped.isoformat() if execution.stopped else None,
        "seconds": execution.seconds,
        "scheduled": execution.scheduled,
        "dry_run": execution.dry_run,
        "forced": execution.forced,
        "step": execution.state or None,
        "error": execution.error or None,
        "message": execution.sentence or None,
        "execution": execution.arn,
        "console": None if deployed.target.is_local else console_link(execution.arn),
    }


def _post_as_json(post: Post) -> dict[str, Any]:
    destination, kind, entry = post
    told: dict[str, Any] = {"kind": kind, "destination": destination, "status": "not tried yet"}
    if entry is None:
        return told
    return told | {
        "status": entry.status.value,
        "generation": entry.generation,
        "id": entry.post_id,
        "addresses": [leads_to for _, post_id in generations(entry) if (leads_to := address(destination, post_id))],
        "incomplete": entry.incomplete,
        "when": entry.last_attempt_at.isoformat() if entry.last_attempt_at else None,
        "failure": entry.failure or None,
        "text": entry.text,
    }
