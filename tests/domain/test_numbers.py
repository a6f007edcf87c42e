"""What no human day can hold never becomes a day's number, and so nothing is made of it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from fitbit_daily.domain.numbers import MOST, OF_ACTIVITY, Activity, Number, Sleep


@pytest.mark.parametrize("absurd", [-1, 10**9, float("nan"), float("inf"), Decimal("-0.001"), Decimal("sNaN")])
def test_it_is_missing_from_the_start(absurd: Number) -> None:
    for name in OF_ACTIVITY:
        assert Activity(**{name: absurd}) == Activity()  # type: ignore[arg-type]
    assert Sleep(absurd) == Sleep()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", OF_ACTIVITY)
def test_what_a_day_can_hold_stays_exactly_as_it_was_given(name: str) -> None:
    for number in (0, MOST[name], Decimal("0.1"), 0.5):
        kept = getattr(Activity(**{name: number}), name)  # type: ignore[arg-type]
        assert kept is number
    assert Activity(**{name: MOST[name] + 1}) == Activity()  # type: ignore[arg-type]


def test_it_is_missing_in_a_state_that_comes_back_as_well() -> None:
    state = Activity(steps=5).to_state() | {"light_minutes": 1501, "doubtful": True}
    assert Activity.from_state(state) == Activity(steps=5, doubtful=True)


def test_numbers_come_back_from_a_state_in_json_as_they_were() -> None:
    exact = Activity(steps=5, distance_km=Decimal("1.213"), bmr_kcal=Decimal("1560.5"))
    back = Activity.from_state(json.loads(json.dumps(exact.to_state())))
    assert back == Activity(steps=5, distance_km=1.213, bmr_kcal=1560.5)
