"""Averages: over complete days that have the number, and only over enough of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from fitbit_daily.domain.history import ENOUGH, average, averages
from fitbit_daily.domain.numbers import MOST
from tests.domain.history_days import TODAY, days_of_steps, record

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


def test_an_average_is_not_rounded() -> None:
    value = average(days_of_steps([1, 1, 2, 2, 2, 2, 2]), TODAY, 7, "steps")
    assert value is not None and abs(Fraction(value) - Fraction(12, 7)) < Fraction(1, 10**20)


def test_there_is_one_for_every_number_over_a_week_and_over_four() -> None:
    records = {TODAY - n * DAY: record(TODAY - n * DAY, steps=n, asleep=10 * n) for n in range(28)}
    told = averages(records, TODAY)
    assert list(told) == ["7", "28"] and list(told["7"]) == list(told["28"]) == list(MOST)
    assert [told["7"][name] for name in ("steps", "minutes_asleep")] == [3, 30]
    assert [told["28"][name] for name in ("steps", "minutes_asleep")] == [Decimal("13.5"), 135]
    assert told["7"]["bmr_kcal"] is None
    assert averages({}, TODAY)["28"] == dict.fromkeys(MOST)
