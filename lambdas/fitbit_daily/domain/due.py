"""Which posts a day has, and which are due from when on: how the ledger follows the settings.

What the first execution about a day wrote down counts; today's settings count for the days that nobody took on yet.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from fitbit_daily.domain.day import CivilDays, Request
from fitbit_daily.domain.days import Rows
from fitbit_daily.domain.ledger import DESTINATIONS, Due
from fitbit_daily.domain.posts import KINDS_OF, WEEK
from fitbit_daily.domain.week import DAYS, OFF, ends_week


def kinds_of(
    rows: Rows, destination: str, request: Request, *, style: str, weekly: str, since: date
) -> tuple[str, ...]:
    """Of the day's posts: as the first execution about it wrote them down; else those of its time, and from `since` on
    those of the settings' style. On a week's last day the week's post, too, if it is due or a person asks for it."""
    day, plan = request.day, rows.plans.get((destination, request.day))
    if plan:
        return plan.kinds
    due = rows.kinds_due(destination, day)
    kinds = KINDS_OF[style_of(due if day < since else (), otherwise=style)]
    by_itself = request.scheduled or request.caught_up
    return (*kinds, WEEK) if ends_week(day, weekly) and (WEEK in due or not by_itself) else kinds


def due_since(request: Request, rows: Rows, *, style: str, calendar: CivilDays, started_at: datetime) -> date:
    """The first day on which the settings' style is due, where it is not so yet.

    A person may begin with any day of the past: the days between it and the next scheduled one are nobody's missing
    days. A day that was taken on before, in another style, stays due in that one.
    """
    yesterday = calendar.yesterday(started_at)
    first = request.day if request.scheduled or request.day >= yesterday else yesterday + timedelta(days=1)
    plans = [rows.plans.get((destination, first)) for destination in DESTINATIONS]
    in_another_style = any(plan and set(plan.kinds) - {WEEK} != set(KINDS_OF[style]) for plan in plans)
    return first + timedelta(days=1) if in_another_style else first


def begins_to_be_due(
    rows: Rows, style: str, destinations: Collection[str], day: date, *, weekly: str = OFF
) -> tuple[list[Due], list[tuple[str, str]]]:
    """What of the ledger has to follow the settings, from this day on: rows to write at once, and (destination, kind)
    whose first settled day is yet to come: of a destination that was not there before, nothing is due till it works."""
    kinds = KINDS_OF[style] if weekly == OFF else (*KINDS_OF[style], WEEK)
    wanted = {(destination, kind) for destination in destinations for kind in kinds}
    in_force = {key for key, due in rows.due.items() if due.until is None}
    changed = [replace(rows.due[key], until=max(day, rows.due[key].since)) for key in sorted(in_force - wanted)]
    at_first: list[tuple[str, str]] = []
    for destination, kind in sorted(wanted - in_force):
        if any(of == destination for of, _ in in_force):
            changed.append(Due(destination, kind, first_due(kind, day)))
        else:
            at_first.append((destination, kind))
    return changed, at_first


def first_due(kind: str, day: date) -> date:
    """The first day that has such a post, where it begins with this one: the week's is of whole weeks."""
    return day + timedelta(days=DAYS - 1) if kind == WEEK else day


def style_of(kinds: Collection[str], otherwise: str) -> str:
    """The style that these posts are of."""
    return next((style for style, of_style in KINDS_OF.items() if set(kinds) & set(of_style)), otherwise)
