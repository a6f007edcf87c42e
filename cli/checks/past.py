"""What has become of the last two weeks: the last success, what failed, which days are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cli.checks.finding import Finding, bad, good, note
from cli.days import executions_about, last_days, missing_days, was_cured, was_due
from cli.deployed import Deployed
from cli.record import Execution
from fitbit_daily.clock import utc_now

NAMES = ("Last success", "Failures", "Missing days")

_DAYS = 14
# A day's success comes at noon at the latest where the tracker did not sync.
_TOO_LONG = timedelta(hours=48)


def past(deployed: Deployed) -> Iterator[Finding]:
    now = utc_now()
    days = last_days(deployed.calendar, _DAYS, now)
    executions = executions_about(deployed, days)
    yield _last_success(deployed, executions, now)
    yield _failures(deployed, executions)
    yield _missing(deployed, days, executions, now)


def _last_success(deployed: Deployed, executions: Sequence[Execution], now: datetime) -> Finding:
    name = "Last success"
    last = next((each for each in executions if each.status == "SUCCEEDED" and not each.dry_run), None)
    if last is None:
        if now - deployed.since < _TOO_LONG:
            return note(name, "none yet: it is newly deployed", "To see what would be posted: ./daily preview")
        return bad(name, f"none in the last {_DAYS} days", "./daily status")
    ended = last.stopped or last.started
    says = f"{ended.astimezone(deployed.calendar.zone):%a %Y-%m-%d %H:%M}, about {last.day}"
    waiting = next((each for each in executions if each.running), None)
    if waiting is not None:
        says += f"; {waiting.day} is under way"
    return good(name, says) if waiting or now - ended < _TOO_LONG else bad(name, says, "./daily status")


def _failures(deployed: Deployed, executions: Sequence[Execution]) -> Finding:
    """Those without a day had an input that made no sense, and the person who gave it was told at once."""
    name = "Failures"
    failed = [each for each in executions if each.failed and each.day and not each.dry_run]
    if not failed:
        return good(name, f"none in the last {_DAYS} days")
    open_days = sorted({str(each.day) for each in failed if not was_cured(deployed, each, executions)})
    if not open_days:
        return good(name, f"{len(failed)} in the last {_DAYS} days, all posted since")
    remedy = f"./daily status {open_days[-1]}" if len(open_days) == 1 else "./daily status"
    return bad(name, f"not posted since: {', '.join(open_days)}", remedy)


def _missing(deployed: Deployed, days: Sequence[str], executions: Sequence[Execution], now: datetime) -> Finding:
    """Only those that the schedule was there for."""
    name, since = "Missing days", deployed.since
    due = [day for day in days if was_due(deployed.calendar, day, since=since, now=now)]
    if not due:
        return good(name, "none: no day was due since it was deployed")
    found = missing_days(deployed, due, executions)
    if not found.missing:
        return good(name, f"none of the last {len(due)}")
    back = len(days) - days.index(found.missing[0])
    command = "./daily run --missing" if back == _DAYS else f"./daily run --missing --days {back}"
    return bad(name, ", ".join(found.missing), command)
