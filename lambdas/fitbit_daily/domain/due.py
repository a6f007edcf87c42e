"""Which posts a day has, and which are due from when on: how the ledger follows the settings.

What the first execution about a day wrote down counts; today's settings count for the days that nobody took on yet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from fitbit_daily.domain.day import CivilDays, Request
from fitbit_daily.domain.days import Rows
from fitbit_daily.domain.ledger import Due
from fitbit_daily.domain.posts import KINDS_OF, ONE_POST_A_DAY, WEEK, kinds_at
from fitbit_daily.domain.week import DAYS, OFF, ends_week


@dataclass(frozen=True)
class Wanted:
    """What the settings say."""

    destinations: Sequence[str]
    style: str
    weekly: str = OFF

    @property
    def kinds(self) -> dict[str, tuple[str, ...]]:
        """Those of every day."""
        return {each: kinds_at(each, self.style) for each in self.destinations}


def plan_of(rows: Rows, day: date, wanted: Wanted, *, since: date, asked: bool = False) -> dict[str, tuple[str, ...]]:
    """The day's posts by destination: as the first execution about it wrote them down; else those of its time, and
    from `since` on those of the settings. On a week's last day the week's, too, if it is due, or a person asked.

    A destination that joins later takes no part in a day that was another's before, unless nobody else's it is.
    """
    part = [
        each for each in wanted.destinations if (each, day) in rows.plans or rows.kinds_due(each, day) or day >= since
    ] or wanted.destinations
    written = {each: plan.kinds for each in part if (plan := rows.plans.get((each, day)))}
    in_force = {each: rows.kinds_due(each, day) for each in part} if day < since else {}
    style = style_of(written, otherwise=style_of(in_force, otherwise=wanted.style))
    ends = ends_week(day, wanted.weekly)
    weeks = {each: (WEEK,) if ends and (asked or WEEK in rows.kinds_due(each, day)) else () for each in part}
    return {each: written.get(each) or kinds_at(each, style) + weeks[each] for each in part}


def due_since(request: Request, rows: Rows, wanted: Wanted, *, calendar: CivilDays, started_at: datetime) -> date:
    """The first day on which what the settings want is due, where it is not so yet.

    A person may begin with any day of the past: the days between it and the next scheduled one are nobody's missing
    days. A day that was taken on before, in another style, stays due in that one.
    """
    yesterday = calendar.yesterday(started_at)
    first = request.day if request.scheduled or request.day >= yesterday else yesterday + timedelta(days=1)
    plans = {each: rows.plans.get((each, first)) for each in wanted.destinations}
    in_another_style = any(plan and set(plan.kinds) - {WEEK} != set(wanted.kinds[each]) for each, plan in plans.items())
    return first + timedelta(days=1) if in_another_style else first


def begins_to_be_due(rows: Rows, wanted: Wanted, day: date) -> tuple[list[Due], list[tuple[str, str]]]:
    """What of the ledger has to follow the settings, from this day on: rows to write at once, and (destination, kind)
    whose first settled day is yet to come: nothing is due till the program has worked once. After that, whoever adds a
    destination is told if it does not work."""
    kinds = {(destination, kind) for destination, each in wanted.kinds.items() for kind in each}
    if wanted.weekly != OFF:
        kinds |= {(destination, WEEK) for destination in wanted.destinations}
    in_force = {key for key, due in rows.due.items() if due.until is None}
    changed = [replace(rows.due[key], until=max(day, rows.due[key].since)) for key in sorted(in_force - kinds)]
    new = sorted(kinds - in_force)
    return ([*changed, *(Due(of, kind, first_due(kind, day)) for of, kind in new)], []) if in_force else (changed, new)


def first_due(kind: str, day: date) -> date:
    """The first day that has such a post, where it begins with this one: the week's is of whole weeks."""
    return day + timedelta(days=DAYS - 1) if kind == WEEK else day


def style_of(kinds: Mapping[str, Collection[str]], otherwise: str) -> str:
    """The style of a day with these posts, by destination."""
    told = {kind for destination, each in kinds.items() if destination not in ONE_POST_A_DAY for kind in each}
    return next((style for style, of_style in KINDS_OF.items() if told & set(of_style)), otherwise)
