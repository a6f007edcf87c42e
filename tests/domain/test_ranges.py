"""Ranges of days: cut to a length, joined from single days, nothing lost and nothing twice."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.ranges import days_of, joined, pieces

FIRST = date(2026, 2, 26)
days = st.dates(date(2025, 12, 1), date(2026, 12, 31))


def test_both_ends_belong_to_a_range_and_a_month_ends_in_it() -> None:
    assert [str(day) for day in days_of(FIRST, date(2026, 3, 1))] == [
        "2026-02-26",
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
    ]
    assert list(days_of(FIRST, FIRST - timedelta(days=1))) == []


@settings(max_examples=50)
@given(first=days, last=days, longest=st.integers(1, 100))
def test_pieces_are_the_range_and_none_is_longer_than_allowed(first: date, last: date, longest: int) -> None:
    cut = list(pieces(first, last, longest))
    assert [day for piece in cut for day in days_of(*piece)] == list(days_of(first, last))
    assert all((end - start).days < longest for start, end in cut)
    assert all((end - start).days == longest - 1 for start, end in cut[:-1])


@settings(max_examples=50)
@given(st.sets(days, max_size=40))
def test_days_joined_to_ranges_are_the_same_days_in_as_few_ranges_as_can_be(some: set[date]) -> None:
    ranges = joined(some)
    assert [day for each in ranges for day in days_of(*each)] == sorted(some)
    assert all(end + timedelta(days=1) < start for (_, end), (start, _) in pairwise(ranges))
