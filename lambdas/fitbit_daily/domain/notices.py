"""What the owner is told of, and how often: pure decisions over what is, and what has been told already.

At each event, and once a day without one, all open days of the ledger are looked at. What passes by itself is told once
a day that it has touched; what needs a person at once, and weekly while it lasts; a day that no night will try again,
once; days that only want a sync, as one trouble. The first success after a trouble ends it, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from fitbit_daily.domain.catalogue import UNSYNCED, cure
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import Day, DayStatus, last_night
from fitbit_daily.domain.events import SILENCE, THROTTLING, Alarm, Ended, Facts
from fitbit_daily.domain.told import Told, Trouble

# A week, and half a day less: an execution may wait for its tracker until noon, and the week after it does not; nor is
# every day 24 hours long.
REPEAT_AFTER = timedelta(days=7) - timedelta(hours=12)
# Long enough before an authorisation ends that a weekend may pass.
EXPIRES_SOON = timedelta(days=3)

# The names of troubles. What needs a person has its class behind it.
_PERSON, _THROTTLING = "person ", "throttling"
_NOT_SYNCED, _INCOMPLETE, _BATTERY, _HISTORY, _CATCH_UP, _EXPIRY = (
    "not synced",
    "incomplete",
    "battery",
    "history",
    "catch up",
    "expiry ",
)


@dataclass(frozen=True)
class TriedAgain:
    """A day has failed by what passes by itself; the nights try it again, the last time at `until`."""

    day: Day
    until: datetime


@dataclass(frozen=True)
class NeedsPerson:
    """Days, oldest first, fail with what only a person can cure; since: set where it was told before."""

    days: tuple[Day, ...]
    since: date | None = None


@dataclass(frozen=True)
class GivenUp:
    """Open days, oldest first, that no night will try again; `back`: in how many days they all are."""

    days: tuple[Day, ...]
    back: int


@dataclass(frozen=True)
class NotSynced:
    """unposted: days that wait for nothing but a sync; incomplete: days that were posted without it."""

    since: date
    unposted: tuple[date, ...] = ()
    incomplete: tuple[date, ...] = ()


@dataclass(frozen=True)
class WorksAgain:
    """missing: the days that are still open; `back`: in how many days they all are."""

    day: date
    missing: tuple[date, ...]
    back: int


@dataclass(frozen=True)
class Silent:
    pass


@dataclass(frozen=True)
class Throttled:
    pass


@dataclass(frozen=True)
class AuthorizationEnds:
    at: datetime


@dataclass(frozen=True)
class BatteryLow:
    pass


@dataclass(frozen=True)
class HistoryNotKept:
    day: date


@dataclass(frozen=True)
class CatchUpFailed:
    day: date


@dataclass(frozen=True)
class AlertChanged:
    day: date
    rule: str
    crossed: bool


Notice = (
    TriedAgain
    | NeedsPerson
    | GivenUp
    | NotSynced
    | WorksAgain
    | Silent
    | Throttled
    | AuthorizationEnds
    | BatteryLow
    | HistoryNotKept
    | CatchUpFailed
    | AlertChanged
)


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
class Nights:
    """Which days the schedule will try again by itself."""

    calendar: Calendar
    catch_up_days: int
    now: datetime

    def last(self, day: date) -> datetime | None:
        """The last night that will try it, in the owner's zone; None where none will any more."""
        night = last_night(day, calendar=self.calendar, catch_up_days=self.catch_up_days)
        return night if night and night.astimezone(UTC) > self.now else None


def decide(told: Told, look: Look, *, calendar: Calendar, catch_up_days: int) -> tuple[Told, list[Notice]]:
    """What is to be told of what is, and what is remembered then."""
    event = look.event
    if look.paused or (isinstance(event, Ended) and (event.dry_run or (event.failed and not event.by_itself))):
        # Whoever starts an execution sees it end.
        return told, []
    nights = Nights(calendar, catch_up_days, look.now)
    days = _with_the_first(look)
    told = _without_settled(told, days)
    told, notices = _of_days(told, days, nights)
    if isinstance(event, Alarm):
        told, more = _of_alarm(told, event, look, explained=bool(notices) or any(day.is_missing for day in days))
        notices += more
    if isinstance(event, Ended) and event.facts is not None:
        told, more = _of_facts(told, event.day, event.facts, calendar, look.now)
        notices += more
    told = _in_outage(told, notices, days)
    if not (isinstance(event, Ended) and not event.by_itself):
        told, more = _of_recovery(told, days, nights)
        notices += more
    return told, notices


