"""What became of the days, for every command that asks: as the ledger has it, and the executions that it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from cli.aws import Deployed
from cli.errors import one_sentence
from fitbit_daily.adapters.executions import Execution, ending
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.cures import NOT_STARTED, UNSYNCED, WEEK_WAITS
from fitbit_daily.domain.days import (
    LOOK_BACK,
    RUNNING,
    Day,
    DayStatus,
    Rows,
    judge,
    last_night,
    looked_up,
)
from fitbit_daily.domain.ledger import DESTINATIONS, Entry, Status

# Destination and kind; and its row, once it was tried.
Post = tuple[str, str, Entry | None]

# How many days `./daily run --missing` looks back, where nobody says otherwise.
MISSING_OF = 14

_SETTLED = (Status.POSTED, Status.NOTHING, Status.TOO_OLD)
_IN_WORDS = {
    NOT_STARTED: "nothing has started it",
    UNSYNCED: "the tracker had not synced",
    WEEK_WAITS: "the week's post waits for other days",
    "": "nobody knows why",
}


@dataclass(frozen=True)
class Days:
    """Each civil day of a range, oldest first, and the rows of the ledger from its first day on."""

    days: Sequence[Day]
    rows: Rows

    @property
    def missing(self) -> list[Day]:
        return [day for day in self.days if day.is_missing]

    @property
    def under_way(self) -> list[Day]:
        return [day for day in self.days if day.status is DayStatus.UNDER_WAY]

    @property
    def settled(self) -> list[Day]:
        return [day for day in self.days if day.status is DayStatus.SETTLED]

    @property
    def paused_since(self) -> datetime | None:
        return self.rows.paused_since

    @property
    def none_is_due(self) -> bool:
        """Nothing has been settled yet, by the schedule or by hand: no day can be missing."""
        return not self.rows.due

    def of(self, day: date | None) -> Day | None:
        return next((each for each in self.days if each.date == day), None)


def days_from(deployed: Deployed, first: date, last: date) -> Days:
    with one_sentence():
        rows = deployed.ledger.rows(first)
        in_use = rows.at(deployed.destinations)
        judged = judge(in_use, first, last, calendar=deployed.calendar, now=utc_now())
        return Days(looked_up(judged, partial(ending, deployed.target.state_machine)), rows)


def last_days(deployed: Deployed, count: int) -> Days:
    """The last civil days that are over."""
    yesterday = deployed.calendar.yesterday(utc_now())
    return days_from(deployed, yesterday - timedelta(days=count - 1), yesterday)


def days_of(deployed: Deployed, executions: Iterable[Execution]) -> Days:
    """Those that executions were about."""
    named = [each.day for each in executions if each.day]
    if not named:
        return last_days(deployed, 1)
    return days_from(deployed, min(named), max(named))


def is_made_good(execution: Execution, days: Days) -> bool:
    """Is the day of a failed execution settled? A post that was forced in vain remains its starter's affair."""
    day = days.of(execution.day)
    return (
        not execution.dry_run
        and day is not None
        and day.status is DayStatus.SETTLED
        and all(entry.status in _SETTLED for entry in day.entries)
    )


def open_failures(executions: Iterable[Execution], days: Days) -> list[Execution]:
    """The failed executions that are somebody's affair still, in their order: those whose day is missing.

    Before anything was posted from here no day can be missing: then it is those of the nights.
    """
    missing = {day.date for day in days.missing}
    return [
        each
        for each in executions
        if each.failed and not each.dry_run and (each.day in missing or (days.none_is_due and each.is_a_nights))
    ]


def cure_of_missing(days: Days) -> str:
    """What to type for the days that are missing; there is one at least."""
    first = days.missing[0].date
    back = (days.days[-1].date - first).days + 1
    if len(days.missing) == 1 or back > LOOK_BACK:
        return f"./daily run --date {first}"
    return "./daily run --missing" + (f" --days {back}" if back > MISSING_OF else "")


def comes_before_all(deployed: Deployed, day: date) -> bool:
    """Is nothing known of a day because the ledger begins later? Then it may have been posted by other means."""
    with one_sentence():
        rows = deployed.ledger.rows(day)
    yesterday = deployed.calendar.yesterday(utc_now())
    if day > yesterday or rows.of(day) or any((destination, day) in rows.plans for destination in DESTINATIONS):
        return False
    since = [due.since for due in rows.due.values()]
    return day < min(since) if since else day != yesterday


def posts_of(rows: Rows, day: date) -> list[Post]:
    """Destination, kind and row of each post that the day has."""
    planned = [(of, kind) for (of, each), plan in rows.plans.items() if each == day for kind in plan.kinds]
    return [(of, kind, rows.entries.get((of, day, kind))) for of, kind in planned]


def still_running(deployed: Deployed, names: Iterable[str]) -> set[str]:
    """Which of these executions have not ended."""
    with one_sentence():
        found = {name: ending(deployed.target.state_machine, name) for name in names if name}
    return {name for name, how in found.items() if how is not None and how.status == RUNNING}


def settled_at(day: Day) -> datetime | None:
    """When the last attempt at one of its posts was; None where there was none."""
    return max((entry.last_attempt_at for entry in day.entries if entry.last_attempt_at), default=None)


def why(day: Day) -> str:
    """Why a day is open, in a few words."""
    return _IN_WORDS.get(day.failure, day.failure)


def tried_again_until(deployed: Deployed, days: Days, day: Day) -> datetime | None:
    """The last night that tries an open day again by itself; None where none will, as while it is paused."""
    night = last_night(day.date, calendar=deployed.calendar, catch_up_days=deployed.catch_up_days)
    return night if night and not days.rows.paused and night.astimezone(UTC) > utc_now() else None


def outlook(deployed: Deployed, days: Days, *some: Day) -> str:
    """Whether open days are tried again by themselves: all of them, or none."""
    *earlier, night = [tried_again_until(deployed, days, day) for day in some]
    if night is None:
        return "not tried again by itself"
    until = f"until {night:%a %Y-%m-%d %H:%M}"
    return f"tried again by themselves {until} at the latest" if earlier else f"tried again by itself {until}"


def missing_alike(deployed: Deployed, days: Days) -> list[list[Day]]:
    """The missing days, oldest first, those together that are missing alike."""
    return [
        list(alike)
        for _, alike in groupby(
            days.missing, lambda day: (day.failure, tried_again_until(deployed, days, day) is not None)
        )
    ]


def begin_pause(deployed: Deployed) -> None:
    with one_sentence():
        deployed.ledger.pause(utc_now())


def rows_of_no_day(deployed: Deployed) -> Rows:
    """Pauses are in those of any day."""
    with one_sentence():
        return deployed.ledger.rows(date.max)


def next_start(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    today = datetime.combine(now.astimezone(zone).date(), at, zone)
    if today.astimezone(UTC) > now:
        return today
    return datetime.combine(today.date() + timedelta(days=1), at, zone)
