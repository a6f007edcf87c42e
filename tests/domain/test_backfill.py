"""Which days can be filled in, and in which pieces."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.domain.backfill import chunks_of, may_be_unsynced, past_days
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.ranges import days_of
from fitbit_daily.errors import InvalidInput

TOKYO = Calendar(zone=ZoneInfo("Asia/Tokyo"), time_of_day=time.min, give_up_at=time.min)
# Ten past midnight of the 22nd in Tokyo.
NOW = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)
YESTERDAY = date(2026, 11, 21)


def ago(days: int) -> date:
    return YESTERDAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2026-11-01", "2026-11-22", "The day 2026-11-22 is not over yet in Asia/Tokyo."),
        ("2027-01-01", "2027-01-02", "The day 2027-01-01 is not over yet"),
        ("2008-12-31", "2026-11-01", "is before 2009-01-01"),
        ("2026-11-02", "2026-11-01", "2026-11-02, is after the last one, 2026-11-01"),
        ("2026-02-30", "2026-11-01", "not a day of the calendar"),
    ],
)
def test_what_cannot_be_filled_in_is_one_sentence(first: str, last: str, says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        past_days(first, last, calendar=TOKYO, now=NOW)
    assert says in raised.value.what


def test_the_first_fitbit_day_and_yesterday_can_be_asked_for() -> None:
    assert past_days("2009-01-01", "2026-11-21", calendar=TOKYO, now=NOW) == (date(2009, 1, 1), YESTERDAY)


def test_chunks_cover_what_is_wanted_and_hardly_more() -> None:
    first = date(2026, 1, 1)
    days = [*days_of(first, first + timedelta(days=9)), first + timedelta(days=20), first + timedelta(days=24)]
    found = [((a - first).days, (b - first).days) for a, b in chunks_of(days, 5)]
    assert found == [(20, 24), (5, 9), (0, 4)]
    assert chunks_of([], 5) == []


@pytest.mark.parametrize(("last", "asked"), [(YESTERDAY, True), (ago(29), True), (ago(30), False), (ago(400), False)])
def test_the_sync_is_asked_for_only_where_it_can_make_a_difference(last: date, asked: bool) -> None:
    assert may_be_unsynced(last, calendar=TOKYO, now=NOW) is asked
