"""What the owner is told of, and how often: pure decisions over what has been told already.

A failure is told at once, and the same one again after a week; the first scheduled success ends it, once. Only what
the schedule started is told of: a person who starts an execution sees it end. Until anything has succeeded there is
nothing but failures to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.events import SILENCE, START_LOST, SUCCEEDED, THROTTLING, Alarm, Ended, Facts
from fitbit_daily.domain.told import Told, Trouble

# A week, and half a day less: an execution may wait for its tracker until noon, and the week after it does not; nor is
# every day 24 hours long.
REPEAT_AFTER = timedelta(days=7) - timedelta(hours=12)
# How far back missing days are looked for, in days: ./daily run --missing looks no further.
LOOK_BACK = 30
# Long enough before an authorisation ends that a weekend may pass.
EXPIRES_SOON = timedelta(days=3)

# The names of troubles. A scheduled success ends those that kept days from being posted.
FAILURE = "failure"
_OUTAGES = (FAILURE, SILENCE, START_LOST)
_EXPIRY, _NOT_SYNCED, _BATTERY, _HISTORY = "expiry", "not synced", "battery", "history"


@dataclass(frozen=True)
class Failed:
    """since: set where it was told before. days: those that it kept from being posted; look_back: so many hold them."""

    day: date
    step: str
    error: str
    sentence: str
    execution: str
    since: date | None = None
    days: tuple[date, ...] = ()
    look_back: int = 0


@dataclass(frozen=True)
class WorksAgain:
    day: date
    missing: tuple[date, ...]
    look_back: int


@dataclass(frozen=True)
class Silent:
    pass


@dataclass(frozen=True)
class StartLost:
    """days: those that lost starts kept from being posted, this one's too; look_back: so many hold them."""

    day: date
    days: tuple[date, ...]
    look_back: int


@dataclass(frozen=True)
class Throttled:
    pass


@dataclass(frozen=True)
class AuthorizationEnds:
    at: datetime


@dataclass(frozen=True)
class NotSynced:
    days: tuple[date, ...]


@dataclass(frozen=True)
class BatteryLow:
    pass


@dataclass(frozen=True)
class HistoryNotKept:
    day: date


@dataclass(frozen=True)
class AlertChanged:
    day: date
    rule: str
    crossed: bool


Notice = (
    Failed
    | WorksAgain
    | Silent
    | StartLost
    | Throttled
    | AuthorizationEnds
    | NotSynced
    | BatteryLow
    | HistoryNotKept
    | AlertChanged
)


def decide(told: Told, event: Ended | Alarm, *, calendar: Calendar, now: datetime) -> tuple[Told, list[Notice]]:
    """What is to be told of an event, and what is remembered then."""
    if isinstance(event, Alarm):
        return _of_alarm(told, event, calendar, now)
    if event.dry_run:
        return told, []
    if event.status != SUCCEEDED:
        return _of_failure(told, event, calendar, now) if event.scheduled else (told, [])
    told = _settle(told, event, calendar, now)
    return _of_success(told, event, calendar, now) if event.scheduled else (told, [])


def _of_failure(told: Told, event: Ended, calendar: Calendar, now: datetime) -> tuple[Told, list[Notice]]:
    name = f"{FAILURE} {event.error} {event.step}"
    before = told.troubles.get(name)
    trouble = _touch(before, event.day)
    notice = Failed(event.day, event.step, event.error, event.sentence, event.execution)
    if before is not None:
        days = _unsettled(trouble.days, told, calendar, now)
        notice = replace(notice, since=trouble.since, days=days, look_back=_look_back(days, calendar, now))
    return _tell(told, name, trouble, notice, now)


def _of_alarm(told: Told, alarm: Alarm, calendar: Calendar, now: datetime) -> tuple[Told, list[Notice]]:
    if told.works_since is None:
        return told, []
    if alarm.what == SILENCE and _explains_silence(told, calendar, now):
        return told, []
    day = calendar.yesterday(_last_start(calendar, alarm.at))
    trouble = _touch(told.troubles.get(alarm.what), day)
    if alarm.what == SILENCE:
        # It was over in between, or the alarm could not go off again.
        trouble = replace(trouble, told_at=None)
    days = _unsettled(trouble.days, told, calendar, now)
    notices: dict[str, Notice] = {
        SILENCE: Silent(),
        START_LOST: StartLost(day, days, _look_back(days, calendar, now)),
        THROTTLING: Throttled(),
    }
    return _tell(told, alarm.what, trouble, notices[alarm.what], now)


def _explains_silence(told: Told, calendar: Calendar, now: datetime) -> bool:
    """Why nothing comes was told already. What a person has cured since, day by day, is no reason any more."""
    outages = (trouble for name, trouble in told.troubles.items() if _is_outage(name) and name != SILENCE)
    return any(_unsettled(trouble.days, told, calendar, now) for trouble in outages)


def _of_success(told: Told, event: Ended, calendar: Calendar, now: datetime) -> tuple[Told, list[Notice]]:
    notices: list[Notice] = []
    if any(_is_outage(name) for name in told.troubles):
        missing = _missing(told, event.day, calendar, now)
        notices.append(WorksAgain(event.day, missing, _look_back(missing, calendar, now)))
        told = _forget(told, *filter(_is_outage, told.troubles))
    if event.facts is None or (told.looked_at is not None and event.day < told.looked_at):
        return told, notices
    told = replace(told, looked_at=event.day)
    signals = [*_signals(event.day, event.facts), *_expiry(event.facts, calendar, now)]
    current = {name for name, *_ in signals}
    told = _forget(told, *(name for name in told.troubles if name.startswith(_EXPIRY) and name not in current))
    for name, lasts, make in signals:
        told, told_now = _follow(told, name, lasts, make, event.day, now)
        notices += told_now
    told, changed = _of_alerts(told, event.day, event.facts.alerts)
    return told, notices + changed


