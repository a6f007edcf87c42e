"""The three days before, read along with the day: in the same calls, and never in the day's way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.authorization import AccessToken
from fitbit_daily.domain.numbers import Activity
from fitbit_daily.errors import AccessTokenExpired, ScopeNotGranted, SourceRateLimited, SourceUnavailable
from fitbit_daily.fetching import with_earlier
from local.simulators.days import whole_day
from local.simulators.fitbit import FitbitSimulator
from tests.adapters.fixtures import START, TOKYO, fill
from tests.adapters.test_google_health import expected_activity
from tests.handlers.world import State, World

# The day before was not worn, and the day itself is without sleep.
DAY = "2026-02-04"
EARLIER = ["2026-02-01", "2026-02-02", "2026-02-03"]
NOTHING = Activity().to_state()
STEPS = "/v4/users/me/dataTypes/steps/dataPoints:dailyRollUp"
SLEEP = "/v4/users/me/dataTypes/sleep/dataPoints:reconcile"


def ready(world: World, day: str = DAY) -> State:
    return world.run("Refresh token", world.run("Choose date", world.begin(date=day)))


def fetched(world: World, day: str = DAY) -> State:
    return world.run("Fetch sleep", world.run("Fetch activity", ready(world, day)))


def as_it_was(day: str) -> dict[str, Any]:
    of_day = whole_day(date.fromisoformat(day), TOKYO)
    asleep = sum(sleep.minutes_asleep for sleep in of_day.sleeps) if of_day.sleeps else None
    activity = expected_activity(of_day.date, TOKYO).to_state()
    return {"activity": activity, "sleep": {"minutes_asleep": asleep, "processing": False}}


def test_each_of_them_has_its_activity_and_its_sleep_and_a_day_without_data_has_null(world: World) -> None:
    state = fetched(world)
    assert state["earlier"] == {day: as_it_was(day) for day in EARLIER}
    assert state["earlier"]["2026-02-03"] == {
        "activity": NOTHING,
        "sleep": {"minutes_asleep": None, "processing": False},
    }
    assert state["activity"]["steps"] == 0


def test_a_scheduled_day_takes_at_most_twelve_remote_calls_the_posts_included(world: World) -> None:
    """One for the token, the devices, the proof of the sync and six rollups, one page of sleep, two posts."""
    world.clock.turn(hours=9)
    world.execute(scheduled_time="2026-11-21T15:10:00Z")
    assert len(world.texts()) == 2
    assert len(world.wire.exchanges) == 12


def test_with_fitbit_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fitbit = FitbitSimulator(wearer=world.google.wearer, now=world.clock)
    fitbit.has_devices = False
    world.wire.applications["https://api.fitbit.com"] = fitbit
    monkeypatch.setenv("SOURCE", "fitbit")
    fill(world.environment["SOURCE_SECRET_ARN"], vars(fitbit.tokens.credentials))
    world.clock.turn(hours=9)
    world.execute(scheduled_time="2026-11-21T15:10:00Z")
    assert len(world.texts()) == 2
    assert len(world.wire.exchanges) <= 14
    assert {record.date for record in world.history("2026-11-18", "2026-11-21").values()} == {
        date(2026, 11, 21) - timedelta(days=back) for back in range(4)
    }


def test_days_before_there_was_any_fitbit_are_not_asked_for(world: World) -> None:
    state = fetched(world, "2009-01-02")
    assert list(state["earlier"]) == ["2009-01-01"]
    assert fetched(world, "2009-01-01")["earlier"] == {}


def test_a_sleep_of_an_earlier_day_that_is_being_processed_does_not_hold_up_the_day(world: World) -> None:
    state = fetched(world, "2026-02-06")
    assert state["earlier"]["2026-02-05"]["sleep"]["processing"] is True
    assert (state["sleep"]["processing"], state["complete"], state["wait_seconds"]) == (False, True, 0)


@pytest.mark.parametrize("what", ["activities", "sleeps"])
def test_where_they_cannot_be_read_the_day_goes_on_without_them(
    what: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = getattr(GoogleHealth, what)

    def falls_over_a_range(self: GoogleHealth, token: AccessToken, first: date, last: date, **more: Any) -> Any:
        assert first == last
        return read(self, token, first, last, **more)

    monkeypatch.setattr(GoogleHealth, what, falls_over_a_range)
    state = fetched(world)
    assert state["earlier"] == {}
    assert (state["activity"]["steps"], state["complete"]) == (0, True)
    assert state["sleep"] == as_it_was(DAY)["sleep"]


def asked_for(fails: Callable[[date, date], Exception | None]) -> tuple[list[date], object]:
    """The first days of the ranges that were asked for, and what came of it."""
    first_days: list[date] = []

    def read(token: AccessToken, first: date, last: date) -> dict[date, int]:
        first_days.append(first)
        if error := fails(first, last):
            raise error
        return {last: 5}

    token = AccessToken("", START, START, "")
    try:
        return first_days, with_earlier(read, token, date.fromisoformat(DAY), without=0)
    except Exception as error:
        return first_days, type(error)


def test_an_answer_about_them_that_makes_no_sense_costs_them_alone() -> None:
    first_days, came = asked_for(lambda first, last: KeyError("civilStartTime") if first < last else None)
    assert [str(day) for day in first_days] == [EARLIER[0], DAY] and came == (5, {})


def test_what_strikes_the_day_as_well_is_told_and_who_wants_fewer_calls_is_not_asked_again() -> None:
    assert asked_for(lambda *_: SourceUnavailable("503"))[1] is SourceUnavailable
    for error in (SourceRateLimited("429"), ScopeNotGranted("403"), AccessTokenExpired("401")):
        first_days, came = asked_for(lambda *_, error=error: error)
        assert len(first_days) == 1 and came is type(error)


def test_a_state_from_before_there_were_earlier_days_is_read_all_the_same(world: World) -> None:
    state = world.run("Fetch activity", ready(world))
    del state["earlier"], state["battery_low"], state["fetched_at"]
    assert world.run("Fetch sleep", state)["earlier"] == {}
