"""The days of a range as the columns of a drawing: each is a day, a week, a month or a year, so that all can be seen.

Weeks begin on Monday. A week at the edge of the range is made of its days within the range alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby

from fitbit_daily.domain.history import average
from fitbit_daily.domain.ranges import days_of
from fitbit_daily.domain.statistics import Records

STEPS, ASLEEP = "steps", "minutes_asleep"
# From the hardest on, which is the lowest in the stack: it is the one to compare.
MINUTES = ("vigorous_minutes", "moderate_minutes", "light_minutes")
NAMES = (STEPS, ASLEEP, *MINUTES)

# How many columns of each unit there are at most: a finger's width at 400 pixels, or about 3 pixels each.
MOST_COLUMNS = {"day": 45, "week": 60, "month": 150, "year": 1_000}

# About how many days each has; a column with less than half of them says little.
LENGTHS = {"day": 1, "week": 7, "month": 30, "year": 365}

# The average that is drawn as a line over columns of each unit, in days; months are smooth without one.
LINE_DAYS = {"day": 7, "week": 28}


@dataclass(frozen=True)
class Column:
    """Means a day, by the number's name; a number that is missing is missing here, too.

    doubtful   the numbers that may still change much: of an incomplete day, or of fewer than half of the unit's days
    line       the average of the last days of `steps`, at the end of the column
    """

    first: date
    last: date
    means: Mapping[str, Decimal]
    doubtful: frozenset[str]
    line: Decimal | None


@dataclass(frozen=True)
class Columns:
    """All of a range, oldest first. unit: day, week, month or year."""

    unit: str
    all: Sequence[Column]

    @property
    def line_days(self) -> int | None:
        return LINE_DAYS.get(self.unit)

    def highest(self, name: str) -> int | None:
        """Which column has the most of a number, of those that are sure if any is; None where none has any."""
        having = [
            (name not in column.doubtful, column.means[name], -index)
            for index, column in enumerate(self.all)
            if column.means.get(name)
        ]
        return -max(having)[2] if having else None


def columns_of(records: Records, first: date, last: date) -> Columns:
    """In the finest unit that leaves room to see each of them."""
    days = list(days_of(first, last))
    for unit, most in MOST_COLUMNS.items():
        groups = [list(group) for _, group in groupby(days, partial(_begin, unit))]
        if len(groups) <= most:
            break
    return Columns(unit, [_column(records, group, unit) for group in groups])


def _begin(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _column(records: Records, days: Sequence[date], unit: str) -> Column:
    kept = [records[day] for day in days if day in records]
    means: dict[str, Decimal] = {}
    doubtful = set()
    for name in NAMES:
        numbers = [(record.complete, number) for record in kept if (number := record.number(name)) is not None]
        known = [number for complete, number in numbers if complete]
        if 2 * len(known) < LENGTHS[unit]:
            doubtful.add(name)
        if given := known or [number for _, number in numbers]:
            means[name] = sum(given, Decimal()) / len(given)
    line_days = LINE_DAYS.get(unit)
    line = average(records, days[-1], line_days, STEPS) if line_days else None
    return Column(days[0], days[-1], means, frozenset(doubtful & means.keys()), line)
