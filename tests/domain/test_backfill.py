"""Which days can be filled in, and how complete they are taken to be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.domain.backfill import Order, may_be_unsynced, read_order, records_of
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.errors import InvalidInput

TOKYO = Calendar(zone=ZoneInfo("Asia/Tokyo"), time_of_day=time.min, give_up_at=time.min)
APIA = Calendar(zone=ZoneInfo("Pacific/Apia"), time_of_day=time.min, give_up_at=time.min)
# Ten past midnight of the 22nd in Tokyo.
NOW = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)
YESTERDAY = date(2026, 11, 21)


def ago(days: int) -> date:
    return YESTERDAY - timedelta(days=days)


def complete(first: date, **given: Any) -> list[date]:
    """The days from there to yesterday that count as complete."""
    told = {"synced_until": None, "calendar": TOKYO, "source": "google_health", "now": NOW}
    activities, sleeps = given.pop("activities", {}), given.pop("sleeps", {})
    records = records_of(Order(first, YESTERDAY), activities, sleeps, **(told | given))
    return [record.date for record in records if record.complete]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"first": "2026-11-01", "last": "2026-11-22"}, "The day 2026-11-22 is not over yet in Asia/Tokyo."),
        ({"first": "2027-01-01", "last": "2027-01-02"}, "The day 2027-01-01 is not over yet"),
        ({"first": "2008-12-31", "last": "2026-11-01"}, "is before 2009-01-01"),
        ({"first": "2026-11-02", "last": "2026-11-01"}, "2026-11-02, is after the last one, 2026-11-01"),
        ({"first": "2026-02-30", "last": "2026-11-01"}, "not a day of the calendar"),
        ({"first": "2026-11-01"}, "a JSON object with 'first' and 'last'"),
        ({"first": "2026-11-01", "last": "2026-11-02", "post": True}, "a JSON object with 'first' and 'last'"),
        ([], "a JSON object with 'first' and 'last'"),
        ({"first": 5, "last": None}, "not a day of the calendar"),
    ],
)
def test_what_cannot_be_filled_in_is_one_sentence(given: Any, says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_order(given, calendar=TOKYO, now=NOW)
    assert says in raised.value.what


def test_the_first_fitbit_day_and_yesterday_can_be_asked_for() -> None:
    order = read_order({"first": "2009-01-01", "last": "2026-11-21"}, calendar=TOKYO, now=NOW)
    assert order == Order(date(2009, 1, 1), YESTERDAY)


def test_a_day_that_a_zone_left_out_is_none_of_the_days() -> None:
    days = Order(date(2011, 12, 29), date(2011, 12, 31)).days(APIA)
    assert days == [date(2011, 12, 29), date(2011, 12, 31)]


def test_every_day_has_a_record_even_one_that_the_source_has_nothing_of() -> None:
    walked = {YESTERDAY: Activity(steps=5)}
    records = list(
        records_of(
            Order(ago(2), YESTERDAY),
            walked,
            {ago(2): Sleep(400)},
            synced_until=NOW,
            calendar=TOKYO,
            source="fitbit",
            now=NOW,
        )
    )
    assert [(each.date, each.activity.steps, each.minutes_asleep) for each in records] == [
        (ago(2), None, 400),
        (ago(1), None, None),
        (YESTERDAY, 5, None),
    ]
    assert {(each.source, each.fetched_at, each.complete) for each in records} == {("fitbit", NOW, True)}


def test_a_day_is_complete_once_the_tracker_has_synced_past_its_end() -> None:
    ends_at = TOKYO.ends_at(ago(1))
    assert complete(ago(3), synced_until=ends_at) == [ago(3), ago(2), ago(1)]
    assert complete(ago(3), synced_until=ends_at - timedelta(seconds=1)) == [ago(3), ago(2)]


def test_where_no_sync_is_told_days_older_than_a_week_are_taken_to_be_complete() -> None:
    assert complete(ago(9)) == [ago(9), ago(8), ago(7)]


def test_steps_prove_that_every_earlier_day_has_been_synced() -> None:
    steps = {ago(2): Activity(steps=1), ago(1): Activity(steps=0), YESTERDAY: Activity(sedentary_minutes=1440)}
    assert complete(ago(4), activities=steps) == [ago(4), ago(3)]


def test_the_days_since_a_sync_of_long_ago_are_incomplete_also_those_that_the_tracker_has_forgotten() -> None:
    found = complete(ago(40), synced_until=TOKYO.ends_at(ago(35)))
    assert found == [ago(back) for back in range(40, 34, -1)]


def test_sleep_that_is_being_worked_out_keeps_its_own_day_incomplete() -> None:
    sleeps = {ago(1): Sleep(None, processing=True), YESTERDAY: Sleep(400)}
    assert complete(ago(2), synced_until=NOW, sleeps=sleeps) == [ago(2), YESTERDAY]


@pytest.mark.parametrize(("last", "asked"), [(YESTERDAY, True), (ago(29), True), (ago(30), False), (ago(400), False)])
def test_the_sync_is_asked_for_only_where_it_can_make_a_difference(last: date, asked: bool) -> None:
    assert may_be_unsynced(Order(ago(500), last), calendar=TOKYO, now=NOW) is asked
