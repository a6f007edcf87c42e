"""What two readings of one day become, how complete a day is, and the averages over days."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fitbit_daily.domain.history import ENOUGH, average, averages, last_days, merge, records_of
from fitbit_daily.domain.numbers import MOST, OF_ACTIVITY, Activity, Sleep
from tests.domain.history_days import FETCHED, TODAY, days_of_steps, record
from tests.domain.ledger_rows import calendar
from tests.domain.original_day import ACTIVITY

LATER = FETCHED + timedelta(days=1)


def test_every_number_of_the_article_and_sleep_is_one_of_the_days() -> None:
    numbers = replace(record(asleep=746), activity=ACTIVITY).numbers()
    assert list(numbers) == list(MOST) == [*OF_ACTIVITY, "minutes_asleep"]
    assert [*OF_ACTIVITY, "doubtful"] == [field.name for field in fields(Activity)]
    assert numbers["distance_km"] == Decimal("1.213") and numbers["minutes_asleep"] == 746
    assert all(isinstance(number, Decimal) for number in numbers.values())


def test_whichever_comes_first_the_later_one_wins() -> None:
    late, early = record(steps=9000, fetched_at=LATER), record(steps=500, light_minutes=3)
    assert merge(late, early) == merge(early, late)
    assert merge(late, early).numbers() == {"steps": 9000, "light_minutes": 3}


def test_a_number_that_is_missing_later_stays_as_it_was() -> None:
    merged = merge(record(steps=500, asleep=400), record(steps=600, fetched_at=LATER))
    assert merged.numbers() == {"steps": 600, "minutes_asleep": 400}


def test_another_sources_reading_is_taken_as_a_whole_unless_it_is_empty() -> None:
    ours = record(steps=500, active_kcal=441)
    other = record(steps=510, source="fitbit", fetched_at=LATER)
    assert merge(ours, other).numbers() == {"steps": 510} and merge(ours, other).source == "fitbit"
    empty = record(source="fitbit", fetched_at=LATER)
    assert merge(ours, empty) == replace(ours, fetched_at=LATER), "the numbers are still those of the first"


def test_half_a_day_of_another_source_does_not_replace_a_whole_one() -> None:
    ours = record(steps=12_000, asleep=400)
    half = record(steps=1000, source="fitbit", complete=False, fetched_at=LATER)
    assert merge(ours, half) == merge(half, ours) == ours
    whole = replace(half, complete=True, fetched_at=LATER + timedelta(days=1))
    assert merge(merge(ours, half), whole) == whole, "as soon as that source has all of it, it is taken"
    assert merge(replace(ours, complete=False), half) == half


def test_a_day_that_was_complete_once_stays_so() -> None:
    for first, second in ((True, False), (False, True)):
        merged = merge(record(steps=1, complete=first), record(steps=2, complete=second, fetched_at=LATER))
        assert merged.complete is True and merged.numbers() == {"steps": 2}
    assert merge(record(complete=False), record(complete=False, fetched_at=LATER)).complete is False


def test_the_first_reading_is_kept_as_it_is() -> None:
    assert merge(None, record(steps=5, complete=False)) == record(steps=5, complete=False)


def test_the_last_days_are_in_order_and_a_day_of_which_nothing_is_kept_is_none() -> None:
    records = {day: record(day) for day in (TODAY, TODAY - timedelta(days=2), TODAY + timedelta(days=1))}
    assert last_days(records, TODAY, 3) == [records[date(2026, 2, 27)], None, records[TODAY]]


# How complete a day is

TOKYO = calendar("Asia/Tokyo")
# Ten past midnight of the 22nd in Tokyo.
NOW = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)
YESTERDAY = date(2026, 11, 21)


def ago(days: int) -> date:
    return YESTERDAY - timedelta(days=days)


def complete(first: date, **given: Any) -> list[date]:
    """The days from there to yesterday that count as complete."""
    told = {"synced_until": None, "calendar": TOKYO, "source": "google_health", "now": NOW}
    activities, sleeps = given.pop("activities", {}), given.pop("sleeps", {})
    records = records_of(TOKYO.days(first, YESTERDAY), activities, sleeps, **(told | given))
    return [record.date for record in records if record.complete]


def test_every_day_has_a_record_even_one_that_the_source_has_nothing_of() -> None:
    walked = {YESTERDAY: Activity(steps=5)}
    records = list(
        records_of(
            TOKYO.days(ago(2), YESTERDAY),
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


def test_sleep_that_is_being_worked_out_and_numbers_in_doubt_keep_their_own_day_incomplete() -> None:
    sleeps = {ago(1): Sleep(None, processing=True), YESTERDAY: Sleep(400)}
    doubtful = {ago(2): Activity(doubtful=True)}
    assert complete(ago(3), synced_until=NOW, sleeps=sleeps, activities=doubtful) == [ago(3), YESTERDAY]


# Averages: over complete days that have the number, and only over enough of them.

DAY = timedelta(days=1)


def test_a_week_is_the_day_itself_and_the_six_before_it() -> None:
    records = days_of_steps([1_000_000, 1, 2, 3, 4, 5, 6, 7])
    assert average(records, TODAY, 7, "steps") == 4
    assert average(records, TODAY + DAY, 7, "steps") == Decimal("4.5")


@pytest.mark.parametrize(("days", "enough"), ENOUGH.items())
def test_too_few_days_have_no_average(days: int, enough: int) -> None:
    apart = [5 if number < enough else None for number in range(days)]
    assert average(days_of_steps(apart), TODAY, days, "steps") == 5
    assert average(days_of_steps([None, *apart[1:]]), TODAY, days, "steps") is None


def test_missing_days_and_missing_numbers_are_no_zeros_and_a_zero_is_one() -> None:
    records = {**days_of_steps([10, None, 10, None, 10, 10, None])}
    assert average(records, TODAY, 7, "steps") == 10
    records[TODAY] = record(steps=None, asleep=400)
    assert average(records, TODAY, 7, "steps") == 10
    records[TODAY] = record(steps=0)
    assert average(records, TODAY, 7, "steps") == 8


def test_what_is_not_complete_or_no_human_day_is_left_out() -> None:
    records = {**days_of_steps([10, 10, 10, 10, 10, 10, 10])}
    for other in (record(steps=3, complete=False), record(steps=-5), record(steps=10**8)):
        records[TODAY] = other
        assert average(records, TODAY, 7, "steps") == 10


def test_there_is_one_for_every_number_over_a_week_and_over_four() -> None:
    records = {TODAY - n * DAY: record(TODAY - n * DAY, steps=n, asleep=10 * n) for n in range(28)}
    told = averages(records, TODAY)
    assert list(told) == ["7", "28"] and list(told["7"]) == list(told["28"]) == list(MOST)
    assert [told["7"][name] for name in ("steps", "minutes_asleep")] == [3, 30]
    assert [told["28"][name] for name in ("steps", "minutes_asleep")] == [Decimal("13.5"), 135]
    assert told["7"]["bmr_kcal"] is None
    assert averages({}, TODAY)["28"] == dict.fromkeys(MOST)
