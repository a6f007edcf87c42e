"""Ranges of civil days; both ends belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def days_of(first: date, last: date) -> Iterator[date]:
    """Every day, oldest first; none where the last is before the first."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def pieces(first: date, last: date, longest: int) -> Iterator[tuple[date, date]]:
    """The range in pieces of at most so many days, oldest first."""
    while first <= last:
        end = min(last, first + timedelta(days=longest - 1))
        yield first, end
        first = end + ONE_DAY


def listed(days: Iterable[date], *, to: str = " to ", comma: str = ", ") -> str:
    """Days as a person is told of them: three in a row or more become a range."""
    parts: list[str] = []
    for first, last in joined(days):
        if (last - first).days > 1:
            parts.append(f"{first}{to}{last}")
        else:
            parts += map(str, days_of(first, last))
    return comma.join(parts)


def joined(days: Iterable[date]) -> list[tuple[date, date]]:
    """Single days, joined to ranges, oldest first."""
    ranges: list[tuple[date, date]] = []
    for day in sorted(days):
        if ranges and ranges[-1][1] + ONE_DAY == day:
            ranges[-1] = ranges[-1][0], day
        else:
            ranges.append((day, day))
    return ranges
