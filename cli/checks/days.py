"""What has become of the last two weeks, by the ledger: the last success, what failed, which days are missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from cli import executions
from cli.aws import Deployed
from cli.checks.finding import Finding, bad, good, note
from cli.days import Days, cure_of_missing, last_days, missing_alike, open_failures, outlook, settled_at, why
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.ranges import listed

PAUSED = "Paused"
NAMES = ("Last success", "Failures", "Missing days")

_DAYS = 14
# From one start to when the next day is given up, whatever give_up_at is.
_TOO_LONG = timedelta(hours=48)


def days(deployed: Deployed) -> Iterator[Finding]:
    looked_at = last_days(deployed, _DAYS)
    since = looked_at.paused_since
    if since is not None:
        said = f"since {since.astimezone(deployed.calendar.zone):%a %Y-%m-%d %H:%M}: nothing is posted by itself"
        yield note(PAUSED, said, "./daily resume")
    yield _last_success(deployed, looked_at)
    yield _failures(deployed, looked_at)
    yield _missing(deployed, looked_at)


def _last_success(deployed: Deployed, days: Days) -> Finding:
    name, now, calendar = "Last success", utc_now(), deployed.calendar
    excused = bool(days.under_way) or days.rows.paused
    if not days.settled:
        if days.none_is_due and now - deployed.since < _TOO_LONG:
            return note(name, "none yet: it is newly deployed", "To see what would be posted: ./daily preview")
        says = f"none in the last {_DAYS} days"
        return note(name, says) if excused else bad(name, says, "./daily status")
    last = days.settled[-1]
    at = settled_at(last)
    how = f"{at.astimezone(calendar.zone):%a %Y-%m-%d %H:%M}" if at else "nothing to post"
    says = f"about {last.date}, {how}"
    says += "".join(f"; {day.date} is under way" for day in days.under_way)
    late = now - calendar.scheduled_start(last.date).astimezone(UTC) > _TOO_LONG
    return bad(name, says, "./daily status") if late and not excused else good(name, says)


def _failures(deployed: Deployed, days: Days) -> Finding:
    name = "Failures"
    since = deployed.calendar.ends_at(days.days[0].date).astimezone(UTC)
    ran = executions.since(deployed, since)
    open_days = {each.day for each in open_failures(ran, days) if each.day}
    if open_days:
        remedy = f"./daily status {max(open_days)}" if len(open_days) == 1 else "./daily status"
        return bad(name, f"not made good since: {listed(open_days)}", remedy)
    # Whoever starts an execution by hand sees it fail.
    failed = [each for each in ran if each.failed and each.is_a_nights]
    return good(name, f"{len(failed) or 'none'} in the last {_DAYS} days{', none of them open' if failed else ''}")


def _missing(deployed: Deployed, days: Days) -> Finding:
    name, missing = "Missing days", days.missing
    if days.none_is_due:
        return good(name, "none: nothing was ever posted from here, so no day is due yet")
    if not missing:
        return good(name, f"none of the last {_DAYS}")
    says = "; ".join(
        f"{listed(day.date for day in alike)} ({why(alike[0])}), {outlook(deployed, days, *alike)}"
        for alike in missing_alike(deployed, days)
    )
    return bad(name, says, cure_of_missing(days))