# A trouble's name; whether it lasts, None where that is not known; what is told of it.
_Signal = tuple[str, bool | None, Callable[[Trouble], Notice]]


def _signals(day: date, facts: Facts) -> list[_Signal]:
    return [
        (_NOT_SYNCED, None if facts.complete is None else not facts.complete, lambda trouble: NotSynced(trouble.days)),
        (_BATTERY, facts.battery_low, lambda _: BatteryLow()),
        (_HISTORY, facts.history_failed, lambda _: HistoryNotKept(day)),
    ]


def _expiry(facts: Facts, calendar: Calendar, now: datetime) -> list[_Signal]:
    """Each time at which an authorisation ends is a trouble of its own, and told once."""
    at = facts.authorization_expires_at
    if at is None or not now < at <= now + EXPIRES_SOON:
        return []
    return [(f"{_EXPIRY} {at.isoformat()}", True, lambda _: AuthorizationEnds(at.astimezone(calendar.zone)))]


def _follow(
    told: Told, name: str, lasts: bool | None, make: Callable[[Trouble], Notice], day: date, now: datetime
) -> tuple[Told, list[Notice]]:
    if not lasts:
        return (told if lasts is None else _forget(told, name)), []
    before = told.troubles.get(name)
    if name != _NOT_SYNCED:
        trouble = _touch(before, day)
    elif before is None or (before.told_at is None and day != before.days[-1] + timedelta(days=1)):
        # One late day is nothing to speak of; two in a row are.
        return _remember(told, name, _touch(None, day)), []
    else:
        trouble = _touch(before, day)
    return _tell(told, name, trouble, make(trouble), now)


def _of_alerts(told: Told, day: date, alerts: Mapping[str, bool | None] | None) -> tuple[Told, list[Notice]]:
    """A rule that is gone from cdk.json is forgotten."""
    if alerts is None:
        return told, []
    known = {rule: told.alerts.get(rule, False) if firing is None else firing for rule, firing in alerts.items()}
    changed = [rule for rule, firing in known.items() if firing != told.alerts.get(rule, False)]
    return replace(told, alerts=known), [AlertChanged(day, rule, known[rule]) for rule in changed]


def _tell(told: Told, name: str, trouble: Trouble, notice: Notice, now: datetime) -> tuple[Told, list[Notice]]:
    """Tells of a trouble, unless it was told within the week; remembers it either way."""
    if trouble.told_at is not None and now - trouble.told_at < REPEAT_AFTER:
        return _remember(told, name, trouble), []
    return _remember(told, name, replace(trouble, told_at=now)), [notice]


def _remember(told: Told, name: str, trouble: Trouble) -> Told:
    return replace(told, troubles={**told.troubles, name: trouble})


def _forget(told: Told, *names: str) -> Told:
    return replace(told, troubles={name: each for name, each in told.troubles.items() if name not in names})


def _touch(trouble: Trouble | None, day: date) -> Trouble:
    if trouble is None:
        return Trouble(since=day, days=(day,))
    return replace(trouble, days=(*(each for each in trouble.days if each != day), day)[-LOOK_BACK:])


def _is_outage(name: str) -> bool:
    return name.startswith(_OUTAGES)


def _settle(told: Told, event: Ended, calendar: Calendar, now: datetime) -> Told:
    """A person may have posted any day: what can be expected of the schedule begins with the day that was due then."""
    yesterday = calendar.yesterday(now)
    days = {*told.settled, event.day}
    return replace(
        told,
        works_since=told.works_since or (event.day if event.scheduled else yesterday),
        settled=tuple(sorted(day for day in days if day >= yesterday - timedelta(days=2 * LOOK_BACK))),
    )


def _missing(told: Told, before: date, calendar: Calendar, now: datetime) -> tuple[date, ...]:
    """The days of the last weeks that should have been posted, and were not; oldest first."""
    days = (before - timedelta(days=back) for back in range(LOOK_BACK, 0, -1))
    first = told.works_since or before
    return _unsettled((day for day in days if day >= first and calendar.exists(day)), told, calendar, now)


def _unsettled(days: Iterable[date], told: Told, calendar: Calendar, now: datetime) -> tuple[date, ...]:
    """Those that nobody posted, and that ./daily run --missing still finds tomorrow: a mail is not read at once."""
    first = calendar.yesterday(now) - timedelta(days=LOOK_BACK - 2)
    return tuple(day for day in days if day >= first and day not in told.settled)


def _look_back(days: tuple[date, ...], calendar: Calendar, now: datetime) -> int:
    """How many days ./daily run --missing has to look back to find these, tomorrow, too."""
    return (calendar.yesterday(now) - min(days)).days + 2 if days else 0


def _last_start(calendar: Calendar, at: datetime) -> datetime:
    """When the schedule last had to start something."""
    today = datetime.combine(at.astimezone(calendar.zone).date(), calendar.time_of_day, calendar.zone)
    return today if today.astimezone(UTC) <= at else today - timedelta(days=1)
