"""Every notice that the owner may get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fitbit_daily.domain.days import Day


@dataclass(frozen=True)
class TriedAgain:
    """A day has failed for a reason that passes by itself; the nights try again, the last one at `until`."""

    day: Day
    until: datetime


@dataclass(frozen=True)
class ActionNeeded:
    """Days, oldest first, fail for a reason that only a person can cure.

    by_itself   once it is cured, the next night posts all of them
    since       the trouble's first day, where it was mailed before
    """

    days: tuple[Day, ...]
    by_itself: bool
    since: date | None = None


@dataclass(frozen=True)
class GivenUp:
    """Open days, oldest first, that no night will try again; the last `back` days hold them all."""

    days: tuple[Day, ...]
    back: int


@dataclass(frozen=True)
class NotSynced:
    """unposted: days that only lack a sync; incomplete: days that were posted without it.

    by_itself   after a sync, the next night posts at least the newest unposted day
    """

    since: date
    unposted: tuple[date, ...] = ()
    by_itself: bool = True
    incomplete: tuple[date, ...] = ()


@dataclass(frozen=True)
class WorksAgain:
    """The day was posted.

    missing    the days that are still open and that no mail has given up
    tried      those of them that the nights still try
    back       the last so many days hold them all
    none_open  no day is open at all, given up or not
    """

    day: date
    missing: tuple[date, ...] = ()
    tried: tuple[date, ...] = ()
    back: int = 0
    none_open: bool = True


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
    | ActionNeeded
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