def _with_the_first(look: Look) -> list[Day]:
    """Until something has worked no day is due: then the execution itself tells that its day has failed."""
    event, days = look.event, list(look.days)
    if look.ever_worked or not isinstance(event, Ended) or not event.failed:
        return days
    failed = {"status": DayStatus.OPEN, "failure": event.error, "cause": event.cause, "execution": event.execution}
    return [
        replace(day, **failed) if day.date == event.day and day.status is not DayStatus.SETTLED else day  # type: ignore[arg-type]
        for day in days
    ]


def _without_settled(told: Told, days: Sequence[Day]) -> Told:
    """What was told of days that are settled by now, or out of sight, is over."""
    unsettled = {day.date for day in days if day.status is not DayStatus.SETTLED}
    over = [
        name
        for name, trouble in told.troubles.items()
        if name.startswith((_PERSON, _NOT_SYNCED)) and not unsettled & set(trouble.days)
    ]
    return replace(told.forgetting(*over), tried=told.tried & unsettled, given_up=told.given_up & unsettled)


def _of_days(told: Told, days: Sequence[Day], nights: Nights) -> tuple[Told, list[Notice]]:
    notices: list[Notice] = []
    missing = [day for day in days if day.is_missing]
    known = [day.date for day in days if day.status not in (DayStatus.NOT_DUE, DayStatus.WAITING)]
    newest = max(known, default=None)
    left: list[Day] = []
    for failure, group in _by_failure(missing).items():
        lasts = any(day.date == newest or nights.last(day.date) for day in group)
        if lasts and failure == UNSYNCED:
            told, more = _lasting(told, _NOT_SYNCED, group, lambda trouble, group=group: _not_synced(group), nights.now)
        elif lasts and cure(failure, language="en").needs_person:
            told, more = _lasting(
                told, _PERSON + failure, group, lambda since, group=group: NeedsPerson(tuple(group), since), nights.now
            )
        else:
            left += group
            continue
        notices += more
    for day in left:
        until = nights.last(day.date)
        if until and day.date not in told.tried:
            notices.append(TriedAgain(day, until))
            told = replace(told, tried=told.tried | {day.date})
    given_up = [day for day in left if not nights.last(day.date) and day.date not in told.given_up]
    # Where it works again, the mail that says so names them.
    if given_up and not _is_over(told, days):
        notices.append(GivenUp(tuple(given_up), _back(given_up[0].date, nights.calendar, nights.now)))
        told = replace(told, given_up=told.given_up | {day.date for day in given_up})
    return told, notices


def _is_over(told: Told, days: Sequence[Day]) -> bool:
    """Has an outage ended, though it may still be too early to say so?"""
    decided = [day for day in days if day.status in (DayStatus.SETTLED, DayStatus.OPEN)]
    if told.outage is None or not decided or decided[-1].is_missing:
        return False
    return decided[-1].date > told.outage or not any(day.is_missing for day in days)


def _by_failure(days: Iterable[Day]) -> dict[str, list[Day]]:
    groups: dict[str, list[Day]] = {}
    for day in days:
        groups.setdefault(day.failure, []).append(day)
    return groups


def _not_synced(days: Sequence[Day]) -> NotSynced:
    return NotSynced(since=days[0].date, unposted=tuple(day.date for day in days))


def _lasting(
    told: Told, name: str, days: Sequence[Day], make: Callable[[date | None], Notice], now: datetime
) -> tuple[Told, list[Notice]]:
    """Tells of a trouble that lasts, with all of its open days: at once, and again after a week."""
    before = told.troubles.get(name)
    trouble = Trouble(before.since if before else days[0].date, tuple(day.date for day in days))
    return _tell(told, name, replace(trouble, told_at=before.told_at if before else None), make, now)


def _of_alarm(told: Told, alarm: Alarm, look: Look, *, explained: bool) -> tuple[Told, list[Notice]]:
    """A lost start needs nothing of its own: its day is open. Silence is told where nothing else explains it."""
    if alarm.what == THROTTLING:
        trouble = told.troubles.get(_THROTTLING) or Trouble(look.now.date(), ())
        return _tell(told, _THROTTLING, trouble, lambda _: Throttled(), look.now)
    if alarm.what == SILENCE and look.ever_worked and not explained:
        return told, [Silent()]
    return told, []


def _in_outage(told: Told, notices: Iterable[Notice], days: Sequence[Day]) -> Told:
    """From when on a success is worth telling."""
    if not any(isinstance(notice, TriedAgain | NeedsPerson | GivenUp | Silent) for notice in notices):
        return told
    known = [day.date for day in days if day.status in (DayStatus.SETTLED, DayStatus.OPEN)]
    return replace(told, outage=max(known)) if known else told


