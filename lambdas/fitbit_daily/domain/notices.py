"""What the owner is told of, and how often: pure decisions over what is, and what has been told already.

At each event, and once a day without one, all open days of the ledger are looked at. What passes by itself is told once
of each day; what needs a person at once, and weekly while it lasts; days that only want a sync, as one trouble. The
first success after a trouble ends it, once, with the days that are left. A day that no night tries again is told once:
where something goes on that keeps all days from being posted, when that is over, as no command helps before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from fitbit_daily.domain.catalogue import NOT_STARTED, UNSYNCED, cure, known_as
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import Day, DayStatus, last_night
from fitbit_daily.domain.events import SILENCE, THROTTLING, Alarm, Ended
from fitbit_daily.domain.notice_kinds import (
    GivenUp,
    NeedsPerson,
    Notice,
    NotSynced,
    Silent,
    Throttled,
    TriedAgain,
    WorksAgain,
)
from fitbit_daily.domain.notices_soon import of_facts
from fitbit_daily.domain.told import Told

# The names of troubles; what needs a person has its name in the catalogue behind it.
_PERSON, _NOT_SYNCED, _THROTTLING = "person ", "not synced", "throttling"

_NOT_OVER = (DayStatus.UNDER_WAY, DayStatus.WAITING)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Look:
    """What is: the last days, oldest first, and what has just happened, if anything.

    ever_worked   something was posted, so that days are due
    """

    days: Sequence[Day]
    paused: bool
    ever_worked: bool
    event: Ended | Alarm | None
    now: datetime


@dataclass(frozen=True)
class _Sight:
    """The days as they are, and what the nights will do about them."""

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
        """Of those of which it is known what became of them."""
        decided = [day for day in self.days if day.status in (DayStatus.SETTLED, DayStatus.OPEN)]
        return decided[-1] if decided else None

    @property
    def is_failing(self) -> bool:
        return self.newest is not None and self.newest.is_missing

    @property
    def is_busy(self) -> bool:
        """Does something go on that may change it all?"""
        return any(day.status in _NOT_OVER for day in self.days)

    def last_night(self, day: date) -> datetime | None:
        """The last that will try it by itself, or is just about it; None where none will any more."""
        night = last_night(day, calendar=self.calendar, catch_up_days=self.catch_up_days)
        if night is None or not self.ever_worked:
            return None
        tonight = self.days[-1]
        is_at_work = tonight.date == day + timedelta(days=self.catch_up_days) and tonight.status in _NOT_OVER
        return night if is_at_work or night.astimezone(UTC) > self.now else None

    def lasts(self, day: Day) -> bool:
        """Will it be met again?"""
        return day == self.newest or self.last_night(day.date) is not None

    def back(self, days: Sequence[date]) -> int:
        """How many days ./daily run --missing has to look back to find them all, tomorrow, too."""
        return (self.calendar.yesterday(self.now) - min(days)).days + 2 if days else 0


def decide(told: Told, look: Look, *, calendar: Calendar, catch_up_days: int) -> tuple[Told, list[Notice]]:
    """What is to be told of what is, and what is remembered then."""
    event = look.event
    if look.paused or (isinstance(event, Ended) and (event.dry_run or (event.failed and not event.by_itself))):
        # Whoever starts an execution sees it end.
        return told, []
    sight = _Sight(_with_what_the_ledger_does_not_know(look), look.ever_worked, calendar, catch_up_days, look.now)
    told, notices = _of_days(_without_settled(told, sight), sight)
    if isinstance(event, Alarm):
        told, more = _of_alarm(told, event, sight, explained=bool(notices))
        notices += more
    if isinstance(event, Ended) and event.facts is not None:
        told, more = of_facts(
            told,
            event.day,
            event.facts,
            not_synced=_NOT_SYNCED in told.troubles,
            reposted=[day.date for day in look.days if any(entry.generation > 1 for entry in day.entries)],
            calendar=calendar,
            now=look.now,
        )
        notices += more
    told = _in_outage(told, notices, sight)
    if not (isinstance(event, Ended) and not event.by_itself):
        told, more = _of_recovery(told, sight)
        notices += more
    return told, notices


def _with_what_the_ledger_does_not_know(look: Look) -> list[Day]:
    """Until something has worked no day is due; and an execution may end before it gets to write its day down.

    Then only itself tells that it has failed.
    """
    event, days = look.event, list(look.days)
    if not isinstance(event, Ended) or not event.failed:
        return days
    failed = {"status": DayStatus.OPEN, "failure": event.error, "cause": event.cause, "execution": event.execution}

    def is_unknown(day: Day) -> bool:
        unwritten = day.status is DayStatus.WAITING or day.failure == NOT_STARTED
        return day.date == event.day and (unwritten or (not look.ever_worked and day.status is not DayStatus.SETTLED))

    return [replace(day, **failed) if is_unknown(day) else day for day in days]  # type: ignore[arg-type]


def _without_settled(told: Told, sight: _Sight) -> Told:
    """What was told of days that are settled by now, or out of sight, is over."""
    unsettled = {day.date for day in sight.days} - sight.settled
    over = [
        name
        for name, trouble in told.troubles.items()
        if name.startswith(_PERSON) and not unsettled & set(trouble.days)
    ]
    return replace(told.forgetting(*over), failed=told.failed & unsettled, given_up=told.given_up & unsettled)


def _of_days(told: Told, sight: _Sight) -> tuple[Told, list[Notice]]:
    notices: list[Notice] = []
    known, (lasting, passing) = told.failed, _sorted(told, sight)
    for name, group in lasting.items():
        told, more = _of_lasting(told, name, group, sight)
        notices += more
    if sight.ever_worked and not sight.is_busy:
        gone = [name for name in told.troubles if name.startswith((_PERSON, _NOT_SYNCED)) and name not in lasting]
        told = told.forgetting(*gone)
    for day in passing:
        until = sight.last_night(day.date)
        if until and until.astimezone(UTC) > sight.now and day.date not in told.failed:
            notices.append(TriedAgain(day, until))
            told = replace(told, failed=told.failed | {day.date})
    told = _in_outage(told, notices, sight)
    given_up = [day for day in passing if not sight.last_night(day.date)]
    if sight.is_failing:
        # While it goes on no command helps those that were told to have failed.
        given_up = [day for day in given_up if day.date not in known]
    # Where it is over, the mail that says so names them.
    if given_up and not _is_over(told, sight):
        days = [day.date for day in given_up]
        notices.append(GivenUp(tuple(given_up), sight.back(days)))
        told = replace(told, failed=told.failed.union(days), given_up=told.given_up.union(days))
    return told, notices


def _sorted(told: Told, sight: _Sight) -> tuple[dict[str, list[Day]], list[Day]]:
    """The open days that are still to be told of: those of each trouble that lasts, by its name; and all others."""
    groups: dict[str, list[Day]] = {}
    for day in _untold(told, sight):
        name = _NOT_SYNCED if day.failure == UNSYNCED else _PERSON + known_as(day.failure) if _needs_person(day) else ""
        groups.setdefault(name, []).append(day)
    lasting = {name: group for name, group in groups.items() if name and any(map(sight.lasts, group))}
    return lasting, [day for day in _untold(told, sight) if not any(day in group for group in lasting.values())]


def _untold(told: Told, sight: _Sight) -> list[Day]:
    """The open days, but for those that are told to be given up: of these nothing is said again."""
    return [day for day in sight.missing if day.date not in told.given_up]


def _needs_person(day: Day) -> bool:
    return cure(day.failure, language="en").needs_person


def _of_lasting(told: Told, name: str, group: Sequence[Day], sight: _Sight) -> tuple[Told, list[Notice]]:
    """Tells of a trouble that lasts, with all of its open days: at once, and again after a week."""
    days = tuple(day.date for day in group)
    before = told.troubles.get(name)
    since = before.since if before and before.since not in sight.settled else days[0]
    told, due = told.lasting(name, since, days, sight.now)
    told = replace(told, failed=told.failed.union(days))
    nights = [sight.last_night(day) is not None for day in days]
    if not due:
        return told, []
    if name == _NOT_SYNCED:
        return told, [NotSynced(days[0], days, by_itself=any(nights))]
    return told, [NeedsPerson(tuple(group), by_itself=all(nights), since=since if before else None)]


def _of_alarm(told: Told, alarm: Alarm, sight: _Sight, *, explained: bool) -> tuple[Told, list[Notice]]:
    """A lost start needs nothing of its own: its day is open. Silence is told where nothing else explains it."""
    if alarm.what == THROTTLING:
        told, due = told.lasting(_THROTTLING, sight.now.date(), (), sight.now)
        return told, [Throttled()] * due
    if alarm.what == SILENCE and sight.ever_worked and not (explained or _untold(told, sight)):
        return told, [Silent()]
    return told, []


def _in_outage(told: Told, notices: Iterable[Notice], sight: _Sight) -> Told:
    """From when on a success is worth telling."""
    troubles = (TriedAgain, NeedsPerson, Silent, *([GivenUp] if sight.is_failing else []))
    if not any(isinstance(each, troubles) or (isinstance(each, NotSynced) and each.unposted) for each in notices):
        return told
    newest = sight.newest or sight.days[0]
    return replace(told, outage=newest.date - _ONE_DAY if newest.is_missing else newest.date)


def _is_over(told: Told, sight: _Sight) -> bool:
    """Has an outage ended, though it may still be too early to say so?"""
    newest = sight.newest
    return told.outage is not None and newest is not None and not newest.is_missing and newest.date > told.outage


def _of_recovery(told: Told, sight: _Sight) -> tuple[Told, list[Notice]]:
    """It works again where a newer day is settled; told when nothing is under way that may settle more."""
    if not _is_over(told, sight) or sight.is_busy or sight.newest is None:
        return told, []
    still = _untold(told, sight)
    missing = tuple(day.date for day in still)
    tried = tuple(day.date for day in still if sight.last_night(day.date) and not _needs_person(day))
    told = replace(told.forgetting(_THROTTLING), outage=None, given_up=told.given_up | (set(missing) - set(tried)))
    return told, [WorksAgain(sight.newest.date, missing, tried, sight.back(missing), none_open=not sight.missing)]
