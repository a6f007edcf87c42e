"""What became of a day, by the ledger. The steps, the mails and every command ask here.

A day is settled when each post of its plan is posted or has nothing to say. A day is due where one of its kinds was in
force on it, and its start did not fall into a pause; what is due and not settled is open, or under way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from fitbit_daily.domain.cures import NOT_STARTED, UNSYNCED, WEEK_WAITS, cure
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.ledger import DESTINATIONS, Due, Entry, Pause, Plan

# EventBridge Scheduler tries for an hour to deliver a start (stacks/schedule.py).
START_MAY_TAKE = timedelta(hours=1)

# How many of the last days a night may catch up.
MOST_CATCH_UP_DAYS = 14

# How many days back to look for open days, by default.
LOOK_BACK = 30

RUNNING, SUCCEEDED = "RUNNING", "SUCCEEDED"


class DayStatus(StrEnum):
    SETTLED = "settled"
    UNDER_WAY = "under way"
    OPEN = "open"
    WAITING = "waiting for its start"
    # Its own posts are settled, and the nights still try the week's.
    WEEK_WAITS = "its week waits"
    NOT_DUE = "not due"


# Something may still be posted of the day itself.
NOT_OVER_YET = (DayStatus.UNDER_WAY, DayStatus.OPEN, DayStatus.WAITING)


@dataclass(frozen=True)
class Rows:
    """What the ledger holds of the days from a first one on, and of all times: what is due since when, the pauses."""

    plans: Mapping[tuple[str, date], Plan]
    entries: Mapping[tuple[str, date, str], Entry]
    due: Mapping[tuple[str, str], Due]
    pauses: Sequence[Pause]

    @property
    def lasting_pauses(self) -> list[Pause]:
        return [pause for pause in self.pauses if pause.until is None]

    @property
    def paused_since(self) -> datetime | None:
        return min((pause.since for pause in self.lasting_pauses), default=None)

    @property
    def paused(self) -> bool:
        return bool(self.lasting_pauses)

    def at(self, destinations: Collection[str]) -> Rows:
        """Where no other destination is in use: what was settled there still is, but nothing is due."""
        return replace(self, due={key: due for key, due in self.due.items() if key[0] in destinations})

    def of(self, day: date) -> list[Entry]:
        return [entry for (_, each, _), entry in self.entries.items() if each == day]

    def kinds_due(self, destination: str, day: date) -> set[str]:
        return {kind for (of, kind), due in self.due.items() if of == destination and due.covers(day)}


@dataclass(frozen=True)
class Day:
    """failure: an open day's last error class; "" where only the execution knows it, if at all.

    execution   the name of the last execution that took the day on; "" if none did
    at_work     the executions that may be at work on it, by the ledger
    cause       the last execution's error message, where Step Functions was asked
    entries     the posts' rows
    """

    date: date
    status: DayStatus
    failure: str = ""
    execution: str = ""
    at_work: tuple[str, ...] = ()
    cause: str = ""
    entries: tuple[Entry, ...] = ()

    @property
    def is_missing(self) -> bool:
        return self.status is DayStatus.OPEN

    @property
    def is_to_be_caught_up(self) -> bool:
        return self.status in (DayStatus.OPEN, DayStatus.WEEK_WAITS)

    @property
    def unknown(self) -> list[Entry]:
        """The posts whose outcome only the destination, or a person looking there, can tell."""
        return [entry for entry in self.entries if entry.may_be_there and not entry.is_settled]


@dataclass(frozen=True)
class Ending:
    """How an execution is: RUNNING, or how it ended.

    error   its class, or the status where there is none; cause: its message
    """

    status: str
    error: str = ""
    cause: str = ""


def judge(rows: Rows, first: date, last: date, *, calendar: Calendar, now: datetime) -> list[Day]:
    """Each civil day of the range, oldest first; without days that the zone left out."""
    return [_judge(rows, day, calendar, now) for day in calendar.days(first, last)]


def looked_up(days: Iterable[Day], ending: Callable[[str], Ending | None]) -> list[Day]:
    """The same days, after asking Step Functions about the executions that matter.

    ending: looks an execution up by its name; None where it is unknown. An execution that has ended is no longer at
    work on its day, whatever the ledger says; and it knows why it failed, if it did so before it reached a post.
    """
    return [_looked_up(day, ending) for day in days]


def name_of_catch_up(day: date, night: date) -> str:
    """The name of the execution by which a night catches up an earlier day: always the same, so it starts once."""
    return f"{day}-caught-up-by-{night}"


def being_caught_up(days: Iterable[Day], started: Collection[date], night: date) -> list[Day]:
    """The same days, where a night has just started executions that may not have taken their days on yet."""
    return [
        replace(day, status=DayStatus.UNDER_WAY)
        if day.is_missing and day.date in started and day.execution != name_of_catch_up(day.date, night)
        else day
        for day in days
    ]


def last_night(day: date, *, calendar: Calendar, catch_up_days: int) -> datetime | None:
    """When the schedule starts the last execution that will catch this day up; None if catching up is off."""
    return calendar.scheduled_start(day + timedelta(days=catch_up_days)) if catch_up_days else None


def _judge(rows: Rows, day: date, calendar: Calendar, now: datetime) -> Day:
    parts = [_judge_at(rows, destination, day, calendar, now) for destination in DESTINATIONS]
    entries = tuple(entry for part in parts for entry in part.entries)
    in_use = {destination for destination, _ in rows.due}
    if any(
        part.status is DayStatus.NOT_DUE and part.execution and destination in in_use
        for destination, part in zip(DESTINATIONS, parts, strict=True)
    ):
        # Asked for by hand in a pause, it is not at all destinations in use: what one has settles nothing.
        parts = [part for part in parts if part.status is not DayStatus.SETTLED]
    for status in (*NOT_OVER_YET, DayStatus.WEEK_WAITS, DayStatus.SETTLED):
        for part in parts:
            if part.status is status:
                return replace(part, entries=entries)
    return Day(day, DayStatus.NOT_DUE, entries=entries)


def _judge_at(rows: Rows, destination: str, day: date, calendar: Calendar, now: datetime) -> Day:
    plan = rows.plans.get((destination, day))
    kinds = plan.kinds if plan else ()
    entries = {kind: rows.entries.get((destination, day, kind)) for kind in kinds}
    known = tuple(entry for entry in entries.values() if entry)
    settled = bool(plan) and all(entry and entry.is_settled for entry in entries.values())
    found = Day(
        day,
        DayStatus.SETTLED,
        execution=plan.last if plan else "",
        at_work=tuple(plan.at_work(now)) if plan else (),
        entries=known,
    )
    if settled:
        return found
    start = calendar.scheduled_start(day).astimezone(UTC)
    due = rows.kinds_due(destination, day)
    if any(pause.holds(start) for pause in rows.pauses) or not (due & set(kinds) if plan else due):
        return replace(found, status=DayStatus.NOT_DUE)
    if plan is None:
        if now < start + START_MAY_TAKE:
            return replace(found, status=DayStatus.WAITING)
        return replace(found, status=DayStatus.OPEN, failure=NOT_STARTED)
    if found.at_work:
        return replace(found, status=DayStatus.UNDER_WAY)
    failure = _failure(known, plan.last)
    only_week_waits = failure == WEEK_WAITS and len(known) == len(kinds)
    if only_week_waits and now < calendar.scheduled_start(day + timedelta(days=MOST_CATCH_UP_DAYS + 1)):
        return replace(found, status=DayStatus.WEEK_WAITS, failure=failure)
    return replace(found, status=DayStatus.OPEN, failure=failure)


def _failure(entries: Iterable[Entry], execution: str) -> str:
    """The error that the last execution met at a post; "" if it did not get that far.

    UNSYNCED only if there is no other; WEEK_WAITS only if nothing but the week's post is open.
    """
    still = [entry for entry in entries if not entry.is_settled]
    met = [entry.failure for entry in still if entry.failed_in == execution]
    if WEEK_WAITS in met and set(met) == {WEEK_WAITS} and len(met) < len(still):
        return ""
    return max(filter(None, met), key=_counts, default="")


def _counts(failure: str) -> int:
    """Of several failures, the one that a person must cure is told: the others pass, or come back."""
    if failure in (WEEK_WAITS, UNSYNCED):
        return (WEEK_WAITS, UNSYNCED).index(failure)
    return 3 if cure(failure, language="en").needs_person else 2


def _looked_up(day: Day, ending: Callable[[str], Ending | None]) -> Day:
    if day.status not in (DayStatus.UNDER_WAY, DayStatus.OPEN):
        return day
    found = {name: ending(name) for name in dict.fromkeys((*day.at_work, day.execution)) if name}
    # The last one counts, too: after a redrive it is at work longer than it said.
    if any(each and each.status == RUNNING for each in found.values()):
        return replace(day, status=DayStatus.UNDER_WAY)
    if any(each and each.status == SUCCEEDED for name, each in found.items() if name in day.at_work):
        # It finished after the ledger was read: the rows are out of date.
        return replace(day, status=DayStatus.UNDER_WAY)
    last = found.get(day.execution)
    # If two posts failed, the execution's error names one; the rows know both.
    failure = _failure(day.entries, day.execution) or day.failure or (last.error if last else "")
    return replace(day, status=DayStatus.OPEN, failure=failure, cause=last.cause if last else "")
