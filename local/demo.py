"""The demo: a day through the real workflow, to its posts, or to the mail to its owner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

import requests
from rich.console import Console

from cli.aws import Target, find_target
from cli.following import follow, run_to_its_end, start
from cli.moments import Moment, Stumbled
from cli.progress import show_progress
from cli.show import duration, show_failure, show_posts
from fitbit_daily.domain.week import DAYS
from local.cdk import ROOT, STATE
from local.mailbox import show_mail
from local.stack import Choices, LocalStack

# In real seconds: for a mail, once an execution has ended.
FOR_A_MAIL = 60


def succeed(console: Console, stack: LocalStack, day: str | None, *, week: bool = False) -> bool:
    """week: the day is the last of one, and the two weeks that end with it are in the history."""
    target = find_target()
    if week and day:
        last = date.fromisoformat(day)
        first = last - timedelta(days=2 * DAYS - 1)
        filled = ["backfill", f"--from={first}", f"--to={last - timedelta(days=1)}"]
        subprocess.run([sys.executable, "-m", "cli", *filled], cwd=ROOT, env=os.environ | stack.environment, check=True)
    ended = run_to_its_end(target, start(target, {"date": day} if day else {}))
    page = STATE / "timeline.html"
    other = stack.given.get("X_API_URL")
    page.write_bytes(requests.get(other or f"{stack.environment['LOCAL_STACK_URL']}/timeline", timeout=5).content)
    console.print(f"\nThe timeline as a page: {page.relative_to(ROOT)}")
    return ended.output is not None


def fail(console: Console, stack: LocalStack, fault: str, day: str | None) -> bool:
    """Started by the schedule, as a person who starts it sees it fail; done if it is told, or did not fail."""
    stack.switch_on(fault)
    target = find_target()
    execution = start_as_scheduled(target, scheduled_time(stack.choices, day, stack.clock.now()))
    ended = show_progress(console, without_repetitions(follow(target, execution)))
    if ended.output is None:
        show_failure(console, ended)
    else:
        show_posts(console, ended.output)
    if stack.clock.skipped > 60:
        console.print(f"\nWaits of {duration(stack.clock.skipped)} in all were skipped.", style="dim")
    stack.bus.wait_until_quiet(FOR_A_MAIL)
    for mail in stack.mailbox.mails:
        show_mail(console, mail)
    if not stack.mailbox.mails:
        console.print(f"\nNo mail was sent{'' if ended.output is None else ': the workflow got over it'}.")
    return ended.output is not None or bool(stack.mailbox.mails)


def scheduled_time(choices: Choices, day: str | None, now: datetime) -> datetime:
    """When the schedule has to start the execution about a day; without one, the last time that it had to."""
    at, zone = choices.settings.time_of_day, choices.settings.time_zone
    if day:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), at, zone)
    today = datetime.combine(now.astimezone(zone).date(), at, zone)
    return today if today.astimezone(UTC) <= now else today - timedelta(days=1)


def start_as_scheduled(target: Target, moment: datetime) -> str:
    """Starts an execution as EventBridge Scheduler does; its ARN."""
    given = {"scheduled_time": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    answer = target.client("stepfunctions").start_execution(
        stateMachineArn=target.state_machine, name=str(uuid.uuid4()), input=json.dumps(given)
    )
    return str(answer["executionArn"])


def without_repetitions(moments: Iterable[Moment]) -> Iterator[Moment]:
    """Of a step's failures that are alike, maybe dozens, only the first, and the second as what comes next."""
    told: Counter[tuple[str, str]] = Counter()
    for moment in moments:
        if isinstance(moment, Stumbled):
            told[moment.state, moment.error] += 1
            if told[moment.state, moment.error] > 2:
                continue
        yield moment
