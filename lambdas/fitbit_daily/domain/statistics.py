"""What many days say together: means, best days, streaks, and the days that are missing.

A mean is made of complete days alone (domain/averages.py says why). A best day or a streak may have a day that is not
complete: a sync only adds to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import MOST
from fitbit_daily.domain.ranges import days_of, joined

Records = Mapping[date, DayRecord]


@dataclass(frozen=True)
class Best:
    """The day with the most of something; the first of several that have as much."""

    day: date
    number: Decimal


@dataclass(frozen=True)
class Streak:
    """Days in a row; both ends belong to it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Summary:
    """Of the days from first to last, both included. What no day has is in neither `means` nor `bests`.

    means          a day, unrounded, by the number's name
    bests          by the number's name; a best of 0 is none
    without_data   the days without any number, be it that nothing was kept of them or that the source had nothing
    incomplete     the days with numbers to which a sync may still add
    """

    first: date
    last: date
    means: Mapping[str, Decimal]
    bests: Mapping[str, Best]
    without_data: Sequence[date]
    incomplete: Sequence[date]

    @property
    def years(self) -> bool:
        """Its days are of more than one year."""
        return self.first.year != self.last.year


def summary_of(records: Records, first: date, last: date) -> Summary:
    known: dict[str, list[Decimal]] = {name: [] for name in MOST}
    bests: dict[str, Best] = {}
    without_data, incomplete = [], []
    for day in days_of(first, last):
        numbers = records[day].numbers() if day in records else {}
        if not numbers:
            without_data.append(day)
        elif not records[day].complete:
            incomplete.append(day)
        for name, number in numbers.items():
            if records[day].complete:
                known[name].append(number)
            if number > (bests[name].number if name in bests else 0):
                bests[name] = Best(day, number)
    means = {name: sum(numbers, Decimal()) / len(numbers) for name, numbers in known.items() if numbers}
    return Summary(first, last, means, bests, without_data, incomplete)


def longest_streak(days: Iterable[date]) -> Streak | None:
    """The newest of several that are as long."""
    streaks = [Streak(first, last) for first, last in joined(days)]
    return max(streaks, key=lambda streak: (streak.days, streak.last), default=None)


def days_with(records: Records, name: str, *, at_least: int) -> list[date]:
    """Those on which a number reaches a bound."""
    return [day for day, record in records.items() if (record.number(name) or 0) >= at_least]


def days_with_data(records: Records) -> list[date]:
    return [day for day, record in records.items() if record.has_data]


def days_never_kept(records: Records, first: date, last: date) -> list[date]:
    """Those that nobody has read yet: a backfill may find something."""
    return [day for day in days_of(first, last) if day not in records]
