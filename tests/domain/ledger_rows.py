"""Rows of the ledger about one day in Tokyo, for the tests of what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_daily.domain import ledger
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import Rows
from fitbit_daily.domain.ledger import Due, Entry, Pause, Plan, Status
from fitbit_daily.domain.posts import KINDS_OF


def calendar(zone: str, time_of_day: time = time(0, 10), give_up_at: time = time(12)) -> Calendar:
    return Calendar(zone=ZoneInfo(zone), time_of_day=time_of_day, give_up_at=give_up_at)


TOKYO = calendar("Asia/Tokyo", time(0, 10), time(12))
DAY = date(2026, 2, 3)
CLASSIC, COMPACT = KINDS_OF["classic"], KINDS_OF["compact"]
HOUR = timedelta(hours=1)
# The schedule starts the execution about DAY.
STARTS = datetime(2026, 2, 3, 15, 10, tzinfo=UTC)
NIGHT_AFTER = STARTS + timedelta(days=1)
UNTIL = STARTS + 24 * HOUR - timedelta(minutes=10)


def plan(
    *at_work: str, day: date = DAY, kinds: Sequence[str] = CLASSIC, until: datetime = UNTIL, last: str = ""
) -> Plan:
    return Plan("x", day, tuple(kinds), dict.fromkeys(at_work, until), last or (at_work or ("E1",))[-1])


def entry(kind: str, status: Status = Status.POSTED, *, day: date = DAY, **more: Any) -> Entry:
    blank = ledger.without_post(None, destination="x", date=str(day), kind=kind, status=status, execution="E1")
    return replace(blank, **more)


def both(status: Status, **more: Any) -> list[Entry]:
    return [entry(kind, status, **more) for kind in CLASSIC]


def due(since: date = date(2026, 1, 1), kinds: Sequence[str] = CLASSIC, until: date | None = None) -> list[Due]:
    return [Due("x", kind, since, until) for kind in kinds]


def rows(
    plans: Sequence[Plan] = (),
    entries: Sequence[Entry] = (),
    due_: Sequence[Due] | None = None,
    pauses: Sequence[Pause] = (),
) -> Rows:
    return Rows(
        {(each.destination, each.date): each for each in plans},
        {(each.destination, date.fromisoformat(each.date), each.kind): each for each in entries},
        {(each.destination, each.kind): each for each in (due() if due_ is None else due_)},
        pauses,
    )