def _of_recovery(told: Told, days: Sequence[Day], nights: Nights) -> tuple[Told, list[Notice]]:
    """It works again where a newer day is settled, or no day is left open; and nothing is under way that may change it."""
    if not _is_over(told, days) or any(day.status is DayStatus.UNDER_WAY for day in days):
        return told, []
    missing = tuple(day.date for day in days if day.is_missing)
    newest = max(day.date for day in days if day.status is DayStatus.SETTLED)
    given_up = {day for day in missing if not nights.last(day)}
    told = replace(told.forgetting(_THROTTLING), outage=None, given_up=told.given_up | given_up)
    back = _back(missing[0], nights.calendar, nights.now) if missing else 0
    return told, [WorksAgain(newest, missing, back)]


def _of_facts(told: Told, day: date, facts: Facts, calendar: Calendar, now: datetime) -> tuple[Told, list[Notice]]:
    if told.looked_at is not None and day < told.looked_at:
        return told, []
    told, notices = _of_expiry(replace(told, looked_at=day), facts, calendar, now)
    signals: tuple[tuple[str, bool | None, Notice], ...] = (
        (_BATTERY, facts.battery_low, BatteryLow()),
        (_HISTORY, facts.history_failed, HistoryNotKept(day)),
        (_CATCH_UP, facts.catch_up_failed, CatchUpFailed(day)),
    )
    for name, lasts, notice in signals:
        if lasts is False:
            told = told.forgetting(name)
        elif lasts:
            trouble = told.troubles.get(name) or Trouble(day, (day,))
            told, more = _tell(told, name, trouble, lambda _, notice=notice: notice, now)
            notices += more
    told, more = _of_incomplete(told, day, facts.complete, now)
    told, changed = _of_alerts(told, day, facts.alerts)
    return told, notices + more + changed


def _of_expiry(told: Told, facts: Facts, calendar: Calendar, now: datetime) -> tuple[Told, list[Notice]]:
    """Each time at which an authorisation ends is a trouble of its own, and told once."""
    at = facts.authorization_expires_at
    soon = at is not None and now < at <= now + EXPIRES_SOON
    name = f"{_EXPIRY}{at.isoformat()}" if at and soon else ""
    told = told.forgetting(*(other for other in told.troubles if other.startswith(_EXPIRY) and other != name))
    if at is None or not soon:
        return told, []
    trouble = told.troubles.get(name) or Trouble(now.date(), ())
    return _tell(told, name, trouble, lambda _: AuthorizationEnds(at.astimezone(calendar.zone)), now)


def _of_incomplete(told: Told, day: date, complete: bool | None, now: datetime) -> tuple[Told, list[Notice]]:
    """Days that were posted without their last sync. One is nothing to speak of; two in a row are."""
    if complete is None or _NOT_SYNCED in told.troubles:
        return told, []
    if complete:
        return told.forgetting(_INCOMPLETE), []
    before = told.troubles.get(_INCOMPLETE)
    if before is None or (before.told_at is None and day != before.days[-1] + timedelta(days=1)):
        return told.remembering(_INCOMPLETE, Trouble(day, (day,))), []
    days = (*(each for each in before.days if each != day), day)[-7:]
    trouble = replace(before, days=days)
    return _tell(told, _INCOMPLETE, trouble, lambda _: NotSynced(trouble.since, incomplete=days), now)


def _of_alerts(told: Told, day: date, alerts: Mapping[str, bool | None] | None) -> tuple[Told, list[Notice]]:
    """A rule that is gone from the settings is forgotten."""
    if alerts is None:
        return told, []
    known = {rule: told.alerts.get(rule, False) if firing is None else firing for rule, firing in alerts.items()}
    changed = [rule for rule, firing in known.items() if firing != told.alerts.get(rule, False)]
    return replace(told, alerts=known), [AlertChanged(day, rule, known[rule]) for rule in changed]


def _tell(
    told: Told, name: str, trouble: Trouble, make: Callable[[date | None], Notice], now: datetime
) -> tuple[Told, list[Notice]]:
    """Tells of a trouble, unless it was told within the week; remembers it either way."""
    if trouble.told_at is not None and now - trouble.told_at < REPEAT_AFTER:
        return told.remembering(name, trouble), []
    since = trouble.since if trouble.told_at else None
    return told.remembering(name, replace(trouble, told_at=now)), [make(since)]


def _back(first: date, calendar: Calendar, now: datetime) -> int:
    """How many days ./daily run --missing has to look back to find this one, tomorrow, too."""
    return (calendar.yesterday(now) - first).days + 2
