"""Which notices the owner gets, and how often: pure decisions by what is and what was mailed before.

At each event, and once a day without one, all open days of the ledger are looked at. A day that the nights try again
gets one notice. What needs a person gets one at once, and one a week while it lasts. Days that only lack a sync are one
trouble. The first success after a trouble ends it, once, with the days that are left. A day that no night tries again
gets one notice; if an outage keeps all days from being posted, it waits until that is over: no command helps before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from fitbit_daily.domain.cures import NOT_STARTED, UNSYNCED, cure, known_as
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import Day, DayStatus, last_night
from fitbit_daily.domain.events import SILENCE, THROTTLING, Alarm, ExecutionEnded
from fitbit_daily.domain.memory import Memory
from fitbit_daily.domain.notice_kinds import (
    ActionNeeded,
    GivenUp,
    Notice,
    NotSynced,
    Silent,
    Throttled,
    TriedAgain,
    WorksAgain,
)
from fitbit_daily.domain.notices_soon import of_facts

# The names of troubles. What needs a person continues with its name in the catalogue.
_PERSON, _NOT_SYNCED, _THROTTLING = "person ", "not synced", "throttling"

_NOT_OVER = (DayStatus.UNDER_WAY, DayStatus.WAITING)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Look:
    """The last days as they are, oldest first, and what has just happened, if anything.

    ever_worked   something was posted, so that days are due
    """

    days: Sequence[Day]
    paused: bool
    ever_worked: bool
    event: ExecutionEnded | Alarm | None
    now: datetime


@dataclass(frozen=True)
class _Sight:
    """The days as they are, and what the nights will still do about them."""

    days: Sequence[Day]
    ever_worked: bool
    calendar: Calendar
    catch_up_days: int
    now: datetime

    @property
    def missing(self) -> list[Day]:
        return [day for day in self.days if day.is_missing]

    @property
    def settled(self) -> set[date]:
        return {day.date for day in self.days if day.status is DayStatus.SETTLED}

    @property
    def newest(self) -> Day | None:
        """The newest day whose outcome is known."""
        decided = [day for day in self.days if day.status in (DayStatus.SETTLED, DayStatus.OPEN)]
        return decided[-1] if decided else None

    @property
    def is_failing(self) -> bool:
        return self.newest is not None and self.newest.is_missing

    @property
    def is_busy(self) -> bool:
        """Is an execution under way, or about to start, that may change it all?"""
        return any(day.status in _NOT_OVER for day in self.days)

    def last_night(self, day: date) -> datetime | None:
        """The last night that will try the day by itself, or is trying it now; None where none will."""
        night = last_night(day, calendar=self.calendar, catch_up_days=self.catch_up_days)
        if night is None or not self.ever_worked:
            return None
        tonight = self.days[-1]
        is_at_work = tonight.date == day + timedelta(days=self.catch_up_days) and tonight.status in _NOT_OVER
        return night if is_at_work or night.astimezone(UTC) > self.now else None

    def lasts(self, day: Day) -> bool:
        """Will a later execution meet the same trouble?"""
        return day == self.newest or self.last_night(day.date) is not None

    def back(self, days: Sequence[date]) -> int:
        """How many days back ./daily run --missing must look to find them all, even if typed tomorrow."""
        return (self.calendar.yesterday(self.now) - min(days)).days + 2 if days else 0


def decide(memory: Memory, look: Look, *, calendar: Calendar, catch_up_days: int) -> tuple[Memory, list[Notice]]:
    """The notices that are due, and what to remember once they are mailed."""
    event = look.event
    if look.paused or (isinstance(event, ExecutionEnded) and (event.dry_run or (event.failed and not event.by_itself))):
        # Whoever starts an execution sees it end.
        return memory, []
    sight = _Sight(_with_what_the_ledger_does_not_know(look), look.ever_worked, calendar, catch_up_days, look.now)
    memory, notices = _of_days(_without_settled(memory, sight), sight)
    if isinstance(event, Alarm):
        memory, more = _of_alarm(memory, event, sight, explained=bool(notices))
        notices += more
    if isinstance(event, ExecutionEnded) and event.facts is not None:
        memory, more = of_facts(
            memory,
            event.day,
            event.facts,
            not_synced=_NOT_SYNCED in memory.troubles,
            reposted=[day.date for day in look.days if any(entry.generation > 1 for entry in day.entries)],
            calendar=calendar,
            now=look.now,
        )
        notices += more
    memory = _in_outage(memory, notices, sight)
    if not (isinstance(event, ExecutionEnded) and not event.by_itself):
        memory, more = _of_recovery(memory, sight)
        notices += more
    return memory, notices


def _with_what_the_ledger_does_not_know(look: Look) -> list[Day]:
    """The days, with a failure that only its execution knows.

    Until something has worked no day is due, and an execution may fail before it writes its day down.
    """
    event, days = look.event, list(look.days)
    if not isinstance(event, ExecutionEnded) or not event.failed:
        return days
    failed = {"status": DayStatus.OPEN, "failure": event.error, "cause": event.cause, "execution": event.execution}

    def is_unknown(day: Day) -> bool:
        unwritten = day.status is DayStatus.WAITING or day.failure == NOT_STARTED
        return day.date == event.day and (unwritten or (not look.ever_worked and day.status is not DayStatus.SETTLED))

    return [replace(day, **failed) if is_unknown(day) else day for day in days]  # type: ignore[arg-type]


def _without_settled(memory: Memory, sight: _Sight) -> Memory:
    """Forgets days that are settled by now, or too old to be looked at."""
    unsettled = {day.date for day in sight.days} - sight.settled
    over = [
        name
        for name, trouble in memory.troubles.items()
        if name.startswith(_PERSON) and not unsettled & set(trouble.days)
    ]
    return replace(memory.forgetting(*over), failed=memory.failed & unsettled, given_up=memory.given_up & unsettled)


def _of_days(memory: Memory, sight: _Sight) -> tuple[Memory, list[Notice]]:
    notices: list[Notice] = []
    known, (lasting, passing) = memory.failed, _sorted(memory, sight)
    for name, group in lasting.items():
        memory, more = _of_lasting(memory, name, group, sight)
        notices += more
    if sight.ever_worked and not sight.is_busy:
        gone = [name for name in memory.troubles if name.startswith((_PERSON, _NOT_SYNCED)) and name not in lasting]
        memory = memory.forgetting(*gone)
    for day in passing:
        until = sight.last_night(day.date)
        if until and until.astimezone(UTC) > sight.now and day.date not in memory.failed:
            notices.append(TriedAgain(day, until))
            memory = replace(memory, failed=memory.failed | {day.date})
    memory = _in_outage(memory, notices, sight)
    given_up = [day for day in passing if not sight.last_night(day.date)]
    if sight.is_failing:
        # While the outage lasts, no command helps the days whose failure was mailed.
        given_up = [day for day in given_up if day.date not in known]
    # Once it is over, the mail that says so names them.
    if given_up and not _is_over(memory, sight):
        days = [day.date for day in given_up]
        notices.append(GivenUp(tuple(given_up), sight.back(days)))
        memory = replace(memory, failed=memory.failed.union(days), given_up=memory.given_up.union(days))
    return memory, notices


def _sorted(memory: Memory, sight: _Sight) -> tuple[dict[str, list[Day]], list[Day]]:
    """The open days that may need a notice: those of each trouble that lasts, by its name; and all others."""
    groups: dict[str, list[Day]] = {}
    for day in _unmailed(memory, sight):
        name = _NOT_SYNCED if day.failure == UNSYNCED else _PERSON + known_as(day.failure) if _needs_person(day) else ""
        groups.setdefault(name, []).append(day)
    lasting = {name: group for name, group in groups.items() if name and any(map(sight.lasts, group))}
    return lasting, [day for day in _unmailed(memory, sight) if not any(day in group for group in lasting.values())]


def _unmailed(memory: Memory, sight: _Sight) -> list[Day]:
    """The open days, without those that a mail has given up: they are not mailed again."""
    return [day for day in sight.missing if day.date not in memory.given_up]


def _needs_person(day: Day) -> bool:
    return cure(day.failure, language="en").needs_person


def _of_lasting(memory: Memory, name: str, group: Sequence[Day], sight: _Sight) -> tuple[Memory, list[Notice]]:
    """A trouble that lasts, with all its open days: mailed at once, and again after a week."""
    days = tuple(day.date for day in group)
    before = memory.troubles.get(name)
    since = before.since if before and before.since not in sight.settled else days[0]
    memory, due = memory.lasting(name, since, days, sight.now)
    memory = replace(memory, failed=memory.failed.union(days))
    nights = [sight.last_night(day) is not None for day in days]
    if not due:
        return memory, []
    if name == _NOT_SYNCED:
        return memory, [NotSynced(days[0], days, by_itself=any(nights))]
    return memory, [ActionNeeded(tuple(group), by_itself=all(nights), since=since if before else None)]


def _of_alarm(memory: Memory, alarm: Alarm, sight: _Sight, *, explained: bool) -> tuple[Memory, list[Notice]]:
    """A lost start needs no notice of its own: its day is open. Silence gets one where nothing else explains it."""
    if alarm.what == THROTTLING:
        memory, due = memory.lasting(_THROTTLING, sight.now.date(), (), sight.now)
        return memory, [Throttled()] * due
    if alarm.what == SILENCE and sight.ever_worked and not (explained or _unmailed(memory, sight)):
        return memory, [Silent()]
    return memory, []


def _in_outage(memory: Memory, notices: Iterable[Notice], sight: _Sight) -> Memory:
    """Remembers that a later success is worth a mail, and after which day."""
    troubles = (TriedAgain, ActionNeeded, Silent, *([GivenUp] if sight.is_failing else []))
    if not any(isinstance(each, troubles) or (isinstance(each, NotSynced) and each.unposted) for each in notices):
        return memory
    newest = sight.newest or sight.days[0]
    return replace(memory, outage=newest.date - _ONE_DAY if newest.is_missing else newest.date)


def _is_over(memory: Memory, sight: _Sight) -> bool:
    """Has an outage ended? It may still be too early to say so."""
    newest = sight.newest
    return memory.outage is not None and newest is not None and not newest.is_missing and newest.date > memory.outage


def _of_recovery(memory: Memory, sight: _Sight) -> tuple[Memory, list[Notice]]:
    """It works again once a newer day is settled; mailed when nothing is under way that may settle more."""
    if not _is_over(memory, sight) or sight.is_busy or sight.newest is None:
        return memory, []
    still = _unmailed(memory, sight)
    missing = tuple(day.date for day in still)
    tried = tuple(day.date for day in still if sight.last_night(day.date) and not _needs_person(day))
    memory = replace(
        memory.forgetting(_THROTTLING), outage=None, given_up=memory.given_up | (set(missing) - set(tried))
    )
    return memory, [WorksAgain(sight.newest.date, missing, tried, sight.back(missing), none_open=not sight.missing)]
