"""Which days were never posted: by the ledger, and by what the executions say of days without anything to post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cli import record
from cli.deployed import Deployed, side_by_side
from cli.errors import one_sentence
from cli.record import Execution
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.ledger import Status
from fitbit_daily.domain.posting import IN_ANOTHER_STYLE
from fitbit_daily.domain.posts import KINDS, KINDS_OF

# Starts are delivered late at times, and a run takes a minute.
_LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Days:
    """Oldest first. `under_way`: an execution is about to post them, or waits for the tracker."""

    missing: list[str]
    under_way: list[str]


def last_days(calendar: Calendar, count: int, now: datetime) -> list[str]:
    """The last civil days that are over, oldest first."""
    yesterday = calendar.yesterday(now)
    days = (yesterday - timedelta(days=back) for back in reversed(range(count)))
    return [day.isoformat() for day in days if calendar.exists(day)]


def was_due(calendar: Calendar, day: str, *, since: datetime, now: datetime) -> bool:
    """Should the schedule, deployed at `since`, have started this day by now?"""
    following = calendar.ends_at(date.fromisoformat(day)).date()
    start = datetime.combine(following, calendar.time_of_day, calendar.zone).astimezone(UTC)
    return since <= start and start + _LATE <= now


def executions_about(deployed: Deployed, days: Sequence[str]) -> list[Execution]:
    """Every execution since the first of these days was over; none about them is older."""
    return record.since(deployed, deployed.calendar.ends_at(date.fromisoformat(days[0])).astimezone(UTC))


def missing_days(deployed: Deployed, days: Sequence[str], executions: Sequence[Execution]) -> Days:
    """The days of which a post is neither on X nor without anything to say."""

    done = side_by_side(lambda day: is_done(deployed, day, executions), days)
    lacking = [day for day, is_there in zip(days, done, strict=True) if not is_there]
    running = {each.day for each in executions if each.running and not each.dry_run}
    return Days(
        missing=[day for day in lacking if day not in running], under_way=[day for day in lacking if day in running]
    )


def is_done(deployed: Deployed, day: str, executions: Sequence[Execution]) -> bool:
    """Of every post of some style: posted, or skipped by an execution that had all the data and found no number."""
    done: set[str] = set()
    for execution in executions:
        output = execution.output
        if execution.day == day and not execution.dry_run and output is not None:
            done |= {post["kind"] for post in output.get("posts", [])}
            skipped = output.get("skipped", []) if output.get("complete") else []
            done |= {each["kind"] for each in skipped if each["reason"] != IN_ANOTHER_STYLE}
    return _is_whole(done) or _is_whole(done | {kind for kind in KINDS if _is_posted(deployed, day, kind)})


def _is_whole(kinds: set[str]) -> bool:
    return any(kinds.issuperset(of_a_style) for of_a_style in KINDS_OF.values())


def _is_posted(deployed: Deployed, day: str, kind: str) -> bool:
    with one_sentence():
        entry = deployed.ledger.read(day, kind)
    return entry is not None and entry.status is Status.POSTED


def was_cured(deployed: Deployed, failed: Execution, executions: Sequence[Execution]) -> bool:
    """Has the day of a failed execution been posted since: by a later one, or by hand in the ledger?"""
    if failed.day is None or failed.dry_run:
        return False
    later = (each for each in executions if each.day == failed.day and each.started > failed.started)
    if any(each.status == "SUCCEEDED" and not each.dry_run for each in later):
        return True
    return is_done(deployed, failed.day, executions)
