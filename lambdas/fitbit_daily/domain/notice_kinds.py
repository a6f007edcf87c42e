"""Everything that the owner may be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fitbit_daily.domain.days import Day


@dataclass(frozen=True)
class TriedAgain:
    """A day has failed by what passes by itself; the nights try it again, the last time at `until`."""

    day: Day
    until: datetime


@dataclass(frozen=True)
class NeedsPerson:
    """Days, oldest first, fail with what only a person can cure.

    by_itself   once that is cured, the next night posts all of them
    since       where it was told before
    """

    days: tuple[Day, ...]
    by_itself: bool
    since: date | None = None


@dataclass(frozen=True)
class GivenUp:
    """Open days, oldest first, that no night will try again; `back`: in how many days they all are."""

    days: tuple[Day, ...]
    back: int


@dataclass(frozen=True)
class NotSynced:
    """unposted: days that wait for nothing but a sync; incomplete: days that were posted without it.

    by_itself   after a sync, the next night posts at least the last of those unposted
    """

    since: date
    unposted: tuple[date, ...] = ()
    by_itself: bool = True
    incomplete: tuple[date, ...] = ()


@dataclass(frozen=True)
class WorksAgain:
    """The day was posted.

    missing    the days that are still open, but for those of which it was told that they are given up
    tried      those of them that the nights still try by themselves
    back       in how many days they all are
    none_open  no day is open at all
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
