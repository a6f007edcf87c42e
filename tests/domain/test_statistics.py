"""Means, best days, streaks, missing days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from fitbit_daily.domain.statistics import (
    Best,
    Streak,
    days_never_kept,
    days_with,
    days_with_data,
    longest_streak,
    summary_of,
)
from tests.domain.history_days import TODAY, days_of_steps, record

AGO = {back: TODAY - timedelta(days=back) for back in range(12)}


def test_a_mean_is_of_the_complete_days_that_have_the_number() -> None:
    records = {**days_of_steps([10, None, 30]), AGO[3]: record(AGO[3], steps=1_000, complete=False)}
    records[AGO[4]] = record(AGO[4], asleep=400)
    assert summary_of(records, AGO[5], TODAY).means == {"steps": 20, "minutes_asleep": 400}


def test_days_outside_the_range_count_for_nothing() -> None:
    found = summary_of(days_of_steps([1_000, 10, 20, 2_000]), AGO[2], AGO[1])
    assert found.means == {"steps": 15} and found.bests == {"steps": Best(AGO[1], Decimal(20))}


def test_the_best_day_is_the_first_of_equals_and_may_be_incomplete_and_is_no_zero() -> None:
    records = {**days_of_steps([50, 70, 70, 0])}
    assert summary_of(records, AGO[3], TODAY).bests["steps"].day == AGO[2]
    records[TODAY] = record(steps=71, light_minutes=0, complete=False)
    found = summary_of(records, AGO[3], TODAY)
    assert found.bests["steps"].day == TODAY and "light_minutes" not in found.bests


def test_days_without_data_were_not_kept_or_are_empty_and_incomplete_ones_have_numbers() -> None:
    records = {AGO[1]: record(AGO[1], complete=False), TODAY: record(steps=1, complete=False)}
    found = summary_of(records, AGO[2], TODAY)
    assert found.without_data == [AGO[2], AGO[1]] and found.incomplete == [TODAY]
    assert days_never_kept(records, AGO[2], TODAY) == [AGO[2]]


def test_a_streak_is_broken_by_a_day_below_the_bound_and_by_a_missing_one() -> None:
    records = days_of_steps([9, 10, 11, None, 12, 10, 10, 3])
    assert longest_streak(days_with(records, "steps", at_least=10)) == Streak(AGO[3], AGO[1])
    assert longest_streak(days_with_data(records)) == Streak(AGO[3], TODAY)
    assert Streak(AGO[3], TODAY).days == 4


def test_the_newest_of_two_streaks_that_are_as_long() -> None:
    found = longest_streak([date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 1), date(2026, 3, 2)])
    assert found == Streak(date(2026, 3, 1), date(2026, 3, 2))
    assert longest_streak([]) is None
