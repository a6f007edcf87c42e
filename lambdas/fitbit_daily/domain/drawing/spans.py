"""The ranges that are drawn by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from fitbit_daily.domain.statistics import Records, days_with_data

# How many days each has at most; `all` begins with the first day that has data.
SPANS: Mapping[str, int | None] = {"week": 7, "month": 30, "year": 365, "all": None}


def span(records: Records, name: str, last: date) -> tuple[date, date]:
    """From which day to which. Without what lies before the history begins, but a week at least."""
    longest = SPANS[name]
    earliest = min(days_with_data(records), default=last)
    first = earliest if longest is None else max(earliest, last - timedelta(days=longest - 1))
    return min(first, last - timedelta(days=6)), last
